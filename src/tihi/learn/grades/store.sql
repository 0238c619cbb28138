-- name: told
SELECT
    org_id, source, fact_id, type, subject, time, zone, org_zone, n, local_date, org_date,
    nth_today, rule_set, context, parent, data
FROM facts
WHERE org_id = :org_id AND source = 'learn' AND fact_id = :fact_id AND subject = :learner_id
    AND type = :type;

-- name: given
-- The log leads to a learner's answers, which have no index of their own by learner.
WITH told AS MATERIALIZED (
    SELECT n, fact_id, context::uuid AS attempt_id FROM facts
    WHERE org_id = :org_id AND subject = :learner_id AND source = 'learn'
        AND type = 'answer.graded.v1' AND n < :before
        AND (:answer_id::uuid IS NULL OR fact_id = :answer_id)
    ORDER BY n DESC
    LIMIT :most
)
SELECT
    t.n, a.fact_id AS answer_id, a.learner_id, a.attempt_id, s.item_id, s.version, s.again,
    l.name AS lesson, a.response, a.verdict, a.credit, a.answered_at
FROM told AS t
JOIN answers AS a
    ON a.org_id = :org_id AND a.attempt_id = t.attempt_id AND a.fact_id = t.fact_id
JOIN steps AS s ON s.org_id = a.org_id AND s.attempt_id = a.attempt_id AND s.step = a.step
JOIN attempts AS p ON p.org_id = a.org_id AND p.attempt_id = a.attempt_id
LEFT JOIN lessons AS l ON l.org_id = p.org_id AND l.lesson_id = p.lesson_id
ORDER BY t.n DESC;

-- name: given_in
-- The answers of one attempt, in order.
SELECT
    f.n, a.fact_id AS answer_id, a.learner_id, a.attempt_id, s.item_id, s.version, s.again,
    l.name AS lesson, a.response, a.verdict, a.credit, a.answered_at
FROM attempts AS p
JOIN answers AS a ON a.org_id = p.org_id AND a.attempt_id = p.attempt_id
JOIN steps AS s ON s.org_id = a.org_id AND s.attempt_id = a.attempt_id AND s.step = a.step
JOIN facts AS f ON f.org_id = a.org_id AND f.source = 'learn' AND f.fact_id = a.fact_id
LEFT JOIN lessons AS l ON l.org_id = p.org_id AND l.lesson_id = p.lesson_id
WHERE p.org_id = :org_id AND p.attempt_id = :attempt_id AND p.learner_id = :learner_id
ORDER BY a.step;

-- name: asked_of
-- The answers that a learner asked about, the last one first.
SELECT
    f.n, a.fact_id AS answer_id, a.learner_id, a.attempt_id, s.item_id, s.version, s.again,
    l.name AS lesson, a.response, a.verdict, a.credit, a.answered_at
FROM grade_requests AS r
JOIN answers AS a
    ON a.org_id = r.org_id AND a.attempt_id = r.attempt_id AND a.fact_id = r.answer_id
JOIN steps AS s ON s.org_id = a.org_id AND s.attempt_id = a.attempt_id AND s.step = a.step
JOIN facts AS f ON f.org_id = a.org_id AND f.source = 'learn' AND f.fact_id = a.fact_id
JOIN attempts AS p ON p.org_id = a.org_id AND p.attempt_id = a.attempt_id
LEFT JOIN lessons AS l ON l.org_id = p.org_id AND l.lesson_id = p.lesson_id
WHERE r.org_id = :org_id AND r.learner_id = :learner_id
ORDER BY r.asked_at DESC, r.answer_id
LIMIT :most;

-- name: asked_in
-- The answers that learners of a class wait about, the first to ask first.
SELECT
    f.n, a.fact_id AS answer_id, a.learner_id, a.attempt_id, s.item_id, s.version, s.again,
    l.name AS lesson, a.response, a.verdict, a.credit, a.answered_at
FROM class_members AS m
JOIN grade_requests AS r ON r.org_id = m.org_id AND r.learner_id = m.account_id
JOIN answers AS a
    ON a.org_id = r.org_id AND a.attempt_id = r.attempt_id AND a.fact_id = r.answer_id
JOIN steps AS s ON s.org_id = a.org_id AND s.attempt_id = a.attempt_id AND s.step = a.step
JOIN facts AS f ON f.org_id = a.org_id AND f.source = 'learn' AND f.fact_id = a.fact_id
JOIN attempts AS p ON p.org_id = a.org_id AND p.attempt_id = a.attempt_id
LEFT JOIN lessons AS l ON l.org_id = p.org_id AND l.lesson_id = p.lesson_id
WHERE m.org_id = :org_id AND m.class_id = :class_id AND NOT m.teaches AND a.credit = r.credit
    AND NOT EXISTS (
        SELECT 1 FROM kept_grades AS k
        WHERE k.org_id = r.org_id AND k.answer_id = r.answer_id
    )
ORDER BY r.asked_at, r.answer_id
LIMIT :most;

-- name: waiting
-- How many requests of a learner are open.
SELECT count(*)::int AS waiting
FROM grade_requests AS r
JOIN answers AS a
    ON a.org_id = r.org_id AND a.attempt_id = r.attempt_id AND a.fact_id = r.answer_id
WHERE r.org_id = :org_id AND r.learner_id = :learner_id AND a.credit = r.credit
    AND NOT EXISTS (
        SELECT 1 FROM kept_grades AS k
        WHERE k.org_id = r.org_id AND k.answer_id = r.answer_id
    );

-- name: open_requests
-- How many requests are open in each class that `taught_by` teaches; in all classes for NULL.
SELECT m.class_id, count(*)::int AS open
FROM class_members AS m
JOIN grade_requests AS r ON r.org_id = m.org_id AND r.learner_id = m.account_id
JOIN answers AS a
    ON a.org_id = r.org_id AND a.attempt_id = r.attempt_id AND a.fact_id = r.answer_id
WHERE m.org_id = :org_id AND NOT m.teaches AND a.credit = r.credit
    AND NOT EXISTS (
        SELECT 1 FROM kept_grades AS k
        WHERE k.org_id = r.org_id AND k.answer_id = r.answer_id
    )
    AND (:taught_by::uuid IS NULL OR EXISTS (
        SELECT 1 FROM class_members AS t
        WHERE t.org_id = m.org_id AND t.class_id = m.class_id
            AND t.account_id = :taught_by AND t.teaches
    ))
GROUP BY m.class_id
ORDER BY m.class_id;

-- name: requests
SELECT
    r.answer_id, r.key, r.statement, r.credit, r.asked_at, k.kept_at, k.kept_by, k.reason
FROM grade_requests AS r
LEFT JOIN kept_grades AS k ON k.org_id = r.org_id AND k.answer_id = r.answer_id
WHERE r.org_id = :org_id AND r.answer_id = ANY(:answer_ids::uuid[]);

-- name: ask
INSERT INTO grade_requests (
    org_id, answer_id, attempt_id, learner_id, key, statement, credit, asked_at
)
VALUES (
    :org_id, :answer_id, :attempt_id, :learner_id, :key, :statement, :credit, :asked_at
);

-- name: keep
INSERT INTO kept_grades (org_id, answer_id, learner_id, kept_by, kept_at, reason)
VALUES (:org_id, :answer_id, :learner_id, :kept_by, :kept_at, :reason);

-- name: corrections
SELECT
    answer_id, nth, fact_id, key, learner_id, corrected_by, corrected_at, old_credit, credit, run,
    reason
FROM grade_corrections
WHERE org_id = :org_id AND answer_id = ANY(:answer_ids::uuid[])
ORDER BY answer_id, nth;

-- name: add
INSERT INTO grade_corrections (
    org_id, answer_id, nth, fact_id, key, learner_id, corrected_by, corrected_at, old_credit,
    credit, run, reason
)
VALUES (
    :org_id, :answer_id, :nth, :fact_id, :key, :learner_id, :corrected_by, :corrected_at,
    :old_credit, :credit, :run, :reason
);

-- name: run_before
-- How many answers in a row are right, the last of them before `before` in the log.
WITH graded AS MATERIALIZED (
    SELECT f.n, coalesce(c.credit, (f.data ->> 'credit')::float8) = 1 AS is_right
    FROM facts AS f
    LEFT JOIN LATERAL (
        SELECT g.credit FROM grade_corrections AS g
        WHERE g.org_id = f.org_id AND g.answer_id = f.fact_id
        ORDER BY g.nth DESC
        LIMIT 1
    ) AS c ON true
    WHERE f.org_id = :org_id AND f.subject = :learner_id AND f.source = 'learn'
        AND f.type = 'answer.graded.v1' AND f.n < :before
)
SELECT count(*)::int AS run FROM graded
WHERE n > coalesce((SELECT max(n) FROM graded WHERE NOT is_right), 0);

-- name: best_result
-- The most items that were right at the first try in a finished lesson, by any correction of it.
SELECT coalesce(max((data ->> 'lesson.right_first')::int), 0) AS best FROM facts
WHERE org_id = :org_id AND subject = :learner_id AND source = 'learn'
    AND type = 'grade.overridden.v1' AND context = :attempt_id::uuid::text;
