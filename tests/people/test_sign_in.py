"""Signing in and out over HTTP: fixation, limits, dead sessions, foreign pages."""

from datetime import timedelta

import pytest

from browser import COOKIE, Browser
from tihi.platform import passwords
from world import School, World

PASSWORD = "kia kaha tonu 2026"  # of a test


async def knows(world: World, name: str = "wiremu") -> None:
    """Let a learner sign in as `name`."""
    hashed = await passwords.hashed(PASSWORD)
    await world.person("learner", "Wiremu", sign_in_name=name, password_hash=hashed)


async def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_do_not_get(
    world: World,
) -> None:
    """S22."""
    await knows(world)
    browser = await world.browser(None)
    reply = await browser.sign_in(world.slug, " WIREMU ", PASSWORD)
    assert reply.status_code == 200, reply.text
    said = reply.headers["set-cookie"].lower()
    for part in (f"{COOKIE.lower()}=", "httponly", "secure", "samesite=lax", "path=/"):
        assert part in said
    assert "domain" not in said
    assert reply.headers["cache-control"] == "no-store"
    assert (await browser.get("/api/v1/me"))["display_name"] == "Wiremu"


async def test_wrong_name_password_and_org_look_alike(world: World) -> None:
    """S30."""
    await knows(world)
    browser = await world.browser(None)
    said = {
        (reply.status_code, reply.text)
        for reply in [
            await browser.sign_in(world.slug, "wiremu", "not the password"),
            await browser.sign_in(world.slug, "nobody", PASSWORD),
            await browser.sign_in("no-such-org", "wiremu", PASSWORD),
        ]
    }
    assert len(said) == 1
    ((status, text),) = said
    assert status == 401
    assert "accounts/wrong-sign-in" in text
    refused = "SELECT count(*) FROM security_events WHERE kind = 'sign-in-refused'"
    assert await world.rows(refused) == [(2,)]


async def test_who_tries_too_often_waits_and_others_do_not(world: World) -> None:
    await knows(world)
    guesser = await world.browser(None)
    seen = [
        (await guesser.sign_in(world.slug, "wiremu", "not the password")).status_code
        for _ in range(12)
    ]
    assert seen[:9] == [401] * 9
    assert seen[-1] == 429
    late = await guesser.sign_in(world.slug, "wiremu", PASSWORD)
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 0
    # The victim, from elsewhere, is not locked out (S30).
    victim = await world.browser(None)
    assert (await victim.sign_in(world.slug, "wiremu", PASSWORD)).status_code == 200


async def test_a_session_from_before_is_dead_after_signing_in(world: World) -> None:
    """S22."""
    await knows(world)
    browser = await world.browser(None)
    browser.token = "planted-by-somebody-else"  # of no account
    await browser.sign_in(world.slug, "wiremu", PASSWORD)
    first = browser.token
    assert first != "planted-by-somebody-else"
    await browser.sign_in(world.slug, "wiremu", PASSWORD)
    assert browser.token != first
    before = Browser(world.app(), first)
    assert (await before.send("GET", "/api/v1/me")).status_code == 401


async def test_signing_out_kills_the_session_at_once(school: School) -> None:
    """S22."""
    browser = await school.world.browser(school.learner)
    await browser.get("/api/v1/me")
    reply = await browser.send("POST", "/api/v1/signout")
    assert reply.status_code == 204
    assert "max-age=0" in reply.headers["set-cookie"].lower()
    assert (await browser.send("GET", "/api/v1/me")).status_code == 401


async def test_ending_another_session_kills_it_at_once(school: School) -> None:
    here = await school.world.browser(school.learner)
    there = await school.world.browser(school.learner)
    await there.get("/api/v1/me")
    listed = await here.get("/api/v1/me/sessions")
    assert sorted(one["this"] for one in listed) == [False, True]
    (foreign,) = [one["session_id"] for one in listed if not one["this"]]
    assert (await here.send("DELETE", f"/api/v1/me/sessions/{foreign}")).status_code == 204
    assert (await there.send("GET", "/api/v1/me")).status_code == 401
    assert len(await here.get("/api/v1/me/sessions")) == 1


async def test_nobody_ends_a_session_of_somebody_else(school: School) -> None:
    learner = await school.world.browser(school.learner)
    ((session,),) = await school.world.rows("SELECT session_id FROM sessions")
    teacher = await school.world.browser(school.teacher)
    reply = await teacher.send("DELETE", f"/api/v1/me/sessions/{session}")
    assert reply.status_code == 404
    await learner.get("/api/v1/me")


async def test_a_session_ends_after_thirty_days(school: School) -> None:
    browser = await school.world.browser(school.learner)
    school.world.clock.advance(timedelta(days=30))
    assert (await browser.send("GET", "/api/v1/me")).status_code == 401


async def test_an_account_that_was_closed_loses_its_sessions_in_seconds(school: School) -> None:
    browser = await school.world.browser(school.learner)
    await browser.get("/api/v1/me")
    await school.world.rows("UPDATE accounts SET active = false")
    school.world.clock.advance(timedelta(seconds=3))
    assert (await browser.send("GET", "/api/v1/me")).status_code == 401


async def test_a_new_password_ends_the_other_sessions(world: World) -> None:
    """S22."""
    await knows(world)
    here, there = await world.browser(None), await world.browser(None)
    for browser in (here, there):
        await browser.sign_in(world.slug, "wiremu", PASSWORD)
        await browser.get("/api/v1/me")
    body = {"old": PASSWORD, "new": "a longer one than before"}
    before = Browser(world.app(), here.token)
    changed = await here.send("POST", "/api/v1/me/password", json=body)
    assert changed.status_code == 204
    here.keep(changed)
    world.clock.advance(timedelta(seconds=3))
    assert (await there.send("GET", "/api/v1/me")).status_code == 401
    assert (await before.send("GET", "/api/v1/me")).status_code == 401
    await here.get("/api/v1/me")
    assert (await there.sign_in(world.slug, "wiremu", PASSWORD)).status_code == 401
    assert (await there.sign_in(world.slug, "wiremu", body["new"])).status_code == 200


async def test_a_passphrase_lets_a_learner_back_in(school: School) -> None:
    browser = await school.world.browser(school.learner)
    drawn = await browser.post("/api/v1/me/passphrase")
    elsewhere = await school.world.browser(None)
    reply = await elsewhere.sign_in(school.world.slug, drawn["sign_in_name"], drawn["words"])
    assert reply.status_code == 200
    ((stored,),) = await school.world.rows(
        "SELECT password_hash FROM identities WHERE sign_in_name IS NOT NULL"
    )
    assert stored.startswith("$argon2id$")
    assert drawn["words"] not in stored


async def test_no_token_is_stored_in_the_clear(school: School) -> None:
    browser = await school.world.browser(school.learner)
    assert browser.token is not None
    async with school.world.here.db.system() as tx:
        found = await tx.connection.fetch("SELECT token_hash FROM system.sessions")
    assert browser.token.encode() not in [row["token_hash"] for row in found]


FOREIGN = [
    {},
    {"origin": "https://evil.test", "x-tihi": "1"},
    {"origin": "null", "x-tihi": "1"},
    {"sec-fetch-site": "cross-site", "x-tihi": "1"},
    {"sec-fetch-site": "same-site", "x-tihi": "1"},
    {"origin": "https://tihi.test", "content-type": "text/plain"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_write_from_a_foreign_page_is_refused(
    school: School, headers: dict[str, str]
) -> None:
    """S23."""
    browser = await school.world.browser(school.learner)
    reply = await browser.send(
        "PATCH", "/api/v1/me", headers=headers, content=b'{"daily_goal": 500}'
    )
    assert reply.status_code == 403
    stranger = await school.world.browser(None)
    body = {"org": school.world.slug, "name": "x", "password": "y"}
    login = await stranger.send("POST", "/api/v1/signin", headers=headers, json=body)
    assert login.status_code == 403
    assert (await browser.get("/api/v1/me"))["daily_goal"] == 50


async def test_our_own_page_may_write(school: School) -> None:
    browser = await school.world.browser(school.learner)
    headers = {"origin": "https://tihi.test", "x-tihi": "1", "sec-fetch-site": "same-origin"}
    reply = await browser.send("PATCH", "/api/v1/me", headers=headers, json={"daily_goal": 80})
    assert reply.json()["daily_goal"] == 80


@pytest.mark.parametrize(
    "more",
    [
        {"role": "admin"},
        {"org_id": "018f0000-0000-7000-8000-000000000001"},
        {"xp": 9999},
        {"active": True},
        {"email_verified": True},
        {"account_id": "018f0000-0000-7000-8000-000000000001"},
        {"sign_in_name": "principal"},
        {"has_password": False},
    ],
)
async def test_what_is_not_yours_to_change_is_refused(
    school: School, more: dict[str, object]
) -> None:
    """S7."""
    browser = await school.world.browser(school.learner)
    before = await browser.get("/api/v1/me")
    reply = await browser.send("PATCH", "/api/v1/me", json={"daily_goal": 80, **more})
    assert reply.status_code == 422
    assert await browser.get("/api/v1/me") == before


async def test_every_reply_forbids_framing_sniffing_and_scripts(school: School) -> None:
    """S42, S21."""
    browser = await school.world.browser(None)
    for path in ("/api/v1/welcome", "/api/v1/me", "/nowhere", "/"):
        headers = (await browser.send("GET", path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "object-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


async def test_a_body_over_256_kib_or_too_deep_is_refused(school: School) -> None:
    """S35."""
    browser = await school.world.browser(school.learner)
    large = b'{"display_name": "' + b"a" * 300_000 + b'"}'
    deep = b'{"display_name": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    for body, status in ((large, 413), (deep, 422), (b"{", 422), (b"\xff", 422)):
        headers = {"x-tihi": "1", "content-type": "application/json"}
        reply = await browser.send("PATCH", "/api/v1/me", headers=headers, content=body)
        assert reply.status_code == status, reply.text
        assert reply.headers["content-type"] == "application/problem+json"
