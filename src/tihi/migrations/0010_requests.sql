-- What a learner says of a grade, and a teacher's word that it stays (P7).

-- One request an answer, in the learner's own words; it goes with the answer's attempt. `credit` is
-- the grade that it is about: while the answer has another one, the request is met.
CREATE TABLE grade_requests (
    org_id uuid NOT NULL,
    answer_id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    key uuid NOT NULL,
    statement text NOT NULL CHECK (length(statement) BETWEEN 1 AND 500),
    credit double precision NOT NULL,
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, answer_id),
    FOREIGN KEY (org_id, attempt_id) REFERENCES attempts ON DELETE CASCADE
);
CREATE INDEX grade_requests_by_learner ON grade_requests (org_id, learner_id, asked_at);
CREATE INDEX grade_requests_by_attempt ON grade_requests (org_id, attempt_id);

-- That a grade stays, and why, as a word and no text; none is changed or taken away.
CREATE TABLE kept_grades (
    org_id uuid NOT NULL,
    answer_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    kept_by uuid NOT NULL,
    kept_at timestamptz NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (org_id, answer_id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['grade_requests', 'kept_grades'] LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY org ON public.%I USING '
            '(org_id = ANY (coalesce(nullif(current_setting(''tihi.orgs'', true), ''''), ''{}'')::uuid[]))',
            name
        );
    END LOOP;
END $$;
GRANT SELECT, INSERT, DELETE ON grade_requests TO tihi_app;
GRANT SELECT, INSERT ON kept_grades TO tihi_app;
