-- name: add
INSERT INTO links (org_id, link_id, account_id, kind, created_at, expires_at)
VALUES (:org_id, :link_id, :account_id, :kind, :created_at, :expires_at);

-- name: read
SELECT link_id, account_id, kind FROM links
WHERE org_id = :org_id AND link_id = :link_id AND expires_at > :now;

-- name: take
-- Of two who use a link at once one gets a row.
DELETE FROM links
WHERE org_id = :org_id AND link_id = :link_id AND expires_at > :now
RETURNING link_id, account_id, kind;

-- name: end_links
DELETE FROM links WHERE org_id = :org_id AND account_id = :account_id RETURNING link_id;
