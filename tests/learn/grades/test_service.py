"""A teacher corrects a grade: what learning remembers of it, once and in order."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tihi.base.ids import FactId, LearnerId
from tihi.base.problem import Missing, Problem
from tihi.facts.envelope import Fact
from tihi.learn.attempts import service as attempts
from tihi.learn.attempts.model import Answered, AttemptSummary
from tihi.learn.grades.model import GradeKeyUsed, SameGrade, UnfitGrade
from tihi.roles import verify
from world import School, World


async def points(world: World, learner: LearnerId) -> dict[str, int]:
    """Return a learner's points by rule, what was taken back counted for its rule."""
    await world.deliver()
    rows = await world.rows(
        """
        SELECT replace(rule, 'reverse:', '') AS rule, sum(points)::int FROM ledger
        WHERE learner_id = $1 GROUP BY 1 HAVING sum(points) <> 0
        """,
        learner,
    )
    return dict(rows)


async def remembered(world: World, learner: LearnerId) -> list[tuple[object, ...]]:
    """Return what learning remembers of a learner's grades."""
    return [
        *await world.rows(
            "SELECT step, verdict, credit FROM answers WHERE learner_id = $1 ORDER BY fact_id",
            learner,
        ),
        *await world.rows(
            "SELECT item_id, ever_right FROM item_memory WHERE learner_id = $1 ORDER BY 1", learner
        ),
        *await world.rows(
            "SELECT lesson_id, best FROM lesson_memory WHERE learner_id = $1", learner
        ),
        *await world.rows("SELECT run FROM learner_memory WHERE learner_id = $1", learner),
    ]


async def summary(school: School, learner: LearnerId, answered: Answered) -> AttemptSummary:
    async with school.world.here.db.tx(school.world.org_id) as tx:
        return await attempts.summary(
            tx, learner, answered.attempt_id, now=school.world.clock.now()
        )


async def test_a_wrong_answer_made_right_is_as_if_it_had_been_right(school: School) -> None:
    """The lesson's result and its points follow; a twin who was right at once has the same."""
    world, twin = school.world, await school.world.learner("Twin")
    answers = await world.play(school.learner, school.lesson, lambda step: step != 2)
    await world.play(twin, school.lesson)
    await world.deliver()
    await world.correct(school.learner, answers[1].fact_id, 1, by=school.teacher)
    told = await summary(school, school.learner, answers[0])

    assert told.right_first == 3
    mine, theirs = await points(world, school.learner), await points(world, twin)
    # Coming back to the item that was missed stays an answer more.
    assert mine.pop("came-back") == 2
    assert mine.pop("correct-answer") == theirs.pop("correct-answer") + 5
    assert mine.pop("first-mastery") == theirs.pop("first-mastery") + 2
    assert mine == theirs
    assert await world.rows("SELECT DISTINCT best FROM lesson_memory") == [(1.0,)]
    assert await verify.differences(world.here, world.org_id) == []


async def test_there_and_back_leaves_what_there_was(school: School) -> None:
    world = school.world
    answers = await world.play(school.learner, school.lesson, lambda step: step not in {1, 3})
    before = await remembered(world, school.learner), await points(world, school.learner)
    for credit in (1, 0.5, 0):
        await world.correct(school.learner, answers[0].fact_id, credit, by=school.teacher)
        world.clock.advance(timedelta(hours=9))
        await world.deliver()
    now = await remembered(world, school.learner), await points(world, school.learner)

    assert now[0] == before[0]
    # A badge that was completed meanwhile would stay, with its points.
    assert now[1].pop("award") >= before[1].pop("award")
    assert now[1] == before[1]
    assert await verify.differences(world.here, world.org_id) == []


@pytest.mark.parametrize("step", range(5))
async def test_a_run_is_what_it_would_be(school: School, step: int) -> None:
    world, twin = school.world, await school.world.learner("Twin")
    lesson = await world.lesson(5, "Runs")
    answers = await world.play(school.learner, lesson, lambda n: n != step + 1)
    await world.correct(school.learner, answers[step].fact_id, 1, by=school.teacher)
    await world.play(twin, lesson)
    runs = dict(await world.rows("SELECT learner_id, run FROM learner_memory"))

    assert runs[school.learner] == runs[twin] + 1
    await world.correct(school.learner, answers[step].fact_id, 0, by=school.teacher)
    (left,) = await world.rows(
        "SELECT run FROM learner_memory WHERE learner_id = $1", school.learner
    )
    assert left == (5 - step,)


async def test_the_next_answer_goes_on_from_the_corrected_run(school: School) -> None:
    """ADR 41: what a process remembers of a learner is void after a correction."""
    world = school.world
    answers = await world.play(school.learner, school.lesson, lambda step: step == 1)
    view = await world.open(school.learner, school.lesson)
    await world.correct(school.learner, answers[-1].fact_id, 1, by=school.teacher)
    await world.correct(school.learner, answers[0].fact_id, 0, by=school.teacher)
    step = view.step
    assert step is not None
    (first,) = await world.write(
        world.request(school.learner, view, step, await world.response(step, right=True))
    )
    assert isinstance(first, Answered)
    found = [one for one in await world.facts() if one.fact_id == first.fact_id]

    assert [one.data["run"] for one in found] == [2]


async def test_a_right_item_never_counts_as_right_before_when_it_was_not(school: School) -> None:
    world = school.world
    answers = await world.play(school.learner, school.lesson)
    await world.correct(school.learner, answers[0].fact_id, 0, by=school.teacher)
    world.clock.advance(timedelta(days=1))
    await world.play(school.learner, school.lesson)
    item = (await world.facts())[0].data["item"]
    again = [one.data for one in await world.facts() if one.data.get("item") == item]

    assert [one["right_before"] for one in again] == [False, False]


async def miss(school: School) -> Answered:
    """Answer the first step of a lesson wrong."""
    world = school.world
    view = await world.open(school.learner, school.lesson)
    assert view.step is not None
    wrong = await world.response(view.step, right=False)
    (first,) = await world.write(world.request(school.learner, view, view.step, wrong))
    assert isinstance(first, Answered)
    return first


async def test_a_missed_item_that_is_right_need_not_come_back(school: School) -> None:
    world = school.world
    first = await miss(school)
    assert first.next is not None
    assert first.next.of == 4
    await world.correct(school.learner, first.fact_id, 1, by=school.teacher)
    assert await world.rows("SELECT count(*) FROM steps") == [(3,)]
    await world.correct(school.learner, first.fact_id, 0, by=school.teacher)

    assert await world.rows("SELECT count(*) FILTER (WHERE again), count(*) FROM steps") == [(1, 4)]
    # The rest goes by what stands, to the lesson's end.
    left = await world.play(school.learner, school.lesson)
    assert [one.finished for one in left] == [False, False, True]
    done = next(one for one in await world.facts() if one.type == "lesson.completed.v1")
    assert done.data["right_first"] == 2


async def test_a_correction_before_the_lessons_end_counts_in_its_result(school: School) -> None:
    world = school.world
    first = await miss(school)
    await world.correct(school.learner, first.fact_id, 1, by=school.teacher)
    await world.play(school.learner, school.lesson)
    done = next(one for one in await world.facts() if one.type == "lesson.completed.v1")

    assert (done.data["right_first"], done.data["share"]) == (3, 1.0)
    await world.deliver()
    assert await verify.differences(world.here, world.org_id) == []


async def test_the_same_key_corrects_once(school: School) -> None:
    world, key = school.world, uuid4()
    answer = (await world.play(school.learner, school.lesson))[0].fact_id
    first = await world.correct(school.learner, answer, 0, by=school.teacher, key=key)
    again = await world.correct(school.learner, answer, 0, by=school.teacher, key=key)

    assert (len(first), again) == (1, [])
    with pytest.raises(GradeKeyUsed):
        await world.correct(school.learner, answer, 0.5, by=school.teacher, key=key)
    assert await world.rows("SELECT count(*) FROM grade_corrections") == [(1,)]


async def test_corrections_at_once_follow_one_another(school: School) -> None:
    world = school.world
    answer = (await world.play(school.learner, school.lesson))[0].fact_id
    keys = [uuid4() for _ in range(4)]

    async def correct(number: int) -> list[Fact] | Problem:
        try:
            return await world.correct(
                school.learner, answer, number % 4 / 4, by=school.teacher, key=keys[number % 4]
            )
        except Problem as refusal:
            return refusal

    found = await asyncio.gather(*(correct(number) for number in range(12)))
    rows = await world.rows("SELECT nth, old_credit, credit FROM grade_corrections ORDER BY nth")

    assert [one for one in found if isinstance(one, Problem)] == []
    assert [nth for nth, _, _ in rows] == [1, 2, 3, 4]
    assert [old for _, old, _ in rows] == [1.0, *(new for _, _, new in rows[:-1])]
    assert await world.rows("SELECT credit FROM answers WHERE fact_id = $1", answer) == [
        (rows[-1][2],)
    ]
    await world.deliver()
    assert await verify.differences(world.here, world.org_id) == []


async def test_a_correction_and_an_answer_at_once_both_stand(school: School) -> None:
    world = school.world
    answer = (await world.play(school.learner, school.lesson, lambda n: n != 1))[0].fact_id
    await asyncio.gather(
        world.play(school.learner, school.lesson),
        *(world.correct(school.learner, answer, n / 8, by=school.teacher) for n in range(8, 0, -1)),
    )
    await world.deliver()

    assert await world.rows("SELECT count(*) FROM grade_corrections") == [(8,)]
    assert await verify.differences(world.here, world.org_id) == []


async def test_what_is_no_correction_is_refused(school: School) -> None:
    world = school.world
    answer = (await world.play(school.learner, school.lesson))[0].fact_id
    for credit in (-0.1, 1.1, float("nan"), float("inf")):
        with pytest.raises(UnfitGrade):
            await world.correct(school.learner, answer, credit, by=school.teacher)
    with pytest.raises(SameGrade):
        await world.correct(school.learner, answer, 1, by=school.teacher)
    with pytest.raises(Missing):
        await world.correct(school.learner, FactId(uuid4()), 0, by=school.teacher)
    with pytest.raises(Missing):
        await world.correct(await world.learner("Ben"), answer, 0, by=school.teacher)
    completed = next(one for one in await world.facts() if one.type == "lesson.completed.v1")
    with pytest.raises(Missing):
        await world.correct(school.learner, completed.fact_id, 0, by=school.teacher)
    assert await world.rows("SELECT count(*) FROM grade_corrections") == [(0,)]


async def test_who_when_and_what_it_was_is_kept(school: School) -> None:
    """P7."""
    world = school.world
    answer = (await world.play(school.learner, school.lesson, lambda n: n != 1))[0].fact_id
    first = world.clock.now()
    await world.correct(school.learner, answer, 1, by=school.teacher)
    world.clock.advance(timedelta(hours=1))
    await world.correct(school.learner, answer, 0.5, by=school.admin)

    assert await world.rows(
        "SELECT nth, corrected_by, corrected_at, old_credit, credit, reason FROM grade_corrections"
    ) == [
        (1, UUID(str(school.teacher)), first, 0.0, 1.0, "mismarked"),
        (2, UUID(str(school.admin)), world.clock.now(), 1.0, 0.5, "mismarked"),
    ]
    assert await world.rows(
        """
        SELECT subject_id, detail FROM security_events
        WHERE kind = 'grade-corrected' ORDER BY event_id
        """
    ) == [(school.learner, "wrong right"), (school.learner, "right partial")]
