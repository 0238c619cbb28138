-- name: lock_states
-- In id order; a learner's first row is made here.
INSERT INTO reward_states AS s (org_id, learner_id, xp, level, entry, last_time)
SELECT k.org_id, k.learner_id, 0, 1, 0, :now
FROM unnest(:org_ids::uuid[], :learner_ids::uuid[]) AS k (org_id, learner_id)
ORDER BY k.learner_id
ON CONFLICT (org_id, learner_id) DO UPDATE SET xp = s.xp
RETURNING s.learner_id, s.xp, s.level, s.entry, s.last_time;

-- name: put_states
UPDATE reward_states AS s
SET xp = k.xp, level = k.level, entry = k.entry, last_time = k.last_time
FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :xps::bigint[], :levels::int[], :entries::bigint[],
    :last_times::timestamptz[]
) AS k (org_id, learner_id, xp, level, entry, last_time)
WHERE s.org_id = k.org_id AND s.learner_id = k.learner_id;

-- name: days
SELECT d.learner_id, d.local_date AS begins, d.points, 'epoch'::timestamptz AS last_time
FROM reward_days AS d
JOIN unnest(:org_ids::uuid[], :learner_ids::uuid[], :days::date[])
    AS k (org_id, learner_id, local_date) USING (org_id, learner_id, local_date);

-- name: put_days
INSERT INTO reward_days (org_id, learner_id, local_date, points)
SELECT * FROM unnest(:org_ids::uuid[], :learner_ids::uuid[], :days::date[], :points::bigint[])
ON CONFLICT (org_id, learner_id, local_date) DO UPDATE SET points = excluded.points;

-- name: weeks
SELECT w.learner_id, w.week AS begins, w.points, w.last_time
FROM reward_weeks AS w
JOIN unnest(:org_ids::uuid[], :learner_ids::uuid[], :weeks::date[])
    AS k (org_id, learner_id, week) USING (org_id, learner_id, week);

-- name: put_weeks
INSERT INTO reward_weeks (org_id, learner_id, week, points, last_time)
SELECT * FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :weeks::date[], :points::bigint[],
    :last_times::timestamptz[]
)
ON CONFLICT (org_id, learner_id, week) DO UPDATE
SET points = excluded.points, last_time = excluded.last_time;

-- name: add_entries
INSERT INTO ledger (
    org_id, learner_id, source, rule, entry, points, balance, inputs, time, local_date, org_date,
    cause, context
)
SELECT
    k.org_id, k.learner_id, k.source, k.rule, k.entry, k.points, k.balance, k.inputs::jsonb,
    k.time, k.local_date, k.org_date, k.cause, k.context
FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :sources::text[], :rules::text[], :entries::bigint[],
    :points::bigint[], :balances::bigint[], :inputs::text[], :times::timestamptz[],
    :local_dates::date[], :org_dates::date[], :causes::uuid[], :contexts::text[]
) AS k (
    org_id, learner_id, source, rule, entry, points, balance, inputs, time, local_date, org_date,
    cause, context
);

-- name: put_boards_due
INSERT INTO boards_due (org_id, learner_id, entry, since)
SELECT k.org_id, k.learner_id, k.entry, :since
FROM unnest(:org_ids::uuid[], :learner_ids::uuid[], :entries::bigint[])
    AS k (org_id, learner_id, entry)
ORDER BY k.learner_id
ON CONFLICT (org_id, learner_id) DO UPDATE
SET entry = excluded.entry, since = excluded.since;

-- name: state
SELECT learner_id, xp, level, entry, last_time
FROM reward_states
WHERE org_id = :org_id AND learner_id = :learner_id;

-- name: points_on
SELECT
    coalesce((
        SELECT points FROM reward_days
        WHERE org_id = :org_id AND learner_id = :learner_id AND local_date = :day
    ), 0) AS today,
    coalesce((
        SELECT points FROM reward_weeks
        WHERE org_id = :org_id AND learner_id = :learner_id AND week = :week
    ), 0) AS week,
    (SELECT daily_goal FROM accounts
     WHERE org_id = :org_id AND account_id = :learner_id) AS daily_goal;

-- name: page
SELECT
    l.entry, l.time, l.points, l.balance, l.source, l.rule, l.inputs, l.context,
    f.source AS fact_source, f.fact_id, f.type AS fact_type, f.time AS fact_time
FROM ledger AS l
LEFT JOIN facts AS f
    ON f.org_id = l.org_id AND f.fact_id = l.cause AND f.subject = l.learner_id
WHERE l.org_id = :org_id AND l.learner_id = :learner_id AND l.entry < :before
    AND (:context = '' OR l.context = :context)
ORDER BY l.entry DESC
LIMIT :most;

-- name: progress_of
SELECT s.learner_id, s.xp, s.level, coalesce(w.points, 0) AS week_xp
FROM reward_states AS s
LEFT JOIN reward_weeks AS w
    ON w.org_id = s.org_id AND w.learner_id = s.learner_id AND w.week = :week
WHERE s.org_id = :org_id AND s.learner_id = ANY(:learner_ids::uuid[]);

-- name: wrong_states
-- State against ledger, both ways.
SELECT
    'state' AS kind, coalesce(s.learner_id, l.learner_id)::text AS subject,
    coalesce(s.xp::text || ' at ' || s.entry::text, 'nothing') AS stored,
    coalesce(l.xp::text || ' at ' || l.entry::text, 'nothing') AS expected
FROM (SELECT * FROM reward_states WHERE org_id = :org_id AND entry > 0) AS s
FULL JOIN (
    SELECT learner_id, sum(points) AS xp, max(entry) AS entry
    FROM ledger WHERE org_id = :org_id GROUP BY learner_id
) AS l ON l.learner_id = s.learner_id
WHERE s.xp IS DISTINCT FROM l.xp OR s.entry IS DISTINCT FROM l.entry
LIMIT 100;

-- name: wrong_balances
SELECT
    'balance' AS kind, learner_id::text || ' entry ' || entry::text AS subject,
    balance::text AS stored, expected::text AS expected
FROM (
    SELECT
        learner_id, entry, balance,
        sum(points) OVER (PARTITION BY learner_id ORDER BY entry) AS expected
    FROM ledger WHERE org_id = :org_id
) AS b
WHERE balance <> expected
LIMIT 100;

-- name: wrong_weeks
SELECT
    'week' AS kind, coalesce(w.learner_id, l.learner_id)::text || ' '
        || coalesce(w.week, l.week)::text AS subject,
    coalesce(w.points::text, 'nothing') AS stored, coalesce(l.points::text, 'nothing') AS expected
FROM (SELECT * FROM reward_weeks WHERE org_id = :org_id) AS w
FULL JOIN (
    SELECT learner_id, date_trunc('week', org_date)::date AS week, sum(points) AS points
    FROM ledger WHERE org_id = :org_id GROUP BY 1, 2
) AS l ON l.learner_id = w.learner_id AND l.week = w.week
WHERE w.points IS DISTINCT FROM l.points
LIMIT 100;

-- name: wrong_days
SELECT
    'day' AS kind, coalesce(d.learner_id, l.learner_id)::text || ' '
        || coalesce(d.local_date, l.local_date)::text AS subject,
    coalesce(d.points::text, 'nothing') AS stored, coalesce(l.points::text, 'nothing') AS expected
FROM (SELECT * FROM reward_days WHERE org_id = :org_id) AS d
FULL JOIN (
    SELECT learner_id, local_date, sum(points) AS points
    FROM ledger WHERE org_id = :org_id GROUP BY 1, 2
) AS l ON l.learner_id = d.learner_id AND l.local_date = d.local_date
WHERE d.points IS DISTINCT FROM l.points
LIMIT 100;

-- name: ledger_of_facts
-- Entries that facts brought by rules; an award's cause may be any fact that completed it.
SELECT learner_id, source, rule, points
FROM ledger
WHERE org_id = :org_id AND cause = ANY(:fact_ids::uuid[]) AND rule <> 'award';
