-- name: stored
SELECT fact_id, type, subject, time, data FROM facts
WHERE org_id = :org_id AND source = :source AND fact_id = ANY(:fact_ids::uuid[]);

-- name: newest
SELECT fact_id, type, subject, time, data FROM facts
WHERE org_id = :org_id AND source = :source AND subject = ANY(:subjects::uuid[])
ORDER BY time DESC, fact_id
LIMIT :most;
