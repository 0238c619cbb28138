"""S31: links to come in or back in work once, within the hour, and are kept as hashes."""

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from browser import Browser, Json
from world import School, World

PASSWORD = "kia kaha tonu 2026"  # of a test
NEWCOMER = {
    "role": "teacher",
    "display_name": "Matua Ben",
    "sign_in_name": "Ben",
    "zone": "Pacific/Auckland",
    "locale": "mi",
}


async def invited(school: School) -> tuple[str, Json]:
    """Return the secret of an invite, and who was invited."""
    admin = await school.world.browser(school.admin)
    said = await admin.post("/api/v1/admin/people", NEWCOMER)
    return urlsplit(said["link"]["url"]).fragment, said


async def use(browser: Browser, token: str, password: str = PASSWORD) -> tuple[int, str]:
    body = {"token": token, "password": password}
    reply = await browser.send("POST", "/api/v1/links/use", json=body)
    return reply.status_code, reply.text


async def test_a_newcomer_chooses_a_password_by_a_link_and_signs_in(school: School) -> None:
    token, said = await invited(school)
    assert said["link"]["url"] == f"https://tihi.test/link#{token}"
    assert len(token) >= 43
    browser = await school.world.browser(None)
    page = await browser.post("/api/v1/links/open", {"token": token})
    assert (page["kind"], page["display_name"], page["sign_in_name"]) == (
        "invite",
        "Matua Ben",
        "ben",
    )
    assert (await use(browser, token))[0] == 204
    reply = await browser.sign_in(school.world.slug, "BEN", PASSWORD)
    assert reply.status_code == 202, "staff, so the second step follows"


async def test_a_link_works_once(school: School) -> None:
    token, _ = await invited(school)
    browsers = [await school.world.browser(None) for _ in range(8)]
    found = await asyncio.gather(*(use(one, token) for one in browsers))
    assert sorted(status for status, _ in found) == [204, *[410] * 7]
    assert (await use(browsers[0], token))[0] == 410


async def test_a_link_ends_within_the_hour(school: School) -> None:
    token, _ = await invited(school)
    school.world.clock.advance(timedelta(minutes=60))
    browser = await school.world.browser(None)
    assert (await use(browser, token))[0] == 410


async def test_a_new_link_ends_the_old_one(school: School) -> None:
    token, said = await invited(school)
    admin = await school.world.browser(school.admin)
    account = said["person"]["account_id"]
    fresh = await admin.post(f"/api/v1/admin/people/{account}/link")
    browser = await school.world.browser(None)
    assert (await use(browser, token))[0] == 410
    assert (await use(browser, urlsplit(fresh["url"]).fragment))[0] == 204


async def test_used_old_and_made_up_links_look_alike(school: School) -> None:
    token, _ = await invited(school)
    browser = await school.world.browser(None)
    await use(browser, token)
    assert await use(browser, token) == await use(browser, "x" * 43) == await use(browser, "")


async def test_a_link_is_kept_as_a_hash_and_its_host_is_ours(school: School) -> None:
    admin = await school.world.browser(school.admin)
    forged = {"x-tihi": "1", "x-forwarded-host": "evil.test", "forwarded": "host=evil.test"}
    reply = await admin.send("POST", "/api/v1/admin/people", headers=forged, json=NEWCOMER)
    url = reply.json()["link"]["url"]
    assert url.startswith("https://tihi.test/link#")
    token = urlsplit(url).fragment
    async with school.world.here.db.system() as tx:
        rows = await tx.connection.fetch("SELECT token_hash FROM system.links")
    assert token.encode() not in [row["token_hash"] for row in rows]
    assert token not in str(await school.world.rows("SELECT * FROM links"))


async def test_a_reset_ends_every_session_and_the_old_password(school: School) -> None:
    token, said = await invited(school)
    stranger = await school.world.browser(None)
    await use(stranger, token)
    account = said["person"]["account_id"]
    signed_in = await school.world.browser(account)
    await signed_in.get("/api/v1/me")
    admin = await school.world.browser(school.admin)
    link = await admin.post(f"/api/v1/admin/people/{account}/link")
    assert (await use(stranger, urlsplit(link["url"]).fragment, "another password"))[0] == 204
    school.world.clock.advance(timedelta(seconds=3))
    assert (await signed_in.send("GET", "/api/v1/me")).status_code == 401
    slug = school.world.slug
    assert (await stranger.sign_in(slug, "ben", PASSWORD)).status_code == 401
    assert (await stranger.sign_in(slug, "ben", "another password")).status_code == 202


async def test_a_password_that_is_too_short_leaves_the_link_good(school: School) -> None:
    token, _ = await invited(school)
    browser = await school.world.browser(None)
    assert (await use(browser, token, "short"))[0] == 422
    assert (await use(browser, token))[0] == 204


async def test_the_link_of_a_suspended_person_is_dead(school: School) -> None:
    token, said = await invited(school)
    admin = await school.world.browser(school.admin)
    path = f"/api/v1/admin/people/{said['person']['account_id']}"
    assert (await admin.send("PATCH", path, json={"active": False})).status_code == 200
    assert (await use(await school.world.browser(None), token))[0] == 410


async def test_links_cannot_be_guessed_at_will(world: World) -> None:
    browser = await world.browser(None)
    found = [(await use(browser, "x" * 43))[0] for _ in range(61)]
    assert found == [*[410] * 60, 429]


async def test_a_teacher_gives_a_learner_new_words(school: School) -> None:
    """S31: three-word sign-ins are issued anew by the teacher."""
    learner = await school.world.browser(school.learner)
    old = await learner.post("/api/v1/me/passphrase")
    teacher = await school.world.browser(school.teacher)
    path = f"/api/v1/classes/{school.class_id}/learners/{school.learner}/words"
    new = await teacher.post(path)
    assert new["sign_in_name"] == old["sign_in_name"]
    school.world.clock.advance(timedelta(seconds=3))
    assert (await learner.send("GET", "/api/v1/me")).status_code == 401
    slug, name = school.world.slug, new["sign_in_name"]
    assert (await learner.sign_in(slug, name, old["words"])).status_code == 401
    assert (await learner.sign_in(slug, name, new["words"])).status_code == 200


@pytest.mark.parametrize("name", ["", " ", "x", "x" * 81])
async def test_an_invited_person_needs_a_name_to_sign_in_with(school: School, name: str) -> None:
    admin = await school.world.browser(school.admin)
    reply = await admin.send(
        "POST", "/api/v1/admin/people", json={**NEWCOMER, "sign_in_name": name}
    )
    assert (reply.status_code, reply.json()["type"]) == (
        422,
        "urn:tihi:problem:members/no-sign-in-name",
    )


async def test_a_name_that_is_taken_is_refused_and_a_learner_without_one_gets_words(
    school: School,
) -> None:
    await invited(school)
    admin = await school.world.browser(school.admin)
    again = await admin.send("POST", "/api/v1/admin/people", json=NEWCOMER)
    assert (again.status_code, again.json()["type"]) == (
        409,
        "urn:tihi:problem:accounts/name-taken",
    )
    reply = await admin.send("POST", f"/api/v1/admin/people/{school.learner}/link")
    assert (reply.status_code, reply.json()["type"]) == (
        409,
        "urn:tihi:problem:links/no-sign-in-name",
    )


async def test_an_admin_finds_people_by_how_their_name_begins(school: School) -> None:
    await invited(school)
    admin = await school.world.browser(school.admin)
    found = await admin.get("/api/v1/admin/people?search=matua")
    assert [one["display_name"] for one in found] == ["Matua Ben"]
    assert found[0]["second_step"] is False
    assert len(await admin.get("/api/v1/admin/people")) == 4
    assert len(await admin.get("/api/v1/admin/people?role=learner")) == 1


async def test_lost_factors_are_reset_by_another_admin(school: School) -> None:
    """S33: whoever lost their phone sets a new one up, once an administrator knows them."""
    token, said = await invited(school)
    browser = await school.world.browser(None)
    await use(browser, token)
    account = said["person"]["account_id"]
    admin = await school.world.browser(school.admin)
    path = f"/api/v1/admin/people/{account}/factors"
    assert (await admin.send("DELETE", path)).status_code == 204
    own = await admin.send("DELETE", f"/api/v1/admin/people/{school.admin}/factors")
    assert own.status_code == 409
    await browser.sign_in(school.world.slug, "ben", PASSWORD)
    assert (await browser.get("/api/v1/signin/step"))["step"] == "enrol"
