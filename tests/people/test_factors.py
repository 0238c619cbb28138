"""S33: staff sign in with a second factor; a password alone opens nothing."""

import asyncio
from base64 import b32decode
from datetime import timedelta

import pytest

from browser import Browser, Json
from people.authenticator import Authenticator
from tihi.base.ids import AccountId
from tihi.people.factors import rules
from tihi.platform import passwords
from tihi.platform.vault import Sealed, Vault
from world import School, World

PASSWORD = "kia kaha tonu 2026"  # of a test


async def staff(world: World) -> AccountId:
    """Return a teacher who signs in as hana."""
    hashed = await passwords.hashed(PASSWORD)
    return await world.person("teacher", "Whaea Hana", sign_in_name="hana", password_hash=hashed)


async def half(world: World) -> Browser:
    """Return a browser in which hana gave her password."""
    browser = await world.browser(None)
    reply = await browser.sign_in(world.slug, "hana", PASSWORD)
    assert reply.status_code == 202, reply.text
    assert reply.json() == {"step": "second"}
    return browser


def code(world: World, secret: str, away: int = 0) -> str:
    """Return what an authenticator app shows now."""
    raw = b32decode(secret.replace(" ", ""))
    return rules.code_at(raw, rules.step_at(world.clock.now()) + away)


async def enrolled(world: World) -> tuple[str, list[str]]:
    """Let hana set up an authenticator app; return its secret and the recovery codes."""
    await staff(world)
    browser = await half(world)
    begun = await browser.post("/api/v1/me/factors/totp")
    done = await browser.send(
        "POST", "/api/v1/me/factors/totp/confirm", json={"code": code(world, begun["secret"])}
    )
    assert done.status_code == 200, done.text
    world.clock.advance(timedelta(minutes=1))
    return begun["secret"], done.json()["recovery_codes"]


async def prove(browser: Browser, way: str, body: Json) -> int:
    """Take the second step; keep the new session where it worked."""
    reply = await browser.send("POST", f"/api/v1/signin/step/{way}", json=body)
    browser.keep(reply)
    return reply.status_code


async def test_a_first_sign_in_sets_up_a_factor_and_then_is_whole(world: World) -> None:
    await staff(world)
    browser = await half(world)
    before = browser.token
    assert (await browser.get("/api/v1/signin/step"))["step"] == "enrol"
    begun = await browser.post("/api/v1/me/factors/totp")
    assert begun["uri"].startswith("otpauth://totp/Te%20Kura%3Ahana?secret=")
    assert begun["qr"].startswith("data:image/svg+xml")
    reply = await browser.send(
        "POST", "/api/v1/me/factors/totp/confirm", json={"code": code(world, begun["secret"])}
    )
    browser.keep(reply)
    assert len(reply.json()["recovery_codes"]) == 10
    assert browser.token != before
    assert (await browser.get("/api/v1/me"))["display_name"] == "Whaea Hana"
    assert (await browser.get("/api/v1/signin/step"))["step"] == "none"
    assert (await Browser(world.app(), before).send("GET", "/api/v1/me")).status_code == 401


async def test_a_code_finishes_a_sign_in_and_counts_once(world: World) -> None:
    secret, _ = await enrolled(world)
    now = code(world, secret)
    browser = await half(world)
    assert (await browser.get("/api/v1/signin/step"))["step"] == "prove"
    assert await prove(browser, "code", {"code": now}) == 200
    await browser.get("/api/v1/me")
    again = await half(world)
    assert await prove(again, "code", {"code": now}) == 403
    older = code(world, secret, -1)
    assert await prove(again, "code", {"code": older}) == 403
    world.clock.advance(timedelta(seconds=60))
    assert await prove(again, "code", {"code": code(world, secret)}) == 200


async def test_of_two_tries_with_one_code_at_once_one_counts(world: World) -> None:
    secret, _ = await enrolled(world)
    browsers = [await half(world) for _ in range(6)]
    body = {"code": code(world, secret)}
    found = await asyncio.gather(*(prove(one, "code", body) for one in browsers))
    assert sorted(found) == [200, *[403] * 5]


async def test_without_the_key_of_the_vault_a_recovery_code_lets_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost `vault.key` is no mistake that a person can do anything about with a code."""
    secret, recovery = await enrolled(world)

    def other(_vault: Vault, _sealed: bytes, _owner: str) -> bytes:
        raise Sealed

    monkeypatch.setattr(Vault, "open", other)
    browser = await half(world)
    assert await prove(browser, "code", {"code": code(world, secret)}) == 403
    assert await prove(browser, "recovery", {"code": recovery[0]}) == 200


async def test_a_password_alone_opens_nothing(world: World) -> None:
    await enrolled(world)
    browser = await half(world)
    for method, path in [
        ("GET", "/api/v1/me"),
        ("PATCH", "/api/v1/me"),
        ("GET", "/api/v1/classes"),
        ("POST", "/api/v1/me/password"),
        ("GET", "/api/v1/me/sessions"),
        ("GET", "/api/v1/me/factors"),
        ("POST", "/api/v1/me/factors/recovery"),
    ]:
        assert (await browser.send(method, path, json={})).status_code == 401, path


async def test_the_second_step_cannot_be_gone_around_by_setting_up_another(world: World) -> None:
    await enrolled(world)
    browser = await half(world)
    for path in ("totp", "passkeys/options"):
        reply = await browser.send("POST", f"/api/v1/me/factors/{path}")
        assert reply.status_code == 409, reply.text
        assert "factors/step-not-owed" in reply.text
    body = {"code": "123456"}
    assert (
        await browser.send("POST", "/api/v1/me/factors/totp/confirm", json=body)
    ).status_code == 409


async def test_codes_cannot_be_tried_out(world: World) -> None:
    secret, _ = await enrolled(world)
    browser = await half(world)
    found = [await prove(browser, "code", {"code": f"{n:06d}"}) for n in range(11)]
    assert found[:10] == [403] * 10
    assert found[10] == 429
    # Not even the right one, from a fresh sign-in elsewhere; other ways in stay open.
    assert await prove(await half(world), "code", {"code": code(world, secret)}) == 429
    kinds = "SELECT count(*) FROM security_events WHERE kind = 'second-step-refused'"
    assert await world.rows(kinds) == [(10,)]


async def test_a_recovery_code_lets_in_once(world: World) -> None:
    _, codes = await enrolled(world)
    browser = await half(world)
    assert await prove(browser, "recovery", {"code": codes[0].lower()}) == 200
    assert (await browser.get("/api/v1/me/factors"))["recovery_left"] == 9
    assert await prove(await half(world), "recovery", {"code": codes[0]}) == 403
    fresh = (await browser.post("/api/v1/me/factors/recovery"))["codes"]
    assert await prove(await half(world), "recovery", {"code": codes[1]}) == 403
    assert await prove(await half(world), "recovery", {"code": fresh[1]}) == 200


async def test_secrets_are_sealed_and_codes_hashed(world: World) -> None:
    secret, codes = await enrolled(world)
    ((sealed,),) = await world.rows("SELECT sealed FROM factors")
    raw = b32decode(secret.replace(" ", ""))
    assert raw not in sealed
    with pytest.raises(Sealed):
        Vault("of the tests").open(sealed, "somebody else")
    with pytest.raises(Sealed):
        Vault("another key").open(sealed, "somebody else")
    stored = {row[0] for row in await world.rows("SELECT code_hash FROM recovery_codes")}
    assert len(stored) == 10
    assert not stored & {one.replace("-", "").encode() for one in codes}


async def test_a_passkey_is_made_and_finishes_a_sign_in(world: World) -> None:
    await staff(world)
    browser = await half(world)
    assert (await browser.get("/api/v1/signin/step"))["passkeys_possible"] is True
    key = Authenticator()
    asked = await browser.post("/api/v1/me/factors/passkeys/options")
    made = {"name": "My key", "credential": key.make(asked["options"])}
    reply = await browser.send("POST", "/api/v1/me/factors/passkeys", json=made)
    assert reply.status_code == 200, reply.text
    assert len(reply.json()["recovery_codes"]) == 10
    second = await half(world)
    asked = await second.post("/api/v1/signin/step/passkey/options")
    proof = {"credential": key.prove(asked["options"])}
    assert await prove(second, "passkey", proof) == 200
    (card,) = (await second.get("/api/v1/me/factors"))["factors"]
    assert (card["kind"], card["name"]) == ("passkey", "My key")
    # The same answer again: its challenge is used up.
    assert await prove(await half(world), "passkey", proof) == 403


async def test_a_passkey_for_another_site_key_or_challenge_is_refused(world: World) -> None:
    await staff(world)
    browser = await half(world)
    key = Authenticator()
    asked = await browser.post("/api/v1/me/factors/passkeys/options")
    phished = Authenticator(origin="https://tihi.test.evil.example").make(asked["options"])
    body = {"name": "My key", "credential": phished}
    assert (await browser.send("POST", "/api/v1/me/factors/passkeys", json=body)).status_code == 403
    asked = await browser.post("/api/v1/me/factors/passkeys/options")
    body = {"name": "My key", "credential": key.make(asked["options"])}
    assert (await browser.send("POST", "/api/v1/me/factors/passkeys", json=body)).status_code == 200
    second = await half(world)
    for stranger in (Authenticator(), Authenticator(credential=b"another")):
        asked = await second.post("/api/v1/signin/step/passkey/options")
        answer = {"credential": stranger.prove(asked["options"])}
        assert await prove(second, "passkey", answer) == 403
    old = (await second.post("/api/v1/signin/step/passkey/options"))["options"]
    await second.post("/api/v1/signin/step/passkey/options")
    assert await prove(second, "passkey", {"credential": key.prove(old)}) == 403
    for broken in ("", "{}", "[]", '{"id": "x"}', "\x00"):
        await second.post("/api/v1/signin/step/passkey/options")
        assert await prove(second, "passkey", {"credential": broken}) == 403


async def test_a_copy_of_a_passkey_is_noticed_by_its_count(world: World) -> None:
    await staff(world)
    browser = await half(world)
    key = Authenticator()
    asked = await browser.post("/api/v1/me/factors/passkeys/options")
    body = {"name": "My key", "credential": key.make(asked["options"])}
    await browser.send("POST", "/api/v1/me/factors/passkeys", json=body)
    for count, status in ((5, 200), (2, 403)):
        second = await half(world)
        key.count = count
        asked = await second.post("/api/v1/signin/step/passkey/options")
        answer = {"credential": key.prove(asked["options"])}
        assert await prove(second, "passkey", answer) == status


async def test_factors_change_only_after_a_fresh_sign_in_and_one_stays(school: School) -> None:
    browser = await school.world.browser(school.teacher)
    begun = await browser.post("/api/v1/me/factors/totp")
    body = {"code": code(school.world, begun["secret"])}
    await browser.post("/api/v1/me/factors/totp/confirm", body)
    (card,) = (await browser.get("/api/v1/me/factors"))["factors"]
    here = f"/api/v1/me/factors/{card['factor_id']}"
    last = await browser.send("DELETE", here)
    assert (last.status_code, last.json()["type"]) == (409, "urn:tihi:problem:factors/last")
    school.world.clock.advance(timedelta(minutes=16))
    for method, path in [
        ("DELETE", here),
        ("POST", "/api/v1/me/factors/totp"),
        ("POST", "/api/v1/me/factors/passkeys/options"),
        ("POST", "/api/v1/me/factors/recovery"),
    ]:
        old = await browser.send(method, path)
        assert (old.status_code, old.json()["type"]) == (
            403,
            "urn:tihi:problem:factors/prove-again",
        )


async def test_a_factor_of_somebody_else_is_not_found(school: School) -> None:
    teacher = await school.world.browser(school.teacher)
    begun = await teacher.post("/api/v1/me/factors/totp")
    body = {"code": code(school.world, begun["secret"])}
    await teacher.post("/api/v1/me/factors/totp/confirm", body)
    (card,) = (await teacher.get("/api/v1/me/factors"))["factors"]
    admin = await school.world.browser(school.admin)
    reply = await admin.send("DELETE", f"/api/v1/me/factors/{card['factor_id']}")
    assert reply.status_code == 404


async def test_a_half_session_ends_after_ten_minutes(world: World) -> None:
    await staff(world)
    browser = await half(world)
    world.clock.advance(timedelta(minutes=10))
    assert (await browser.send("GET", "/api/v1/signin/step")).status_code == 401


async def test_learners_need_no_second_step(world: World) -> None:
    hashed = await passwords.hashed(PASSWORD)
    await world.person("learner", "Wiremu", sign_in_name="wiremu", password_hash=hashed)
    browser = await world.browser(None)
    assert (await browser.sign_in(world.slug, "wiremu", PASSWORD)).status_code == 200
    welcome = await browser.get("/api/v1/welcome")
    assert welcome["second_factor"] is True
