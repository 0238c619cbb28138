-- name: add
INSERT INTO orgs (org_id, name, slug, zone) VALUES (:org_id, :name, :slug, :zone);

-- name: read
SELECT org_id, name, slug, zone, rest_days, boards_on, rule_set, activity_types, frozen,
    class_size
FROM orgs
WHERE org_id = :org_id;

-- name: set_rule_set
UPDATE orgs SET rule_set = :version WHERE org_id = :org_id;

-- name: set_activity_types
UPDATE orgs SET activity_types = :types WHERE org_id = :org_id;

-- name: set_frozen
UPDATE orgs SET frozen = :frozen WHERE org_id = :org_id;

-- name: set_class_size
UPDATE orgs SET class_size = :most WHERE org_id = :org_id;
