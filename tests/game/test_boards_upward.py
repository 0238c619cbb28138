"""P15: small groups are hidden, and a class's boards may show neighbours above alone."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser import Json
from tihi.base.ids import AccountId, LearnerId
from tihi.game.boards import rules
from tihi.game.boards import service as boards
from tihi.game.boards.model import Place
from world import School


@pytest.fixture
async def climbers(school: School) -> list[LearnerId]:
    """Six learners of a class who all have points, the last of them the most."""
    world = school.world
    found = [school.learner]
    found += [await world.learner(f"Climber {number}") for number in range(5)]
    for number, one in enumerate(found):
        await world.enrol(school.class_id, one)
        for go in range(number + 1):
            await world.play(one, await world.lesson(2, f"Lesson {number} {go}"))
    await world.deliver()
    await boards.rebuild(world.here.db, world.here.cache, world.org_id, now=world.clock.now())
    return found


async def board(school: School, who: AccountId | LearnerId, whose: str = "class") -> Json:
    browser = await school.world.browser(who)
    return await browser.get(f"/api/v1/boards/{whose}/week")


async def set_upward(school: School, *, upward: bool = True) -> Json:
    browser = await school.world.browser(school.teacher)
    path = f"/api/v1/classes/{school.class_id}"
    reply = await browser.send("PATCH", path, json={"boards_upward": upward})
    return reply.json()


async def test_a_learner_sees_the_two_above_and_nobody_else(
    school: School, climbers: list[LearnerId]
) -> None:
    before = await board(school, climbers[2])
    assert (before["upward"], before["members"], len(before["top"])) == (False, 6, 6)
    assert (await set_upward(school))["boards_upward"]
    for whose in ("class", "org"):
        seen = await board(school, climbers[2], whose)
        assert (seen["upward"], seen["members"], seen["top"]) == (True, None, [])
        assert [row["place"] for row in seen["around"]] == [2, 3, 4]
        assert [row["you"] for row in seen["around"]] == [False, False, True]
    first, last = await board(school, climbers[5]), await board(school, climbers[0])
    assert [row["place"] for row in first["around"]] == [1]
    # Nothing says that nobody comes after.
    assert [row["place"] for row in last["around"]] == [4, 5, 6]
    await set_upward(school, upward=False)
    assert await board(school, climbers[2]) == before


async def test_whoever_teaches_the_class_sees_its_board_whole(
    school: School, climbers: list[LearnerId]
) -> None:
    await set_upward(school)
    seen = await board(school, school.teacher)
    assert (seen["upward"], seen["members"], len(seen["top"])) == (False, len(climbers), 6)


async def test_learners_of_another_class_see_theirs_as_before(school: School) -> None:
    world = school.world
    other = await world.learner("Elsewhere")
    room = await world.room(school.teacher, other)
    await set_upward(school)
    assert not (await board(school, other))["upward"]
    # Who is in both sees the org's board upward, as people of the one stand on it.
    await world.enrol(room, school.learner)
    assert (await board(school, school.learner, "org"))["upward"]


async def test_the_setting_is_noted_once(school: School) -> None:
    await set_upward(school)
    await set_upward(school)
    noted = await school.world.rows(
        "SELECT detail FROM security_events WHERE kind = 'settings-changed'"
    )
    assert noted == [(f"boards upward {school.class_id} True",)]


async def test_a_figure_about_fewer_than_five_is_hidden(school: School) -> None:
    world = school.world
    teacher = await world.browser(school.teacher)

    async def card() -> Json:
        return (await teacher.get("/api/v1/classes"))[0]

    await world.play(school.learner, school.lesson)
    for number in range(1, 5):
        assert (await card())["active_this_week"] is None
        await world.enrol(school.class_id, await world.learner(f"Learner {number}"))
    assert (await card())["learners"] == 5
    assert (await card())["active_this_week"] == 1
    world.clock.advance(timedelta(days=8))
    assert (await card())["active_this_week"] == 0


@given(st.integers(0, 40), st.integers(0, 39))
def test_upward_rows_end_with_you(members: int, at: int) -> None:
    """Whatever was read around you, nobody below is left in it."""
    ids = [LearnerId(UUID(int=number)) for number in range(members)]
    places = [
        Place(place=number, learner_id=one, xp=100 - number)
        for number, one in enumerate(ids, start=1)
    ]
    you = LearnerId(UUID(int=at))
    around = rules.window(places, you, top=10, each_side=2)
    seen = rules.upward(places[:10], around, you, above=2)
    if at >= members:
        assert seen == []
    else:
        assert [one.place for one in seen] == list(range(max(1, at - 1), at + 2))
        assert seen[-1].learner_id == you
