-- name: totals
-- Whoever was erased is on no board.
SELECT s.learner_id, s.xp AS points, s.last_time
FROM reward_states AS s
LEFT JOIN LATERAL (
    SELECT true AS gone FROM erasures WHERE org_id = :org_id AND account_id = s.learner_id
    OFFSET 0
) AS e ON true
WHERE s.org_id = :org_id AND s.entry > 0 AND e.gone IS NULL;

-- name: week_totals
-- A learner's newest week stands in their state, the ones before it in reward_weeks.
SELECT w.learner_id, w.points, w.last_time
FROM (
    SELECT learner_id, points, last_time FROM reward_weeks
    WHERE org_id = :org_id AND week = :week
    UNION ALL
    SELECT learner_id, week_points, week_time FROM reward_states
    WHERE org_id = :org_id AND week = :week AND entry > 0
) AS w
LEFT JOIN LATERAL (
    SELECT true AS gone FROM erasures WHERE org_id = :org_id AND account_id = w.learner_id
    OFFSET 0
) AS e ON true
WHERE e.gone IS NULL;

-- name: fill
-- The board of all time as the lines that the store is handed: 20 digits, a blank, the learner. The
-- lowest comes first, which is how the store takes them fastest. Who was erased is on no board. Who
-- fell once comes by `fallen`. OFFSET 0 lets each score be worked out once, and not for the order
-- and the text.
SELECT lpad(w.score::text, 20, '0') || ' ' || w.learner_id
FROM (
    SELECT
        learner_id,
        board_score(xp, last_time, :all_begins::bigint, :all_lasts::bigint) AS score
    FROM reward_states
    WHERE org_id = :org_id AND entry > 0 AND NOT fell
        AND learner_id NOT IN (SELECT account_id FROM erasures WHERE org_id = :org_id)
    OFFSET 0
) AS w
ORDER BY w.score;

-- name: fill_week
-- The same of a week. A learner's newest stands in their state, those before in reward_weeks.
SELECT lpad(w.score::text, 20, '0') || ' ' || w.learner_id
FROM (
    SELECT
        p.learner_id, board_score(
            p.points, p.last_time,
            (:week::date - DATE '1970-01-01') * 86400000000 - :week_early::bigint,
            :week_lasts::bigint
        ) AS score
    FROM (
        SELECT learner_id, week_points AS points, week_time AS last_time
        FROM reward_states
        WHERE org_id = :org_id AND week = :week::date AND entry > 0 AND NOT fell
        UNION ALL
        SELECT r.learner_id, r.points, r.last_time
        FROM reward_weeks AS r
        CROSS JOIN LATERAL (
            SELECT fell FROM reward_states
            WHERE org_id = r.org_id AND learner_id = r.learner_id
            OFFSET 0
        ) AS s
        WHERE r.org_id = :org_id AND r.week = :week::date AND NOT s.fell
    ) AS p
    WHERE p.learner_id NOT IN (SELECT account_id FROM erasures WHERE org_id = :org_id)
    OFFSET 0
) AS w
ORDER BY w.score;

-- name: weeks
-- Those that anybody has points in.
SELECT week FROM reward_states WHERE org_id = :org_id AND week = ANY(:weeks::date[])
UNION
SELECT week FROM reward_weeks WHERE org_id = :org_id AND week = ANY(:weeks::date[]);

-- name: fallen
SELECT learner_id FROM reward_states
WHERE org_id = :org_id AND fell AND learner_id > :after
ORDER BY learner_id
LIMIT :most;

-- name: standings
SELECT s.learner_id, s.entry, s.fell, s.xp, s.last_time
FROM reward_states AS s
LEFT JOIN LATERAL (
    SELECT true AS gone FROM erasures WHERE org_id = :org_id AND account_id = s.learner_id
    OFFSET 0
) AS e ON true
WHERE s.org_id = :org_id AND s.learner_id = ANY(:learner_ids::uuid[]) AND s.entry > 0
    AND e.gone IS NULL;

-- name: week_standings
SELECT w.learner_id, w.week, w.points, w.last_time
FROM reward_weeks AS w
WHERE w.org_id = :org_id AND w.learner_id = ANY(:learner_ids::uuid[]) AND w.week >= :since_week
UNION ALL
SELECT s.learner_id, s.week, s.week_points, s.week_time
FROM reward_states AS s
WHERE s.org_id = :org_id AND s.learner_id = ANY(:learner_ids::uuid[]) AND s.entry > 0
    AND s.week >= :since_week;

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
