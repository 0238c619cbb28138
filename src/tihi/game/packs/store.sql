-- name: latest
SELECT document FROM rule_sets
WHERE org_id = :org_id
ORDER BY version DESC
LIMIT 1;

-- name: sets
SELECT r.org_id, r.version, r.document
FROM rule_sets AS r
JOIN unnest(:org_ids::uuid[], :versions::int[]) AS k (org_id, version) USING (org_id, version);

-- name: add
INSERT INTO rule_sets (org_id, version, pack, document, applied_at)
VALUES (:org_id, :version, :pack, :document, :applied_at);

-- name: cards
SELECT
    pack, version, applied_at,
    jsonb_array_length(document -> 'rules') AS rules,
    jsonb_array_length(document -> 'achievements') AS achievements
FROM rule_sets
WHERE org_id = :org_id
ORDER BY version DESC
LIMIT 100;

-- name: lock_org
SELECT rule_set FROM orgs WHERE org_id = :org_id FOR UPDATE;
