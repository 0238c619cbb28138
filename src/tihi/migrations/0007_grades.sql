-- Grades that a teacher corrected: each correction is a row, and none is changed or taken away.

-- `answer_id` is the fact that told of the answer; `nth` numbers its corrections from 1. The
-- grading that stood before is in the row before, or in that fact.
CREATE TABLE grade_corrections (
    org_id uuid NOT NULL,
    answer_id uuid NOT NULL,
    nth integer NOT NULL,
    fact_id uuid NOT NULL,
    key uuid NOT NULL,
    learner_id uuid NOT NULL,
    corrected_by uuid NOT NULL,
    corrected_at timestamptz NOT NULL,
    old_credit double precision NOT NULL,
    credit double precision NOT NULL,
    run integer NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (org_id, answer_id, nth),
    CHECK (credit BETWEEN 0 AND 1 AND credit <> old_credit)
);
-- The same request twice is one correction.
CREATE UNIQUE INDEX grade_corrections_by_key ON grade_corrections (answer_id, key, org_id);

DO $$
BEGIN
    ALTER TABLE public.grade_corrections ENABLE ROW LEVEL SECURITY;
    ALTER TABLE public.grade_corrections FORCE ROW LEVEL SECURITY;
    CREATE POLICY org ON public.grade_corrections USING
    (org_id = ANY (coalesce(nullif(current_setting('tihi.orgs', true), ''), '{}')::uuid[]));
END $$;
GRANT SELECT, INSERT ON grade_corrections TO tihi_app;
