-- The ground: system directory, people, learning, the fact log and the game's first tables.
-- Run as tihi_owner. Every table outside `system` begins its key with org_id.

CREATE SCHEMA system;

-- system: no personal data; hashes lead from what a stranger presents to the org it is for.
CREATE TABLE system.orgs (
    org_id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);
CREATE TABLE system.sessions (
    token_hash bytea PRIMARY KEY,
    org_id uuid NOT NULL,
    session_id uuid NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_by_session ON system.sessions (org_id, session_id);
CREATE TABLE system.codes (
    code_hash bytea PRIMARY KEY,
    org_id uuid NOT NULL,
    class_id uuid NOT NULL
);
CREATE TABLE system.consumers (
    name text NOT NULL,
    type text NOT NULL,
    PRIMARY KEY (name, type)
);
-- Worker processes, and which of them owns which partition of a consumer's facts.
CREATE TABLE system.workers (
    worker_id uuid PRIMARY KEY,
    name text NOT NULL,
    consumers text[] NOT NULL,
    beat bigint NOT NULL
);
CREATE TABLE system.leases (
    consumer text NOT NULL,
    partition integer NOT NULL,
    owner uuid,
    PRIMARY KEY (consumer, partition)
);

-- people
CREATE TABLE orgs (
    org_id uuid PRIMARY KEY,
    name text NOT NULL,
    slug text NOT NULL,
    zone text NOT NULL,
    rest_days smallint[] NOT NULL DEFAULT '{6,7}',
    boards_on boolean NOT NULL DEFAULT true,
    rule_set integer NOT NULL DEFAULT 0
);
CREATE TABLE accounts (
    org_id uuid NOT NULL,
    account_id uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('learner', 'teacher', 'admin')),
    active boolean NOT NULL DEFAULT true,
    zone text NOT NULL,
    locale text NOT NULL CHECK (locale IN ('en', 'mi')),
    public_rank boolean NOT NULL DEFAULT false,
    theme text NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')),
    calm_motion boolean NOT NULL DEFAULT false,
    daily_goal integer NOT NULL DEFAULT 50 CHECK (daily_goal BETWEEN 10 AND 500),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, account_id)
);
-- Names stand apart from what people do, so that erasing them touches nothing else.
CREATE TABLE identities (
    org_id uuid NOT NULL,
    account_id uuid NOT NULL,
    display_name text NOT NULL,
    sign_in_name text,
    password_hash text,
    notice text NOT NULL DEFAULT '',
    noticed_at timestamptz,
    PRIMARY KEY (org_id, account_id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts ON DELETE CASCADE
);
CREATE UNIQUE INDEX identities_by_sign_in ON identities (org_id, sign_in_name);
CREATE TABLE sessions (
    org_id uuid NOT NULL,
    session_id uuid NOT NULL,
    account_id uuid NOT NULL,
    device text NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, session_id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts ON DELETE CASCADE
);
CREATE INDEX sessions_by_account ON sessions (org_id, account_id);
CREATE TABLE security_events (
    org_id uuid NOT NULL,
    event_id uuid NOT NULL,
    account_id uuid,
    kind text NOT NULL,
    detail text NOT NULL,
    time timestamptz NOT NULL,
    PRIMARY KEY (org_id, event_id)
);
CREATE TABLE classes (
    org_id uuid NOT NULL,
    class_id uuid NOT NULL,
    name text NOT NULL,
    join_code text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, class_id)
);
CREATE TABLE class_members (
    org_id uuid NOT NULL,
    class_id uuid NOT NULL,
    account_id uuid NOT NULL,
    teaches boolean NOT NULL,
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, class_id, account_id),
    FOREIGN KEY (org_id, class_id) REFERENCES classes ON DELETE CASCADE,
    FOREIGN KEY (org_id, account_id) REFERENCES accounts ON DELETE CASCADE
);
CREATE INDEX class_members_by_account ON class_members (org_id, account_id);
CREATE TABLE rest_spans (
    org_id uuid NOT NULL,
    span_id uuid NOT NULL,
    learner_id uuid,
    first_day date NOT NULL,
    last_day date NOT NULL,
    label text NOT NULL,
    PRIMARY KEY (org_id, span_id),
    CHECK (first_day <= last_day)
);
CREATE INDEX rest_spans_by_learner ON rest_spans (org_id, learner_id);

-- learn
CREATE TABLE courses (
    org_id uuid NOT NULL,
    course_id uuid NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (org_id, course_id)
);
CREATE TABLE units (
    org_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    course_id uuid NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (org_id, unit_id),
    FOREIGN KEY (org_id, course_id) REFERENCES courses ON DELETE CASCADE
);
CREATE TABLE lessons (
    org_id uuid NOT NULL,
    lesson_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    course_id uuid NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (org_id, lesson_id),
    FOREIGN KEY (org_id, unit_id) REFERENCES units ON DELETE CASCADE
);
CREATE INDEX lessons_by_course ON lessons (org_id, course_id);
CREATE TABLE items (
    org_id uuid NOT NULL,
    item_id uuid NOT NULL,
    ref text NOT NULL,
    version integer NOT NULL,
    document jsonb NOT NULL,
    lesson_id uuid,
    position integer NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, item_id),
    UNIQUE (org_id, ref),
    FOREIGN KEY (org_id, lesson_id) REFERENCES lessons
);
CREATE INDEX items_by_lesson ON items (org_id, lesson_id, position);
-- An attempt keeps the version it was opened with, whatever an editor does meanwhile.
CREATE TABLE item_versions (
    org_id uuid NOT NULL,
    item_id uuid NOT NULL,
    version integer NOT NULL,
    document jsonb NOT NULL,
    PRIMARY KEY (org_id, item_id, version)
);
CREATE TABLE attempts (
    org_id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    lesson_id uuid NOT NULL,
    course_id uuid NOT NULL,
    seed bigint NOT NULL,
    items integer NOT NULL,
    opened_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (org_id, attempt_id)
);
CREATE UNIQUE INDEX attempts_open ON attempts (org_id, learner_id, lesson_id)
WHERE finished_at IS NULL;
CREATE TABLE steps (
    org_id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    step integer NOT NULL,
    item_id uuid NOT NULL,
    version integer NOT NULL,
    again boolean NOT NULL,
    PRIMARY KEY (org_id, attempt_id, step),
    FOREIGN KEY (org_id, attempt_id) REFERENCES attempts ON DELETE CASCADE
);
CREATE TABLE answers (
    org_id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    step integer NOT NULL,
    learner_id uuid NOT NULL,
    key uuid NOT NULL,
    response jsonb NOT NULL,
    verdict text NOT NULL,
    credit double precision NOT NULL,
    misconceptions text[] NOT NULL,
    fact_id uuid NOT NULL,
    took_ms integer NOT NULL,
    answered_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, attempt_id, step)
);
-- A key is known within its attempt: what a client reuses elsewhere is a new answer.
CREATE UNIQUE INDEX answers_by_key ON answers (attempt_id, key, org_id);
-- What learning alone knows about a learner and an item: the stamps of its facts.
CREATE TABLE item_memory (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    item_id uuid NOT NULL,
    times integer NOT NULL,
    last_date date NOT NULL,
    times_that_date integer NOT NULL,
    ever_right boolean NOT NULL,
    PRIMARY KEY (org_id, learner_id, item_id)
);
CREATE TABLE learner_memory (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    run integer NOT NULL,
    -- Drawn anew with each write, so that a process knows whether it was the last to write.
    mark bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, learner_id)
) WITH (fillfactor = 70);
CREATE TABLE lesson_memory (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    lesson_id uuid NOT NULL,
    course_id uuid NOT NULL,
    times integer NOT NULL,
    last_date date NOT NULL,
    times_that_date integer NOT NULL,
    best double precision NOT NULL,
    PRIMARY KEY (org_id, learner_id, lesson_id)
);

-- the fact log
CREATE TABLE facts (
    org_id uuid NOT NULL,
    source text NOT NULL,
    fact_id uuid NOT NULL,
    type text NOT NULL,
    subject uuid NOT NULL,
    time timestamptz NOT NULL,
    zone text NOT NULL,
    org_zone text NOT NULL,
    n bigint NOT NULL,
    local_date date NOT NULL,
    org_date date NOT NULL,
    nth_today integer NOT NULL,
    rule_set integer NOT NULL,
    context text NOT NULL,
    parent text NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (org_id, source, fact_id)
);
-- It begins with the learner, so that no plan made before there are statistics can take it for
-- a look-up by org (ADR 19); the policy still filters by org. `answers_by_key` likewise.
CREATE INDEX facts_by_learner ON facts (subject, n);
CREATE TABLE fact_counts (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (org_id, learner_id)
) WITH (fillfactor = 70);
CREATE TABLE fact_days (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    type text NOT NULL,
    local_date date NOT NULL,
    n integer NOT NULL,
    PRIMARY KEY (org_id, learner_id, type, local_date)
) WITH (fillfactor = 70);
CREATE TABLE due (
    org_id uuid NOT NULL,
    consumer text NOT NULL,
    source text NOT NULL,
    fact_id uuid NOT NULL,
    since timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, consumer, source, fact_id)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX due_by_age ON due (since);
CREATE TABLE dead_letters (
    org_id uuid NOT NULL,
    consumer text NOT NULL,
    source text NOT NULL,
    fact_id uuid NOT NULL,
    letter_id uuid NOT NULL,
    type text NOT NULL,
    error text NOT NULL,
    tries integer NOT NULL,
    time timestamptz NOT NULL,
    PRIMARY KEY (org_id, consumer, source, fact_id)
);
CREATE TABLE outcomes (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    consumer text NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    time timestamptz NOT NULL,
    cause uuid,
    context text NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (org_id, learner_id, consumer, seq)
);
CREATE TABLE outcome_counts (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    consumer text NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (org_id, learner_id, consumer)
) WITH (fillfactor = 70);

-- game: rewards
CREATE TABLE rule_sets (
    org_id uuid NOT NULL,
    version integer NOT NULL,
    pack text NOT NULL,
    document jsonb NOT NULL,
    applied_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, version)
);
CREATE TABLE ledger (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    source text NOT NULL,
    rule text NOT NULL,
    entry bigint NOT NULL,
    points bigint NOT NULL,
    balance bigint NOT NULL,
    inputs json NOT NULL,
    time timestamptz NOT NULL,
    local_date date NOT NULL,
    org_date date NOT NULL,
    cause uuid NOT NULL,
    context text NOT NULL,
    PRIMARY KEY (org_id, learner_id, source, rule),
    UNIQUE (org_id, learner_id, entry)
);
CREATE INDEX ledger_by_context ON ledger (org_id, learner_id, context) WHERE context <> '';
-- `day` and `week` are the newest that entries fall into, with their sums: what every push
-- tells. `version` is raised by each batch, so that two batches never both write one.
CREATE TABLE reward_states (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    version bigint NOT NULL,
    xp bigint NOT NULL,
    level integer NOT NULL,
    entry bigint NOT NULL,
    last_time timestamptz NOT NULL,
    day date NOT NULL,
    day_points bigint NOT NULL,
    week date NOT NULL,
    week_points bigint NOT NULL,
    week_time timestamptz NOT NULL,
    PRIMARY KEY (org_id, learner_id)
) WITH (fillfactor = 70);
-- Weeks before a learner's newest one.
CREATE TABLE reward_weeks (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    week date NOT NULL,
    points bigint NOT NULL,
    last_time timestamptz NOT NULL,
    PRIMARY KEY (org_id, learner_id, week)
);
CREATE INDEX reward_weeks_by_week ON reward_weeks (org_id, week, learner_id);
-- What `boards.rules` computes, for writing all boards anew: points · 2²¹, and of the period's
-- parts those that were left at the last fact. Times are in µs; a double holds them to the µs
-- until 2106, and costs a third of what an exact number does.
CREATE FUNCTION board_score(points bigint, last_time timestamptz, begins bigint, lasts bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT points * 2097152 + greatest(0, least(2097151, trunc(
        (1.0::float8 - (round(date_part('epoch', last_time) * 1000000) - begins) / lasts) * 2097152
    )::bigint))
$$;
-- Batches whose learners' boards may not have been written since their ledgers moved.
CREATE TABLE boards_due (
    org_id uuid NOT NULL,
    batch uuid NOT NULL,
    learner_ids uuid[] NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (org_id, batch)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- game: achievements
-- A learner's counters, a few sheets each: what a fact may move lies in one or two of them.
CREATE TABLE achievement_sheets (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    bucket integer NOT NULL,
    sheet json NOT NULL,
    PRIMARY KEY (org_id, learner_id, bucket)
) WITH (fillfactor = 70);
CREATE TABLE awards (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    achievement text NOT NULL,
    tier integer NOT NULL,
    version integer NOT NULL,
    cause uuid NOT NULL,
    time timestamptz NOT NULL,
    PRIMARY KEY (org_id, learner_id, achievement, tier)
);

-- game: streaks
CREATE TABLE streak_days (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    day date NOT NULL,
    mark text NOT NULL CHECK (mark IN ('active', 'frozen', 'paused')),
    PRIMARY KEY (org_id, learner_id, day)
);
-- Up to which day the closing job has looked at a learner.
CREATE TABLE streak_closes (
    org_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    closed_until date NOT NULL,
    PRIMARY KEY (org_id, learner_id)
);

-- One lock for all: rows are seen and written only for the orgs of the transaction.
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT c.relname FROM pg_class AS c
        JOIN pg_namespace AS s ON s.oid = c.relnamespace
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'org_id'
        WHERE s.nspname = 'public' AND c.relkind = 'r'
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

REVOKE ALL ON SCHEMA public FROM public;
GRANT USAGE ON SCHEMA public, system TO tihi_app, tihi_sweep;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tihi_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA system TO tihi_app;
-- Append only, by privilege.
REVOKE UPDATE, DELETE, TRUNCATE ON ledger, facts, awards, security_events FROM tihi_app;
-- The sweep sees the log and what is due, of every org, and nothing else.
GRANT SELECT ON facts, due, boards_due TO tihi_sweep;
GRANT UPDATE (since, tries) ON due TO tihi_sweep;
GRANT SELECT ON system.orgs, system.consumers TO tihi_sweep;
CREATE POLICY sweep ON facts FOR SELECT TO tihi_sweep USING (true);
CREATE POLICY sweep ON due TO tihi_sweep USING (true);
CREATE POLICY sweep ON boards_due FOR SELECT TO tihi_sweep USING (true);
