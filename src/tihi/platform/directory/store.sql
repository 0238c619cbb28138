-- name: add_org
INSERT INTO system.orgs (org_id, slug, created_at) VALUES (:new_org_id, :slug, :created_at);

-- name: org_by_slug
SELECT org_id FROM system.orgs WHERE slug = :slug;

-- name: every_org
SELECT org_id FROM system.orgs ORDER BY created_at LIMIT 10000;

-- name: add_session
INSERT INTO system.sessions (token_hash, org_id, session_id, expires_at)
VALUES (:token_hash, :org_id, :session_id, :expires_at);

-- name: open_sessions
SELECT s.token_hash, s.org_id, s.session_id
FROM unnest(:token_hashes::bytea[]) AS k (token_hash)
CROSS JOIN LATERAL (
    SELECT * FROM system.sessions
    WHERE token_hash = k.token_hash
    OFFSET 0
) AS s
WHERE s.expires_at > :now;

-- name: end_sessions
DELETE FROM system.sessions
WHERE org_id = :org_id AND session_id = ANY(:session_ids::uuid[]);

-- name: add_code
INSERT INTO system.codes (code_hash, org_id, class_id) VALUES (:code_hash, :org_id, :class_id);

-- name: code
SELECT org_id, class_id FROM system.codes WHERE code_hash = :code_hash;

-- name: end_codes
DELETE FROM system.codes WHERE org_id = :org_id AND class_id = :class_id;

-- name: add_link
INSERT INTO system.links (token_hash, org_id, link_id, expires_at)
VALUES (:token_hash, :org_id, :link_id, :expires_at);

-- name: link
SELECT org_id, link_id FROM system.links
WHERE token_hash = :token_hash AND expires_at > :now;

-- name: end_links
DELETE FROM system.links WHERE org_id = :org_id AND link_id = ANY(:link_ids::uuid[]);

-- name: add_key
INSERT INTO system.api_keys (secret_hash, org_id, key_id) VALUES (:secret_hash, :org_id, :key_id);

-- name: key
SELECT org_id, key_id FROM system.api_keys WHERE secret_hash = :secret_hash;

-- name: end_keys
DELETE FROM system.api_keys WHERE org_id = :org_id AND key_id = ANY(:key_ids::uuid[]);
