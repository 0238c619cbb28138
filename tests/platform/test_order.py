"""R13: a learner's facts are applied in the order of the log, however they are handed over."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from logged import log, new
from tihi.base.chance import SeededRandom, shuffled
from tihi.base.ids import LearnerId
from tihi.facts.envelope import Fact
from tihi.platform import db
from tihi.platform.bus import Bus
from tihi.platform.consumer import MOST_TRIES, Applied, Consumer, Worker
from tihi.platform.db import BatchTx
from tihi.platform.engines import Endpoints
from tihi.platform.http import Parts
from tihi.platform.log import due
from tihi.roles import scheduler
from world import World


class Queue:
    """A consumer that notes in which order it is handed facts, and refuses some."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.name = f"queue-{uuid4().hex}"
        self.applied: list[Fact] = []
        self.poison: Fact | None = None

    @property
    def kind(self) -> str:
        return f"{self.name}.v1"

    def worker(self) -> Worker:
        """Return a worker of a process that has just begun."""
        here = self.world.here
        consumer = Consumer(
            name=self.name,
            types=[self.kind],
            apply=self.apply,
            in_order=frozenset({self.kind}),
        )
        return Worker(consumer, db=here.db, bus=here.bus, push=None, clock=here.clock)

    async def apply(self, _tx: BatchTx, facts: Sequence[Fact]) -> Applied:
        if self.poison in facts:
            raise ValueError("poison")
        self.applied.extend(sorted(facts, key=lambda fact: (fact.subject, fact.n)))
        return Applied(facts=[], outcomes=[], effect=None)

    async def facts(self, learner: LearnerId, count: int) -> list[Fact]:
        """Log facts of `learner`, every third of a type that is nobody's."""
        made = [
            new(self.world, learner, kind=self.kind if n % 3 else "other.v1") for n in range(count)
        ]
        found = await log(self.world, *made)
        return [fact for fact in found if fact.type != "other.v1"]

    def numbers(self, learner: LearnerId) -> list[int]:
        return [fact.n for fact in self.applied if fact.subject == learner]


@pytest.fixture
async def queue(world: World) -> Queue:
    made = Queue(world)
    await made.worker().register()
    return made


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_is_handed_over_first_nothing_overtakes(queue: Queue, seed: int) -> None:
    learners = [await queue.world.learner(f"L{n}") for n in range(3)]
    facts = [fact for one in learners for fact in await queue.facts(one, 30)]
    worker = queue.worker()
    for number, fact in enumerate(shuffled(facts, SeededRandom("order", seed))):
        await worker.handle([fact])
        if number % 20 == 10:
            worker = queue.worker()
    for one in learners:
        expected = [fact.n for fact in facts if fact.subject == one]
        assert queue.numbers(one) == expected


async def test_what_was_applied_is_not_looked_for_again(queue: Queue) -> None:
    learner = await queue.world.learner()
    facts = await queue.facts(learner, 9)
    worker = queue.worker()
    await worker.handle(facts[:3])
    await worker.handle(facts[4:])
    await worker.handle(facts)
    assert queue.numbers(learner) == [fact.n for fact in facts]


async def test_a_fact_that_cannot_be_applied_holds_up_nobody(queue: Queue) -> None:
    """R8: neither later facts nor other learners, and no innocent fact becomes a dead letter."""
    learner, other = await queue.world.learner("A"), await queue.world.learner("B")
    facts, others = await queue.facts(learner, 6), await queue.facts(other, 3)
    queue.poison = facts[0]
    worker = queue.worker()
    for _ in range(MOST_TRIES):
        await worker.handle([*facts[1:], *others])
        await worker.handle([facts[0]])
    assert queue.numbers(learner) == [fact.n for fact in facts[1:]]
    assert queue.numbers(other) == [fact.n for fact in others]
    async with queue.world.here.db.tx(queue.world.org_id) as tx:
        (letter,) = await due.letters(tx)
    assert letter.fact_id == facts[0].fact_id


async def test_another_orgs_learner_is_another(queue: Queue, other: World) -> None:
    mine = await queue.facts(await queue.world.learner(), 6)
    theirs = msgspec.structs.replace(mine[0], org_id=other.org_id)
    await queue.worker().handle([theirs])
    assert queue.applied == []


async def test_while_the_broker_is_away_nothing_is_tried(
    queue: Queue, endpoints: Endpoints
) -> None:
    """What is due keeps its turn, so that the oldest goes first on the broker's return."""
    world = queue.world
    facts = await queue.facts(await world.learner(), 3)
    world.clock.advance(timedelta(seconds=6))
    here, now = world.here, world.clock.now()
    bus = await Bus.connect(endpoints.nats_url)
    away = Parts(db=here.db, cache=here.cache, bus=bus, clock=world.clock, chance=here.chance)
    sweeper = await db.connect(endpoints.sweep_url, most=1)
    await bus.client.close()
    assert await scheduler.sweep(away, sweeper) == 0
    found = await due.stale(sweeper, before=now, now=now, most=10_000)
    assert [one for one in found if one in facts] == facts
    await sweeper.close()
    await bus.close()
