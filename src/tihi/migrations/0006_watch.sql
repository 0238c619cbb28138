-- What the system shows of itself: how long facts have truly waited, and what waits in all orgs.

-- The sweep moves `since` on at each try, so that nothing is tried all the time. This keeps what
-- it was at first; it is null for nearly every row, which the sweep never meets.
ALTER TABLE due ADD COLUMN first_since timestamptz;
GRANT UPDATE (first_since) ON due TO tihi_sweep;
CREATE INDEX dead_letters_by_consumer ON dead_letters (consumer);
GRANT SELECT ON dead_letters TO tihi_sweep;
CREATE POLICY sweep ON dead_letters FOR SELECT TO tihi_sweep USING (true);

-- Above orgs: figures alone, as a scheduler last saw them, for every process to show.
CREATE TABLE system.lag (
    consumer text PRIMARY KEY,
    due bigint NOT NULL,
    oldest timestamptz,
    letters bigint NOT NULL,
    seen_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON system.lag TO tihi_app;
-- Readiness reads which migrations ran; only the owner writes it.
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM tihi_app;
