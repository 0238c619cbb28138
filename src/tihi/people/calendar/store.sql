-- name: rest_of
SELECT s.first_day, s.last_day, s.label
FROM rest_spans AS s
WHERE s.org_id = :org_id AND (s.learner_id IS NULL OR s.learner_id = :learner_id)
ORDER BY s.first_day;

-- name: holidays
SELECT span_id, first_day, last_day, label
FROM rest_spans
WHERE org_id = :org_id AND learner_id IS NULL AND last_day >= :since
ORDER BY first_day, span_id;

-- name: end_holiday
-- What has passed of a holiday stays, today with it: those days were rest days.
UPDATE rest_spans SET last_day = :today
WHERE org_id = :org_id AND span_id = :span_id AND learner_id IS NULL
    AND first_day <= :today AND last_day > :today;

-- name: drop_holiday
DELETE FROM rest_spans
WHERE org_id = :org_id AND span_id = :span_id AND learner_id IS NULL AND first_day > :today;

-- name: set_weekdays
UPDATE orgs SET rest_days = :weekdays::int[] WHERE org_id = :org_id;

-- name: weekdays
SELECT rest_days::int[] AS rest_days FROM orgs WHERE org_id = :org_id;

-- name: add_span
INSERT INTO rest_spans (org_id, span_id, learner_id, first_day, last_day, label)
VALUES (:org_id, :span_id, :learner_id, :first_day, :last_day, :label);

-- name: cut_pauses
-- What has passed of a pause stays: those days were rest days.
UPDATE rest_spans SET last_day = :today - 1
WHERE org_id = :org_id AND learner_id = :learner_id AND first_day < :today AND last_day >= :today;

-- name: drop_pauses
DELETE FROM rest_spans
WHERE org_id = :org_id AND learner_id = :learner_id AND first_day >= :today;

-- name: pause_of
SELECT first_day, last_day, label
FROM rest_spans
WHERE org_id = :org_id AND learner_id = :learner_id AND last_day >= :today
ORDER BY first_day
LIMIT 1;

-- name: spans_of
-- Holidays of the orgs and pauses of the learners, for a batch.
SELECT org_id, learner_id, first_day, last_day, label
FROM rest_spans
WHERE org_id = ANY(:org_ids::uuid[])
    AND (learner_id IS NULL OR learner_id = ANY(:learner_ids::uuid[]));

-- name: weekdays_of
SELECT org_id, rest_days::int[] AS weekdays FROM orgs WHERE org_id = ANY(:org_ids::uuid[]);
