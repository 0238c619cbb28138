-- Retention: when an account was used last, warned and left; what ends by age (P9).

ALTER TABLE accounts ADD COLUMN used_at timestamptz;
ALTER TABLE accounts ADD COLUMN warned_at timestamptz;
ALTER TABLE accounts ADD COLUMN left_at timestamptz;
-- Up to which day of its own calendar the org has been gone through.
ALTER TABLE orgs ADD COLUMN tidied_on date;

-- Outcomes lie in the order in which they were said, so a few pages tell where the old ones are.
CREATE INDEX outcomes_by_time ON outcomes USING brin (time);
CREATE INDEX attempts_by_learner ON attempts (org_id, learner_id);

-- The application cannot delete from the record. What is too old goes through here, as the owner
-- of the table, of the transaction's org alone, and never what is less than 30 days older than
-- the present or the newest entry, whatever it is asked for. (Whoever asks says what is too old,
-- by the clock that it was given; the machine's own is the floor under that, and no more.)
CREATE FUNCTION system.forget_events(
    org uuid, before timestamptz, kinds text[], of_kinds boolean, most integer
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM security_events WHERE ctid = ANY(ARRAY(
            SELECT e.ctid FROM security_events AS e
            WHERE e.org_id = org AND (e.kind = ANY(kinds)) = of_kinds
                AND e.time < least(
                    before,
                    greatest(
                        now(),
                        (SELECT max(n.time) FROM security_events AS n WHERE n.org_id = org)
                    ) - interval '30 days'
                )
            ORDER BY e.time
            LIMIT most
        ))
        RETURNING 1
    )
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION system.forget_events FROM public;
GRANT EXECUTE ON FUNCTION system.forget_events TO tihi_app;
