"""Disks under load: the power is cut, and there is no room left."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from faults import disks
from faults.crowd import Crowd
from faults.disks import needs_root
from faults.rig import Rig, folder, until
from faults.test_engines import whole
from world import School, World


@needs_root
async def test_a_power_cut_loses_nothing_that_was_acknowledged(seed: int) -> None:
    """R3, R7: the disk as it was at one moment under load, found by another machine."""
    async with AsyncExitStack() as stack:
        above = stack.enter_context(folder())
        await disks.made(above / "disk", 1024)
        await stack.enter_async_context(disks.mounted(above / "disk", above / "before"))
        rig = await stack.enter_async_context(Rig.built(above / "before/data"))
        school = await rig.school()
        roles = [await rig.start("work"), await rig.start("web")]
        crowd = await stack.enter_async_context(Crowd.of(school, rig.base, 10, seed))
        load = asyncio.create_task(crowd.load(60, per_second=50))
        await until(lambda: len(crowd.acknowledged) > 150, 30)
        acknowledged = dict(crowd.acknowledged)
        # Everybody stands still while the disk is copied, so that the copy is of one moment.
        frozen = [rig.engine(name) for name in ("postgres", "nats", "valkey")]
        for one in (*roles, *frozen):
            one.freeze()
        await disks.cut(above / "disk", above / "copy")
        for one in (*frozen, *roles):
            one.thaw()
        crowd.rest()
        await load
        await rig.clear()
        await disks.run("e2fsck", "-p", above / "copy")
        await stack.enter_async_context(disks.mounted(above / "copy", above / "after"))
        found = await stack.enter_async_context(Rig.built(above / "after/data"))
        again = World(World.parts(found.parts), school.world.org_id, school.world.slug)
        there = School(
            again, school.learner, school.teacher, school.admin, school.class_id, school.lesson
        )
        await found.start("work")
        await found.start("web")
        took = await found.settled(there)
        print(f"{len(acknowledged)} acknowledged; caught up {took:.1f} s after the start")
        assert len(acknowledged) > 100
        crowd.school, crowd.acknowledged = there, acknowledged
        assert await crowd.lost() == []
        assert await crowd.uncounted() == []
        assert await found.differences(there) == []


LATER = [pytest.param(name, marks=pytest.mark.long) for name in ("nats", "valkey")]


@needs_root
@pytest.mark.parametrize("name", ["postgres", *LATER])
async def test_a_full_disk_stops_writing_alone_and_mends_itself(
    home: Path, seed: int, name: str
) -> None:
    """R24."""
    home.mkdir()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(disks.small(home, 500))
        if name != "postgres":
            await stack.enter_async_context(disks.small(home / name, 40))
        rig = await stack.enter_async_context(Rig.built(home))
        school = await rig.school()
        roles = [await rig.start("work"), await rig.start("web")]
        crowd = await stack.enter_async_context(Crowd.of(school, rig.base, 10, seed))
        await crowd.load(1, per_second=50)
        ballast = disks.fill(home if name == "postgres" else home / name)
        full = len(crowd.replies)
        await crowd.load(6, per_second=50)
        print(f"{name}: {crowd.statuses()}")
        replies = crowd.replies[full:]
        assert {one.status for one in replies} <= {200, 503, 507}, [one.words for one in replies]
        assert all("Retry-After" in one.headers for one in replies if one.status != 200)
        assert (await crowd.pupils[0].get("/api/v1/me"))["display_name"]
        if name == "postgres":
            assert any(one.status != 200 for one in replies), "the fault was not made"
            async with crowd.http.get(f"{rig.base}/health/ready") as ready:
                assert ready.status == 503
        ballast.unlink()
        taken = await until(lambda: _taken(crowd), 30)
        print(f"{name}: an answer was taken {taken:.1f} s after there was room")
        await crowd.load(2, per_second=50)
        await whole(rig, school, crowd)
        assert [one.process.returncode for one in roles] == [None, None]


async def _taken(crowd: Crowd) -> bool:
    return await crowd.pupils[0].answer()
