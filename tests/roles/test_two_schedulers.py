"""R20: two schedulers at once do each job once; what they leave is what one would have left."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from heard import heard
from tihi.game.boards import service as boards
from tihi.platform import db
from tihi.platform.db import Database
from tihi.platform.engines import Endpoints
from tihi.roles import scheduler, verify
from world import School

_BADGE = b"""
pack: two-schedulers
version: 1
achievements:
  - id: climber
    name: {en: "Climber", mi: "Kaipiki"}
    description: {en: "Answer.", mi: "Whakautua."}
    icon: flag
    drive: accomplishment
    criteria: [{kind: count, fact: answer.graded.v1}]
    tiers: [{threshold: 2, name: {en: "Two", mi: "Rua"}, reward: 5}]
"""


@pytest.fixture
async def sweepers(endpoints: Endpoints) -> AsyncIterator[list[Database]]:
    """The databases of two schedulers, under the sweep's own role."""
    found = [await db.connect(endpoints.sweep_url, most=2) for _ in range(2)]
    yield found
    for one in found:
        await one.close()


async def twice(job: Callable[[int], Awaitable[object]], rounds: int = 3) -> list[object]:
    """Do `job` in two schedulers at the same moment, and again."""
    done: list[object] = []
    for _ in range(rounds):
        done += await asyncio.gather(job(0), job(1))
    return done


async def test_two_sweeps_publish_each_fact_once(school: School, sweepers: list[Database]) -> None:
    """R20: neither waits for the other."""
    world = school.world
    for number in range(6):
        await world.play(await world.learner(f"Learner {number}"), school.lesson)
    owed = [fact for name in ("rewards", "streaks", "boards") for fact in await world.owed(name)]
    world.clock.advance(timedelta(minutes=1))
    published = await twice(lambda one: scheduler.sweep(world.here, sweepers[one]))
    await world.here.bus.settle()
    assert len({fact.fact_id for fact in owed}) <= sum(map(int, map(str, published)))
    assert published[2:] == [0] * 4, "what was published waits for its turn again"
    await world.deliver()
    assert await verify.differences(world.here, world.org_id) == []


async def test_two_schedulers_close_a_day_and_spend_a_freeze_once(school: School) -> None:
    """R20, R22: seven days in a row earn a freeze; the missed eighth spends it."""
    world = school.world
    for _ in range(7):
        await world.play(school.learner, school.lesson)
        await world.deliver()
        world.clock.advance(timedelta(days=1))
    world.clock.advance(timedelta(days=1))
    await twice(lambda _one: scheduler.close_days(world.here, None))
    spent = await world.rows("SELECT count(*) FROM streak_days WHERE mark = 'frozen'")
    assert spent == [(len(await heard(world, "streak_saved")),)] == [(1,)]
    assert await verify.differences(world.here, world.org_id) == []


async def test_two_schedulers_count_history_once(school: School, sweepers: list[Database]) -> None:
    """R20: each award once, each told once."""
    world = school.world
    learners = [await world.learner(f"Learner {number}") for number in range(5)]
    for learner in learners:
        await world.play(learner, school.lesson)
    await world.deliver()
    await world.apply(_BADGE)
    await twice(lambda one: scheduler.fill_back(world.here, sweepers[one], None))
    earned = "SELECT count(*) FROM awards WHERE achievement = 'climber'"
    assert await world.rows(earned) == [(len(learners),)]
    told = [data["achievement"] for _, _, data in await heard(world, "badge_unlocked")]
    assert told.count("climber") == len(learners)
    await world.deliver()
    assert await verify.differences(world.here, world.org_id) == []


async def test_two_schedulers_write_boards_that_waited(
    school: School, sweepers: list[Database]
) -> None:
    """R15, R20: totals are absolute, so whoever comes second changes nothing."""
    world = school.world
    await world.play(school.learner, school.lesson)
    await world.deliver()
    now = world.clock.now()
    await boards.rebuild(world.here.db, world.here.cache, world.org_id, now=now)
    await world.play(school.learner, school.lesson)
    await world.deliver()
    world.clock.advance(timedelta(minutes=1))
    await twice(lambda one: scheduler.write_boards(world.here, sweepers[one]))
    assert await world.rows("SELECT count(*) FROM boards_due") == [(0,)]
    assert await verify.differences(world.here, world.org_id) == []


async def test_two_schedulers_finish_an_erasure(school: School) -> None:
    """R20, P12: neither is in the other's way."""
    world = school.world
    await world.play(school.learner, school.lesson)
    await world.deliver()
    admin = await world.browser(school.admin)
    path = f"/api/v1/admin/people/{school.learner}/erase"
    reply = await admin.send("POST", path, json={"display_name": "Aroha"})
    assert reply.status_code == 204, reply.text
    await twice(lambda _one: scheduler.finish_erasures(world.here))
    await world.deliver()
    assert await world.rows("SELECT count(*) FROM erasures") == [(1,)]
    assert await verify.differences(world.here, world.org_id) == []
