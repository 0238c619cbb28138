-- Back-fill: an achievement that is added to a running system is counted from history.

-- One row for each version of the rules that counts something anew; `after` is the learner
-- up to whom it has come.
CREATE TABLE backfills (
    org_id uuid NOT NULL,
    version integer NOT NULL,
    after uuid NOT NULL,
    done integer NOT NULL,
    total integer,
    awards integer NOT NULL,
    begun_at timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (org_id, version)
);
-- Up to which version of the rules a learner's history is counted: what is still due to be
-- counted of older versions counts for that one as well.
ALTER TABLE reward_states ADD COLUMN counted integer NOT NULL DEFAULT 0;

DO $$
BEGIN
    ALTER TABLE public.backfills ENABLE ROW LEVEL SECURITY;
    ALTER TABLE public.backfills FORCE ROW LEVEL SECURITY;
    CREATE POLICY org ON public.backfills USING
    (org_id = ANY (coalesce(nullif(current_setting('tihi.orgs', true), ''), '{}')::uuid[]));
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON backfills TO tihi_app;
-- The scheduler looks for those that are not finished, in every org, under the sweep's role.
CREATE INDEX backfills_open ON backfills (org_id) WHERE finished_at IS NULL;
GRANT SELECT ON backfills TO tihi_sweep;
CREATE POLICY sweep ON backfills FOR SELECT TO tihi_sweep USING (true);
