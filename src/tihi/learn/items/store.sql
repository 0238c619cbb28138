-- name: lock_bank
-- One import at a time in an org: two at once could give one version two texts.
SELECT pg_advisory_xact_lock(hashtextextended('items ' || :org_id::uuid::text, 0))::text AS held;

-- name: known
SELECT ref, item_id, version, document
FROM items
WHERE org_id = :org_id AND ref = ANY(:refs::text[])
FOR UPDATE;

-- name: standing
SELECT ref, item_id, version, document
FROM items
WHERE org_id = :org_id AND ref = ANY(:refs::text[]);

-- name: put
INSERT INTO items (org_id, item_id, ref, version, document, lesson_id, position, updated_at)
VALUES (
    :org_id, :item_id, :ref, :version, :document, :lesson_id, :position, :updated_at
)
ON CONFLICT (org_id, item_id) DO UPDATE
SET version = excluded.version, document = excluded.document, lesson_id = excluded.lesson_id,
    position = excluded.position, updated_at = excluded.updated_at;

-- name: put_version
INSERT INTO item_versions (org_id, item_id, version, document)
VALUES (:org_id, :item_id, :version, :document)
ON CONFLICT DO NOTHING;

-- name: in_lesson
SELECT item_id, version FROM items
WHERE org_id = :org_id AND lesson_id = :lesson_id
ORDER BY position, ref;

-- name: versions
SELECT v.item_id, v.version, v.document
FROM unnest(:org_ids::uuid[], :item_ids::uuid[], :versions::int[])
    AS k (org_id, item_id, version)
CROSS JOIN LATERAL (
    SELECT * FROM item_versions
    WHERE org_id = k.org_id AND item_id = k.item_id AND version = k.version
    OFFSET 0
) AS v;

-- name: cards
SELECT
    i.item_id, i.ref, i.version, i.document, coalesce(c.name, '') AS course,
    coalesce(u.name, '') AS unit, coalesce(l.name, '') AS lesson
FROM items AS i
LEFT JOIN lessons AS l ON l.org_id = i.org_id AND l.lesson_id = i.lesson_id
LEFT JOIN units AS u ON u.org_id = l.org_id AND u.unit_id = l.unit_id
LEFT JOIN courses AS c ON c.org_id = l.org_id AND c.course_id = l.course_id
WHERE i.org_id = :org_id AND (:course_id::uuid IS NULL OR l.course_id = :course_id)
    AND (:words = '' OR i.ref ILIKE '%' || :words || '%'
        OR i.document ->> 'title' ILIKE '%' || :words || '%'
        OR i.document -> 'prompt' ->> 'source' ILIKE '%' || :words || '%')
ORDER BY c.position, u.position, l.position, i.position
LIMIT 500;

-- name: everything
SELECT item_id, version, document FROM items WHERE org_id = :org_id;
