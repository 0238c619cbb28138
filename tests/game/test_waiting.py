"""R13: points that are late are told of, and those that come at once are not."""

from datetime import timedelta

from world import School

LATE = timedelta(seconds=4)


async def _waits(school: School) -> bool:
    browser = await school.world.browser(school.learner)
    return (await browser.get("/api/v1/me/progress"))["waiting"]


async def test_only_points_that_are_late_are_waited_for(school: School) -> None:
    world = school.world
    assert not await _waits(school)
    await world.play(school.learner, await world.lesson(1, "One question"))
    assert not await _waits(school)
    world.clock.advance(LATE)
    assert await _waits(school)
    other = await world.browser(await world.learner("Ben"))
    assert not (await other.get("/api/v1/me/progress"))["waiting"]
    await world.deliver()
    assert not await _waits(school)


async def test_a_fact_that_is_given_up_is_not_waited_for(school: School) -> None:
    """It is a dead letter, on the health page, and the learner is not kept hoping."""
    world = school.world
    await world.play(school.learner, school.lesson)
    world.clock.advance(LATE)
    await world.rows("DELETE FROM due WHERE consumer = 'rewards'")
    assert not await _waits(school)
