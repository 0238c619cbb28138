"""R31, R33: a worker that joins takes partitions over at once, with nothing left to the sweep."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest

from logged import log, new
from tihi.base.ids import LearnerId
from tihi.facts.envelope import PARTITIONS, Fact, partition_of
from tihi.platform import tasks
from tihi.platform.clock import SystemClock
from tihi.platform.consumer import Applied, Consumer, Worker
from tihi.platform.db import BatchTx
from tihi.platform.http import Parts
from tihi.platform.leases import Steward
from tihi.platform.log.due import key
from tihi.platform.tasks import ended
from tihi.roles.school import working
from world import School, World

_ROUNDS = 40
_SOON_S = 6.0
"""Less than the broker waits before it gives again what nobody acknowledged; no sweep runs."""


class Bench:
    """A consumer that takes its time, in as many processes as are begun."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.name = f"bench-{uuid4().hex}"
        self.applied: list[Fact] = []

    @asynccontextmanager
    async def process(self) -> AsyncGenerator[None]:
        """Run a worker with a steward of its own."""
        here = self.world.here
        consumer = Consumer(name=self.name, types=[f"{self.name}.v1"], apply=self.apply)
        worker = Worker(consumer, db=here.db, bus=here.bus, push=None, clock=here.clock)
        await worker.register()
        steward = Steward(here.db, SystemClock())
        await worker.join(steward)
        work, beats = (asyncio.create_task(one) for one in (worker.run(), steward.run()))
        yield
        worker.end()
        await work
        await ended([beats])
        await steward.close()

    async def apply(self, _tx: BatchTx, facts: Sequence[Fact]) -> Applied:
        await asyncio.sleep(0.05)
        self.applied.extend(facts)
        return Applied(facts=[], outcomes=[], effect=None)

    async def done(self, count: int) -> None:
        """Wait until so many facts are applied, but not for long."""
        end = monotonic() + _SOON_S
        while len(self.applied) < count and monotonic() < end:  # noqa: ASYNC110  # it must end
            await asyncio.sleep(0.05)

    async def publish(self, learners: Sequence[LearnerId]) -> list[Fact]:
        """Log and publish a fact of each."""
        made = [new(self.world, one, kind=f"{self.name}.v1") for one in learners]
        found = await log(self.world, *made)
        self.world.here.bus.publish(found)
        return found


def everywhere() -> list[LearnerId]:
    """Return a learner of each partition."""
    found: dict[int, LearnerId] = {}
    while len(found) < PARTITIONS:
        one = LearnerId(uuid4())
        found.setdefault(partition_of(one), one)
    return list(found.values())


async def test_nothing_waits_for_the_sweep_when_workers_come_and_go(world: World) -> None:
    bench = Bench(world)
    learners = everywhere()
    logged: list[Fact] = []
    async with bench.process(), AsyncExitStack() as second:
        for number in range(_ROUNDS):
            if number == _ROUNDS // 4:
                await second.enter_async_context(bench.process())
            if number == 3 * _ROUNDS // 4:
                await second.aclose()
            logged += await bench.publish(learners)
            await asyncio.sleep(0.1)
        await bench.done(len(logged))
    assert await world.owed(bench.name) == []
    assert sorted(map(key, bench.applied)) == sorted(map(key, logged))


async def test_consumers_that_end_slowly_hold_nothing_any_more(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever comes next waits for partitions, and for facts that nobody takes in."""
    # As on a machine so busy that an end takes far longer than it should.
    monkeypatch.setattr(tasks, "_AGAIN_S", 0.005)
    here = school.world.here
    before = await held(here)
    for _ in range(3):
        async with working(here):
            while await held(here) == before:  # noqa: ASYNC110  # nobody tells of it
                await asyncio.sleep(0.05)
            await school.world.play(school.learner, school.lesson)
            here.bus.publish(await school.world.facts())
        assert await held(here) == before


async def held(here: Parts) -> int:
    """Return how many partitions somebody has."""
    async with here.db.system() as tx:
        connection: Any = tx.connection
        owned = "SELECT count(*) FROM system.leases WHERE owner IS NOT NULL"
        return int(await connection.fetchval(owned))
