"""Our own processes killed and frozen under load."""

import asyncio
from time import monotonic
from uuid import uuid4

import aiohttp
import psutil
import pytest

from browser import COOKIE
from faults.crowd import Crowd
from faults.rig import Rig, until
from faults.test_engines import whole
from game import happen
from tihi.base.chance import SeededRandom, below
from tihi.base.ids import LearnerId
from tihi.facts.envelope import Fact, partition_of
from tihi.platform.clock import SystemClock, local_date
from tihi.platform.consumer import MOST_TRIES
from tihi.platform.engines.roles import connect
from tihi.platform.leases import SILENT_S
from tihi.platform.log import due
from world import ZONE, School

_clock = SystemClock()
STARTS_S = 60.0
"""For processes to come up on a machine that has much else to do."""


@pytest.mark.endless
async def test_what_a_killed_web_process_acknowledged_is_stored(
    rig: Rig, school: School, seed: int, minutes: float
) -> None:
    """R1, R5: fifty answers a second, the process killed again and again."""
    chance = SeededRandom("web", seed)
    await rig.start("work")
    web = await rig.start("web")
    async with Crowd.of(school, rig.base, 10, seed) as crowd:
        load = asyncio.create_task(crowd.load(120, per_second=50))
        for _ in range(3 + round(20 * minutes)):
            await asyncio.sleep(0.5 + below(chance, 1500) / 1000)
            await web.kill()
            web = await rig.start("web")
        await asyncio.sleep(1)
        crowd.rest()
        await load
        await crowd.finish()
        assert len(crowd.acknowledged) > 100
        assert await crowd.lost() == []
        await rig.settled(school)
        await crowd.board()
        assert await crowd.uncounted() == []
    assert await rig.differences(school) == []


async def _owners(school: School) -> list[object]:
    async with school.world.here.db.system() as tx:
        rows = await tx.connection.fetch("SELECT owner FROM system.leases")
    return [row["owner"] for row in rows]


async def _all_owned(school: School) -> bool:
    """Whether every partition has an owner whose process lives."""
    async with school.world.here.db.system() as tx:
        free = await tx.connection.fetchval("""
            SELECT count(*) FROM system.leases AS l
            LEFT JOIN system.workers AS w ON w.worker_id = l.owner
            WHERE w.name IS NULL
                OR w.name NOT IN (SELECT application_name FROM pg_stat_activity)
        """)
    return free == 0


async def test_partitions_of_a_killed_worker_move_within_five_seconds(
    rig: Rig, school: School, seed: int
) -> None:
    """R9: three workers under load, one after the other killed and replaced."""
    chance = SeededRandom("workers", seed)
    await rig.start("web")
    await rig.start("scheduler")
    workers = [await rig.start("worker") for _ in range(3)]
    await until(lambda: _shared(school, 3), STARTS_S)
    moved: list[float] = []
    async with Crowd.of(school, rig.base, 10, seed) as crowd:
        load = asyncio.create_task(crowd.load(60, per_second=40))
        for _ in range(3):
            victim = workers.pop(below(chance, len(workers)))
            await victim.kill()
            moved.append(await until(lambda: _all_owned(school), 10))
            workers.append(await rig.start("worker"))
            await asyncio.sleep(below(chance, 1000) / 1000)
        crowd.rest()
        await load
        await whole(rig, school, crowd)
    print(f"moved in {moved}")
    assert max(moved) <= 5


async def _shared(school: School, workers: int) -> bool:
    found = await _owners(school)
    return None not in found and len(set(found)) == workers


async def test_a_frozen_worker_loses_its_partitions_and_changes_nothing_when_it_wakes(
    rig: Rig, school: School, seed: int
) -> None:
    """R10: frozen between commit and acknowledgement, by the times of the real default."""
    await rig.start("web")
    await rig.start("scheduler")
    frozen = await rig.start("worker", crash_at="stop:before_ack")
    await until(lambda: _shared(school, 1), STARTS_S)
    (old,) = set(await _owners(school))
    other = await rig.start("worker")
    await until(lambda: _shared(school, 2), STARTS_S)
    async with Crowd.of(school, rig.base, 10, seed) as crowd:
        await asyncio.gather(*(one.answer() for one in crowd.pupils))
        await until(lambda: psutil.Process(frozen.pid).status() == psutil.STATUS_STOPPED)
        took = await until(lambda: _taken_from(school, old), SILENT_S + 15)
        print(f"taken over after {took:.1f} s")
        assert SILENT_S - 3 < took < SILENT_S + 5
        await crowd.load(2, per_second=20)
        await crowd.finish()
        await rig.settled(school)
        told = await school.world.rows("SELECT count(*), max(seq) FROM outcomes")
        frozen.thaw()
        # Taken for dead it ends, and its keeper would start it anew.
        assert await frozen.died() != 0
        await crowd.load(1, per_second=20)
        await crowd.finish()
        await rig.settled(school)
        await crowd.board()
        assert await crowd.uncounted() == []
        assert await school.world.rows("SELECT count(*), max(seq) FROM outcomes") > told
        assert set(await _owners(school)) == set(await _owners(school)) - {old}
        assert other.process.returncode is None
    assert await rig.differences(school) == []


async def _taken_from(school: School, old: object) -> bool:
    found = await _owners(school)
    return None not in found and old not in found


@pytest.mark.long
async def test_a_poison_fact_is_buried_and_can_be_replayed(rig: Rig, school: School) -> None:
    """R8: others of its partition wait for less than 5 s."""
    world = school.world
    today = local_date(_clock.now(), ZONE)
    world.clock.set(_clock.now())
    (bad,) = await happen.record(world, happen.active_on(world, school.learner, today))
    await _change(rig, school, f"zone = 'Nowhere/Nowhere' WHERE fact_id = '{bad.fact_id}'")
    await rig.start("work")
    await rig.start("web")
    begun, slowest, others = monotonic(), 0.0, 0
    while not (found := await _letters(school)) and monotonic() - begun < 60:
        world.clock.set(_clock.now())
        neighbour = happen.active_on(world, _beside(bad.partition), today)
        world.here.bus.publish(await happen.record(world, neighbour))
        slowest = max(slowest, await until(lambda: _only(school, bad), 10))
        others += 1
        await asyncio.sleep(0.1)
    print(
        f"buried after {monotonic() - begun:.1f} s; of {others} others one waited {slowest:.2f} s"
    )
    assert [(one.consumer, one.tries) for one in found] == [("streaks", MOST_TRIES)]
    assert slowest < 5

    await _change(rig, school, f"zone = '{ZONE}' WHERE fact_id = '{bad.fact_id}'")
    admin = await world.browser(school.admin)
    headers = {"cookie": f"{COOKIE}={admin.token}", "x-tihi": "1"}
    async with aiohttp.ClientSession(rig.base, headers=headers) as console:
        async with console.get("/api/v1/admin/dead-letters") as got:
            (letter,) = await got.json()
        path = f"/api/v1/admin/dead-letters/{letter['letter_id']}/replay"
        async with console.post(path) as reply:
            assert reply.status == 204
    await rig.settled(school)
    assert await _letters(school) == []
    kept = "SELECT count(*) FROM streak_days WHERE learner_id = $1"
    assert await world.rows(kept, school.learner) == [(1,)]
    assert await rig.differences(school) == []


async def _letters(school: School) -> list[due.Letter]:
    async with school.world.here.db.tx(school.world.org_id) as tx:
        return await due.letters(tx)


async def _only(school: School, bad: Fact) -> bool:
    """Whether nothing but the poison fact is due to streaks."""
    owed = await school.world.owed("streaks")
    return [one.fact_id for one in owed if one.fact_id != bad.fact_id] == []


def _beside(partition: int) -> LearnerId:
    """Return a learner of the same partition."""
    while partition_of(found := LearnerId(uuid4())) != partition:
        pass
    return found


async def _change(rig: Rig, school: School, what: str) -> None:
    """Change a fact as nobody but the owner of the tables can."""
    owner = await connect(rig.endpoints.owner_url)
    orgs = f"SET LOCAL tihi.orgs = '{{{school.world.org_id}}}'"
    await owner.execute(f"BEGIN; {orgs}; UPDATE facts SET {what}; COMMIT")  # noqa: S608  # our own
    await owner.close()
