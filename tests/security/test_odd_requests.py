"""S35, S40: requests that no browser of ours sends are refused, and others do not suffer."""

import pytest

from browser import COOKIE, Json
from world import School


@pytest.mark.parametrize("origin", ["http://[::1", "http://[", "http://]:80", "://", "[", "\xff"])
async def test_an_origin_that_nobody_can_read_is_a_foreign_one(school: School, origin: str) -> None:
    browser = await school.world.browser(school.learner)
    headers: Json = {"origin": origin.encode("latin-1"), "x-tihi": "1"}
    reply = await browser.send("PATCH", "/api/v1/me", headers=headers, json={})
    assert reply.status_code == 403
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "beside", ['a={"x":1}', "a=b c", "a b=1", "a@b=1", "=1", "a", "\xe9=\xe9", 'a="', "a=[1]"]
)
async def test_a_neighbours_cookie_signs_nobody_out(school: School, beside: str) -> None:
    """Other programs of the same host set cookies as they like; ours stands beside them."""
    browser = await school.world.browser(school.learner)
    for cookies in (f"{beside}; {COOKIE}={browser.token}", f"{COOKIE}={browser.token};{beside}"):
        headers: Json = {"cookie": cookies.encode("latin-1")}
        stranger = await school.world.browser(None)
        reply = await stranger.send("GET", "/api/v1/me", headers=headers)
        assert reply.status_code == 200, (cookies, reply.text)


@pytest.mark.parametrize("body", [b'"\xc3"', b'{"name": "\xff"}', b'{"\xed\xa0\x80": 1}'])
@pytest.mark.parametrize("path", ["/api/v1/signin", "/api/v1/join", "/api/v1/links/open"])
async def test_a_body_that_is_no_utf_8_is_ill_formed(
    school: School, path: str, body: bytes
) -> None:
    browser = await school.world.browser(None)
    headers = {"x-tihi": "1", "content-type": "application/json"}
    reply = await browser.send("POST", path, headers=headers, content=body)
    assert reply.status_code == 422, reply.text


async def test_who_was_deleted_a_moment_ago_adds_nothing_any_more(school: School) -> None:
    """S32: a session is known for two seconds; what belongs to it may be gone by then."""
    teacher = await school.world.browser(school.teacher)
    await teacher.get("/api/v1/classes")
    await school.world.rows("DELETE FROM accounts WHERE account_id = $1", school.teacher)
    reply = await teacher.send("POST", "/api/v1/classes", json={"name": "Room 1"})
    assert reply.status_code == 409, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
