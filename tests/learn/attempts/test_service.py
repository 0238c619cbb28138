"""Opening, answering, coming back: what one learner's attempt promises."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from tihi.base.problem import Missing
from tihi.learn.attempts import service
from tihi.learn.attempts.model import Answered, AttemptOver, KeyUsed, NotThisStep
from tihi.learn.items.model import SingleResponse, TrueFalseResponse, UnfitResponse, Verdict
from tihi.roles import api
from world import School, World


async def test_opening_twice_comes_back_to_the_same_attempt(school: School) -> None:
    first = await school.world.open(school.learner, school.lesson)
    assert first.step is not None
    assert (first.items, first.answered, first.step.step, first.step.of) == (3, 0, 1, 3)
    assert await school.world.open(school.learner, school.lesson) == first


async def test_opening_at_once_on_two_devices_gives_one_attempt(school: School) -> None:
    views = await asyncio.gather(
        *(school.world.open(school.learner, school.lesson) for _ in range(8))
    )
    assert len({view.attempt_id for view in views}) == 1
    assert await school.world.rows("SELECT count(*) FROM attempts") == [(1,)]


async def test_the_order_follows_from_the_seed_of_the_attempt(world: World) -> None:
    lesson = await world.lesson(8)
    orders: set[tuple[object, ...]] = set()
    for _ in range(6):
        learner = await world.learner()
        view = await world.open(learner, lesson)
        found = await world.rows(
            "SELECT item_id FROM steps WHERE attempt_id = $1 ORDER BY step", view.attempt_id
        )
        assert len(set(found)) == 8
        orders.add(tuple(found))
    assert len(orders) > 1


async def test_the_same_key_gives_the_same_reply_and_one_fact(school: School) -> None:
    """R5, S2."""
    world = school.world
    view = await world.open(school.learner, school.lesson)
    assert view.step is not None
    answer = await world.response(view.step, right=True)
    request = world.request(school.learner, view, view.step, answer)
    (first,) = await world.write(request)
    assert isinstance(first, Answered)
    assert first.verdict is Verdict.RIGHT
    assert await world.write(request, request) == [first, first]
    assert len(await world.facts()) == 1


async def test_the_same_key_with_another_answer_is_refused(school: School) -> None:
    """R5."""
    world = school.world
    view = await world.open(school.learner, school.lesson)
    assert view.step is not None
    request = world.request(
        school.learner, view, view.step, await world.response(view.step, right=True)
    )
    await world.write(request)
    wrong = await world.response(view.step, right=False)
    (refused,) = await world.write(msgspec.structs.replace(request, answer=wrong))
    assert isinstance(refused, KeyUsed)
    assert await world.rows("SELECT count(*) FROM answers") == [(1,)]


async def test_fifty_parallel_sends_make_one_answer(school: School) -> None:
    """S2."""
    world = school.world
    view = await world.open(school.learner, school.lesson)
    assert view.step is not None
    writer = api.answer_writer(world.here)
    answers = [await world.response(view.step, right=right) for right in (True, False)]
    sent = await asyncio.gather(
        *(
            writer.submit(world.request(school.learner, view, view.step, answers[n % 2]))
            for n in range(50)
        )
    )
    assert len({msgspec.json.encode(one.answered) for one in sent}) == 1
    assert await world.rows("SELECT count(*) FROM answers") == [(1,)]
    assert await world.rows("SELECT count(*) FROM facts") == [(1,)]


async def test_two_flushes_at_once_make_one_answer(school: School) -> None:
    """S2."""
    world = school.world
    view = await world.open(school.learner, school.lesson)
    assert view.step is not None
    step = view.step
    answers = [await world.response(step, right=right) for right in (True, False)]
    results = await asyncio.gather(
        *(world.write(world.request(school.learner, view, step, answers[n % 2])) for n in range(6))
    )
    assert len({msgspec.json.encode(one) for (one,) in results}) == 1
    assert await world.rows("SELECT count(*) FROM facts") == [(1,)]


async def test_anothers_attempt_is_not_found(school: School) -> None:
    """S2."""
    world = school.world
    view = await world.open(school.learner, school.lesson)
    assert view.step is not None
    thief = await world.learner("Ben")
    answer = await world.response(view.step, right=True)
    (refused,) = await world.write(world.request(thief, view, view.step, answer))
    assert isinstance(refused, Missing)
    async with world.here.db.tx(world.org_id) as tx:
        with pytest.raises(Missing):
            await service.view(tx, thief, view.attempt_id)


async def test_a_step_that_is_not_open_is_refused(school: School) -> None:
    """S3."""
    world = school.world
    view = await world.open(school.learner, school.lesson)
    assert view.step is not None
    later = msgspec.structs.replace(view.step, step=2)
    answer = await world.response(view.step, right=True)
    (refused,) = await world.write(world.request(school.learner, view, later, answer))
    assert isinstance(refused, NotThisStep)


async def test_a_refusal_spoils_no_other_answer_of_the_batch(school: School) -> None:
    world = school.world
    view = await world.open(school.learner, school.lesson)
    assert view.step is not None
    good = await world.response(view.step, right=True)
    refused, foreign, accepted = await world.write(
        world.request(school.learner, view, view.step, TrueFalseResponse(value=True)),
        world.request(school.learner, view, view.step, SingleResponse(choice=99)),
        world.request(school.learner, view, view.step, good),
    )
    assert isinstance(refused, UnfitResponse)
    assert isinstance(foreign, UnfitResponse)
    assert isinstance(accepted, Answered)


async def test_a_missed_item_comes_back_at_most_twice(school: School) -> None:
    answered = await school.world.play(school.learner, school.lesson, right=lambda _step: False)
    assert len(answered) == 9
    assert answered[-1].finished
    shown = await school.world.rows("SELECT count(*), count(*) FILTER (WHERE again) FROM steps")
    assert shown == [(9, 6)]


async def test_a_missed_item_that_is_then_right_does_not_come_back_again(school: School) -> None:
    answered = await school.world.play(school.learner, school.lesson, right=lambda step: step != 1)
    assert [one.verdict is Verdict.RIGHT for one in answered] == [False, True, True, True]
    (done,) = [one for one in await school.world.facts() if one.type == "lesson.completed.v1"]
    assert (done.data["items"], done.data["right_first"]) == (3, 2)


async def test_the_replay_of_an_early_step_keeps_its_verdict_later(school: School) -> None:
    world = school.world
    view = await world.open(school.learner, school.lesson)
    assert view.step is not None
    request = world.request(
        school.learner, view, view.step, await world.response(view.step, right=True)
    )
    (first,) = await world.write(request)
    await world.play(school.learner, school.lesson, right=lambda _step: True)
    assert await world.write(request) == [first]


async def test_an_attempt_ends_after_thirty_days(school: School) -> None:
    """S3."""
    world = school.world
    view = await world.open(school.learner, school.lesson)
    assert view.step is not None
    answer = await world.response(view.step, right=True)
    world.clock.advance(timedelta(days=30))
    (refused,) = await world.write(world.request(school.learner, view, view.step, answer))
    assert isinstance(refused, AttemptOver)
    assert (await world.open(school.learner, school.lesson)).attempt_id != view.attempt_id


async def test_finishing_tells_the_lesson_and_the_day_once(school: School) -> None:
    world = school.world
    await world.play(school.learner, school.lesson)
    await world.play(school.learner, school.lesson)
    kinds = [fact.type for fact in await world.facts()]
    assert kinds.count("answer.graded.v1") == 6
    assert kinds.count("lesson.completed.v1") == 2
    assert kinds.count("day.active.v1") == 1


async def test_facts_know_first_times_runs_and_repeats(school: School) -> None:
    world = school.world
    await world.play(school.learner, school.lesson)
    await world.play(school.learner, school.lesson)
    graded = [fact for fact in await world.facts() if fact.type == "answer.graded.v1"]
    assert [fact.data["run"] for fact in graded] == [1, 2, 3, 4, 5, 6]
    assert [fact.data["nth_ever"] for fact in graded] == [1, 1, 1, 2, 2, 2]
    assert [fact.data["right_before"] for fact in graded] == [False] * 3 + [True] * 3
    assert [fact.data["took_ms"] for fact in graded] == [20_000] * 6


async def test_a_hasty_answer_is_marked(school: School) -> None:
    """S3."""
    world = school.world
    view = await world.open(school.learner, school.lesson)
    assert view.step is not None
    world.clock.advance(timedelta(milliseconds=100))
    await world.write(
        world.request(school.learner, view, view.step, await world.response(view.step, right=True))
    )
    (fact,) = await world.facts()
    assert fact.data["hasty"] is True


async def test_summary_counts_the_first_try(school: School) -> None:
    world = school.world
    view = await world.open(school.learner, school.lesson)
    await world.play(school.learner, school.lesson, right=lambda step: step != 1)
    async with world.here.db.tx(world.org_id) as tx:
        summary = await service.summary(tx, school.learner, view.attempt_id, now=world.clock.now())
    assert (summary.right_first, summary.items, summary.answers) == (2, 3, 4)
    assert summary.seconds == 80
    assert [(one.skill, one.right, one.of) for one in summary.skills] == [("adding", 2, 3)]


async def test_going_back_and_forth_between_zones_makes_no_day_anew(school: School) -> None:
    """R22: a zone is a setting of one's own; a repeat is one, whatever date it is said to be."""
    world, zones = school.world, ["Pacific/Kiritimati", "Etc/GMT+12"]
    for number in range(6):
        view = await world.open(school.learner, school.lesson)
        step = view.step
        while step is not None:
            world.clock.advance(timedelta(seconds=20))
            request = world.request(
                school.learner, view, step, await world.response(step, right=True)
            )
            elsewhere = msgspec.structs.replace(request, zone=zones[number % 2])
            (answered,) = await world.write(elsewhere)
            assert isinstance(answered, Answered)
            step = answered.next
    facts = await world.facts()
    for kind in ("answer.graded.v1", "lesson.completed.v1"):
        told = [int(str(fact.data["nth_today"])) for fact in facts if fact.type == kind]
        # The first date that is met, and the one after it: no third time is a first one.
        assert told.count(1) <= 2 * len(told) // 6, told
        assert max(told) >= 5, told
