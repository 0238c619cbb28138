-- name: add
INSERT INTO api_keys (org_id, key_id, name, scopes, created_at, expires_at)
VALUES (:org_id, :key_id, :name, :scopes, :created_at, :expires_at);

-- name: cards
SELECT key_id, name, scopes, created_at, expires_at, used_at, revoked_at
FROM api_keys
WHERE org_id = :org_id
ORDER BY key_id DESC;

-- name: use
UPDATE api_keys AS k SET used_at = :now
FROM orgs AS o
WHERE k.org_id = :org_id AND k.key_id = :key_id AND k.revoked_at IS NULL AND k.expires_at > :now
    AND o.org_id = k.org_id AND NOT o.frozen
RETURNING k.key_id, k.scopes;

-- name: revoke
UPDATE api_keys SET revoked_at = :now
WHERE org_id = :org_id AND key_id = :key_id AND revoked_at IS NULL;
