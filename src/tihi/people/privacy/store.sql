-- name: add_erasure
INSERT INTO erasures (org_id, account_id, erased_at)
VALUES (:org_id, :account_id, :erased_at)
ON CONFLICT DO NOTHING;

-- name: erasures
SELECT account_id, erased_at FROM erasures
WHERE org_id = :org_id AND erased_at >= :since
ORDER BY erased_at, account_id;
