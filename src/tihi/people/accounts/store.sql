-- name: add_account
INSERT INTO accounts (org_id, account_id, role, zone, locale, created_at)
VALUES (:org_id, :account_id, :role, :zone, :locale, :created_at);

-- name: add_identity
INSERT INTO identities (
    org_id, account_id, display_name, sign_in_name, password_hash, notice, noticed_at
)
VALUES (
    :org_id, :account_id, :display_name, :sign_in_name, :password_hash, :notice, :noticed_at
);

-- name: read
SELECT
    account_id, role, active, display_name, sign_in_name, password_hash IS NOT NULL AS has_password,
    zone, locale, public_rank, theme, calm_motion, daily_goal
FROM accounts
JOIN identities USING (org_id, account_id)
WHERE org_id = :org_id AND account_id = :account_id;

-- name: credential
SELECT
    i.account_id, i.password_hash, a.role, a.active,
    o.frozen AND a.role <> 'admin' AS frozen
FROM identities AS i
JOIN accounts AS a USING (org_id, account_id)
JOIN orgs AS o USING (org_id)
WHERE i.org_id = :org_id AND sign_in_name = :sign_in_name;

-- name: change_account
UPDATE accounts
SET zone = :zone, locale = :locale, public_rank = :public_rank, theme = :theme,
    calm_motion = :calm_motion, daily_goal = :daily_goal
WHERE org_id = :org_id AND account_id = :account_id;

-- name: change_name
UPDATE identities SET display_name = :display_name
WHERE org_id = :org_id AND account_id = :account_id;

-- name: set_password
UPDATE identities SET sign_in_name = :sign_in_name, password_hash = :password_hash
WHERE org_id = :org_id AND account_id = :account_id;

-- name: password_hash
SELECT coalesce(password_hash, '') AS password_hash FROM identities
WHERE org_id = :org_id AND account_id = :account_id;

-- name: add_session
INSERT INTO sessions (
    org_id, session_id, account_id, device, created_at, seen_at, expires_at, half
)
VALUES (:org_id, :session_id, :account_id, :device, :now, :now, :expires_at, :half);

-- name: present
SELECT
    s.session_id, a.account_id, a.role, a.zone, o.zone AS org_zone, a.locale, s.created_at,
    s.seen_at, s.half
FROM orgs AS o
CROSS JOIN unnest(:session_ids::uuid[]) AS k (session_id)
CROSS JOIN LATERAL (
    SELECT * FROM sessions
    WHERE org_id = o.org_id AND session_id = k.session_id
    OFFSET 0
) AS s
CROSS JOIN LATERAL (
    SELECT * FROM accounts
    WHERE org_id = o.org_id AND account_id = s.account_id
    OFFSET 0
) AS a
WHERE o.org_id = :org_id AND s.expires_at > :now AND a.active
    AND (a.role = 'admin' OR NOT o.frozen);

-- name: seen
UPDATE sessions SET seen_at = :now
WHERE org_id = :org_id AND session_id = ANY(:session_ids::uuid[]);

-- name: sessions
SELECT session_id, created_at, seen_at, device
FROM sessions
WHERE org_id = :org_id AND account_id = :account_id AND expires_at > :now AND NOT half
ORDER BY seen_at DESC;

-- name: end_sessions
-- All of the account's sessions but `kept`; only `one_session` where it is given.
DELETE FROM sessions
WHERE org_id = :org_id AND account_id = :account_id
    AND (:one_session::uuid IS NULL OR session_id = :one_session)
    AND (:kept::uuid IS NULL OR session_id <> :kept)
RETURNING session_id;

-- name: names
SELECT account_id, display_name, public_rank
FROM identities
JOIN accounts USING (org_id, account_id)
WHERE org_id = :org_id AND account_id = ANY(:account_ids::uuid[]);

-- name: people_by_sign_in
SELECT role, display_name, sign_in_name
FROM identities
JOIN accounts USING (org_id, account_id)
WHERE org_id = :org_id AND sign_in_name = ANY(:sign_in_names::text[])
ORDER BY array_position(:sign_in_names::text[], sign_in_name);

-- name: learner_zones
SELECT account_id, zone FROM accounts
WHERE org_id = :org_id AND account_id = ANY(:account_ids::uuid[]) AND role = 'learner' AND active;

-- name: end_every_session
DELETE FROM sessions WHERE org_id = :org_id RETURNING session_id;

-- name: by_sign_in
SELECT account_id FROM identities WHERE org_id = :org_id AND sign_in_name = :sign_in_name;
