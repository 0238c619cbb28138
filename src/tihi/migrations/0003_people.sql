-- People and their safety: second factors, links, API keys, the record of what matters, erasing.

-- system: hashes lead from what a stranger presents to the org it is for.
CREATE TABLE system.links (
    token_hash bytea PRIMARY KEY,
    org_id uuid NOT NULL,
    link_id uuid NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE TABLE system.api_keys (
    secret_hash bytea PRIMARY KEY,
    org_id uuid NOT NULL,
    key_id uuid NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON system.links, system.api_keys TO tihi_app;

-- A frozen org lets nobody in but its administrators; its API keys do nothing.
ALTER TABLE orgs ADD COLUMN frozen boolean NOT NULL DEFAULT false;
-- Types of facts from other products that meet the org's daily minimum.
ALTER TABLE orgs ADD COLUMN activity_types text[] NOT NULL DEFAULT '{}';

-- Such a session gave a password and still owes its second step; it may do nothing else.
ALTER TABLE sessions ADD COLUMN half boolean NOT NULL DEFAULT false;

-- Whose record it was about, where it was about somebody.
ALTER TABLE security_events ADD COLUMN subject_id uuid;
CREATE INDEX security_events_by_time ON security_events (org_id, time, event_id);

CREATE TABLE factors (
    org_id uuid NOT NULL,
    factor_id uuid NOT NULL,
    account_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('totp', 'passkey')),
    name text NOT NULL,
    sealed bytea,
    last_step bigint NOT NULL DEFAULT 0,
    credential_id bytea,
    public_key bytea,
    sign_count bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    used_at timestamptz,
    PRIMARY KEY (org_id, factor_id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts ON DELETE CASCADE,
    CHECK ((kind = 'totp') = (sealed IS NOT NULL)),
    CHECK ((kind = 'passkey') = (credential_id IS NOT NULL AND public_key IS NOT NULL))
);
CREATE INDEX factors_by_account ON factors (org_id, account_id);
CREATE UNIQUE INDEX factors_by_credential ON factors (org_id, credential_id);
CREATE TABLE recovery_codes (
    org_id uuid NOT NULL,
    account_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    PRIMARY KEY (org_id, account_id, code_hash),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts ON DELETE CASCADE
);
CREATE TABLE passkey_challenges (
    org_id uuid NOT NULL,
    session_id uuid NOT NULL,
    challenge bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, session_id),
    FOREIGN KEY (org_id, session_id) REFERENCES sessions ON DELETE CASCADE
);

CREATE TABLE links (
    org_id uuid NOT NULL,
    link_id uuid NOT NULL,
    account_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('invite', 'reset')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, link_id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts ON DELETE CASCADE,
    CHECK (expires_at <= created_at + interval '60 minutes')
);
CREATE INDEX links_by_account ON links (org_id, account_id);

CREATE TABLE api_keys (
    org_id uuid NOT NULL,
    key_id uuid NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (org_id, key_id)
);

-- Who was erased: random ids alone, so that a restore can erase them again.
CREATE TABLE erasures (
    org_id uuid NOT NULL,
    account_id uuid NOT NULL,
    erased_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, account_id)
);

-- What was erased leaves no dead row behind for long: the names and what people typed.
ALTER TABLE identities SET (
    autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0
);
ALTER TABLE answers SET (
    autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'factors', 'recovery_codes', 'passkey_challenges', 'links', 'api_keys', 'erasures'
    ]
    LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY org ON public.%I USING '
            '(org_id = ANY (coalesce(nullif(current_setting(''tihi.orgs'', true), ''''), ''{}'')::uuid[]))',
            name
        );
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE
ON factors, recovery_codes, passkey_challenges, links, api_keys TO tihi_app;
-- Append only, by privilege.
GRANT SELECT, INSERT ON erasures TO tihi_app;
