-- name: add_totp
INSERT INTO factors (org_id, factor_id, account_id, kind, name, sealed, created_at)
VALUES (:org_id, :factor_id, :account_id, 'totp', :name, :sealed, :now);

-- name: drop_unconfirmed
DELETE FROM factors
WHERE org_id = :org_id AND account_id = :account_id AND confirmed_at IS NULL;

-- name: totps
-- Locked, so that of two tries with one code the second sees that it was used.
SELECT factor_id, sealed, last_step
FROM factors
WHERE org_id = :org_id AND account_id = :account_id AND kind = 'totp'
    AND (confirmed_at IS NOT NULL) = :confirmed
ORDER BY factor_id
FOR UPDATE;

-- name: use_totp
UPDATE factors
SET last_step = :step, used_at = :now, confirmed_at = coalesce(confirmed_at, :now)
WHERE org_id = :org_id AND factor_id = :factor_id;

-- name: add_passkey
INSERT INTO factors (
    org_id, factor_id, account_id, kind, name, credential_id, public_key, sign_count,
    created_at, confirmed_at
)
VALUES (
    :org_id, :factor_id, :account_id, 'passkey', :name, :credential_id, :public_key, :sign_count,
    :now, :now
);

-- name: passkeys
SELECT factor_id, credential_id, public_key, sign_count
FROM factors
WHERE org_id = :org_id AND account_id = :account_id AND kind = 'passkey'
ORDER BY factor_id;

-- name: use_passkey
-- The count must grow where the authenticator keeps one, so that a copy is noticed.
UPDATE factors SET sign_count = :sign_count, used_at = :now
WHERE org_id = :org_id AND factor_id = :factor_id
    AND (sign_count < :sign_count OR (sign_count = 0 AND :sign_count = 0));

-- name: cards
SELECT factor_id, kind, name, created_at, used_at
FROM factors
WHERE org_id = :org_id AND account_id = :account_id AND confirmed_at IS NOT NULL
ORDER BY factor_id;

-- name: remove
DELETE FROM factors
WHERE org_id = :org_id AND account_id = :account_id AND factor_id = :factor_id
    AND confirmed_at IS NOT NULL;

-- name: remove_all
DELETE FROM factors WHERE org_id = :org_id AND account_id = :account_id;

-- name: add_recovery_codes
INSERT INTO recovery_codes (org_id, account_id, code_hash)
SELECT :org_id, :account_id, h FROM unnest(:code_hashes::bytea[]) AS h;

-- name: use_recovery_code
DELETE FROM recovery_codes
WHERE org_id = :org_id AND account_id = :account_id AND code_hash = :code_hash;

-- name: drop_recovery_codes
DELETE FROM recovery_codes WHERE org_id = :org_id AND account_id = :account_id;

-- name: recovery_left
SELECT count(*) FROM recovery_codes WHERE org_id = :org_id AND account_id = :account_id;

-- name: put_challenge
INSERT INTO passkey_challenges (org_id, session_id, challenge, expires_at)
VALUES (:org_id, :session_id, :challenge, :expires_at)
ON CONFLICT (org_id, session_id) DO UPDATE
SET challenge = excluded.challenge, expires_at = excluded.expires_at;

-- name: take_challenge
-- A challenge is answered once.
DELETE FROM passkey_challenges
WHERE org_id = :org_id AND session_id = :session_id AND expires_at > :now
RETURNING challenge;
