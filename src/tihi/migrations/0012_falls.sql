-- Who ever lost points again, as by a corrected grade. Nobody else's totals are ever lower than
-- they were.

ALTER TABLE reward_states ADD COLUMN fell boolean NOT NULL DEFAULT false;
SELECT set_config(
    'tihi.orgs', coalesce('{' || string_agg(org_id::text, ',') || '}', '{}'), true
) FROM system.orgs;
UPDATE reward_states AS s SET fell = true
WHERE EXISTS (
    SELECT FROM ledger AS l
    WHERE l.org_id = s.org_id AND l.learner_id = s.learner_id AND l.points < 0
);
CREATE INDEX reward_states_fallen ON reward_states (org_id, learner_id) WHERE fell;

-- As before, of parts that the planner may look into: what depends on the session's zone it calls
-- for each row.
CREATE OR REPLACE FUNCTION board_score(
    points bigint, last_time timestamptz, begins bigint, lasts bigint
)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT points * 2097152 + greatest(0, least(2097151, trunc((
        1.0::float8 - (
            round(date_part('epoch', last_time - '1970-01-01 00:00+00'::timestamptz) * 1000000)
            - begins
        ) / lasts
    ) * 2097152)::bigint))
$$;
