-- name: add
INSERT INTO classes (org_id, class_id, name, join_code, created_at)
VALUES (:org_id, :class_id, :name, :join_code, :created_at);

-- name: cards
-- `taught_by` NULL asks for every class of the org.
SELECT
    c.class_id, c.name, c.join_code, c.code_open, c.boards_upward,
    count(m.account_id) AS learners,
    count(m.account_id) FILTER (WHERE EXISTS (
        SELECT 1 FROM fact_days AS f
        WHERE f.org_id = m.org_id AND f.learner_id = m.account_id
            AND f.type = 'answer.graded.v1' AND f.local_date > :week_ago
    )) AS active_this_week
FROM classes AS c
LEFT JOIN class_members AS m
    ON m.org_id = c.org_id AND m.class_id = c.class_id AND NOT m.teaches
WHERE c.org_id = :org_id AND (:taught_by::uuid IS NULL OR EXISTS (
    SELECT 1 FROM class_members AS t
    WHERE t.org_id = c.org_id AND t.class_id = c.class_id
        AND t.account_id = :taught_by AND t.teaches
))
GROUP BY c.org_id, c.class_id
ORDER BY c.name;

-- name: name_of
SELECT class_id, name FROM classes WHERE org_id = :org_id AND class_id = :class_id;

-- name: learners
SELECT m.account_id AS learner_id, i.display_name, m.joined_at
FROM class_members AS m
JOIN identities AS i USING (org_id, account_id)
WHERE m.org_id = :org_id AND m.class_id = :class_id AND NOT m.teaches
ORDER BY i.display_name;

-- name: classes_of
SELECT c.class_id, c.name
FROM class_members AS m
JOIN classes AS c USING (org_id, class_id)
WHERE m.org_id = :org_id AND m.account_id = :account_id
ORDER BY c.name;

-- name: join_class
INSERT INTO class_members (org_id, class_id, account_id, teaches, joined_at)
VALUES (:org_id, :class_id, :account_id, :teaches, :joined_at)
ON CONFLICT DO NOTHING;

-- name: leave_class
DELETE FROM class_members
WHERE org_id = :org_id AND class_id = :class_id AND account_id = :account_id AND NOT teaches;

-- name: room
SELECT
    c.name, c.code_open,
    (
        SELECT count(*)::int FROM class_members AS m
        WHERE m.org_id = c.org_id AND m.class_id = c.class_id AND NOT m.teaches
    ) AS learners
FROM classes AS c
WHERE c.org_id = :org_id AND c.class_id = :class_id;

-- name: lock
-- Two who come in at once are counted one after the other.
SELECT class_id FROM classes WHERE org_id = :org_id AND class_id = :class_id FOR UPDATE;

-- name: set_code
-- A new code is open, whether the one before was closed or not.
UPDATE classes SET join_code = :join_code, code_open = true
WHERE org_id = :org_id AND class_id = :class_id;

-- name: set_code_open
UPDATE classes SET code_open = :is_open WHERE org_id = :org_id AND class_id = :class_id;

-- name: set_boards_upward
UPDATE classes SET boards_upward = :upward WHERE org_id = :org_id AND class_id = :class_id;

-- name: upward
-- Whoever teaches a class sees its board whole.
SELECT c.class_id
FROM class_members AS m
JOIN classes AS c USING (org_id, class_id)
WHERE m.org_id = :org_id AND m.account_id = :account_id AND NOT m.teaches AND c.boards_upward;
