"""Engines killed, frozen, emptied and used up under load."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from faults.crowd import Crowd, Said
from faults.rig import Rig, until
from tihi.platform.engines.roles import Connection, connect
from world import School

pytestmark = pytest.mark.usefixtures("serving")
IN_TIME_S = 2.0
_SLACK_S = 1.0
"""What a busy machine may add to a deadline."""


@pytest.fixture(scope="module")
async def serving(standing: Rig) -> AsyncIterator[None]:
    """Run the two processes of `tihi serve`, which outlive whatever befalls the engines."""
    roles = [await standing.start("work"), await standing.start("web")]
    yield
    ended = [one.complained() for one in roles if one.process.returncode is not None]
    assert ended == []
    await standing.clear()


def _in_order(replies: list[Said]) -> None:
    """Whether every reply was a success, or said in time when to come back."""
    odd = [one.words for one in replies if one.status not in {200, 503}]
    assert not odd, odd
    assert all("Retry-After" in one.headers for one in replies if one.status == 503)
    slowest = max(one.seconds for one in replies)
    print(f"{len(replies)} replies, the slowest after {slowest:.2f} s")
    assert slowest < IN_TIME_S + _SLACK_S


async def whole(rig: Rig, school: School, crowd: Crowd) -> None:
    """Assert that nothing was lost and nothing counts twice, once it is quiet."""
    await crowd.finish()
    await rig.settled(school)
    await crowd.board()
    assert await crowd.lost() == []
    assert await crowd.uncounted() == []
    assert await rig.differences(school) == []


async def test_a_broker_that_lost_its_disk_costs_no_point(
    rig: Rig, school: School, seed: int
) -> None:
    """R3, R2: emptied under load; what is due is published again within the minute."""
    async with Crowd.of(school, rig.base, 10, seed) as crowd:
        load = asyncio.create_task(crowd.load(8, per_second=50))
        await asyncio.sleep(3)
        await rig.engine("nats").rob()
        await load
        await crowd.finish()
        took = await rig.settled(school, 60)
        print(f"caught up {took:.1f} s after the load")
        await whole(rig, school, crowd)


@pytest.mark.long
async def test_a_killed_broker_delivers_again_and_nothing_counts_twice(
    rig: Rig, school: School, seed: int
) -> None:
    """R2: acknowledgements of a consumer are not durable."""
    async with Crowd.of(school, rig.base, 10, seed) as crowd:
        load = asyncio.create_task(crowd.load(6, per_second=50))
        for _ in range(2):
            await asyncio.sleep(1.5)
            rig.engine("nats").kill()
            await rig.engine("nats").up()
        await load
        await whole(rig, school, crowd)


async def test_while_postgresql_is_killed_callers_are_told_when_to_come_back(
    rig: Rig, school: School, seed: int
) -> None:
    """R11."""
    async with Crowd.of(school, rig.base, 10, seed) as crowd:
        load = asyncio.create_task(crowd.load(12, per_second=50))
        for _ in range(2):
            await asyncio.sleep(2.5)
            rig.engine("postgres").kill()
            taken = len(crowd.acknowledged)
            await asyncio.sleep(0.1)
            back = await until(lambda: len(crowd.acknowledged) > taken, 15)  # noqa: B023  # now
            print(f"an answer was taken again after {back:.1f} s")
        await load
        _in_order(crowd.replies)
        assert crowd.statuses()[503] > 0
        await whole(rig, school, crowd)


LATER = [pytest.param(name, marks=pytest.mark.long) for name in ("nats", "valkey")]


@pytest.mark.parametrize("name", ["postgres", *LATER])
async def test_a_frozen_engine_hangs_nobody(rig: Rig, school: School, seed: int, name: str) -> None:
    """R12."""
    await rig.start("work")
    async with Crowd.of(school, rig.base, 10, seed) as crowd:
        await crowd.load(2, per_second=50)
        before = rig.memory(rig.role("web"))
        load = asyncio.create_task(crowd.load(8, per_second=50))
        await asyncio.sleep(1)
        engine = rig.engine(name)
        engine.freeze()
        try:
            await asyncio.sleep(5)
        finally:
            engine.thaw()
        await load
        _in_order(crowd.replies)
        assert rig.memory(rig.role("web")) - before < 64 << 20
        taken = len(crowd.acknowledged)
        await crowd.load(2, per_second=50)
        assert len(crowd.acknowledged) > taken + 20
        await whole(rig, school, crowd)


async def test_without_the_broker_answers_are_taken_and_points_follow(
    rig: Rig, school: School, seed: int
) -> None:
    """R13."""
    nats = rig.engine("nats")
    async with Crowd.of(school, rig.base, 10, seed) as crowd:
        await crowd.load(1, per_second=50)
        await nats.stop()
        try:
            await crowd.load(6, per_second=50)
            assert crowd.statuses().keys() == {200}
            assert (await crowd.pupils[0].get("/health/ready"))["engines"]["nats"] is False
            assert await _waiting(crowd)
        finally:
            await nats.start()
        # New answers do not overtake those that waited.
        await crowd.load(3, per_second=50)
        took = await rig.settled(school, 120)
        print(f"points were there {took:.1f} s after the return")
        assert not await _waiting(crowd)
        assert await crowd.overtaken() == []
        await whole(rig, school, crowd)


async def _waiting(crowd: Crowd) -> list[str]:
    """Return who is told that points are on their way."""
    told = [await one.get("/api/v1/me/progress") for one in crowd.pupils]
    return [str(one) for one in told if one["waiting"]]


async def test_a_valkey_that_lost_its_data_signs_nobody_out_and_shows_no_wrong_rank(
    rig: Rig, school: School, seed: int
) -> None:
    """R14: no command is needed, and limits fail closed meanwhile."""
    valkey = rig.engine("valkey")
    async with Crowd.of(school, rig.base, 10, seed) as crowd:
        await crowd.load(3, per_second=50)
        await rig.settled(school)
        right = (await crowd.board())["top"]
        assert right
        await valkey.stop()
        assert (await crowd.pupils[0].get("/api/v1/me"))["display_name"]
        body = {"org": school.world.slug, "name": "nobody", "password": "not the password"}
        async with crowd.http.post(
            f"{rig.base}/api/v1/signin", json=body, headers={"x-tihi": "1"}
        ) as reply:
            assert (reply.status, "Retry-After" in reply.headers) == (503, True)
        valkey.empty()
        await valkey.start()
        seen = [await crowd.pupils[0].get("/api/v1/boards/org/all") for _ in range(20)]
        shown = [one["top"] for one in seen if not one["updating"]]
        assert all(top == right for top in shown)
        assert (await crowd.board())["top"] == right
        await crowd.load(2, per_second=50)
        await whole(rig, school, crowd)


async def test_when_connections_are_used_up_load_is_refused_and_nothing_crashes(
    rig: Rig, school: School, seed: int
) -> None:
    """R25: somebody else holds every connection that the database gives."""
    async with Crowd.of(school, rig.base, 10, seed) as crowd:
        await crowd.load(1, per_second=50)
        held = await _all_that_are_left(rig)
        # Those that the roles have are cut, so that they must ask for new ones; one that is quick
        # gets one before we do, and loses it again.
        owner = await connect(rig.superuser, timeout=5)
        cut = True
        while cut:
            cut = await owner.fetch("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE usename IN ('tihi_app', 'tihi_sweep') AND application_name LIKE 'tihi%'
            """)
            held += await _all_that_are_left(rig)
        await owner.close()
        try:
            refused = len(crowd.replies)
            await crowd.load(4, per_second=50)
            assert crowd.statuses()[503] > 0
            slowest = max(one.seconds for one in crowd.replies[refused:])
            print(f"refused after {slowest:.2f} s at most")
            assert slowest < 1 + _SLACK_S
        finally:
            for one in held:
                await one.close()
        assert {one.status for one in crowd.replies} <= {200, 503}
        await crowd.load(2, per_second=50)
        assert crowd.replies[-1].status == 200
        await whole(rig, school, crowd)


async def _all_that_are_left(rig: Rig) -> list[Connection]:
    """Take every connection that the database still gives."""
    held: list[Connection] = []
    while True:
        try:
            held.append(await connect(rig.endpoints.database_url, timeout=5))
        except asyncpg.TooManyConnectionsError:
            return held
