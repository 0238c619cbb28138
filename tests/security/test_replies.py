"""S40, S42, S35: replies tell nothing of our inside, are not kept, and lead nowhere else."""

import json
import re

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from litestar import get

from browser import Browser, Json
from contracts.rights import RIGHTS
from tihi.learn.attempts.model import Answered
from tihi.learn.items.model import UnfitResponse
from tihi.platform.http import ANYONE, Parts
from tihi.roles import api
from world import School, World

INSIDE = re.compile(
    r"""Traceback|File\ "|\.py|/src/|/usr/|/home/|/tmp/|SELECT\ |INSERT\ |UPDATE\ |asyncpg
    |litestar|msgspec|valkey|postgres|org_id|password_hash|\bline\ \d+""",
    re.VERBOSE,
)
FILLED = re.compile(r"\{[a-z_]+:[a-z]+\}")
odd = st.one_of(
    st.sampled_from(["..", "%00", "%2e%2e%2f", "'", '"', "0", "null", "{}", "\u202e", "x" * 300]),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="/?#"), max_size=20),
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
async def browsers(shared: Parts) -> dict[str, Browser]:
    school = await School.opened(await World.founded(shared))
    return await school.browsers()


@hypothesis_settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(sorted(RIGHTS)), odd, json_values, st.sampled_from(["admin", "learner"]))
async def test_whatever_is_sent_no_reply_tells_of_our_inside(
    browsers: dict[str, Browser], route: str, part: str, body: Json, role: str
) -> None:
    """S40."""
    method, _, path = route.partition(" ")
    try:
        reply = await browsers[role].send(method, FILLED.sub(lambda _: part, path), json=body)
    except (ValueError, UnicodeEncodeError, httpx.InvalidURL):
        return  # what no client can send
    assert reply.status_code < 500, reply.text
    if reply.status_code >= 400:
        assert not INSIDE.search(reply.text), reply.text
        assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("before", [-1, 2**63, 10**30])
async def test_a_place_in_a_list_that_cannot_be_is_refused(school: School, before: int) -> None:
    """The database has no such number, and one that it could not be asked broke on our side."""
    learner = await school.world.browser(school.learner)
    teacher = await school.world.browser(school.teacher)
    (room,) = await teacher.get("/api/v1/classes")
    answers = f"/api/v1/classes/{room['class_id']}/learners/{school.learner}/answers"
    for browser, path in ((learner, "/api/v1/me/ledger"), (teacher, answers)):
        assert (await browser.send("GET", f"{path}?before={before}")).status_code == 422
        assert (await browser.send("GET", f"{path}?before={2**63 - 1}")).status_code == 200


async def test_a_mistake_of_ours_shows_a_code_alone(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S40."""

    @get("/api/v1/broken", opt=ANYONE)
    async def broken() -> str:
        raise RuntimeError("SELECT password_hash FROM identities -- /src/tihi")

    monkeypatch.setattr(api, "ROUTES", [*api.ROUTES, broken])
    browser = await school.world.browser(school.learner)
    reply = await browser.send("GET", "/api/v1/broken")
    assert reply.status_code == 500
    assert not INSIDE.search(reply.text), reply.text
    assert re.fullmatch(r"[0-9a-f]{32}", reply.json()["trace_id"])


async def test_personal_replies_are_not_kept_and_signing_out_clears(school: School) -> None:
    """S42."""
    browser = await school.world.browser(school.learner)
    for path in ("/api/v1/me", "/api/v1/me/ledger", "/api/v1/me/export", "/api/v1/none"):
        method = "POST" if path.endswith("export") else "GET"
        reply = await browser.send(method, path)
        assert reply.headers["cache-control"] == "no-store", path
    out = await browser.send("POST", "/api/v1/signout")
    assert out.headers["clear-site-data"] == '"cache"'
    assert "max-age=0" in out.headers["set-cookie"].lower()


@pytest.mark.parametrize("target", ["//evil.test", "/\\evil.test", "https://evil.test"])
async def test_no_reply_redirects_anywhere(school: School, target: str) -> None:
    """S42: we send nobody on, so nobody can be sent elsewhere."""
    browser = await school.world.browser(None)
    for path in ("/signin", "/", "/api/v1/welcome", "/link"):
        for name in ("next", "to", "url", "redirect"):
            reply = await browser.send("GET", path, params={name: target})
            assert reply.status_code == 200
            assert "location" not in reply.headers


async def test_a_server_with_a_certificate_says_so_for_a_year(school: School) -> None:
    """S22: the browser never again tries without."""
    browser = await school.world.browser(None)
    headers = (await browser.send("GET", "/")).headers
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\udfff\x00"])
async def test_text_that_no_database_keeps_is_refused_and_not_broken(
    school: School, text: str
) -> None:
    """S35, S40: found by a name with a zero in it."""
    admin = await school.world.browser(school.admin)
    body = json.dumps({"name": text, "scopes": ["facts:read"], "days": 1})
    headers = {"x-tihi": "1", "content-type": "application/json"}
    for method, path, content in [
        ("POST", "/api/v1/signin", json.dumps({"org": text, "name": text, "password": text})),
        ("POST", "/api/v1/admin/keys", body),
        ("POST", "/api/v1/links/open", json.dumps({"token": text})),
        ("POST", "/api/v1/classes", json.dumps({"name": text})),
    ]:
        reply = await admin.send(method, path, headers=headers, content=content)
        assert 400 <= reply.status_code < 500, (path, reply.text)
    reply = await admin.send("GET", "/api/v1/admin/people?search=a%00b")
    assert reply.status_code == 422


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
@pytest.mark.parametrize("kind", ["{=waka}", "{=waka} x", "{#7}"])
async def test_an_answer_that_cannot_be_kept_spoils_nobody_elses(
    school: School, text: str, kind: str
) -> None:
    """S35, D13: answers of many are written in one statement."""
    world = school.world
    await world.take("odd.gift", f"$CATEGORY: Words/Odd/Odd\n\n::Boat::A boat: {kind}\n")
    ((lesson,),) = await world.rows("SELECT lesson_id FROM lessons WHERE name = 'Odd'")
    requests = []
    for learner in (school.learner, await world.learner("Ben")):
        view = await world.open(learner, lesson)
        assert view.step is not None
        good = await world.response(view.step, right=True)
        odd = {"text": text} if hasattr(good, "text") else {"gaps": [text]}
        answer = msgspec.structs.replace(good, **odd) if not requests else good
        requests.append(world.request(learner, view, view.step, answer))
    bad, good = await world.write(*requests)
    assert isinstance(bad, UnfitResponse)
    assert isinstance(good, Answered)
