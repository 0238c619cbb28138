"""S32: who loses a role, an account or a class loses REST and open sockets within 5 seconds."""

import asyncio
from datetime import timedelta

import pytest

from browser import Browser, Json
from security.client import Served
from tihi.base.ids import AccountId
from world import School

WITHIN_S = 5


async def change(school: School, account: AccountId, changes: Json) -> None:
    admin = await school.world.browser(school.admin)
    reply = await admin.send("PATCH", f"/api/v1/admin/people/{account}", json=changes)
    assert reply.status_code == 200, reply.text


async def kept_out(browser: Browser, school: School) -> None:
    school.world.clock.advance(timedelta(seconds=3))
    assert (await browser.send("GET", "/api/v1/me")).status_code == 401


@pytest.mark.parametrize("changes", [{"active": False}, {"role": "teacher"}])
async def test_an_open_socket_is_cut_off(served: Served, changes: Json) -> None:
    school = served.school
    learner = AccountId(school.learner)
    sitting = await served.sit(learner)
    staying = await served.sit(school.teacher)
    await change(school, learner, changes)
    await asyncio.wait_for(sitting.cut.wait(), WITHIN_S)
    assert not staying.cut.is_set()
    await staying.close()


async def test_a_suspended_account_is_out_and_cannot_come_back(school: School) -> None:
    teacher = await school.world.browser(school.teacher)
    await teacher.get("/api/v1/classes")
    await change(school, school.teacher, {"active": False})
    await kept_out(teacher, school)
    await change(school, school.teacher, {"active": True})
    await kept_out(teacher, school)


async def test_a_role_that_was_removed_is_gone(school: School) -> None:
    teacher = await school.world.browser(school.teacher)
    await teacher.get("/api/v1/classes")
    await change(school, school.teacher, {"role": "learner"})
    await kept_out(teacher, school)
    fresh = await school.world.browser(school.teacher)
    assert (await fresh.send("GET", "/api/v1/classes")).status_code == 403


async def test_a_class_that_was_left_is_no_longer_seen(school: School) -> None:
    learner = await school.world.browser(school.learner)
    teacher = await school.world.browser(school.teacher)
    board = f"/api/v1/boards/class/week?class_id={school.class_id}"
    assert (await learner.send("GET", board)).status_code == 200
    here = f"/api/v1/classes/{school.class_id}"
    gone = await teacher.send("DELETE", f"{here}/learners/{school.learner}")
    assert gone.status_code == 204
    refused = await learner.send("GET", board)
    assert refused.json()["type"] == "urn:tihi:problem:boards/not-your-class"
    assert (await teacher.get(here))["learners"] == []
    words = await teacher.send("POST", f"{here}/learners/{school.learner}/words")
    assert words.status_code == 404


async def test_nobody_changes_their_own_rights(school: School) -> None:
    admin = await school.world.browser(school.admin)
    for changes in ({"role": "learner"}, {"active": False}):
        reply = await admin.send("PATCH", f"/api/v1/admin/people/{school.admin}", json=changes)
        assert (reply.status_code, reply.json()["type"]) == (
            409,
            "urn:tihi:problem:members/yourself",
        )
    await admin.get("/api/v1/me")
