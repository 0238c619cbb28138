"""Every route by every role, and the ids of another org (S4, S8)."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler

from browser import Json
from contracts.rights import ANSWERS, ANYONE, RIGHTS
from tihi.platform.http import Parts, Rights
from tihi.roles import pages
from tihi.roles.api import ROUTES
from world import School, World

BODIES: dict[str, Json] = {
    "POST /api/v1/admin/people/{account_id:uuid}/erase": {"display_name": "Ben"},
    "POST /api/v1/attempts/{attempt_id:uuid}/answers": {
        "step": 1,
        "answer": {"kind": "single", "choice": 0},
        "key": str(uuid4()),
    },
    "POST /api/v1/classes": {"name": "Room 8"},
    "PATCH /api/v1/classes/{class_id:uuid}": {"boards_upward": False},
    f"POST {ANSWERS}/{{answer_id:uuid}}/grade": {
        "credit": 0,
        "reason": "mismarked",
        "key": str(uuid4()),
    },
    f"POST {ANSWERS}/{{answer_id:uuid}}/keep": {"reason": "looked-again"},
    "POST /api/v1/me/answers/{answer_id:uuid}/request": {
        "statement": "Seven is right too",
        "key": str(uuid4()),
    },
    "PATCH /api/v1/me": {"theme": "dark"},
    "PATCH /api/v1/admin/people/{account_id:uuid}": {"active": False},
    "POST /api/v1/admin/keys": {"name": "LMS", "scopes": ["facts:read"], "days": 1},
}
WITH_IDS = sorted(route for route in RIGHTS if ":uuid}" in route)


def stated() -> Iterator[tuple[str, frozenset[str]]]:
    for handler in [*ROUTES, *pages.handlers()]:
        if not isinstance(handler, HTTPRouteHandler):
            continue
        rights = handler.opt["rights"]
        assert isinstance(rights, Rights)
        roles = _named(rights)
        for path in handler.paths:
            for method in handler.http_methods:
                yield f"{method} {path}", roles


def _named(rights: Rights) -> frozenset[str]:
    named = {role.value for role in rights.roles}
    named |= {"half"} if rights.half else set()
    named |= {"key"} if rights.scope else set()
    return frozenset(named) or ANYONE


@pytest.fixture(scope="module")
async def schools(shared: Parts) -> tuple[School, School]:
    """Two schools that know nothing of each other."""
    return (
        await School.opened(await World.founded(shared)),
        await School.opened(await World.founded(shared)),
    )


async def test_the_written_table_equals_the_code() -> None:
    assert dict(stated()) == RIGHTS


def refused(reply: httpx.Response) -> bool:
    """Return whether it was the caller that was refused, and not what was asked."""
    kinds = ("request/unauthenticated", "request/forbidden")
    said = reply.text if reply.status_code in {401, 403} else ""
    return any(f"urn:tihi:problem:{kind}" in said for kind in kinds)


@pytest.mark.parametrize("role", sorted(ANYONE))
@pytest.mark.parametrize("route", sorted(RIGHTS))
async def test_a_role_gets_in_only_where_the_table_says(
    schools: tuple[School, School], route: str, role: str
) -> None:
    school, _ = schools
    browser = (await school.browsers())[role]
    method, path = await _path(route, school, role)
    reply = await browser.send(method, path, json=BODIES.get(route))
    if role in RIGHTS[route]:
        assert reply.status_code not in {404, 405, 500}, reply.text
        assert not refused(reply), reply.text
    else:
        assert reply.status_code == (401 if role in {"guest", "half"} else 403)
        assert refused(reply)
        assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("route", WITH_IDS)
async def test_another_orgs_ids_are_not_found(schools: tuple[School, School], route: str) -> None:
    school, other = schools
    browsers = await school.browsers()
    for role in sorted(RIGHTS[route] - {"half"}):
        method, path = await _path(route, other, role)
        reply = await browsers[role].send(method, path, json=BODIES.get(route))
        assert reply.status_code == 404, (role, reply.text)


async def test_a_class_is_hidden_from_a_teacher_of_another_class(
    schools: tuple[School, School],
) -> None:
    school, _ = schools
    stranger = await school.world.browser(await school.world.person("teacher", "Matua Ben"))
    for route in WITH_IDS:
        if "{class_id:uuid}" in route:
            method, path = await _path(route, school, "teacher")
            reply = await stranger.send(method, path, json=BODIES.get(route))
            assert reply.status_code == 404, route
    listed = await stranger.get("/api/v1/classes")
    assert listed == []


async def test_another_orgs_code_and_class_board_say_nothing(
    schools: tuple[School, School],
) -> None:
    school, other = schools
    browser = await school.world.browser(school.learner)
    code = (await (await other.browsers())["teacher"].get("/api/v1/classes"))[0]["join_code"]
    known = await browser.send("POST", "/api/v1/me/classes", json={"code": code})
    unknown = await browser.send("POST", "/api/v1/me/classes", json={"code": "AAAA-AAAA"})
    assert (known.status_code, known.text) == (404, unknown.text)
    board = "/api/v1/boards/class/week?class_id="
    foreign = await browser.send("GET", f"{board}{other.class_id}")
    nobody = await browser.send("GET", f"{board}{uuid4()}")
    assert (foreign.status_code, foreign.text) == (nobody.status_code, nobody.text)


async def test_facts_are_posted_by_keys_alone(schools: tuple[School, School]) -> None:
    """S1, S34: nobody who is signed in can say what happened, and no key without the scope."""
    browsers = await schools[0].browsers()
    browsers["key"] = await schools[0].world.product("facts:read")
    for role, browser in browsers.items():
        reply = await browser.send("POST", "/api/v1/facts", json={"facts": []})
        assert reply.status_code == (401 if role in {"guest", "half"} else 403), role


async def _path(route: str, school: School, role: str) -> tuple[str, str]:
    """Return the route with ids of `school`; what a route may end is made for it."""
    method, _, path = route.partition(" ")
    ids = {
        "{class_id:uuid}": school.class_id,
        "{lesson_id:uuid}": school.lesson,
        "{learner_id:uuid}": school.learner,
        "{whose:str}": "org",
        "{period:str}": "week",
        "{path:path}": "trail",
    }
    for name, found in ids.items():
        path = path.replace(name, str(found))
    for name, make in MADE.items():
        if name in path:
            path = path.replace(name, await make(school, role))
    if "/learners/" in route:
        await school.world.enrol(school.class_id, school.learner)
    return method, path


async def _course(school: School, _role: str) -> str:
    rows = await school.world.rows("SELECT course_id FROM courses LIMIT 1")
    return str(rows[0][0])


async def _attempt(school: School, _role: str) -> str:
    return str((await school.world.open(school.learner, school.lesson)).attempt_id)


async def _answer(school: School, _role: str) -> str:
    return str((await school.world.play(school.learner, school.lesson))[0].fact_id)


async def _key(school: School, _role: str) -> str:
    admin = await school.world.browser(school.admin)
    asked = {"name": "Another product", "scopes": ["facts:read"], "days": 1}
    return (await admin.post("/api/v1/admin/keys", asked))["key"]["key_id"]


async def _factor(school: School, role: str) -> str:
    """Return one of two factors of the person who has `role`; a teacher's for others."""
    account = school.admin if role == "admin" else school.teacher
    for factor in (uuid4(), uuid4()):
        await school.world.rows(
            """
            INSERT INTO factors (org_id, factor_id, account_id, kind, name, credential_id,
                public_key, created_at, confirmed_at)
            VALUES ($1, $2, $3, 'passkey', 'Key', $4, 'k', now(), now())
            """,
            school.world.org_id,
            factor,
            account,
            factor.bytes,
        )
    return str(factor)


async def _session(school: School, role: str) -> str:
    """Return a session of the person who has `role`; a guest has none, so the learner's."""
    people = {"teacher": school.teacher, "admin": school.admin}
    account = people.get(role, school.learner)
    await school.world.browser(account)
    query = "SELECT session_id FROM sessions WHERE account_id = $1 LIMIT 1"
    return str((await school.world.rows(query, account))[0][0])


async def _letter(school: School, _role: str) -> str:
    letter = uuid4()
    await school.world.rows(
        "INSERT INTO dead_letters VALUES ($1, 'streaks', 'test', $2, $2, 'x.v1', 'E', 5, now())",
        school.world.org_id,
        letter,
    )
    return str(letter)


async def _holiday(school: School, _role: str) -> str:
    holiday = uuid4()
    await school.world.rows(
        """
        INSERT INTO rest_spans (org_id, span_id, first_day, last_day, label)
        VALUES ($1, $2, '2027-01-01', '2027-01-02', 'New Year')
        """,
        school.world.org_id,
        holiday,
    )
    return str(holiday)


async def _account(school: School, _role: str) -> str:
    return str(await school.world.person("learner", "Ben", sign_in_name=f"ben{uuid4().hex}"))


MADE = {
    "{account_id:uuid}": _account,
    "{course_id:uuid}": _course,
    "{attempt_id:uuid}": _attempt,
    "{answer_id:uuid}": _answer,
    "{letter_id:uuid}": _letter,
    "{key_id:uuid}": _key,
    "{factor_id:uuid}": _factor,
    "{session_id:uuid}": _session,
    "{span_id:uuid}": _holiday,
}
"""What is made anew for each call, because the call may end it."""
