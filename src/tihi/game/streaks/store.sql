-- name: days
SELECT learner_id, day, mark
FROM streak_days
WHERE org_id = ANY(:org_ids::uuid[]) AND learner_id = ANY(:learner_ids::uuid[]);

-- name: mark_days
-- A mark is never weakened: an active day stays active when a late freeze arrives.
INSERT INTO streak_days AS d (org_id, learner_id, day, mark)
SELECT k.org_id, k.learner_id, k.day, k.mark
FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :days::text::date[], :marks::text::text[]
)
    AS k (org_id, learner_id, day, mark)
ORDER BY k.learner_id, k.day
ON CONFLICT (org_id, learner_id, day) DO UPDATE SET mark = excluded.mark
WHERE d.mark <> 'active' AND d.mark <> excluded.mark
RETURNING d.learner_id, d.day, d.mark;

-- name: watch
-- The first active day begins the watch; what lies before it cannot be missed. Locks the learners
-- in id order, before their days, as the closing job does.
INSERT INTO streak_closes AS c (org_id, learner_id, closed_until)
SELECT DISTINCT ON (k.learner_id) k.org_id, k.learner_id, k.day
FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :days::text::date[]) AS k (org_id,
    learner_id, day
)
ORDER BY k.learner_id, k.day
ON CONFLICT (org_id, learner_id) DO UPDATE SET closed_until = c.closed_until
RETURNING c.learner_id, c.closed_until;

-- name: zones
SELECT DISTINCT zone FROM accounts WHERE org_id = :org_id AND role = 'learner';

-- name: unclosed
SELECT c.org_id, c.learner_id, c.closed_until
FROM streak_closes AS c
JOIN accounts AS a ON a.org_id = c.org_id AND a.account_id = c.learner_id
WHERE c.org_id = :org_id AND a.zone = :zone AND c.closed_until < :yesterday
ORDER BY c.learner_id
LIMIT :most
FOR UPDATE OF c SKIP LOCKED;

-- name: close_days
UPDATE streak_closes SET closed_until = :yesterday
WHERE org_id = :org_id AND learner_id = ANY(:learner_ids::uuid[]);

-- name: active_facts
-- What the days of a learner should be, from the log.
SELECT DISTINCT f.subject AS learner_id, (f.data ->> 'local_date')::date AS day, 'active' AS mark
FROM facts AS f
WHERE f.org_id = :org_id AND f.type = 'day.active.v1' AND NOT EXISTS (
    SELECT 1 FROM due AS d
    WHERE d.org_id = f.org_id AND d.source = f.source AND d.fact_id = f.fact_id
        AND d.consumer = 'streaks'
);

-- name: active_days
SELECT learner_id, day, mark FROM streak_days WHERE org_id = :org_id AND mark = 'active';

-- name: untold
-- Active days whose run was never told to the log.
SELECT n.learner_id, n.day, 'active' AS mark
FROM (
    SELECT learner_id, day FROM streak_days WHERE org_id = :org_id AND mark = 'active'
    EXCEPT
    SELECT subject, (data ->> 'local_date')::date
    FROM facts WHERE org_id = :org_id AND type = 'streak.kept.v1'
) AS n
ORDER BY n.learner_id, n.day
LIMIT 100;

-- name: overspent
SELECT learner_id, frozen, active / :active_days::int AS earned
FROM (
    SELECT
        learner_id, count(*) FILTER (WHERE mark = 'frozen') AS frozen,
        count(*) FILTER (WHERE mark = 'active') AS active
    FROM streak_days WHERE org_id = :org_id GROUP BY learner_id
) AS n
WHERE frozen > active / :active_days::int
LIMIT 100;

-- name: thaw
-- Days of an amnesty are rest, so that a freeze spent on one comes back.
UPDATE streak_days SET mark = 'paused'
WHERE org_id = :org_id AND mark = 'frozen' AND day BETWEEN :first_day AND :last_day;

-- name: reopen
-- In id order, as the consumer and the closing job lock them.
WITH held AS (
    SELECT learner_id FROM streak_closes
    WHERE org_id = :org_id AND closed_until > :after
    ORDER BY learner_id
    FOR UPDATE
)
UPDATE streak_closes AS c SET closed_until = :after
FROM held AS h
WHERE c.org_id = :org_id AND c.learner_id = h.learner_id;
