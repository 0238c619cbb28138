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
    r.pack, r.version, r.applied_at,
    jsonb_array_length(r.document -> 'rules') AS rules,
    jsonb_array_length(r.document -> 'achievements') AS achievements,
    coalesce(jsonb_array_length(r.document -> 'retired_rules'), 0)
    + coalesce(jsonb_array_length(r.document -> 'retired_achievements'), 0) AS retired,
    coalesce(b.done, 0) AS counted,
    CASE WHEN b.version IS NOT NULL THEN coalesce(b.total, 0) END AS to_count,
    coalesce(b.awards, 0) AS awards
FROM rule_sets AS r
LEFT JOIN backfills AS b ON b.org_id = r.org_id AND b.version = r.version
WHERE r.org_id = :org_id
ORDER BY r.version DESC
LIMIT 100;

-- name: versions
SELECT org_id, rule_set FROM orgs WHERE org_id = ANY(:org_ids::uuid[]);

-- name: add_backfill
INSERT INTO backfills (org_id, version, after, done, awards, begun_at)
VALUES (:org_id, :version, '00000000-0000-0000-0000-000000000000', 0, 0, :begun_at);

-- name: next_backfill
SELECT version, after, done, total, awards, finished_at
FROM backfills
WHERE org_id = :org_id AND finished_at IS NULL
ORDER BY version
LIMIT 1
FOR UPDATE;

-- name: open_backfills
SELECT count(*) AS n FROM backfills WHERE org_id = :org_id AND finished_at IS NULL;

-- name: put_backfill
UPDATE backfills
SET after = :after, done = :done, total = :total, awards = :awards, finished_at = :finished_at
WHERE org_id = :org_id AND version = :version;

-- name: lock_org
SELECT rule_set FROM orgs WHERE org_id = :org_id FOR UPDATE;
