-- name: today
-- On the org's own calendar.
SELECT zone, tidied_on FROM orgs WHERE org_id = :org_id;

-- name: tidied
-- A day in the future is of a clock that was wrong.
UPDATE orgs SET tidied_on = :today
WHERE org_id = :org_id
    AND (tidied_on IS NULL OR tidied_on < :today OR tidied_on > :last_credible);

-- name: note_use
-- Sessions end and entries age; what they say of an account's last use is kept beyond them.
WITH lately AS (
    SELECT u.account_id, max(u.at) AS at
    FROM (
        SELECT account_id, seen_at AS at FROM sessions WHERE org_id = :org_id
        UNION ALL
        SELECT account_id, time FROM security_events
        WHERE org_id = :org_id AND time >= :since AND kind = ANY(:uses::text[])
    ) AS u
    GROUP BY u.account_id
)
UPDATE accounts AS a SET used_at = l.at
FROM lately AS l
WHERE a.org_id = :org_id AND a.account_id = l.account_id
    AND (a.used_at IS NULL OR a.used_at < l.at);

-- name: note_learning
-- Whoever learns by way of another product never signs in here. Asked of those alone who would
-- be warned of, so each of them is asked for once in a long while.
UPDATE accounts AS a SET used_at = f.time
FROM accounts AS c
CROSS JOIN LATERAL (
    SELECT time FROM facts
    WHERE org_id = c.org_id AND subject = c.account_id
    ORDER BY n DESC
    LIMIT 1
) AS f
WHERE a.org_id = :org_id AND c.org_id = a.org_id AND c.account_id = a.account_id
    AND coalesce(c.used_at, c.created_at) < :before
    AND f.time > coalesce(c.used_at, c.created_at);

-- name: note_left
-- Since when an account is closed; none of one that is open again.
UPDATE accounts SET left_at = CASE WHEN active THEN NULL ELSE :now::timestamptz END
WHERE org_id = :org_id AND active = (left_at IS NOT NULL);

-- name: unwarn
UPDATE accounts SET warned_at = NULL
WHERE org_id = :org_id AND warned_at IS NOT NULL
    AND (coalesce(used_at, created_at) >= :before OR role = 'admin');

-- name: warn
-- An administrator is never erased by age, so that an org keeps one.
UPDATE accounts SET warned_at = :now
WHERE org_id = :org_id AND warned_at IS NULL AND role <> 'admin'
    AND coalesce(used_at, created_at) < :before;

-- name: unused
SELECT account_id FROM accounts
WHERE org_id = :org_id AND role <> 'admin' AND coalesce(used_at, created_at) < :before
    AND warned_at <= :warned_before
ORDER BY account_id
LIMIT :most
FOR UPDATE SKIP LOCKED;

-- name: end_sessions
DELETE FROM sessions WHERE org_id = :org_id AND session_id = ANY(ARRAY(
    SELECT session_id FROM sessions
    WHERE org_id = :org_id AND expires_at < :before
    LIMIT :most
))
RETURNING session_id;

-- name: end_links
DELETE FROM links WHERE org_id = :org_id AND link_id = ANY(ARRAY(
    SELECT link_id FROM links
    WHERE org_id = :org_id AND expires_at < :before
    LIMIT :most
))
RETURNING link_id;

-- name: forget_events
SELECT system.forget_events(:org_id, :before, :kinds::text[], :of_kinds, :most) AS gone;

-- name: forget_outcomes
DELETE FROM outcomes WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM outcomes
    WHERE org_id = :org_id AND time < :before
    LIMIT :most
));

-- name: forget_answers
-- With their attempts, of which the steps go by themselves.
WITH gone AS (
    DELETE FROM attempts WHERE org_id = :org_id AND attempt_id = ANY(ARRAY(
        SELECT t.attempt_id
        FROM accounts AS a
        JOIN attempts AS t ON t.org_id = a.org_id AND t.learner_id = a.account_id
        WHERE a.org_id = :org_id AND a.left_at < :before
        LIMIT :most
    ))
    RETURNING attempt_id
), answered AS (
    DELETE FROM answers WHERE org_id = :org_id AND attempt_id IN (SELECT attempt_id FROM gone)
)
SELECT count(*) AS gone FROM gone;
