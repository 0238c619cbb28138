-- name: lock
-- Whoever writes an answer or corrects a grade locks this row first and the count of the learner's
-- facts later; an erasure takes both in that order too, so that neither waits for the other in
-- turn. A first answer that is under way has made the row already, so it is made here as well.
INSERT INTO learner_memory AS m (org_id, learner_id, run)
VALUES (:org_id, :account_id, 0)
ON CONFLICT (org_id, learner_id) DO UPDATE SET run = m.run;

-- name: add_erasure
INSERT INTO erasures (org_id, account_id, erased_at)
VALUES (:org_id, :account_id, :erased_at)
ON CONFLICT DO NOTHING;

-- name: erasures
SELECT account_id, erased_at FROM erasures
WHERE org_id = :org_id AND erased_at >= :since
ORDER BY erased_at, account_id;
