"""What workers remember of learners: true, or not used; and gone with a batch that failed."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from game.test_verify import broken
from tihi.base.ids import LearnerId, OrgId
from tihi.base.problem import Unavailable
from tihi.facts.envelope import Fact
from tihi.game.rewards import events, rules
from tihi.game.rewards.model import Known
from tihi.game.rewards.rewarding import Memory
from tihi.platform.consumer import Worker
from tihi.platform.engines import Endpoints
from tihi.roles import verify
from tihi.roles.school import starter_pack
from world import World


async def some_facts(world: World, learner: LearnerId, lessons: int = 2) -> list[Fact]:
    await world.apply(starter_pack())
    for number in range(lessons):
        await world.play(learner, await world.lesson(4, f"Lesson {number}"), lambda step: step != 2)
    return await world.owed("rewards")


def worker(world: World) -> Worker:
    """Return a process of its own, as far as memory goes."""
    here = world.here
    consumer = events.consumer(here.cache, here.clock, here.chance)
    return Worker(consumer, db=here.db, bus=here.bus, push=None, clock=here.clock)


async def differences(world: World) -> Sequence[object]:
    await world.deliver()
    return await verify.differences(world.here, world.org_id)


async def test_workers_who_take_turns_find_each_others_writes(world: World) -> None:
    """R10: what one remembers is void once the other wrote, and nobody waits for it."""
    learner = await world.learner()
    facts = await some_facts(world, learner)
    both = worker(world), worker(world)
    for number, fact in enumerate(facts):
        await both[number // 2 % 2].handle([fact])
    assert len(facts) > 6
    assert await differences(world) == []


async def test_a_batch_that_fails_leaves_nothing_in_memory(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = await world.learner()
    first, *rest = await some_facts(world, learner)
    one = worker(world)
    await one.handle([first])

    async def undone(*_: object, **__: object) -> None:
        raise Unavailable("the database went away")

    with monkeypatch.context() as broken:
        broken.setattr("tihi.game.rewards.service.finish", undone)
        with pytest.raises(Unavailable):
            await one.handle(rest[:2])
    await one.handle(rest)
    assert await differences(world) == []


async def test_every_batch_leaves_a_mark_of_its_own(world: World) -> None:
    """So that a row which a backup brought back is never taken for the one that is remembered."""
    learner = await world.learner()
    facts = await some_facts(world, learner)
    one = worker(world)
    marks: list[int] = []
    for fact in facts:
        await one.handle([fact])
        query = "SELECT version, was FROM reward_states WHERE learner_id = $1"
        ((mark, was),) = await world.rows(query, learner)
        assert was == (marks[-1] if marks else 0)
        marks.append(mark)
    assert len(set(marks)) == len(facts)


async def test_who_is_remembered_and_gone_from_the_database_begins_anew(
    world: World, endpoints: Endpoints
) -> None:
    """A backup from before their first points was brought back under a running worker."""
    learner = await world.learner()
    first, *rest = await some_facts(world, learner)
    one = worker(world)
    await one.handle([first])
    for table in ("ledger", "awards", "achievement_sheets", "reward_states"):
        await broken(endpoints, world, f"DELETE FROM {table}")  # noqa: S608  # our own
    owed = "INSERT INTO due SELECT org_id, 'rewards', source, fact_id, time FROM facts WHERE n = 1"
    await broken(endpoints, world, owed)
    await one.handle(rest)
    await one.handle([first])
    assert await differences(world) == []


def test_memory_has_a_size_and_forgets_who_was_longest_away() -> None:
    memory = Memory(most=2)
    org = OrgId(_id(0))
    people = [LearnerId(_id(number)) for number in range(1, 4)]
    for one in people[:2]:
        memory.keep({one: _known(one)}, {one: org})
    memory.keep(memory.take([(people[0], org)]), {people[0]: org})
    memory.keep({people[2]: _known(people[2])}, {people[2]: org})
    assert list(memory.take((one, org) for one in people)) == [people[0], people[2]]
    assert memory.take((one, org) for one in people) == {}


def _id(number: int) -> UUID:
    return UUID(int=number)


def _known(learner: LearnerId) -> Known:
    return Known(state=rules.beginning(learner), sheets={})
