"""What a process remembers of learners is never wrong: other writers, failures, any order."""

from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tihi.base.ids import LearnerId
from tihi.base.problem import Problem
from tihi.learn.attempts import service as attempts
from tihi.learn.attempts.answering import Known
from tihi.learn.attempts.model import Accepted, AnswerRequest, AttemptView, NotThisStep, StepView
from world import School, World


@dataclass
class Process:
    """One process that writes answers, with a memory of its own."""

    world: World
    known: Known

    async def write(self, request: AnswerRequest, *, fails: bool = False) -> Accepted | Problem:
        """Write `request`; with `fails` its transaction breaks off at the end."""
        world = self.world
        async with world.here.db.batch([world.org_id]) as tx:
            (found,) = await attempts.write_answers(
                tx, [request], self.known, now=world.clock.now(), chance=world.here.chance
            )
            if fails:
                raise ConnectionAbortedError
        return found


async def right(
    world: World, learner: LearnerId, view: AttemptView, step: StepView | None
) -> AnswerRequest:
    assert step is not None
    return world.request(learner, view, step, await world.response(step, right=True))


async def test_what_another_process_wrote_is_seen(school: School) -> None:
    world, learner = school.world, school.learner
    one, two = Process(world, Known()), Process(world, Known())
    view = await world.open(learner, school.lesson)
    step: StepView | None = view.step
    for number in range(3):
        request = await right(world, learner, view, step)
        answered = await (one, two)[number % 2].write(request)
        assert isinstance(answered, Accepted)
        # Both know it now: the other one gives the same reply to the same key.
        again = await (two, one)[number % 2].write(request)
        assert isinstance(again, Accepted)
        assert again.answered == answered.answered
        assert again.facts == []
        step = answered.answered.next
    assert step is None
    runs = await world.rows("SELECT run FROM learner_memory WHERE learner_id = $1", learner)
    assert runs == [(3,)]
    assert len(await world.rows("SELECT 1 FROM answers")) == 3


async def test_a_write_that_failed_is_not_remembered(school: School) -> None:
    world, learner = school.world, school.learner
    process = Process(world, Known())
    view = await world.open(learner, school.lesson)
    request = await right(world, learner, view, view.step)
    with pytest.raises(Problem):
        await process.write(request, fails=True)
    assert await world.rows("SELECT 1 FROM answers") == []
    answered = await process.write(request)
    assert isinstance(answered, Accepted)
    assert len(answered.facts) == 1
    assert answered.facts[0].data["nth_ever"] == 1
    assert await world.rows("SELECT run FROM learner_memory") == [(1,)]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(st.lists(st.tuples(st.integers(0, 1), st.booleans(), st.booleans()), max_size=14))
async def test_any_order_of_writers_and_failures_gives_what_one_alone_would(
    school: School, plan: list[tuple[int, bool, bool]]
) -> None:
    """R5, R2: two processes, failures and replays lead to one row, one fact and one run."""
    world = school.world
    learner = await world.learner()
    processes = Process(world, Known()), Process(world, Known())
    view = await world.open(learner, school.lesson)
    step, run, last = view.step, 0, None
    for which, good, fails in plan:
        if step is None:
            break
        response = await world.response(step, right=good)
        request = world.request(learner, view, step, response)
        if fails:
            with pytest.raises(Problem):
                await processes[which].write(request, fails=True)
            continue
        answered = await processes[which].write(request)
        assert isinstance(answered, Accepted)
        run = run + 1 if good else 0
        assert answered.facts[0].data["run"] == run
        step, last = answered.answered.next, request
    if last is not None:
        for one in processes:
            again = await one.write(last)
            assert isinstance(again, Accepted)
            assert again.facts == []
    rows = "SELECT step FROM answers WHERE learner_id = $1 ORDER BY step"
    stored = [number for (number,) in await world.rows(rows, learner)]
    assert stored == list(range(1, len(stored) + 1))
    facts = "SELECT 1 FROM facts WHERE subject = $1 AND type = 'answer.graded.v1'"
    assert len(await world.rows(facts, learner)) == len(stored)


async def test_a_key_of_another_attempt_is_a_new_answer(school: School) -> None:
    """One reused key must not break the batch in which others answer."""
    world = school.world
    ben = await world.learner("Ben")
    process = Process(world, Known())
    requests: list[AnswerRequest] = []
    for learner in (school.learner, ben):
        view = await world.open(learner, school.lesson)
        requests.append(await right(world, learner, view, view.step))
    other = await world.open(school.learner, await world.lesson(2))
    reused = await right(world, school.learner, other, other.step)
    reused = msgspec.structs.replace(reused, key=requests[0].key)
    for request in (requests[0], reused, requests[1]):
        assert isinstance(await process.write(request), Accepted)


async def test_a_stranger_learns_nothing_from_what_is_remembered(school: School) -> None:
    world = school.world
    process = Process(world, Known())
    view = await world.open(school.learner, school.lesson)
    request = await right(world, school.learner, view, view.step)
    assert isinstance(await process.write(request), Accepted)
    ben = await world.learner("Ben")
    for number in (1, 2):
        stolen = msgspec.structs.replace(request, learner_id=ben, step=number)
        refused = await process.write(stolen)
        assert isinstance(refused, Problem)
        assert not isinstance(refused, NotThisStep)
