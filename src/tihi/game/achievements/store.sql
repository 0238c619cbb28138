-- name: counts
SELECT c.learner_id, c.criterion, c.span, c.value
FROM criterion_counts AS c
JOIN unnest(:org_ids::uuid[], :learner_ids::uuid[], :criteria::text[], :spans::text[])
    AS k (org_id, learner_id, criterion, span) USING (org_id, learner_id, criterion, span);

-- name: put_counts
INSERT INTO criterion_counts AS c (org_id, learner_id, criterion, span, value)
SELECT *
FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :criteria::text[], :spans::text[], :values::float8[]
)
ON CONFLICT (org_id, learner_id, criterion, span) DO UPDATE SET value = excluded.value;

-- name: meet
-- Which of these values are met for the first time.
INSERT INTO criterion_values (org_id, learner_id, criterion, span, seen)
SELECT DISTINCT *
FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :criteria::text[], :spans::text[], :seens::text[]
)
ON CONFLICT DO NOTHING
RETURNING learner_id, criterion, span, seen;

-- name: progress
SELECT criterion, value FROM criterion_counts
WHERE org_id = :org_id AND learner_id = :learner_id AND span = '*';

-- name: awards
SELECT org_id, learner_id, achievement, tier, version, cause, time
FROM awards
WHERE org_id = ANY(:org_ids::uuid[]) AND learner_id = ANY(:learner_ids::uuid[]);

-- name: add_awards
INSERT INTO awards (org_id, learner_id, achievement, tier, version, cause, time)
SELECT *
FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :achievements::text[], :tiers::int[], :versions::int[],
    :causes::uuid[], :times::timestamptz[]
);
