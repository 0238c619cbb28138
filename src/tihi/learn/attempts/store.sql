-- name: open_attempt
-- Two devices that open the same lesson at once get one attempt, with one set of steps.
WITH opened AS (
    INSERT INTO attempts (
        org_id, attempt_id, learner_id, lesson_id, course_id, seed, items, opened_at, expires_at
    )
    VALUES (
        :org_id, :attempt_id, :learner_id, :lesson_id, :course_id, :seed, :items, :opened_at,
        :expires_at
    )
    ON CONFLICT (org_id, learner_id, lesson_id) WHERE finished_at IS NULL DO NOTHING
    RETURNING org_id, attempt_id
)
INSERT INTO steps (org_id, attempt_id, step, item_id, version, again)
SELECT o.org_id, o.attempt_id, k.step, k.item_id, k.version, false
FROM opened AS o
CROSS JOIN unnest(:steps::text::int[], :item_ids::uuid[], :versions::text::int[])
    AS k (step, item_id, version);

-- name: under_way
-- One whose 30 days are over is closed.
WITH closed AS (
    UPDATE attempts SET finished_at = expires_at
    WHERE org_id = :org_id AND learner_id = :learner_id AND lesson_id = :lesson_id
        AND finished_at IS NULL AND expires_at <= :now
)
SELECT attempt_id FROM attempts
WHERE org_id = :org_id AND learner_id = :learner_id AND lesson_id = :lesson_id
    AND finished_at IS NULL AND expires_at > :now;

-- name: attempts
SELECT
    org_id, attempt_id, learner_id, lesson_id, course_id, seed, items, opened_at, expires_at,
    finished_at
FROM attempts
WHERE org_id = ANY(:org_ids::uuid[]) AND attempt_id = ANY(:attempt_ids::uuid[])
ORDER BY attempt_id;

-- name: steps
SELECT attempt_id, step, item_id, version, again
FROM steps
WHERE org_id = ANY(:org_ids::uuid[]) AND attempt_id = ANY(:attempt_ids::uuid[])
ORDER BY attempt_id, step;

-- name: answers
SELECT attempt_id, step, key, response, verdict, credit, fact_id, answered_at
FROM answers
WHERE org_id = ANY(:org_ids::uuid[]) AND attempt_id = ANY(:attempt_ids::uuid[])
ORDER BY attempt_id, step;

-- name: lock
-- One row a learner serialises all that learning writes of them. The order is the caller's, so
-- that two batches never wait for each other.
SELECT m.learner_id, m.run, m.mark
FROM unnest(:org_ids::uuid[], :learner_ids::uuid[]) AS k (org_id, learner_id)
CROSS JOIN LATERAL (
    SELECT * FROM learner_memory
    WHERE org_id = k.org_id AND learner_id = k.learner_id
    OFFSET 0
    FOR UPDATE
) AS m;

-- name: begin
INSERT INTO learner_memory (org_id, learner_id, run, mark)
SELECT k.org_id, k.learner_id, 0, k.mark
FROM unnest(:org_ids::uuid[], :learner_ids::uuid[], :marks::text::bigint[])
    AS k (org_id, learner_id, mark)
ORDER BY k.learner_id
ON CONFLICT DO NOTHING;

-- name: write
-- Rows come as JSON texts: for the few of a batch that costs as much as columns (ADR 81).
WITH answered AS (
    INSERT INTO answers (
        org_id, attempt_id, step, learner_id, key, response, verdict, credit, misconceptions,
        fact_id, took_ms, answered_at
    )
    SELECT *
    FROM json_to_recordset(:answers::text::json) AS k (
        org_id uuid, attempt_id uuid, step int, learner_id uuid, key uuid, response jsonb,
        verdict text, credit float8, misconceptions text[], fact_id uuid, took_ms int,
        answered_at timestamptz
    )
), came_back AS (
    INSERT INTO steps (org_id, attempt_id, step, item_id, version, again)
    SELECT *
    FROM json_to_recordset(:steps::text::json) AS k (
        org_id uuid, attempt_id uuid, step int, item_id uuid, version int, again boolean
    )
), remembered AS (
    INSERT INTO item_memory (
        org_id, learner_id, item_id, times, last_date, times_that_date, ever_right
    )
    SELECT *
    FROM json_to_recordset(:memory::text::json) AS k (
        org_id uuid, learner_id uuid, item_id uuid, times int, last_date date,
        times_that_date int, ever_right boolean
    )
    ON CONFLICT (org_id, learner_id, item_id) DO UPDATE
    SET times = excluded.times, last_date = excluded.last_date,
        times_that_date = excluded.times_that_date, ever_right = excluded.ever_right
)
UPDATE learner_memory AS m SET run = k.run, mark = k.mark
FROM (
    SELECT f.ctid AS place, u.run, u.mark
    FROM unnest(
        :org_ids::uuid[], :learner_ids::uuid[], :runs::text::int[],
        :marks::text::bigint[]
    )
        AS u (org_id, learner_id, run, mark)
    CROSS JOIN LATERAL (
        SELECT ctid FROM learner_memory
        WHERE org_id = u.org_id AND learner_id = u.learner_id
        OFFSET 0
    ) AS f
) AS k
WHERE m.ctid = k.place;

-- name: finish
UPDATE attempts AS a SET finished_at = k.finished_at
FROM (
    SELECT f.ctid AS place, u.finished_at
    FROM unnest(
        :org_ids::uuid[], :attempt_ids::uuid[], :finished_ats::text::timestamptz[]
    )
        AS u (org_id, attempt_id, finished_at)
    CROSS JOIN LATERAL (
        SELECT ctid FROM attempts
        WHERE org_id = u.org_id AND attempt_id = u.attempt_id
        OFFSET 0
    ) AS f
) AS k
WHERE a.ctid = k.place;

-- name: item_memory
SELECT m.learner_id, m.item_id, m.times, m.last_date, m.times_that_date, m.ever_right
FROM unnest(:org_ids::uuid[], :learner_ids::uuid[], :item_ids::uuid[])
    AS k (org_id, learner_id, item_id)
CROSS JOIN LATERAL (
    SELECT * FROM item_memory
    WHERE org_id = k.org_id AND learner_id = k.learner_id AND item_id = k.item_id
    OFFSET 0
) AS m;

-- name: lesson_memory
SELECT m.learner_id, m.lesson_id, m.course_id, m.times, m.last_date, m.times_that_date, m.best
FROM lesson_memory AS m
WHERE m.org_id = ANY(:org_ids::uuid[]) AND m.learner_id = ANY(:learner_ids::uuid[])
    AND m.course_id = ANY(:course_ids::uuid[]);

-- name: put_lesson_memory
INSERT INTO lesson_memory (
    org_id, learner_id, lesson_id, course_id, times, last_date, times_that_date, best
)
SELECT *
FROM unnest(
    :org_ids::uuid[], :learner_ids::uuid[], :lesson_ids::uuid[],
    :course_ids::uuid[],
    :times::text::int[], :last_dates::text::date[], :times_that_dates::text::int[],
    :bests::text::float8[]
)
ON CONFLICT (org_id, learner_id, lesson_id) DO UPDATE
SET times = excluded.times, last_date = excluded.last_date,
    times_that_date = excluded.times_that_date, best = excluded.best;

-- name: lessons_in
SELECT course_id, count(*) AS lessons
FROM lessons
WHERE org_id = ANY(:org_ids::uuid[]) AND course_id = ANY(:course_ids::uuid[])
GROUP BY course_id;

-- name: regrade
UPDATE answers SET verdict = :verdict, credit = :credit
WHERE org_id = :org_id AND attempt_id = :attempt_id AND step = :step;

-- name: drop_steps
DELETE FROM steps WHERE org_id = :org_id AND attempt_id = :attempt_id AND step >= :first;

-- name: put_steps
INSERT INTO steps (org_id, attempt_id, step, item_id, version, again)
SELECT :org_id, :attempt_id, k.step, k.item_id, k.version, k.again
FROM unnest(
    :steps::text::int[], :item_ids::uuid[], :versions::text::int[], :agains::text::boolean[]
)
    AS k (step, item_id, version, again);

-- name: recall_item
-- The log leads to a learner's answers, which have no index of their own by learner.
WITH told AS MATERIALIZED (
    SELECT fact_id, context::uuid AS attempt_id FROM facts
    WHERE org_id = :org_id AND subject = :learner_id AND source = 'learn'
        AND type = 'answer.graded.v1' AND data ->> 'item' = :item_id::uuid::text
)
UPDATE item_memory SET ever_right = (
    SELECT coalesce(bool_or(a.verdict = 'right'), false) FROM told AS t
    JOIN answers AS a
        ON a.org_id = :org_id AND a.attempt_id = t.attempt_id AND a.fact_id = t.fact_id
)
WHERE org_id = :org_id AND learner_id = :learner_id AND item_id = :item_id;

-- name: recall_lesson
WITH told AS MATERIALIZED (
    SELECT context::uuid AS attempt_id, (data ->> 'items')::int AS items FROM facts
    WHERE org_id = :org_id AND subject = :learner_id AND source = 'learn'
        AND type = 'lesson.completed.v1' AND data ->> 'lesson' = :lesson_id::uuid::text
), shares AS (
    SELECT count(*)::float8 / t.items AS share FROM told AS t
    JOIN steps AS s ON s.org_id = :org_id AND s.attempt_id = t.attempt_id AND NOT s.again
    JOIN answers AS a
        ON a.org_id = s.org_id AND a.attempt_id = s.attempt_id AND a.step = s.step
    WHERE a.verdict = 'right'
    GROUP BY t.attempt_id, t.items
)
UPDATE lesson_memory SET best = coalesce((SELECT max(share) FROM shares), 0)
WHERE org_id = :org_id AND learner_id = :learner_id AND lesson_id = :lesson_id;

-- name: recall_learner
UPDATE learner_memory SET run = :run, mark = :mark
WHERE org_id = :org_id AND learner_id = :learner_id;
