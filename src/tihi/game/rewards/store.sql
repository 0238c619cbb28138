-- name: states
SELECT
    s.learner_id, s.version, s.counted, s.xp, s.level, s.entry, s.fell, s.last_time, s.day,
    s.day_points, s.week, s.week_points, s.week_time
FROM unnest(:org_ids::uuid[], :learner_ids::uuid[]) AS k (org_id, learner_id)
CROSS JOIN LATERAL (
    SELECT * FROM reward_states
    WHERE org_id = k.org_id AND learner_id = k.learner_id
    OFFSET 0
) AS s;

-- name: write
-- States in id order. A row that another batch has moved on meanwhile is not touched, and then
-- no entry is added either; nor where a row that is remembered is no more, as a backup leaves it.
-- An entry says by its place which of the facts it came from.
WITH moved AS (
    INSERT INTO reward_states AS s (
        org_id, learner_id, version, was, counted, xp, level, entry, fell, last_time, day,
        day_points, week, week_points, week_time
    )
    SELECT
        k.org_id, k.learner_id, :version, k.was, k.counted, k.xp, k.level, k.entry, k.fell,
        k.last_time, k.day, k.day_points, k.week, k.week_points, k.week_time
    FROM unnest(
        :state_orgs::uuid[], :state_learners::uuid[], :was::text::bigint[],
        :counted::text::int[], :xps::text::bigint[], :levels::text::int[], :lasts::text::bigint[],
        :fells::text::boolean[], :last_times::text::timestamptz[], :days::text::date[],
        :day_points::text::bigint[], :weeks::text::date[], :week_points::text::bigint[],
        :week_times::text::timestamptz[]
    ) AS k (
        org_id, learner_id, was, counted, xp, level, entry, fell, last_time, day, day_points, week,
        week_points, week_time
    )
    WHERE k.org_id = ANY(:org_ids::uuid[])
    ON CONFLICT (org_id, learner_id) DO UPDATE
    SET version = excluded.version, was = excluded.was, counted = excluded.counted,
        xp = excluded.xp, level = excluded.level, entry = excluded.entry, fell = excluded.fell,
        last_time = excluded.last_time, day = excluded.day, day_points = excluded.day_points,
        week = excluded.week, week_points = excluded.week_points, week_time = excluded.week_time
    WHERE s.version = excluded.was
    RETURNING coalesce(old.version, 0) = new.was AS known
), entered AS (
    INSERT INTO ledger (
        org_id, learner_id, source, rule, entry, points, balance, inputs, time, local_date,
        org_date, cause, context
    )
    SELECT
        f.org_id, f.learner_id, k.source, k.rule, k.entry, k.points, k.balance, k.inputs, f.time,
        f.local_date, f.org_date, f.cause, f.context
    FROM unnest(
        :places::text::int[], :sources::text::text[], :rules::text::text[],
        :entries::text::bigint[], :points::text::bigint[], :balances::text::bigint[],
        :inputs::json[]
    ) AS k (place, source, rule, entry, points, balance, inputs)
    JOIN unnest(
        :fact_orgs::uuid[], :fact_learners::uuid[], :times::text::timestamptz[],
        :local_dates::text::date[], :org_dates::text::date[], :causes::uuid[],
        :contexts::text::text[]
    ) WITH ORDINALITY AS f (
        org_id, learner_id, time, local_date, org_date, cause, context, place
    ) USING (place)
    WHERE f.org_id = ANY(:org_ids::uuid[])
        AND (SELECT count(*) FROM moved WHERE known) = :learners::int
)
SELECT count(*) AS moved FROM moved WHERE known;

-- name: older_weeks
SELECT w.learner_id, w.week, w.points, w.last_time
FROM unnest(:org_ids::uuid[], :learner_ids::uuid[], :weeks::text::date[])
    AS k (org_id, learner_id, week)
CROSS JOIN LATERAL (
    SELECT * FROM reward_weeks
    WHERE org_id = k.org_id AND learner_id = k.learner_id AND week = k.week
    OFFSET 0
) AS w;

-- name: put_weeks
INSERT INTO reward_weeks (org_id, learner_id, week, points, last_time)
SELECT * FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :weeks::text::date[],
    :points::text::bigint[], :last_times::text::timestamptz[]
)
ON CONFLICT (org_id, learner_id, week) DO UPDATE
SET points = excluded.points, last_time = excluded.last_time;

-- name: state
SELECT
    learner_id, version, counted, xp, level, entry, fell, last_time, day, day_points, week,
    week_points, week_time
FROM reward_states
WHERE org_id = :org_id AND learner_id = :learner_id;

-- name: daily_goal
SELECT daily_goal FROM accounts WHERE org_id = :org_id AND account_id = :learner_id;

-- name: page
SELECT
    l.entry, l.time, l.points, l.balance, l.source, l.rule, l.inputs::jsonb AS inputs, l.context,
    f.source AS fact_source, f.fact_id, f.type AS fact_type, f.time AS fact_time,
    f.data ->> 'reason' AS fact_reason
FROM ledger AS l
LEFT JOIN facts AS f
    ON f.org_id = l.org_id AND f.fact_id = l.cause AND f.subject = l.learner_id
WHERE l.org_id = :org_id AND l.learner_id = :learner_id AND l.entry < :before
    AND (:context = '' OR l.context = :context)
ORDER BY l.entry DESC
LIMIT :most;

-- name: progress_of
SELECT
    s.learner_id, s.xp, s.level,
    CASE WHEN s.week = :week THEN s.week_points ELSE 0 END AS week_xp
FROM reward_states AS s
WHERE s.org_id = :org_id AND s.learner_id = ANY(:learner_ids::uuid[]);

-- name: uncounted
SELECT learner_id FROM reward_states
WHERE org_id = :org_id AND learner_id > :after AND counted < :version
ORDER BY learner_id
LIMIT :most;

-- name: how_many_uncounted
SELECT count(*) AS n FROM reward_states WHERE org_id = :org_id AND counted < :version;

-- name: counted
SELECT learner_id, counted FROM reward_states
WHERE org_id = :org_id AND learner_id > :after
ORDER BY learner_id
LIMIT :most;

-- name: heights
-- A level lies between what the present total begins, and what the highest total ever did. Here
-- and in `wrong_days` each learner's entries are looked up, whatever statistics say (ADR 19).
SELECT s.learner_id, s.level, s.xp, l.most
FROM reward_states AS s
CROSS JOIN LATERAL (
    SELECT max(balance) AS most FROM ledger
    WHERE org_id = s.org_id AND learner_id = s.learner_id
    OFFSET 0
) AS l
WHERE s.org_id = :org_id AND l.most IS NOT NULL;

-- name: wrong_states
-- State against ledger, both ways; newest day and week with them.
SELECT
    'state' AS kind, coalesce(s.learner_id, l.learner_id)::text AS subject,
    CASE
        WHEN s.learner_id IS NULL THEN 'nothing'
        ELSE concat_ws(' ', s.xp, 'at', s.entry, 'on', s.day, 'last', s.last_time, 'fell', s.fell)
    END AS stored,
    CASE
        WHEN l.learner_id IS NULL THEN 'nothing'
        ELSE concat_ws(' ', l.xp, 'at', l.entry, 'on', l.day, 'last', l.last_time, 'fell', l.fell)
    END AS expected
FROM (SELECT * FROM reward_states WHERE org_id = :org_id AND entry > 0) AS s
FULL JOIN (
    SELECT
        learner_id, sum(points) AS xp, max(entry) AS entry, max(local_date) AS day,
        max(time) AS last_time, bool_or(points < 0) AS fell
    FROM ledger WHERE org_id = :org_id GROUP BY learner_id
) AS l ON l.learner_id = s.learner_id
WHERE s.xp IS DISTINCT FROM l.xp OR s.entry IS DISTINCT FROM l.entry
    OR s.day IS DISTINCT FROM l.day OR s.last_time IS DISTINCT FROM l.last_time
    OR s.fell IS DISTINCT FROM l.fell
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
    coalesce(w.points::text || ' at ' || w.last_time::text, 'nothing') AS stored,
    coalesce(l.points::text || ' at ' || l.last_time::text, 'nothing') AS expected
FROM (
    SELECT learner_id, week, points, last_time FROM reward_weeks WHERE org_id = :org_id
    UNION ALL
    SELECT learner_id, week, week_points, week_time
    FROM reward_states WHERE org_id = :org_id AND entry > 0
) AS w
FULL JOIN (
    SELECT
        learner_id, date_trunc('week', org_date)::date AS week, sum(points) AS points,
        max(time) AS last_time
    FROM ledger WHERE org_id = :org_id GROUP BY 1, 2
) AS l ON l.learner_id = w.learner_id AND l.week = w.week
WHERE w.points IS DISTINCT FROM l.points OR w.last_time IS DISTINCT FROM l.last_time
LIMIT 100;

-- name: wrong_days
SELECT
    'day' AS kind, s.learner_id::text || ' ' || s.day::text AS subject,
    s.day_points::text AS stored, l.points::text AS expected
FROM reward_states AS s
CROSS JOIN LATERAL (
    SELECT coalesce(sum(points), 0) AS points FROM ledger
    WHERE org_id = s.org_id AND learner_id = s.learner_id AND local_date = s.day
    OFFSET 0
) AS l
WHERE s.org_id = :org_id AND s.entry > 0 AND s.day_points <> l.points
LIMIT 100;

-- name: ledger_of_facts
-- Entries that facts brought by rules; an award's cause may be any fact that completed it.
SELECT l.learner_id, l.source, l.rule, l.points
FROM unnest(:learner_ids::uuid[], :sources::text::text[]) AS k (learner_id, source)
CROSS JOIN LATERAL (
    SELECT learner_id, source, rule, points FROM ledger
    WHERE org_id = :org_id AND learner_id = k.learner_id AND source = k.source
    OFFSET 0
) AS l;
