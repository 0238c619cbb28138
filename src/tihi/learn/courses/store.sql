-- name: cards
SELECT
    c.course_id, c.name,
    count(DISTINCT l.lesson_id) AS lessons,
    count(DISTINCT m.lesson_id) AS lessons_done,
    count(DISTINCT i.item_id) AS items
FROM courses AS c
LEFT JOIN lessons AS l ON l.org_id = c.org_id AND l.course_id = c.course_id
LEFT JOIN items AS i ON i.org_id = l.org_id AND i.lesson_id = l.lesson_id
LEFT JOIN lesson_memory AS m
    ON m.org_id = l.org_id AND m.lesson_id = l.lesson_id AND m.learner_id = :learner_id
WHERE c.org_id = :org_id
GROUP BY c.course_id, c.name, c.position
ORDER BY c.position, c.name;

-- name: lessons
-- `one_course` NULL asks for every course.
SELECT
    c.course_id, c.name AS course, u.unit_id, u.name AS unit, u.position AS unit_position,
    l.lesson_id, l.name AS lesson, count(i.item_id) AS items, m.best, a.attempt_id
FROM lessons AS l
JOIN units AS u ON u.org_id = l.org_id AND u.unit_id = l.unit_id
JOIN courses AS c ON c.org_id = l.org_id AND c.course_id = l.course_id
LEFT JOIN items AS i ON i.org_id = l.org_id AND i.lesson_id = l.lesson_id
LEFT JOIN lesson_memory AS m
    ON m.org_id = l.org_id AND m.lesson_id = l.lesson_id AND m.learner_id = :learner_id
LEFT JOIN attempts AS a
    ON a.org_id = l.org_id AND a.lesson_id = l.lesson_id AND a.learner_id = :learner_id
    AND a.finished_at IS NULL AND a.expires_at > :now
WHERE l.org_id = :org_id AND (:one_course::uuid IS NULL OR l.course_id = :one_course)
GROUP BY
    c.course_id, c.name, c.position, u.unit_id, u.name, u.position, l.lesson_id, l.name,
    l.position, m.best, a.attempt_id
ORDER BY c.position, c.name, u.position, l.position;

-- name: last_course
SELECT a.course_id::text AS course_id
FROM attempts AS a
WHERE a.org_id = :org_id AND a.learner_id = :learner_id
ORDER BY a.opened_at DESC
LIMIT 1;

-- name: place
SELECT l.lesson_id, l.name AS lesson, c.course_id, c.name AS course
FROM lessons AS l
JOIN courses AS c ON c.org_id = l.org_id AND c.course_id = l.course_id
WHERE l.org_id = :org_id AND l.lesson_id = :lesson_id;

-- name: put_course
INSERT INTO courses (org_id, course_id, name, position)
VALUES (:org_id, :course_id, :name, (SELECT count(*) FROM courses WHERE org_id = :org_id))
ON CONFLICT DO NOTHING;

-- name: put_unit
INSERT INTO units (org_id, unit_id, course_id, name, position)
VALUES (:org_id, :unit_id, :course_id, :name, (
    SELECT count(*) + 1 FROM units WHERE org_id = :org_id AND course_id = :course_id
))
ON CONFLICT DO NOTHING;

-- name: put_lesson
INSERT INTO lessons (org_id, lesson_id, unit_id, course_id, name, position)
VALUES (:org_id, :lesson_id, :unit_id, :course_id, :name, (
    SELECT count(*) + 1 FROM lessons WHERE org_id = :org_id AND unit_id = :unit_id
))
ON CONFLICT DO NOTHING;
