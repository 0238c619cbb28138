-- name: totals
-- Whoever was erased is on no board.
SELECT learner_id, entry, xp AS points, last_time
FROM reward_states AS s
WHERE org_id = :org_id AND entry > 0 AND learner_id > :after
    AND NOT EXISTS (
        SELECT 1 FROM erasures AS e WHERE e.org_id = s.org_id AND e.account_id = s.learner_id
    )
ORDER BY learner_id
LIMIT :most;

-- name: week_totals
SELECT w.learner_id, s.entry, w.points, w.last_time
FROM reward_weeks AS w
JOIN reward_states AS s USING (org_id, learner_id)
WHERE w.org_id = :org_id AND w.week = :week AND w.learner_id > :after
    AND NOT EXISTS (
        SELECT 1 FROM erasures AS e WHERE e.org_id = w.org_id AND e.account_id = w.learner_id
    )
ORDER BY w.learner_id
LIMIT :most;

-- name: standings
SELECT s.learner_id, s.entry, s.xp AS points, s.last_time
FROM reward_states AS s
WHERE s.org_id = ANY(:org_ids::uuid[]) AND s.learner_id = ANY(:learner_ids::uuid[])
    AND NOT EXISTS (
        SELECT 1 FROM erasures AS e WHERE e.org_id = s.org_id AND e.account_id = s.learner_id
    );

-- name: week_standings
SELECT w.org_id, w.learner_id, w.week, w.points, w.last_time
FROM reward_weeks AS w
WHERE w.org_id = ANY(:org_ids::uuid[]) AND w.learner_id = ANY(:learner_ids::uuid[])
    AND w.week >= :since_week;

-- name: written
-- Only what was written: a newer entry keeps its learner due.
DELETE FROM boards_due AS b
USING unnest(:org_ids::uuid[], :learner_ids::uuid[], :entries::bigint[])
    AS k (org_id, learner_id, entry)
WHERE b.org_id = k.org_id AND b.learner_id = k.learner_id AND b.entry <= k.entry;

-- name: waiting
SELECT learner_id FROM boards_due
WHERE org_id = :org_id AND since < :before
ORDER BY since
LIMIT 1000;
