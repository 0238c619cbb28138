-- name: cards
-- `account` NULL asks for everybody. Nobody's account ends before they have been warned of.
SELECT
    a.account_id, a.role, a.active, i.display_name, i.sign_in_name,
    i.password_hash IS NOT NULL AS has_password, a.created_at,
    f.account_id IS NOT NULL AS second_step,
    CASE
        WHEN a.warned_at IS NOT NULL THEN greatest(
            coalesce(a.used_at, a.created_at) + make_interval(days => :unused_days),
            a.warned_at + make_interval(days => :warning_days)
        )::date
    END AS ends_on
FROM accounts AS a
JOIN identities AS i USING (org_id, account_id)
LEFT JOIN (
    SELECT DISTINCT org_id, account_id FROM factors
    WHERE org_id = :org_id AND confirmed_at IS NOT NULL
) AS f USING (org_id, account_id)
WHERE a.org_id = :org_id AND (:account::uuid IS NULL OR a.account_id = :account)
    AND (:role::text = '' OR a.role = :role)
    AND (
        starts_with(lower(i.display_name), lower(:search::text))
        OR starts_with(i.sign_in_name, lower(:search::text))
    )
ORDER BY i.display_name, a.account_id
LIMIT :most;

-- name: change
UPDATE accounts SET role = :role, active = :active
WHERE org_id = :org_id AND account_id = :account_id;
