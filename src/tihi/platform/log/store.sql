-- name: count_facts
-- Locks the learners' rows in id order and moves their sequences on.
INSERT INTO fact_counts AS c (org_id, learner_id, n)
SELECT k.org_id, k.learner_id, k.n
FROM unnest(:org_ids::uuid[], :learner_ids::uuid[], :counts::text::bigint[])
    AS k (org_id, learner_id, n)
ORDER BY k.learner_id
ON CONFLICT (org_id, learner_id) DO UPDATE SET n = c.n + excluded.n
RETURNING c.learner_id, c.n,
    (SELECT o.rule_set FROM orgs AS o WHERE o.org_id = c.org_id) AS rule_set;

-- name: add_facts
-- What is not in the log yet is stamped with its number of the day, logged and made due, in one
-- statement. The learners are locked by `count_facts` before it, so that nobody adds the same.
WITH given AS (
    SELECT *
    FROM json_to_recordset(:rows::text::json) AS f (
        org_id uuid, source text, fact_id uuid, type text, subject uuid, time timestamptz,
        zone text, org_zone text, n bigint, local_date date, org_date date, rule_set int,
        context text, parent text, data jsonb
    )
    WHERE f.org_id = ANY(:org_ids::uuid[])
), fresh AS (
    SELECT g.*
    FROM given AS g
    LEFT JOIN LATERAL (
        SELECT true AS here FROM facts
        WHERE org_id = g.org_id AND source = g.source AND fact_id = g.fact_id
        OFFSET 0
    ) AS f ON true
    WHERE f.here IS NULL
), days AS (
    INSERT INTO fact_days AS d (org_id, learner_id, type, local_date, n)
    SELECT org_id, subject, type, local_date, count(*)
    FROM fresh
    GROUP BY org_id, subject, type, local_date
    ORDER BY subject, type, local_date
    ON CONFLICT (org_id, learner_id, type, local_date) DO UPDATE SET n = d.n + excluded.n
    RETURNING d.org_id, d.learner_id, d.type, d.local_date, d.n
), stamped AS (
    SELECT
        f.*,
        d.n - count(*) OVER (
            PARTITION BY f.subject, f.type, f.local_date ORDER BY f.n
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS nth_today
    FROM fresh AS f
    JOIN days AS d ON d.learner_id = f.subject AND d.type = f.type
        AND d.local_date = f.local_date AND d.org_id = f.org_id
), logged AS (
    INSERT INTO facts (
        org_id, source, fact_id, type, subject, time, zone, org_zone, n, local_date, org_date,
        nth_today, rule_set, context, parent, data
    )
    SELECT
        org_id, source, fact_id, type, subject, time, zone, org_zone, n, local_date, org_date,
        nth_today, rule_set, context, parent, data
    FROM stamped
), owed AS (
    INSERT INTO due (org_id, consumer, source, fact_id, since)
    SELECT s.org_id, c.name, s.source, s.fact_id, :since
    FROM stamped AS s
    JOIN system.consumers AS c ON c.type = CASE
        WHEN starts_with(s.type, 'external.') THEN 'external.>' ELSE s.type
    END
)
SELECT org_id, source, fact_id, nth_today FROM stamped;

-- name: take_due
-- The fence: of partitions that the worker no longer owns, nothing comes back.
DELETE FROM due
WHERE ctid = ANY(ARRAY(
    SELECT d.ctid
    FROM unnest(
        :org_ids::uuid[], :sources::text::text[], :fact_ids::uuid[],
        :partitions::text::int[]
    )
        AS k (org_id, source, fact_id, partition)
    CROSS JOIN LATERAL (
        SELECT ctid FROM due
        WHERE org_id = k.org_id AND consumer = :consumer
            AND source = k.source AND fact_id = k.fact_id
        OFFSET 0
    ) AS d
    WHERE :owner::uuid IS NULL OR k.partition IN (
        SELECT partition FROM system.leases WHERE consumer = :consumer AND owner = :owner
    )
))
RETURNING org_id, source, fact_id;

-- name: earlier
-- What is due of learners between two of their numbers, the latest first where there is much.
SELECT
    f.org_id, f.source, f.fact_id, f.type, f.subject, f.time, f.zone, f.org_zone, f.n,
    f.local_date, f.org_date, f.nth_today, f.rule_set, f.context, f.parent, f.data
FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :lows::text::bigint[],
    :highs::text::bigint[]
)
    AS k (org_id, learner_id, low, high)
CROSS JOIN LATERAL (
    SELECT * FROM facts
    WHERE org_id = k.org_id AND subject = k.learner_id AND n > k.low AND n < k.high
    ORDER BY n DESC
    LIMIT :most
) AS f
CROSS JOIN LATERAL (
    SELECT true FROM due
    WHERE org_id = f.org_id AND consumer = :consumer
        AND source = f.source AND fact_id = f.fact_id
    OFFSET 0
) AS d;

-- name: fail_due
-- A fact that cannot be applied alone counts its tries.
UPDATE due SET tries = tries + 1
WHERE org_id = :org_id AND consumer = :consumer AND source = :source AND fact_id = :fact_id
RETURNING tries;

-- name: bury
INSERT INTO dead_letters (
    org_id, consumer, source, fact_id, letter_id, type, error, tries, time
)
VALUES (
    :org_id, :consumer, :source, :fact_id, :letter_id, :type, :error, :tries, :time
)
ON CONFLICT (org_id, consumer, source, fact_id) DO UPDATE
SET error = excluded.error, tries = excluded.tries, time = excluded.time;

-- name: letters
SELECT letter_id, consumer, source, fact_id, type, error, tries, time
FROM dead_letters
WHERE org_id = :org_id
ORDER BY time DESC
LIMIT 200;

-- name: exhume
-- A dead letter becomes due again; the sweep publishes it.
WITH gone AS (
    DELETE FROM dead_letters
    WHERE org_id = :org_id AND letter_id = :letter_id
    RETURNING org_id, consumer, source, fact_id
)
INSERT INTO due (org_id, consumer, source, fact_id, since)
SELECT g.org_id, g.consumer, g.source, g.fact_id, :since
FROM gone AS g
ON CONFLICT DO NOTHING;

-- name: lag
SELECT consumer AS name, count(*) AS due, min(coalesce(first_since, since)) AS oldest
FROM due
WHERE org_id = :org_id
GROUP BY consumer
ORDER BY consumer;

-- name: owed
-- What is due in the org, in the order in which it happened.
SELECT
    f.org_id, f.source, f.fact_id, f.type, f.subject, f.time, f.zone, f.org_zone, f.n,
    f.local_date, f.org_date, f.nth_today, f.rule_set, f.context, f.parent, f.data
FROM facts AS f
WHERE f.org_id = :org_id AND (f.source, f.fact_id) IN (
    SELECT d.source, d.fact_id FROM due AS d WHERE d.org_id = :org_id
)
ORDER BY f.subject, f.n
LIMIT :most;

-- name: waits
-- Of a learner's newest facts alone, so that it costs the same however long the history is.
SELECT EXISTS(
    SELECT 1 FROM (
        SELECT org_id, source, fact_id FROM facts
        WHERE org_id = :org_id AND subject = :learner_id
        ORDER BY n DESC
        LIMIT :newest
    ) AS f
    CROSS JOIN LATERAL (
        SELECT coalesce(first_since, since) AS since FROM due
        WHERE org_id = f.org_id AND consumer = :consumer
            AND source = f.source AND fact_id = f.fact_id
        OFFSET 0
    ) AS d
    WHERE d.since < :before
) AS waits;

-- name: consumer_names
-- Above orgs: every consumer there is.
SELECT DISTINCT name FROM system.consumers ORDER BY name;

-- name: lag_everywhere
-- For the sweep's own role: what waits in all orgs, in figures alone.
SELECT
    c.name AS consumer,
    coalesce(d.due, 0) AS due,
    d.oldest,
    (SELECT count(*) FROM dead_letters AS l WHERE l.consumer = c.name) AS letters
FROM (SELECT DISTINCT name FROM system.consumers) AS c
LEFT JOIN (
    SELECT consumer, count(*) AS due, min(coalesce(first_since, since)) AS oldest
    FROM due
    GROUP BY consumer
) AS d ON d.consumer = c.name
ORDER BY c.name;

-- name: keep_lag
-- Above orgs: what a scheduler saw, for every process to show.
INSERT INTO system.lag AS l (consumer, due, oldest, letters, seen_at)
SELECT k.consumer, k.due, k.oldest, k.letters, :seen_at
FROM unnest(
    :consumers::text::text[], :dues::text::bigint[], :oldests::text::timestamptz[],
    :letters::text::bigint[]
) AS k (consumer, due, oldest, letters)
ON CONFLICT (consumer) DO UPDATE
SET due = excluded.due, oldest = excluded.oldest, letters = excluded.letters,
    seen_at = excluded.seen_at;

-- name: seen_lag
SELECT l.consumer, l.due, l.oldest, l.letters, l.seen_at
FROM system.lag AS l
ORDER BY l.consumer;

-- name: stale
-- For the sweep's own role, which sees the log and due rows of every org, and no more. What
-- another scheduler is publishing at this moment is left to it. What became due ahead of now was
-- written before the clock stepped back (R23).
SELECT
    d.consumer, d.tries, f.org_id, f.source, f.fact_id, f.type, f.subject, f.time, f.zone,
    f.org_zone, f.n, f.local_date, f.org_date, f.nth_today, f.rule_set, f.context, f.parent, f.data
FROM due AS d
JOIN facts AS f USING (org_id, source, fact_id)
WHERE d.since < :before OR d.since > :ahead
ORDER BY d.since, f.subject, f.n
LIMIT :most
FOR UPDATE OF d SKIP LOCKED;

-- name: touch
-- What was published again waits for its turn again.
UPDATE due SET since = :since, first_since = coalesce(first_since, since)
WHERE ctid = ANY(ARRAY(
    SELECT d.ctid
    FROM unnest(
        :org_ids::uuid[], :consumers::text::text[], :sources::text::text[],
        :fact_ids::uuid[]
    )
        AS k (org_id, consumer, source, fact_id)
    CROSS JOIN LATERAL (
        SELECT ctid FROM due
        WHERE org_id = k.org_id AND consumer = k.consumer
            AND source = k.source AND fact_id = k.fact_id
        OFFSET 0
    ) AS d
));

-- name: history
-- What a consumer has applied, in the order of the log, for replay and back-fill.
SELECT
    org_id, source, fact_id, type, subject, time, zone, org_zone, n, local_date, org_date,
    nth_today, rule_set, context, parent, data
FROM facts
WHERE org_id = :org_id AND (subject, n) > (:after_subject, :after_n)
    AND CASE WHEN starts_with(type, 'external.') THEN 'external.>' ELSE type END
        = ANY(:types::text[])
    AND NOT EXISTS (
        SELECT 1 FROM due AS d
        WHERE d.org_id = facts.org_id AND d.source = facts.source AND d.fact_id = facts.fact_id
            AND d.consumer = :consumer
    )
    AND NOT EXISTS (
        SELECT 1 FROM dead_letters AS d
        WHERE d.org_id = facts.org_id AND d.source = facts.source AND d.fact_id = facts.fact_id
            AND d.consumer = :consumer
    )
ORDER BY subject, n
LIMIT :most;

-- name: history_of
-- The same of some learners.
SELECT
    org_id, source, fact_id, type, subject, time, zone, org_zone, n, local_date, org_date,
    nth_today, rule_set, context, parent, data
FROM facts
WHERE org_id = :org_id AND subject = ANY(:learner_ids::uuid[])
    AND (subject, n) > (:after_subject, :after_n)
    AND CASE WHEN starts_with(type, 'external.') THEN 'external.>' ELSE type END
        = ANY(:types::text[])
    AND NOT EXISTS (
        SELECT 1 FROM due AS d
        WHERE d.org_id = facts.org_id AND d.source = facts.source AND d.fact_id = facts.fact_id
            AND d.consumer = :consumer
    )
    AND NOT EXISTS (
        SELECT 1 FROM dead_letters AS d
        WHERE d.org_id = facts.org_id AND d.source = facts.source AND d.fact_id = facts.fact_id
            AND d.consumer = :consumer
    )
ORDER BY subject, n
LIMIT :most;

-- name: add_outcomes
-- Numbers outcomes and stores them, a row for each learner.
WITH given AS (
    SELECT *
    FROM unnest(
        :orgs::uuid[], :learner_ids::uuid[], :counts::text::int[],
        :times::text::timestamptz[], :told::json[]
    ) AS k (org_id, learner_id, n, time, told)
    WHERE k.org_id = ANY(:org_ids::uuid[])
), counted AS (
    INSERT INTO outcome_counts AS c (org_id, learner_id, consumer, seq)
    SELECT g.org_id, g.learner_id, :consumer, g.n
    FROM given AS g
    ORDER BY g.learner_id
    ON CONFLICT (org_id, learner_id, consumer) DO UPDATE SET seq = c.seq + excluded.seq
    RETURNING c.org_id, c.learner_id, c.seq
), added AS (
    INSERT INTO outcomes (org_id, learner_id, consumer, seq, time, told)
    SELECT g.org_id, g.learner_id, :consumer, c.seq, g.time, g.told
    FROM given AS g
    JOIN counted AS c ON c.learner_id = g.learner_id AND c.org_id = g.org_id
)
SELECT org_id, learner_id, seq FROM counted;

-- name: missed
SELECT seq, told::text AS told
FROM outcomes
WHERE org_id = :org_id AND learner_id = :learner_id AND consumer = :consumer AND seq > :seen
ORDER BY seq
LIMIT :most;

-- name: last_seen
SELECT consumer, seq
FROM outcome_counts
WHERE org_id = :org_id AND learner_id = :learner_id;

-- name: epoch
-- Above orgs: after a restore, sequences begin anew where the backup left them.
SELECT epoch::text FROM system.epochs ORDER BY begun_at DESC, epoch LIMIT 1;

-- name: register
-- Above orgs: which consumer is owed which types.
INSERT INTO system.consumers (name, type)
SELECT :name, t FROM unnest(:types::text::text[]) AS t
ON CONFLICT DO NOTHING;

-- name: join_workers
-- Above orgs, like all of leases. Every session of a worker bears its name.
INSERT INTO system.workers (worker_id, name, consumers, beat)
VALUES (:worker_id, :name, :consumers::text[], 0);

-- name: beat
UPDATE system.workers SET beat = beat + 1 WHERE worker_id = :worker_id;

-- name: peers
SELECT
    w.worker_id, w.consumers, w.beat,
    w.name IN (SELECT application_name FROM pg_stat_activity) AS here
FROM system.workers AS w;

-- name: terminate
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = :name AND pid <> pg_backend_pid();

-- name: leave
DELETE FROM system.workers WHERE worker_id = :worker_id;

-- name: free_leases
UPDATE system.leases SET owner = NULL WHERE owner = :worker_id;

-- name: leases
SELECT consumer, partition, owner FROM system.leases;

-- name: add_leases
INSERT INTO system.leases (consumer, partition)
SELECT c, p FROM unnest(:consumers::text::text[]) AS c, unnest(:partitions::text::int[]) AS p
ON CONFLICT DO NOTHING;

-- name: claim
UPDATE system.leases AS l SET owner = :worker_id
FROM (
    SELECT f.partition FROM system.leases AS f
    WHERE f.consumer = :consumer AND f.owner IS NULL
    ORDER BY f.partition
    LIMIT :most
    FOR UPDATE SKIP LOCKED
) AS free
WHERE l.consumer = :consumer AND l.partition = free.partition
RETURNING l.partition;

-- name: release
UPDATE system.leases SET owner = NULL
WHERE consumer = :consumer AND owner = :worker_id AND partition = ANY(:partitions::int[]);

-- name: backfills_waiting
-- For the sweep's own role: the orgs in which history is being counted.
SELECT DISTINCT org_id FROM backfills WHERE finished_at IS NULL;

-- name: boards_waiting
-- For the sweep's own role: the orgs in which boards wait to be written.
SELECT DISTINCT org_id FROM boards_due WHERE since < :before OR since > :ahead;
