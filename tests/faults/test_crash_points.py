"""Killed at any boundary of the loop and started again, nothing is lost or counted twice."""

import asyncio
import re
import signal
from pathlib import Path

import pytest

from faults.crowd import Crowd
from faults.rig import Rig
from world import School

SOURCE = Path(__file__).parents[2] / "src/tihi"
WRITER = ["before_commit", "after_commit", "before_publish", "after_publish"]
REWARDS = ["before_consumer", "after_consumer_commit", "after_ack", "after_effect"]
STREAKS = ["before_consumer_commit", "before_ack", "before_effect", "after_push"]
ROUNDS = list(zip(WRITER, REWARDS, STREAKS, strict=True))
"""A web process and two workers die in each round, each at the next of its points."""


def test_every_crash_point_of_the_source_is_walked() -> None:
    """R34."""
    named = {
        point
        for path in SOURCE.rglob("*.py")
        for point in re.findall(r'crash_point\("(\w+)"\)', path.read_text("utf-8"))
    }
    assert named == {*WRITER, *REWARDS, *STREAKS}


@pytest.mark.parametrize(("web_at", "rewards_at", "streaks_at"), ROUNDS)
async def test_a_death_at_any_boundary_costs_nothing(
    rig: Rig, school: School, seed: int, web_at: str, rewards_at: str, streaks_at: str
) -> None:
    """R34, R5: the client sends again what had no reply, under the same key."""
    await rig.start("scheduler")
    web = await rig.start("web", crash_at=web_at)
    rewards = await rig.start("worker", "--only", "rewards", crash_at=rewards_at)
    streaks = await rig.start("worker", "--only", "streaks", crash_at=streaks_at)
    async with Crowd.of(school, rig.base, 3, seed) as crowd:
        await asyncio.gather(*(one.answer() for one in crowd.pupils))
        assert await web.died() == -signal.SIGKILL
        await rig.start("web")
        await crowd.finish()
        while not await school.world.rows("SELECT 1 FROM facts WHERE type = 'day.active.v1'"):
            await crowd.pupils[0].answer()
        assert await rewards.died() == -signal.SIGKILL
        assert await streaks.died() == -signal.SIGKILL
        await rig.start("worker")
        await rig.settled(school)
        await crowd.board()
        assert await crowd.lost() == []
        assert await crowd.uncounted() == []
    assert await rig.differences(school) == []
    kept = "SELECT count(*), count(DISTINCT subject) FROM facts WHERE type = 'streak.kept.v1'"
    ((kinds, people),) = await school.world.rows(kept)
    assert kinds == people >= 1


async def test_verify_finds_nothing_after_all_these_deaths(rig: Rig) -> None:
    """R34."""
    code, said = await rig.command("verify")
    assert code == 0, said
