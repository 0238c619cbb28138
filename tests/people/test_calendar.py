"""When an org rests: holidays and weekly days of rest, as an administrator sets them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from browser import Json
from world import School, World

PATH = "/api/v1/calendar"
TODAY = date(2026, 11, 25)
"""On the org's calendar at the start of a test."""


@pytest.fixture
async def school(world: World) -> School:
    return await School.opened(world)


def span(first: int, last: int, label: str = "Term break") -> Json:
    return {
        "first_day": (TODAY + timedelta(days=first)).isoformat(),
        "last_day": (TODAY + timedelta(days=last)).isoformat(),
        "label": label,
    }


async def test_holidays_come_in_order_and_go_again(school: School) -> None:
    browsers = await school.browsers()
    admin = browsers["admin"]
    await admin.post(PATH, span(30, 40, "Summer"))
    added = await admin.post(PATH, span(0, 6))
    assert added["today"] == TODAY.isoformat()
    assert [one["label"] for one in added["holidays"]] == ["Term break", "Summer"]
    now, summer = (one["span_id"] for one in added["holidays"])
    # One that is to come is taken back; of one under way what has passed stays.
    left = (await admin.send("DELETE", f"{PATH}/{summer}")).json()
    assert [one["span_id"] for one in left["holidays"]] == [now]
    left = (await admin.send("DELETE", f"{PATH}/{now}")).json()
    assert left["holidays"][0]["last_day"] == TODAY.isoformat()
    again = await admin.send("DELETE", f"{PATH}/{now}")
    assert again.status_code == 404
    assert await browsers["learner"].get(PATH) == left
    noted = await school.world.rows(
        "SELECT account_id FROM security_events WHERE detail = 'days of rest'"
    )
    assert noted == [(school.admin,)] * 4


async def test_the_days_of_rest_of_a_week_are_set(school: School) -> None:
    browsers = await school.browsers()
    assert (await browsers["teacher"].get(PATH))["weekdays"] == [6, 7]
    admin = browsers["admin"]
    said = await admin.send("PUT", f"{PATH}/rest-days", json={"weekdays": [7, 5]})
    assert said.json()["weekdays"] == [5, 7]
    none = await admin.send("PUT", f"{PATH}/rest-days", json={"weekdays": []})
    assert none.json()["weekdays"] == []


@pytest.mark.parametrize("weekdays", [[0], [8], [1, 1], [1, 2, 3, 4, 5, 6, 7]])
async def test_what_is_no_week_is_refused(school: School, weekdays: list[int]) -> None:
    admin = (await school.browsers())["admin"]
    reply = await admin.send("PUT", f"{PATH}/rest-days", json={"weekdays": weekdays})
    assert reply.status_code == 422
    assert reply.json()["type"].endswith("calendar/unfit-rest-days")
    assert (await admin.get(PATH))["weekdays"] == [6, 7]


async def test_a_pause_of_a_learner_is_no_holiday(school: School) -> None:
    browsers = await school.browsers()
    await browsers["learner"].post(
        "/api/v1/me/streak/pause",
        {"first_day": TODAY.isoformat(), "last_day": (TODAY + timedelta(days=3)).isoformat()},
    )
    (pause,) = await school.world.rows("SELECT span_id FROM rest_spans")
    admin = browsers["admin"]
    assert (await admin.get(PATH))["holidays"] == []
    for unknown in (pause[0], uuid4()):
        assert (await admin.send("DELETE", f"{PATH}/{unknown}")).status_code == 404
    assert len(await school.world.rows("SELECT 1 FROM rest_spans")) == 1
