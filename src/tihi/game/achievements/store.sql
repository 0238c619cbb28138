-- name: sheets
SELECT s.org_id, s.learner_id, s.bucket, s.sheet::text AS sheet
FROM unnest(:org_ids::uuid[], :learner_ids::uuid[], :buckets::text::int[])
    AS k (org_id, learner_id, bucket)
CROSS JOIN LATERAL (
    SELECT * FROM achievement_sheets
    WHERE org_id = k.org_id AND learner_id = k.learner_id AND bucket = k.bucket
    OFFSET 0
) AS s;

-- name: sheets_of
SELECT org_id, learner_id, bucket, sheet::text AS sheet FROM achievement_sheets
WHERE org_id = :org_id AND learner_id = ANY(:learner_ids::uuid[]);

-- name: put_sheets
INSERT INTO achievement_sheets (org_id, learner_id, bucket, sheet)
SELECT k.org_id, k.learner_id, k.bucket, k.sheet::json
FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :buckets::text::int[],
    :sheets::text[]
)
    AS k (org_id, learner_id, bucket, sheet)
ON CONFLICT (org_id, learner_id, bucket) DO UPDATE SET sheet = excluded.sheet;

-- name: awards
SELECT org_id, learner_id, achievement, tier, version, cause, time
FROM awards
WHERE org_id = :org_id AND learner_id = ANY(:learner_ids::uuid[]);

-- name: paid
-- To be compared with awards; the ledger itself is the rewards' own.
SELECT learner_id, source, points FROM ledger
WHERE org_id = :org_id AND learner_id = ANY(:learner_ids::uuid[]) AND rule = 'award';

-- name: add_awards
INSERT INTO awards (org_id, learner_id, achievement, tier, version, cause, time)
SELECT *
FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :achievements::text::text[],
    :tiers::text::int[], :versions::text::int[],
    :causes::uuid[], :times::text::timestamptz[]
);
