"""S41: logs hold no secret, name or answer, and the record can only be added to."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from uuid import uuid4

import pytest
from litestar import get

from security.client import Served
from tihi.platform import passwords
from tihi.platform.http import ANYONE
from tihi.platform.telemetry import JsonLines
from tihi.roles import api
from world import School

PASSWORD = "kia kaha tonu 2026"  # of a test
NAME = "Zyzzogeton"


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Everything that is logged meanwhile, down to the last detail, as the server writes it."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonLines())
    # Our own client's log is not the server's.
    handler.addFilter(lambda record: not record.name.startswith(("httpx", "httpcore")))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(before)


async def test_a_school_day_leaves_nothing_personal_in_the_logs(
    school: School, logged: StringIO
) -> None:
    world = school.world
    hashed = await passwords.hashed(PASSWORD)
    await world.person("learner", NAME, sign_in_name="zyz", password_hash=hashed)
    browser = await world.browser(None)
    await browser.sign_in(world.slug, "zyz", "zyz wrong password")
    await browser.sign_in(world.slug, "zyz", PASSWORD)
    me = await browser.get("/api/v1/me")
    attempt = await browser.post(f"/api/v1/lessons/{school.lesson}/attempts")
    typed = {"kind": "short_text", "text": "Zyzzogeton typed this"}
    body = {"step": 1, "answer": typed, "key": str(uuid4())}
    await browser.send("POST", f"/api/v1/attempts/{attempt['attempt_id']}/answers", json=body)
    await browser.send("PATCH", "/api/v1/me", json={"display_name": f"{NAME}\u202e"})
    product = await world.product("facts:write")
    await product.send("POST", "/api/v1/facts", json={"facts": [{"id": NAME}]})
    admin = await world.browser(school.admin)
    await admin.get("/api/v1/admin/people?search=zyz")
    await browser.send("POST", "/api/v1/signout")
    text = logged.getvalue()
    secrets = [browser.token, admin.token, product.secret, PASSWORD, "zyz", NAME, "argon2"]
    for secret in secrets:
        assert secret, "there is something to look for"
        assert secret.casefold() not in text.casefold(), secret
    assert me["display_name"] not in text


async def test_a_request_is_logged_by_its_template_with_an_id_that_its_reply_bears(
    school: School, logged: StringIO
) -> None:
    """S41: and never with its path, which people put names into."""
    browser = await school.world.browser(school.learner)
    attempt = uuid4()
    reply = await browser.send("GET", f"/api/v1/attempts/{attempt}?who=wiremu")
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    (line,) = [one for one in lines if one["logger"] == "tihi.requests"]
    assert line["request_id"] == reply.headers["x-request-id"]
    assert {name: line[name] for name in ("level", "route", "method", "status")} == {
        "level": "info",
        "route": "/api/v1/attempts/{attempt_id}",
        "method": "GET",
        "status": 404,
    }
    assert line["ms"] > 0
    assert str(attempt) not in logged.getvalue()
    assert "wiremu" not in logged.getvalue()


async def test_what_is_logged_meanwhile_bears_the_requests_id(
    school: School, logged: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S40: the code that a person is told leads to the very lines."""

    @get("/api/v1/broken", opt=ANYONE)
    async def broken() -> str:
        raise RuntimeError

    monkeypatch.setattr(api, "ROUTES", [*api.ROUTES, broken])
    browser = await school.world.browser(school.learner)
    reply = await browser.send("GET", "/api/v1/broken")
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    told = {one["message"] for one in lines if one.get("request_id") == reply.json()["trace_id"]}
    assert {"unexpected failure", "request"} <= told


async def test_requests_that_went_well_are_logged_only_when_asked_for(school: School) -> None:
    text = StringIO()
    handler = logging.StreamHandler(text)
    logging.getLogger("tihi.requests").addHandler(handler)
    browser = await school.world.browser(school.learner)
    await browser.get("/api/v1/me")
    logging.getLogger("tihi.requests").removeHandler(handler)
    assert text.getvalue() == ""


def fail() -> None:
    try:
        _ = {}["wiremu@kura"]
    except KeyError as error:
        raise ValueError("Key (sign_in_name)=(wiremu) already exists") from error


def test_an_error_is_logged_by_kind_and_place_and_never_by_its_words(logged: StringIO) -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger("tihi").exception("a batch failed")
    line = json.loads(logged.getvalue().splitlines()[-1])
    assert line["error"][0] == "ValueError"
    assert "KeyError" in line["error"]
    assert any("test_logs.py" in one for one in line["error"])
    assert "wiremu" not in logged.getvalue()


@pytest.mark.parametrize("odd", ["a\nb", "\x1b[31m", "\r\n{}", '"}', "\u2028"])
def test_a_line_stays_one_line(logged: StringIO, odd: str) -> None:
    logging.getLogger("tihi").warning("said %s", odd)
    line = logged.getvalue().removesuffix("\n")
    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["message"] == f"said {odd}"


async def test_no_library_writes_past_our_form_what_a_client_typed(
    served: Served, logged: StringIO
) -> None:
    """S41: a session's number may hold escapes and line ends."""
    path = "/socket.io/?EIO=4&transport=polling&sid=%1b[31m%0aforged"
    async with served.http.get(served.base + path) as reply:
        assert reply.status == 400
    said = logged.getvalue()
    assert "Invalid session" in said
    assert "\x1b" not in said
    # Loggers of their own have handlers of their own, which write the words as they are.
    assert "engineio.server" not in said


async def test_sign_ins_denials_and_administration_are_recorded(school: School) -> None:
    """S41, S8: and nobody can take it back, see tests/contracts/test_sql.py."""
    world = school.world
    learner = await world.browser(school.learner)
    await learner.send("GET", "/api/v1/admin/health")
    await learner.send("GET", f"/api/v1/attempts/{uuid4()}")
    admin = await world.browser(school.admin)
    await admin.send("PATCH", f"/api/v1/admin/people/{school.learner}", json={"active": False})
    await admin.send("PATCH", f"/api/v1/admin/people/{school.learner}", json={"active": True})
    await admin.post("/api/v1/admin/keys", {"name": "x", "scopes": ["facts:read"], "days": 1})
    page = await admin.get("/api/v1/admin/audit?most=200")
    told = [(one["kind"], one["actor"], one["subject"]) for one in page["entries"]]
    learner_id, admin_id = str(school.learner), str(school.admin)
    assert told.count(("access-denied", learner_id, None)) == 2
    for one in [
        ("account-suspended", admin_id, learner_id),
        ("account-restored", admin_id, learner_id),
        ("key-added", admin_id, None),
    ]:
        assert one in told
    denied = [one["detail"] for one in page["entries"] if one["kind"] == "access-denied"]
    assert "GET /api/v1/admin/health" in denied


async def test_the_record_is_read_in_pages(school: School) -> None:
    admin = await school.world.browser(school.admin)
    asked = {"name": "x", "scopes": ["facts:read"], "days": 1}
    for _ in range(5):
        await admin.post("/api/v1/admin/keys", asked)
    seen: list[str] = []
    before = ""
    while True:
        path = f"/api/v1/admin/audit?kind=key-added&most=2{before}"
        page = await admin.get(path)
        seen += [one["event_id"] for one in page["entries"]]
        if page["next_before"] is None:
            break
        before = f"&before={page['next_before']}"
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)
