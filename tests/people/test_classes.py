"""Classes and their codes."""

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tihi.base.chance import SeededRandom
from tihi.people.classes import rules
from world import School, World

JOIN = "/api/v1/join"
UNKNOWN = "urn:tihi:problem:classes/unknown-code"


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


@pytest.mark.parametrize("name", ["", "\u202eevil", "x" * 41])
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


CODE = f"{JOIN}/code"


async def test_a_code_says_what_it_leads_to_before_anybody_joins(school: School) -> None:
    teacher = await school.world.browser(school.teacher)
    (card,) = await teacher.get("/api/v1/classes")
    browser = await school.world.browser(None)
    door = await browser.post(CODE, {"code": f" {card['join_code'].lower()} "})
    wrong = await browser.send("POST", CODE, json={"code": "AAAA-AAAA"})

    assert door == {"class_name": "Room 7", "org_name": "Te Kura"}
    assert (wrong.status_code, wrong.json()["type"]) == (404, UNKNOWN)
    assert await school.world.rows("SELECT count(*) FROM class_members") == [(2,)]


async def test_wrong_codes_count_like_joins_and_right_ones_cost_nothing(school: School) -> None:
    """To look is no other way to guess: both have one limit by address, and it is the same."""
    teacher = await school.world.browser(school.teacher)
    (card,) = await teacher.get("/api/v1/classes")
    browser = await school.world.browser(None)
    for _ in range(210):
        await browser.post(CODE, {"code": card["join_code"]})
    for _ in range(100):
        reply = await browser.send("POST", CODE, json={"code": "AAAA-AAAA"})
        assert reply.status_code == 404
        reply = await browser.send("POST", JOIN, json=newcomer("AAAA-AAAA"))
        assert reply.status_code == 404
    for path, body in ((CODE, {"code": card["join_code"]}), (JOIN, newcomer(card["join_code"]))):
        reply = await browser.send("POST", path, json=body)
        assert reply.status_code == 429
        assert int(reply.headers["retry-after"]) > 0
    elsewhere = await school.world.browser(None)
    assert (await elsewhere.post(CODE, {"code": card["join_code"]}))["class_name"] == "Room 7"


async def test_a_closed_code_looks_like_none_and_opens_again(school: School) -> None:
    teacher = await school.world.browser(school.teacher)
    here = f"/api/v1/classes/{school.class_id}"
    code = (await teacher.get(here))["join_code"]
    browser = await school.world.browser(None)
    for _ in range(2):
        closed = await teacher.send("PATCH", here, json={"code_open": False})
        assert closed.json()["code_open"] is False
    nobody = await browser.send("POST", JOIN, json=newcomer("AAAA-AAAA"))
    for path, body in ((JOIN, newcomer(code)), (CODE, {"code": code})):
        reply = await browser.send("POST", path, json=body)
        assert (reply.status_code, reply.text) == (404, nobody.text)
    other = await school.world.browser(await school.world.learner("Ben"))
    reply = await other.send("POST", "/api/v1/me/classes", json={"code": code})
    assert reply.status_code == 404

    for _ in range(2):
        opened = await teacher.send("PATCH", here, json={"code_open": True})
        assert (opened.json()["code_open"], opened.json()["join_code"]) == (True, code)
    assert (await browser.send("POST", JOIN, json=newcomer(code))).status_code == 200
    noted = "SELECT count(*) FROM security_events WHERE kind = 'settings-changed'"
    assert await school.world.rows(noted) == [(2,)]


async def test_a_new_code_of_a_closed_class_is_open(school: School) -> None:
    teacher = await school.world.browser(school.teacher)
    here = f"/api/v1/classes/{school.class_id}"
    old = (await teacher.get(here))["join_code"]
    await teacher.send("PATCH", here, json={"code_open": False})
    renewed = await teacher.post(f"{here}/code")
    browser = await school.world.browser(None)

    assert renewed["code_open"] is True
    assert (await browser.send("POST", JOIN, json=newcomer(old))).status_code == 404
    assert (await browser.send("POST", JOIN, json=newcomer(renewed["join_code"]))).is_success


async def test_a_class_takes_so_many_by_its_code_and_no_more(school: School) -> None:
    """Twelve at once for three places: three get in, the others leave nothing behind."""
    admin = await school.world.browser(school.admin)
    teacher = await school.world.browser(school.teacher)
    size = "/api/v1/admin/class-size"
    here = f"/api/v1/classes/{school.class_id}"
    page = await teacher.get(here)
    assert (await admin.get(size), page["most"]) == ({"most": 60}, 60)
    assert (await admin.send("PUT", size, json={"most": 4})).json() == {"most": 4}
    people = "SELECT count(*) FROM accounts"
    ((before,),) = await school.world.rows(people)

    async def one() -> int:
        browser = await school.world.browser(None)
        reply = await browser.send("POST", JOIN, json=newcomer(page["join_code"]))
        return reply.status_code

    codes = await asyncio.gather(*(one() for _ in range(12)))
    assert sorted(codes) == [200] * 3 + [409] * 9
    assert await school.world.rows(people) == [(before + 3,)]
    assert len((await teacher.get(here))["learners"]) == 4
    looking = await (await school.world.browser(None)).send(
        "POST", CODE, json={"code": page["join_code"]}
    )
    assert (looking.status_code, looking.json()["type"]) == (
        409,
        "urn:tihi:problem:classes/full",
    )
    # Whoever is in already is not refused.
    learner = await school.world.browser(school.learner)
    await learner.post("/api/v1/me/classes", {"code": page["join_code"]})


@pytest.mark.parametrize("most", [0, -1, 2001, 10**12])
async def test_no_class_holds_so_few_or_so_many(school: School, most: int) -> None:
    admin = await school.world.browser(school.admin)
    reply = await admin.send("PUT", "/api/v1/admin/class-size", json={"most": most})
    assert reply.status_code == 422
    assert await admin.get("/api/v1/admin/class-size") == {"most": 60}
