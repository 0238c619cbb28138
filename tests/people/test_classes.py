"""Classes and their codes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tihi.base.chance import SeededRandom
from tihi.people.classes import rules
from world import School, World

JOIN = "/api/v1/join"


@given(st.integers())
def test_a_code_has_no_sign_that_is_mistaken_for_another(seed: int) -> None:
    code = rules.draw_code(SeededRandom(seed))
    assert re.fullmatch(r"[^01OIL5S\W_]{4}-[^01OIL5S\W_]{4}", code)
    assert rules.plain_code(f" {code.lower().replace('-', ' ')}\n") == code


@given(st.text(max_size=60))
def test_anything_typed_is_a_code_of_some_kind(typed: str) -> None:
    assert "-" in rules.plain_code(typed)


def newcomer(code: str, name: str = "Tama") -> dict[str, str]:
    return {
        "code": code,
        "display_name": name,
        "zone": "Pacific/Auckland",
        "locale": "mi",
        "notice": "2026-11",
    }


async def test_a_newcomer_joins_by_code_and_is_signed_in(school: School) -> None:
    teacher = await school.world.browser(school.teacher)
    (card,) = await teacher.get("/api/v1/classes")
    browser = await school.world.browser(None)
    reply = await browser.send("POST", JOIN, json=newcomer(card["join_code"].lower()))
    browser.keep(reply)
    me = await browser.get("/api/v1/me")
    assert (me["role"], me["display_name"], me["locale"]) == ("learner", "Tama", "mi")
    assert me["public_rank"] is False
    assert [one["class_id"] for one in me["classes"]] == [str(school.class_id)]
    page = await teacher.get(f"/api/v1/classes/{school.class_id}")
    assert [one["display_name"] for one in page["learners"]] == ["Aroha", "Tama"]
    noticed = "SELECT notice FROM identities WHERE display_name = 'Tama'"
    assert await school.world.rows(noticed) == [("2026-11",)]


async def test_a_role_cannot_be_chosen_when_joining(school: School) -> None:
    """S7."""
    teacher = await school.world.browser(school.teacher)
    (card,) = await teacher.get("/api/v1/classes")
    browser = await school.world.browser(None)
    body = {**newcomer(card["join_code"]), "role": "admin"}
    assert (await browser.send("POST", JOIN, json=body)).status_code == 422


@pytest.mark.parametrize("name", ["", "\u202eevil", "x" * 25])
async def test_an_unfit_name_joins_nothing(school: School, name: str) -> None:
    teacher = await school.world.browser(school.teacher)
    (card,) = await teacher.get("/api/v1/classes")
    browser = await school.world.browser(None)
    reply = await browser.send("POST", JOIN, json=newcomer(card["join_code"], name))
    assert reply.status_code == 422
    assert await school.world.rows("SELECT count(*) FROM class_members") == [(2,)]


async def test_a_class_is_made_its_code_renewed_and_a_learner_removed(school: School) -> None:
    teacher = await school.world.browser(school.teacher)
    card = await teacher.post("/api/v1/classes", {"name": "  Room   8 "})
    assert (card["name"], card["learners"]) == ("Room 8", 0)
    learner = await school.world.browser(school.learner)
    await learner.post("/api/v1/me/classes", {"code": card["join_code"]})
    await learner.post("/api/v1/me/classes", {"code": card["join_code"]})
    here = f"/api/v1/classes/{card['class_id']}"
    renewed = await teacher.post(f"{here}/code")
    assert renewed["join_code"] != card["join_code"]
    assert renewed["learners"] == 1
    old = await learner.send("POST", "/api/v1/me/classes", json={"code": card["join_code"]})
    assert (old.status_code, old.json()["type"]) == (404, "urn:tihi:problem:classes/unknown-code")
    gone = f"{here}/learners/{school.learner}"
    assert (await teacher.send("DELETE", gone)).status_code == 204
    assert (await teacher.send("DELETE", gone)).status_code == 404
    assert (await teacher.get(here))["learners"] == []
    assert len((await learner.get("/api/v1/me"))["classes"]) == 1


async def test_a_teacher_cannot_be_removed_as_a_learner(school: School) -> None:
    teacher = await school.world.browser(school.teacher)
    path = f"/api/v1/classes/{school.class_id}/learners/{school.teacher}"
    assert (await teacher.send("DELETE", path)).status_code == 404
    assert len(await teacher.get("/api/v1/classes")) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
async def test_a_class_needs_a_name(school: School, name: str) -> None:
    teacher = await school.world.browser(school.teacher)
    reply = await teacher.send("POST", "/api/v1/classes", json={"name": name})
    assert reply.status_code == 422


async def test_an_admin_sees_every_class(school: School) -> None:
    admin = await school.world.browser(school.admin)
    (card,) = await admin.get("/api/v1/classes")
    assert card["learners"] == 1


async def test_activity_counts_learners_who_answered_this_week(school: School) -> None:
    for name in ("Ben", "Mere", "Tane", "Ivy"):
        await school.world.enrol(school.class_id, await school.world.learner(name))
    await school.world.play(school.learner, school.lesson)
    await school.world.deliver()
    (card,) = await (await school.world.browser(school.teacher)).get("/api/v1/classes")
    assert (card["learners"], card["active_this_week"]) == (5, 1)


async def test_a_short_name_belongs_to_one_org(world: World, other: World) -> None:
    assert world.slug != other.slug
