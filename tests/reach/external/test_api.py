"""S34, S38, S1: facts of other products, by their keys, once each, and played like our own."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from browser import Browser, Json
from tihi.platform.http import Parts
from tihi.roles.school import working
from world import School, World

FACTS = "/api/v1/facts"
PASSED = "external.quiz.passed.v1"
PACK = b"""
pack: other-product
version: 1
rules:
  - id: quiz-passed
    fact: external.quiz.passed.v1
    name: {en: "Quiz passed", mi: "Kua puta"}
    drive: accomplishment
    base: 10
    per: {score: 5}
achievements:
  - id: three-quizzes
    name: {en: "Three quizzes", mi: "E toru"}
    description: {en: "Pass three.", mi: "E toru."}
    icon: star
    drive: accomplishment
    criteria: [{kind: count, fact: external.quiz.passed.v1}]
    tiers: [{threshold: 3, name: {en: "Three", mi: "Toru"}, reward: 7}]
"""


def fact(school: School, own_id: str = "a", **more: Json) -> Json:
    return {
        "id": own_id,
        "type": PASSED,
        "subject": str(school.learner),
        "time": school.world.clock.now().isoformat(),
        "data": {"score": 2},
        **more,
    }


async def send(product: Browser, *facts: Json) -> tuple[int, Json]:
    reply = await product.send("POST", FACTS, json={"facts": list(facts)})
    return reply.status_code, reply.json()


async def logged(world: World) -> int:
    return (await world.rows("SELECT count(*) FROM facts"))[0][0]


async def test_a_fact_earns_points_and_badges_by_rules_that_name_its_type(school: School) -> None:
    await school.world.apply(PACK)
    product = await school.world.product("facts:write")
    status, said = await send(product, *(fact(school, f"q{n}") for n in range(3)))
    assert status == 200
    assert [(one["known"], one["late"]) for one in said["facts"]] == [(False, False)] * 3
    await school.world.deliver()
    await school.world.deliver()
    learner = await school.world.browser(school.learner)
    entries = (await learner.get("/api/v1/me/ledger"))["entries"]
    assert sorted((one["rule"], one["points"]) for one in entries) == [
        ("award", 7),
        ("quiz-passed", 20),
        ("quiz-passed", 20),
        ("quiz-passed", 20),
    ]


async def test_a_fact_goes_through_the_broker_to_the_ledger(school: School, shared: Parts) -> None:
    await school.world.apply(PACK)
    product = await school.world.product("facts:write")
    query = "SELECT points FROM ledger WHERE rule = 'quiz-passed'"
    points: list[tuple[int, ...]] = []
    async with working(shared):
        status, _ = await send(product, fact(school))
        assert status == 200
        for _ in range(400):
            points = points or await school.world.rows(query)
            await asyncio.sleep(0 if points else 0.05)
    assert points == [(20,)]


async def test_the_same_fact_again_changes_nothing(school: School) -> None:
    product = await school.world.product("facts:write")
    first = fact(school)
    assert (await send(product, first))[0] == 200
    before = await logged(school.world)
    found = await asyncio.gather(*(send(product, first, first) for _ in range(5)))
    for status, said in found:
        assert status == 200
        assert {one["known"] for one in said["facts"]} == {True}
    assert await logged(school.world) == before


@pytest.mark.parametrize("change", [{"data": {"score": 3}}, {"type": "external.quiz.failed.v1"}])
async def test_the_same_id_with_another_body_is_refused_whole(school: School, change: Json) -> None:
    product = await school.world.product("facts:write")
    await send(product, fact(school))
    before = await logged(school.world)
    status, said = await send(product, fact(school, "new"), fact(school, **change))
    assert (status, said["type"]) == (409, "urn:tihi:problem:external/other-body")
    assert await logged(school.world) == before


async def test_one_id_for_two_learners_at_once_is_one_fact(school: School) -> None:
    product = await school.world.product("facts:write")
    ben = await school.world.learner("Ben")
    found = await asyncio.gather(
        *(
            send(product, fact(school, "one", subject=str(whose)))
            for whose in [school.learner, ben] * 4
        )
    )
    assert {status for status, _ in found} == {200, 409}
    assert await logged(school.world) == 1


async def test_ids_of_another_product_or_org_are_other_facts(
    school: School, other_school: School
) -> None:
    for one in (school, school, other_school):
        product = await one.world.product("facts:write")
        status, said = await send(product, fact(one, "same"))
        assert (status, said["facts"][0]["known"]) == (200, False)
    assert await logged(school.world) == 2
    assert await logged(other_school.world) == 1


async def test_learners_of_another_org_staff_and_strangers_are_unknown(
    school: School, other_school: School
) -> None:
    product = await school.world.product("facts:write")
    for subject in (other_school.learner, school.teacher, uuid4()):
        status, said = await send(product, fact(school, subject=str(subject)))
        assert (status, said["type"]) == (404, "urn:tihi:problem:external/unknown-learner")
    assert await logged(school.world) == 0


async def test_times_outside_the_window_are_refused_and_late_ones_marked(school: School) -> None:
    product = await school.world.product("facts:write")
    now = school.world.clock.now()
    for moved in (timedelta(days=-31), timedelta(minutes=6)):
        status, said = await send(product, fact(school, time=(now + moved).isoformat()))
        assert (status, said["type"]) == (422, "urn:tihi:problem:external/out-of-window")
    late = (now - timedelta(days=3)).isoformat()
    status, said = await send(product, fact(school, time=late))
    assert (status, said["facts"][0]["late"]) == (200, True)
    assert await school.world.rows("SELECT data->>'late' FROM facts") == [("true",)]
    naive = now.replace(tzinfo=None).isoformat()
    assert (await send(product, fact(school, time=naive)))[0] == 422


@pytest.mark.parametrize("more", [{"xp": 9999}, {"org": "x"}, {"data": {"who": "Aroha Ngata"}}])
async def test_what_is_not_a_fact_is_refused(school: School, more: Json) -> None:
    product = await school.world.product("facts:write")
    assert (await send(product, fact(school, **more)))[0] == 422
    assert await logged(school.world) == 0


async def test_a_batch_over_a_hundred_is_refused(school: School) -> None:
    product = await school.world.product("facts:write")
    status, said = await send(product, *(fact(school, str(n)) for n in range(101)))
    assert (status, said["type"]) == (413, "urn:tihi:problem:external/too-many-facts")
    status, _ = await send(product, *(fact(school, str(n)) for n in range(100)))
    assert status == 200


async def test_a_type_marked_as_activity_makes_the_day_active_once(school: School) -> None:
    admin = await school.world.browser(school.admin)
    chosen = {"types": [PASSED, PASSED]}
    reply = await admin.send("PUT", "/api/v1/admin/activity-types", json=chosen)
    assert reply.json() == {"types": [PASSED]}
    wrong = {"types": ["answer.graded.v1"]}
    reply = await admin.send("PUT", "/api/v1/admin/activity-types", json=wrong)
    assert reply.status_code == 422
    product = await school.world.product("facts:write")
    await send(product, fact(school, "a"), fact(school, "b"))
    await school.world.play(school.learner, school.lesson)
    await school.world.deliver()
    days = "SELECT count(*) FROM facts WHERE type = 'day.active.v1'"
    assert await school.world.rows(days) == [(1,)]
    learner = await school.world.browser(school.learner)
    assert (await learner.get("/api/v1/me/streak"))["length"] == 1


async def test_a_type_that_is_not_marked_makes_no_day_active(school: School) -> None:
    product = await school.world.product("facts:write")
    await send(product, fact(school))
    assert await school.world.rows("SELECT type FROM facts") == [(PASSED,)]


async def test_a_key_of_a_read_scope_cannot_write_and_sees_its_own_alone(school: School) -> None:
    """S34."""
    writer = await school.world.product("facts:write")
    await send(writer, fact(school))
    reader = await school.world.product("facts:read")
    assert (await send(reader, fact(school)))[0] == 403
    path = f"{FACTS}?subject={school.learner}"
    assert await reader.get(path) == []
    assert (await writer.send("GET", path)).status_code == 403


async def test_a_revoked_key_is_dead_at_once_and_a_key_ends_by_itself(school: School) -> None:
    """S34."""
    admin = await school.world.browser(school.admin)
    asked = {"name": "  Moodle ", "scopes": ["facts:write"], "days": 7}
    issued = await admin.post("/api/v1/admin/keys", asked)
    assert issued["secret"].startswith("tihi_")
    product = Browser(school.world.app(), secret=issued["secret"])
    assert (await send(product, fact(school)))[0] == 200
    (card,) = await admin.get("/api/v1/admin/keys")
    assert (card["name"], card["used_at"] is None) == ("Moodle", False)
    path = f"/api/v1/admin/keys/{card['key_id']}"
    assert (await admin.send("DELETE", path)).status_code == 204
    assert (await send(product, fact(school)))[0] == 401
    assert (await admin.send("DELETE", path)).status_code == 404
    other = await school.world.product("facts:write")
    school.world.clock.advance(timedelta(days=30))
    assert (await send(other, fact(school)))[0] == 401


async def test_a_key_is_kept_as_a_hash_and_opens_nothing_of_people(school: School) -> None:
    """S34."""
    product = await school.world.product("facts:write", "facts:read")
    assert product.secret is not None
    async with school.world.here.db.system() as tx:
        rows = await tx.connection.fetch("SELECT secret_hash FROM system.api_keys")
    assert product.secret.encode() not in [row["secret_hash"] for row in rows]
    assert product.secret not in str(await school.world.rows("SELECT * FROM api_keys"))
    for method, path in [("GET", "/api/v1/me"), ("GET", "/api/v1/admin/people")]:
        assert (await product.send(method, path)).status_code == 403
    # A cookie that comes along does not lend the key its rights.
    product.token = (await school.world.browser(school.admin)).token
    assert (await product.send("GET", "/api/v1/admin/people")).status_code == 403


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "", "scopes": ["facts:write"], "days": 1},
        {"name": "x", "scopes": [], "days": 1},
        {"name": "x", "scopes": ["facts:write"], "days": 731},
        {"name": "x", "scopes": ["admin"], "days": 1},
    ],
)
async def test_a_key_has_a_name_a_scope_and_an_end(school: School, asked: Json) -> None:
    """S34."""
    admin = await school.world.browser(school.admin)
    assert (await admin.send("POST", "/api/v1/admin/keys", json=asked)).status_code == 422


async def test_an_org_keeps_up_to_fifty_keys(school: School) -> None:
    """S34."""
    admin = await school.world.browser(school.admin)
    asked = {"name": "x", "scopes": ["facts:read"], "days": 1}
    for _ in range(50):
        await admin.post("/api/v1/admin/keys", asked)
    reply = await admin.send("POST", "/api/v1/admin/keys", json=asked)
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:tihi:problem:keys/too-many")


async def test_a_refusal_says_which_fact_of_a_batch_is_to_blame(school: School) -> None:
    product = await school.world.product("facts:write")
    assert (await send(product, fact(school, "known")))[0] == 200
    for status, own_id, more in (
        (422, "b", {"data": {"name": "Ana Smith"}}),
        (422, "b", {"time": "2020-01-01T00:00:00Z"}),
        (404, "b", {"subject": str(uuid4())}),
        (409, "known", {"data": {"score": 3}}),
    ):
        batch = [fact(school, "a"), fact(school, own_id, **more), fact(school, "c")]
        replied, said = await send(product, *batch)
        assert (replied, said["index"]) == (status, 1)
        assert said["detail"]


async def test_a_fact_of_another_form_is_named_by_its_place(school: School) -> None:
    product = await school.world.product("facts:write")
    status, said = await send(product, fact(school, "a"), fact(school, "b", score=1))
    assert status == 422
    assert "facts[1]" in said["detail"]
    assert "`score`" in said["detail"]
