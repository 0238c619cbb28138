-- name: add
INSERT INTO security_events (org_id, event_id, account_id, subject_id, kind, detail, time)
VALUES (:org_id, :event_id, :actor, :subject, :kind, :detail, :time);

-- name: page
-- Ids are ordered by time, so `before` needs no second column.
SELECT
    e.event_id, e.time, e.kind, e.account_id AS actor, a.display_name AS actor_name,
    e.subject_id AS subject, s.display_name AS subject_name, e.detail
FROM security_events AS e
LEFT JOIN identities AS a ON a.org_id = e.org_id AND a.account_id = e.account_id
LEFT JOIN identities AS s ON s.org_id = e.org_id AND s.account_id = e.subject_id
WHERE e.org_id = :org_id AND (:before::uuid IS NULL OR e.event_id < :before)
    AND (:kind::text = '' OR e.kind = :kind)
    AND (:account::uuid IS NULL OR e.account_id = :account OR e.subject_id = :account)
ORDER BY e.event_id DESC
LIMIT :most;

-- name: since
SELECT
    e.event_id, e.time, e.kind, e.account_id AS actor, NULL AS actor_name,
    e.subject_id AS subject, NULL AS subject_name, e.detail
FROM security_events AS e
WHERE e.org_id = :org_id AND e.time >= :since AND e.time < :until
ORDER BY e.time, e.event_id;
