"""A corrected grade on its way through the consumer: any order, once, days, levels, boards."""

from datetime import timedelta

import pytest

from game.happen import answer, fact
from heard import heard
from tihi.base.ids import FactId
from tihi.facts.envelope import Fact
from tihi.game.boards import rules as boards
from tihi.game.packs.model import UnfitPack
from tihi.game.packs.service import read
from tihi.game.rewards import rules
from tihi.roles import verify
from tihi.roles.worker import workers
from world import School, World

CURVE = """
pack: steep
version: 1
levels: {scale: 10, power: 1}
rules:
  - {id: level, fact: level.reached.v1, name: {en: x, mi: x}, drive: meaning, base: 1}
"""


async def xp(world: World) -> list[tuple[int, int, int]]:
    """Return totals, and those of the newest day and week."""
    return await world.rows("SELECT xp, day_points, week_points FROM reward_states")


async def played(school: School) -> FactId:
    """Return an answer to a lesson that was played to its end, not yet counted."""
    return (await school.world.play(school.learner, school.lesson))[0].fact_id


async def rewards_alone(world: World, *facts: Fact) -> None:
    """Hand `facts` to the consumer `rewards`."""
    (worker,) = await workers(world.here, None, only=frozenset({"rewards"}))
    await worker.handle(facts)


async def test_a_correction_that_comes_before_its_answer_is_right_too(school: School) -> None:
    world = school.world
    answer_id = await played(school)
    (correction,) = await world.correct(school.learner, answer_id, 0, by=school.teacher)
    await rewards_alone(world, correction)
    await world.deliver()

    (early,) = await xp(world)
    await world.correct(school.learner, answer_id, 1, by=school.teacher)
    await world.correct(school.learner, answer_id, 0, by=school.teacher)
    await world.deliver()
    assert await xp(world) == [early]
    assert await verify.differences(world.here, world.org_id) == []


async def test_delivered_many_times_it_counts_once(school: School) -> None:
    world = school.world
    answer_id = await played(school)
    (correction,) = await world.correct(school.learner, answer_id, 0.5, by=school.teacher)
    await world.deliver(times=3)
    before = await world.rows("SELECT source, rule, points FROM ledger ORDER BY 1, 2")
    await world.hand([correction] * 4)

    assert await world.rows("SELECT source, rule, points FROM ledger ORDER BY 1, 2") == before
    assert len(await heard(world, "points_reversed")) == 1


async def test_it_counts_on_the_day_and_in_the_week_of_the_answer(school: School) -> None:
    world = school.world
    answer_id = await played(school)
    await world.deliver()
    week = rules.week_of((await world.facts())[0].org_date)
    (old,) = await xp(world)
    world.clock.advance(timedelta(days=8))
    await world.play(school.learner, school.lesson)
    await world.deliver()
    (before,) = await xp(world)
    await world.correct(school.learner, answer_id, 0, by=school.teacher)
    await world.deliver()

    taken = 10 + 2 + 15
    (after,) = await xp(world)
    assert after == (before[0] - taken, *before[1:])
    assert await world.rows("SELECT week, points FROM reward_weeks") == [(week, old[2] - taken)]
    key = boards.key(world.org_id, week)
    score = await world.here.cache.client.zscore(key, str(school.learner))
    assert boards.points_of(score) == old[2] - taken
    assert await verify.differences(world.here, world.org_id) == []


async def test_a_level_is_told_once_though_it_is_reached_twice(school: School) -> None:
    world = school.world
    await world.apply(CURVE.encode())
    answer_id = await played(school)
    await world.deliver()
    told = await heard(world, "level_up")
    ((high,),) = await world.rows("SELECT level FROM reward_states")
    await world.correct(school.learner, answer_id, 0, by=school.teacher)
    await world.deliver()
    ((low,),) = await world.rows("SELECT level FROM reward_states")
    await world.correct(school.learner, answer_id, 1, by=school.teacher)
    await world.deliver()

    assert low < high
    assert await world.rows("SELECT level FROM reward_states") == [(high,)]
    assert await heard(world, "level_up") == told
    assert len(told) == high - 1
    assert await verify.differences(world.here, world.org_id) == []


async def test_a_badge_that_a_correction_completes_is_earned_now(school: School) -> None:
    world = school.world
    answer_id = (await world.play(school.learner, school.lesson, lambda step: step != 1))[0].fact_id
    await world.deliver()
    world.clock.advance(timedelta(days=20))
    await world.correct(school.learner, answer_id, 1, by=school.teacher)
    await world.deliver()

    assert await world.rows("SELECT tier, time FROM awards WHERE achievement = 'clear-view'") == [
        (1, world.clock.now())
    ]
    assert await verify.differences(world.here, world.org_id) == []


def test_no_rule_may_look_like_a_reversal() -> None:
    with pytest.raises(UnfitPack, match="what a correction takes back"):
        read(CURVE.replace("id: level", 'id: "reverse:level"').encode())


def test_an_answer_is_no_correction() -> None:
    assert rules.falling([one := fact(answer())]) == [one]
