"""An administrator looks after people, keys and the record; everybody has their own data."""

import json
import zipfile
from base64 import b32decode
from hashlib import sha1
from hmac import digest
from urllib.parse import quote
from uuid import uuid4

import aiohttp
from playwright.async_api import Browser, Page, expect

from tihi.platform.clock import SystemClock
from visitor import PASSWORD, sign_in


def code(secret: str) -> str:
    """Return what an authenticator app shows now."""
    step = int(SystemClock().now().timestamp()) // 30
    mac = digest(b32decode(secret.replace(" ", "")), step.to_bytes(8, "big"), sha1)
    number = int.from_bytes(mac[mac[-1] & 15 :][:4], "big") & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


async def invite(page: Page, name: str, sign_in_name: str) -> str:
    """Invite a teacher; return the link to hand over."""
    await page.goto("/admin/people")
    await page.get_by_label("Name that others see").fill(name)
    await page.get_by_label("Sign-in name").fill(sign_in_name)
    # The role is the teacher's unless it is changed; a form is sent by Enter.
    await page.keyboard.press("Enter")
    link = page.get_by_text("/link#")
    await expect(link).to_be_visible()
    return await link.inner_text()


async def look_after(page: Page, name: str) -> None:
    await page.get_by_label("Name begins with").fill(name)
    await page.get_by_role("button", name=f"Look after {name}").click()
    await expect(page.get_by_role("dialog", name=name)).to_be_visible()


async def test_somebody_is_invited_suspended_let_back_in_and_erased(
    page: Page, browser: Browser, site: str
) -> None:
    """S31, S32, P12: from the link that is handed over to the last trace of a name."""
    await sign_in(page, "principal")
    link = await invite(page, "Matua Hemi", "hemi")
    context = await browser.new_context(base_url=site)
    newcomer = await context.new_page()
    await newcomer.goto(link.replace(link[: link.index("/link#")], site))
    await newcomer.get_by_label("New password").fill(PASSWORD)
    await newcomer.get_by_role("button", name="Choose this password").click()
    await expect(newcomer.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    await sign_in(newcomer, "hemi")
    await newcomer.goto("/teach")
    await expect(newcomer.get_by_role("heading", level=1, name="Classes")).to_be_visible()

    await page.reload()
    await look_after(page, "Matua Hemi")
    await page.get_by_role("button", name="Suspend").click()
    await expect(page.get_by_text("Matua Hemi is signed out and stays out.")).to_be_visible()
    await newcomer.goto("/teach")
    await newcomer.wait_for_url("**/signin**")
    await page.get_by_role("button", name="Let back in").click()
    await expect(page.get_by_role("button", name="Suspend")).to_be_visible()

    await page.get_by_role("button", name="Erase for good…").click()
    gone = page.get_by_role("button", name="Erase for good", exact=True)
    await page.get_by_label("Type Matua Hemi to go on").fill("Matua")
    await expect(gone).to_be_disabled()
    await page.get_by_label("Type Matua Hemi to go on").fill("Matua Hemi")
    await gone.click()
    await expect(page.get_by_role("heading", name="Nobody by that name")).to_be_visible()
    await context.close()


async def test_a_role_changes_only_after_its_consequence_was_read(page: Page) -> None:
    await sign_in(page, "principal")
    await invite(page, "Matua Rangi", "rangi")
    await page.reload()
    await look_after(page, "Matua Rangi")
    dialog = page.get_by_role("dialog")
    people = f"/api/v1/admin/people?search={quote('Matua Rangi')}"

    async def role() -> str:
        return str((await (await page.request.get(people)).json())[0]["role"])

    await dialog.get_by_text("Administrator", exact=True).click()
    await expect(dialog.get_by_role("status")).to_contain_text("may change roles")
    assert await role() == "teacher"
    await dialog.get_by_role("button", name="Leave it as it is").press("Enter")
    await expect(dialog.get_by_role("radio", name="Teacher")).to_be_focused()
    await expect(dialog.get_by_role("status")).to_have_count(0)

    await page.keyboard.press("ArrowRight")
    await expect(dialog.get_by_role("status")).to_contain_text("may change roles")
    assert await role() == "teacher"
    await dialog.get_by_role("button", name="Make Matua Rangi an administrator").press("Enter")
    await expect(page.get_by_text("Matua Rangi: role changed.")).to_be_visible()
    await expect(dialog.get_by_role("radio", name="Administrator")).to_be_checked()
    assert await role() == "admin"


async def test_a_class_takes_as_many_as_the_administrator_says(page: Page) -> None:
    await sign_in(page, "principal")
    await page.goto("/admin/people")
    field = page.get_by_label("Learners that a class takes by its code")
    await expect(field).to_have_value("60")
    await field.fill("45")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Kept. It counts for every class.")).to_be_visible()
    await page.reload()
    await expect(field).to_have_value("45")


async def test_nobody_suspends_or_erases_themselves(page: Page) -> None:
    """S7, S8: an organisation keeps an administrator."""
    await sign_in(page, "principal")
    await page.goto("/admin/people")
    await page.get_by_text("Administrator", exact=True).last.click()
    await page.get_by_role("button", name="Look after Principal Reweti").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("Ask another administrator")).to_be_visible()
    for act in ("Suspend", "Erase for good…"):
        await expect(dialog.get_by_role("button", name=act)).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()


async def test_a_key_is_shown_once_and_ends_when_it_is_revoked(page: Page, site: str) -> None:
    """S34."""
    await sign_in(page, "principal")
    await page.goto("/admin/keys")
    name = f"Library {uuid4().hex[:6]}"
    await page.get_by_label("Which product is it for?").fill(name)
    await page.get_by_role("switch", name="It may read what it told").check()
    await page.get_by_role("button", name="Make the key").click()
    secret = await page.get_by_role("status").locator("code").inner_text()
    assert await status(site, secret) == 200

    await page.reload()
    await expect(page.get_by_role("heading", name=name)).to_be_visible()
    await expect(page.get_by_text(secret)).to_have_count(0)
    await page.get_by_role("button", name=f"Revoke {name}").click()
    await page.get_by_role("dialog").get_by_role("button", name="Revoke it").click()
    await expect(page.get_by_text(f"{name} works no more.")).to_be_visible()
    assert await status(site, secret) == 401


async def status(site: str, secret: str) -> int:
    """Return how the server answers a product with this key."""
    headers = {"authorization": f"Bearer {secret}"}
    url = f"{site}/api/v1/facts?subject={uuid4()}"
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as reply:
        return reply.status


async def test_the_record_tells_who_did_what(page: Page) -> None:
    """S41, P5."""
    await sign_in(page, "principal")
    await invite(page, "Whaea Rua", f"rua-{uuid4().hex[:6]}")
    await page.goto("/admin/record")
    await page.get_by_label("Show").select_option(label="added somebody")
    await expect(page.get_by_role("listitem").first).to_contain_text(
        "Principal Reweti added somebody: Whaea Rua"
    )


async def test_the_record_tells_it_in_words_and_as_stored_when_asked(page: Page) -> None:
    """Routes and ids are nothing to read; they stay to be looked up."""
    await sign_in(page, "whaea-hana")
    await page.get_by_role("link", name="Room 7").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Room 7")
    denied = await page.request.get("/api/v1/admin/people")
    assert denied.status == 403
    room = page.url.rpartition("/")[2]
    await page.context.clear_cookies()
    await sign_in(page, "principal")
    await page.goto("/admin/record")
    listed, kind = page.get_by_role("listitem"), page.get_by_label("Show", exact=True)
    await kind.select_option(label="was denied something")
    told = listed.filter(has_text="Whaea Hana was denied something: People")
    await expect(told.first).to_be_visible()
    await kind.select_option(label="opened a record")
    opened = listed.filter(has_text="Whaea Hana opened a class: Room 7").first
    await expect(opened).to_be_visible()
    await expect(opened).not_to_contain_text(room)
    await page.get_by_role("switch").click()
    await expect(opened).to_contain_text(f"GET /api/v1/classes/{{class_id}} {room}")


async def test_the_size_of_classes_stands_above_the_people(page: Page) -> None:
    """There may be 200 of them to scroll past."""
    await sign_in(page, "principal")
    await page.goto("/admin/people")
    await expect(page.get_by_role("button", name="Look after").first).to_be_visible()
    size = page.get_by_label("Learners that a class takes by its code")
    await expect(size).to_be_in_viewport(ratio=1)
    await page.set_viewport_size({"width": 390, "height": 844})
    at, first = await size.bounding_box(), await page.get_by_label("Name begins").bounding_box()
    assert at
    assert first
    assert at["y"] < first["y"]


async def test_the_keyboard_goes_on_where_a_second_step_is_added_and_comes_back(
    page: Page,
) -> None:
    """WCAG 2.4.3: the button that was pressed is gone, and nothing else had the focus."""
    await sign_in(page, "principal")
    await page.goto("/me/factors")
    add = page.get_by_role("button", name="Add a second step")
    await add.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Add a second step")).to_be_focused()
    await expect(page.get_by_alt_text("Picture for the authenticator app")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Code from your authenticator app")).to_be_focused()
    await page.get_by_role("button", name="Not now").focus()
    await page.keyboard.press("Enter")
    await expect(add).to_be_focused()


async def test_everybody_gets_what_is_kept_about_them(page: Page) -> None:
    """P6."""
    await sign_in(page, "anahera")
    await page.goto("/me")
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Get my data").click()
    file = await (await coming.value).path()
    with zipfile.ZipFile(file) as archive:
        whole = "".join(
            archive.read(one).decode() for one in archive.namelist() if one.endswith(".json")
        )
    assert json.dumps("Anahera") in whole


async def test_a_second_step_is_added_and_the_last_one_stays(lenient_page: Page) -> None:
    """S33: with recovery codes that are shown once."""
    page = lenient_page
    await sign_in(page, "whaea-hana")
    await page.goto("/me")
    await page.get_by_role("link", name="Your second steps").click()
    await page.get_by_role("button", name="Add a second step").click()
    await page.get_by_text("The camera does not work?").click()
    secret = await page.locator("details code").inner_text()
    await page.get_by_label("Code from your authenticator app").fill(code(secret))
    await page.keyboard.press("Enter")
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    await expect(codes).to_have_count(10)
    await expect(page.get_by_role("heading", name="Keep these codes")).to_be_focused()
    await page.get_by_role("button", name="I have kept them").click()
    await expect(page.get_by_role("button", name="Add another one")).to_be_focused()
    await expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()
    await page.get_by_role("button", name="Remove Authenticator app").click()
    await expect(page.get_by_role("alert")).to_contain_text("Add another second step before")
