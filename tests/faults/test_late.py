"""What comes late or at the wrong time."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import aiohttp
import msgspec
import pytest
from typing_extensions import override

from browser import COOKIE
from faults.crowd import Crowd
from faults.rig import Rig, bare, until
from game import happen
from heard import heard
from tihi.facts.envelope import Fact
from tihi.platform import db, revisions, schema
from tihi.platform.clock import MovedClock, SystemClock
from tihi.platform.config import child_environment
from tihi.platform.consumer import Applied, Consumer, Worker
from tihi.platform.db import BatchTx
from tihi.platform.engines import EngineError
from tihi.platform.engines.roles import connect
from tihi.platform.leases import Steward
from tihi.platform.log import due
from tihi.platform.log.append import append
from tihi.platform.push import Push
from tihi.roles import scheduler, verify, worker
from tihi.roles.parts import connected
from world import School, World

_clock = SystemClock()
SWEEPS_S = 6.0
"""Three sweeps; a soak holds on for ten seconds and more."""


async def test_a_commit_that_comes_late_is_delivered(rig: Rig, school: School, seed: int) -> None:
    """R4: begun first, committed last, and its process dies before it tells anybody."""
    world = school.world
    await rig.start("work")
    await rig.start("web")
    late = await world.learner("Late")
    world.clock.set(_clock.now())
    async with Crowd.of(school, rig.base, 5, seed) as crowd:
        async with world.here.db.batch([world.org_id]) as tx:
            fact = happen.new(world, late, happen.answer(), moment=_clock.now())
            (logged,) = await append(tx, [fact], now=_clock.now())
            await crowd.load(SWEEPS_S, per_second=20)
        await rig.settled(school)
        assert await crowd.uncounted() == []
    entries = "SELECT count(*) > 0 FROM ledger WHERE source = $1"
    assert await world.rows(entries, f"fact:{logged.source}:{logged.fact_id}") == [(True,)]
    assert await rig.differences(school) == []


async def test_days_that_passed_while_the_machine_was_off_close_once_and_in_order(
    world: World,
) -> None:
    """R21: three weeks off after seven active days; two schedulers begin at once."""
    learner = await world.learner()
    monday = date(2026, 11, 2)
    active = happen.days(monday, 7)
    await happen.record(world, *(happen.active_on(world, learner, day) for day in active))
    await world.deliver()
    world.clock.set(happen.noon(monday + timedelta(weeks=4)))
    await asyncio.gather(*(scheduler.close_days(world.here, None) for _ in range(2)))
    days = "SELECT day FROM streak_days WHERE learner_id = $1 AND mark = 'frozen'"
    # The one freeze that was earned goes to the first day that was missed, not to the last.
    expected = [(monday + timedelta(days=7),)]
    assert await world.rows(days, learner) == expected
    assert len(await heard(world, "streak_saved")) == 1
    for _ in range(2):
        await scheduler.close_days(world.here, None)
    assert await world.rows(days, learner) == expected
    assert len(await heard(world, "streak_saved")) == 1
    assert await verify.differences(world.here, world.org_id) == []


class SteppingClock(MovedClock):
    """The machine's clock, as it is after somebody put it elsewhere; deadlines go on."""

    def __init__(self) -> None:
        super().__init__(_clock.now())
        self.ahead = timedelta()

    @override
    def now(self) -> datetime:
        return _clock.now() + self.ahead

    @override
    def monotonic(self) -> float:
        return _clock.monotonic()


@asynccontextmanager
async def _working(rig: Rig, clock: SteppingClock) -> AsyncGenerator[None]:
    """Run consumers and scheduler by `clock`."""
    async with connected(rig.endpoints, clock=clock, most=8) as parts:
        sweeper = await db.connect(rig.endpoints.sweep_url, most=2)
        push = Push(parts.cache)
        steward = Steward(parts.db, clock)
        erased = rig.settings.home / "erased.jsonl"
        tasks = [
            asyncio.create_task(worker.run(parts, push, steward, only=frozenset())),
            asyncio.create_task(scheduler.run(parts, sweeper, push, erased=erased)),
        ]
        yield
        assert not any(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await sweeper.close()


async def test_a_wall_clock_that_steps_a_day_leaves_nothing_lying(rig: Rig, school: School) -> None:
    """R23: forward and back under way; what nobody published is swept up all the same."""
    world = school.world
    clock = SteppingClock()
    learners = [await world.learner(f"Learner {n}") for n in range(3)]
    world.clock.set(clock.now())
    lesson = await world.lesson(2, "Two steps")
    views = [await world.open(learner, lesson) for learner in learners]
    steps = [view.step for view in views]
    async with _working(rig, clock):
        for ahead in (0, 1, 0, -1):
            clock.ahead = timedelta(days=ahead)
            world.clock.set(clock.now())
            for number, (learner, view) in enumerate(zip(learners, views, strict=True)):
                step = steps[number]
                if step is None:
                    views[number] = await world.open(learner, lesson)
                    step = views[number].step
                assert step is not None
                answer = await world.response(step, right=True)
                (said,) = await world.write(world.request(learner, view, step, answer))
                steps[number] = getattr(said, "next", None)
            # Back again before the sweep has come: what is due lies a day ahead.
            clock.ahead = timedelta()
            assert await rig.settled(school, 30) < 30
    took = await world.rows("SELECT min(took_ms) >= 0 FROM answers")
    assert took == [(True,)]
    causes = [cause for _, cause, _ in await heard(world, "points_earned")]
    assert len(causes) == len(set(causes)) > 0
    kept = "SELECT learner_id, local_date FROM facts WHERE type = 'day.active.v1'"
    days = await world.rows(kept.replace("learner_id", "subject"))
    assert len(days) == len(set(days))
    world.clock.set(_clock.now())
    assert await verify.differences(world.here, world.org_id) == []


_MIGRATE = """
import asyncio, sys
from tihi.platform import schema, telemetry
telemetry.crash_at(sys.argv[2])
asyncio.run(schema.migrate(sys.argv[1]))
"""


async def _migrate(url: str, crash_at: str) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _MIGRATE, url, crash_at), env=child_environment({})
    )
    return await process.wait()


async def test_a_migration_that_was_killed_completes_when_it_is_run_again(home: Path) -> None:
    """R29: killed at the end of each file in turn, when most of it could be left behind."""
    files = sorted(one.name for one in revisions.files())
    async with bare(home) as engines:
        url = engines.endpoints.owner_url
        for name in files:
            assert await _migrate(url, f"migrated {name}") == -signal.SIGKILL
        assert await _migrate(url, "") == 0
        assert await _migrate(url, "") == 0
        async with connected(engines.endpoints, most=2) as parts:
            await worker.workers(parts, None, only=frozenset())
            world = await World.founded(parts)
            school = await School.opened(world)
            await world.play(school.learner, school.lesson)
            await world.deliver()
            assert await verify.differences(world.here, world.org_id) == []


async def test_several_that_start_at_once_migrate_one_after_another(home: Path) -> None:
    """R29: machines that share a database, all brought up at the same time."""
    async with bare(home) as engines:
        url = engines.endpoints.owner_url
        assert await asyncio.gather(*(_migrate(url, "") for _ in range(3))) == [0, 0, 0]


async def test_a_newer_schema_is_told_and_left_alone(home: Path) -> None:
    """An older version is started on a newer one's data."""
    async with bare(home) as engines:
        await schema.migrate(engines.endpoints.owner_url)
        connection = await connect(engines.endpoints.owner_url)
        await connection.execute("UPDATE public.alembic_version SET version_num = '9999'")
        with pytest.raises(EngineError, match="9999"):
            await schema.migrate(engines.endpoints.owner_url)
        kept = "SELECT version_num FROM public.alembic_version"
        assert await connection.fetchval(kept) == "9999"
        await connection.close()


@pytest.mark.long
async def test_facts_that_a_running_worker_does_not_know_wait_for_one_that_does(
    rig: Rig, school: School
) -> None:
    """R29: an old worker beside a new one, which has registered another type."""
    world = school.world
    kind = f"told-{school.learner.hex}.v1"
    await rig.start("work")
    await rig.start("web")
    async with world.here.db.system() as tx:
        await due.register(tx, "rewards", [kind])
    made = happen.new(world, school.learner, happen.lesson(), moment=_clock.now())
    async with world.here.db.batch([world.org_id]) as tx:
        logged = await append(tx, [msgspec.structs.replace(made, type=kind)], now=_clock.now())
    world.here.bus.publish(logged)
    # The old one has work of its own meanwhile, and the sweep comes by.
    await happen.record(world, happen.new(world, school.learner, happen.answer()))
    await until(lambda: _owed(world, 1), 20)
    begun = _clock.monotonic()
    await until(lambda: _clock.monotonic() - begun > SWEEPS_S + 2)
    assert await world.rows("SELECT consumer, tries FROM due") == [("rewards", 0)]
    assert await world.rows("SELECT count(*) FROM dead_letters") == [(0,)]
    admin = await world.browser(school.admin)
    async with (
        aiohttp.ClientSession(rig.base, headers={"cookie": f"{COOKIE}={admin.token}"}) as console,
        console.get("/api/v1/admin/health") as reply,
    ):
        (shown,) = (await reply.json())["consumers"]
    assert (shown["name"], shown["due"]) == ("rewards", 1)
    known: list[Fact] = []

    async def apply(_tx: BatchTx, facts: Sequence[Fact]) -> Applied:
        known.extend(facts)
        return Applied(facts=[], outcomes=[], effect=None)

    here = world.here
    new = Consumer(name="rewards", types=[kind], apply=apply)
    await Worker(new, db=here.db, bus=here.bus, push=None, clock=here.clock).handle(logged)
    assert known == logged
    await rig.settled(school)


async def _owed(world: World, count: int) -> bool:
    return await world.rows("SELECT count(*) FROM due") == [(count,)]
