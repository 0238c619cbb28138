-- name: totals
-- Whoever was erased is on no board.
SELECT learner_id, entry, xp AS points, last_time
FROM reward_states AS s
WHERE org_id = :org_id AND entry > 0
    AND NOT EXISTS (
        SELECT 1 FROM erasures AS e WHERE e.org_id = s.org_id AND e.account_id = s.learner_id
    );

-- name: week_totals
-- A learner's newest week stands in their state, the ones before it in reward_weeks.
SELECT w.learner_id, w.entry, w.points, w.last_time
FROM (
    SELECT r.learner_id, s.entry, r.points, r.last_time
    FROM reward_weeks AS r
    CROSS JOIN LATERAL (
        SELECT entry FROM reward_states
        WHERE org_id = r.org_id AND learner_id = r.learner_id
        OFFSET 0
    ) AS s
    WHERE r.org_id = :org_id AND r.week = :week
    UNION ALL
    SELECT learner_id, entry, week_points, week_time FROM reward_states
    WHERE org_id = :org_id AND week = :week AND entry > 0
) AS w
WHERE NOT EXISTS (
    SELECT 1 FROM erasures AS e WHERE e.org_id = :org_id AND e.account_id = w.learner_id
);

-- name: standings
SELECT s.learner_id, s.entry, s.xp AS points, s.last_time
FROM reward_states AS s
WHERE s.org_id = :org_id AND s.learner_id = ANY(:learner_ids::uuid[]) AND s.entry > 0
    AND NOT EXISTS (
        SELECT 1 FROM erasures AS e WHERE e.org_id = s.org_id AND e.account_id = s.learner_id
    );

-- name: week_standings
SELECT w.learner_id, w.week, w.points, w.last_time
FROM reward_weeks AS w
WHERE w.org_id = :org_id AND w.learner_id = ANY(:learner_ids::uuid[]) AND w.week >= :since_week
UNION ALL
SELECT s.learner_id, s.week, s.week_points, s.week_time
FROM reward_states AS s
WHERE s.org_id = :org_id AND s.learner_id = ANY(:learner_ids::uuid[]) AND s.entry > 0;

-- name: owe
-- What was written since goes out in the statement that notes what is to be written.
WITH done AS (
    DELETE FROM boards_due AS b
    USING unnest(:done_orgs::uuid[], :done_batches::uuid[]) AS k (org_id, batch)
    WHERE b.org_id = k.org_id AND b.batch = k.batch
)
INSERT INTO boards_due (org_id, batch, learner_ids, since)
SELECT k.org_id, :batch, array_agg(k.learner_id), :since
FROM unnest(:org_ids::uuid[], :learner_ids::uuid[]) AS k (org_id, learner_id)
GROUP BY k.org_id;

-- name: waiting
SELECT batch, learner_ids FROM boards_due
WHERE org_id = :org_id AND (since < :before OR since > :ahead)
ORDER BY since
LIMIT 20;

-- name: written
DELETE FROM boards_due WHERE org_id = :org_id AND batch = ANY(:batches::uuid[]);
