-- name: totals
-- Whoever was erased is on no board.
SELECT s.learner_id, s.entry, s.xp AS points, s.last_time
FROM reward_states AS s
LEFT JOIN LATERAL (
    SELECT true AS gone FROM erasures WHERE org_id = :org_id AND account_id = s.learner_id
    OFFSET 0
) AS e ON true
WHERE s.org_id = :org_id AND s.entry > 0 AND e.gone IS NULL;

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
LEFT JOIN LATERAL (
    SELECT true AS gone FROM erasures WHERE org_id = :org_id AND account_id = w.learner_id
    OFFSET 0
) AS e ON true
WHERE e.gone IS NULL;

-- name: fill
-- A page of learners as the texts that boards are written from: all time, where there is no week,
-- and everybody's newest week. Who was erased is on no board.
WITH page AS MATERIALIZED (
    SELECT learner_id, entry, xp, last_time, week, week_points, week_time
    FROM reward_states
    WHERE org_id = :org_id AND learner_id > :after AND entry > 0
    ORDER BY learner_id
    LIMIT :most
), scored AS (
    SELECT
        NULL::date AS week, learner_id, entry,
        board_score(xp, last_time, :all_begins::bigint, :all_lasts::bigint) AS score
    FROM page
    UNION ALL
    SELECT
        week, learner_id, entry,
        board_score(
            week_points, week_time,
            (week - DATE '1970-01-01') * 86400000000 - :week_early::bigint, :week_lasts::bigint
        )
    FROM page
    WHERE week >= :since
)
SELECT
    s.week, (SELECT learner_id FROM page ORDER BY learner_id DESC LIMIT 1) AS last,
    count(*) FILTER (WHERE e.gone IS NULL) AS n,
    string_agg(s.entry::text || ' ' || s.score::text || ' ' || s.learner_id::text, ' ')
    FILTER (WHERE e.gone IS NULL) AS totals
FROM scored AS s
LEFT JOIN LATERAL (
    SELECT true AS gone FROM erasures WHERE org_id = :org_id AND account_id = s.learner_id
    OFFSET 0
) AS e ON true
GROUP BY s.week;

-- name: fill_week
-- The same of a week that is the newest no longer, from where its learners' older weeks stand.
WITH page AS MATERIALIZED (
    SELECT w.learner_id, w.points, w.last_time, s.entry
    FROM reward_weeks AS w
    CROSS JOIN LATERAL (
        SELECT entry FROM reward_states
        WHERE org_id = w.org_id AND learner_id = w.learner_id
        OFFSET 0
    ) AS s
    WHERE w.org_id = :org_id AND w.week = :week AND w.learner_id > :after
    ORDER BY w.learner_id
    LIMIT :most
)
SELECT
    :week::date AS week, (SELECT learner_id FROM page ORDER BY learner_id DESC LIMIT 1) AS last,
    count(*) FILTER (WHERE e.gone IS NULL) AS n,
    string_agg(
        p.entry::text || ' '
        || board_score(
            p.points, p.last_time,
            (:week::date - DATE '1970-01-01') * 86400000000 - :week_early::bigint,
            :week_lasts::bigint
        )::text || ' ' || p.learner_id::text,
        ' '
    ) FILTER (WHERE e.gone IS NULL) AS totals
FROM page AS p
LEFT JOIN LATERAL (
    SELECT true AS gone FROM erasures WHERE org_id = :org_id AND account_id = p.learner_id
    OFFSET 0
) AS e ON true
HAVING count(*) > 0;

-- name: standings
SELECT s.learner_id, s.entry, s.xp AS points, s.last_time
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
