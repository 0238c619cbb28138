"""S33, S31: a newcomer among the staff, from the link that was handed over to the desk."""

import shutil
import tempfile
from base64 import b32decode
from collections.abc import AsyncIterator
from hashlib import sha1
from hmac import digest
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from ports import free_port
from tihi.people.members.model import NewPerson
from tihi.platform.clock import SystemClock
from tihi.platform.config import Settings
from tihi.roles import people, serve
from tihi.roles.parts import connected
from visitor import PASSWORD, violations


@pytest.fixture(scope="module")
async def invited() -> AsyncIterator[list[str]]:
    """Links for two new administrators of a school that is no demo."""
    home = Path(tempfile.mkdtemp(prefix="tihi-steps-", dir="/tmp"))
    home.chmod(0o711)
    settings = Settings(home=home / "data", port=free_port())
    url = f"http://localhost:{settings.port}"
    links: list[str] = []
    try:
        async with serve.engines(settings, lambda _line: None) as engines:
            async with connected(engines.endpoints, most=4) as parts:
                for name in ("reweti", "hana"):
                    admin = NewPerson(
                        role="admin",
                        display_name=name.title(),
                        sign_in_name=name,
                        zone="Pacific/Auckland",
                        locale="en",
                    )
                    made = await people.found_org(
                        parts, name=f"Kura {name}", slug=name, admin=admin, url=url
                    )
                    links.append(made.link.url)
            async with serve.served(settings, engines, demo=False):
                yield links
    finally:
        shutil.rmtree(home)


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page in a profile of its own, as narrow as a phone."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="en-NZ")
    yield await context.new_page()
    await context.close()


def code(secret: str) -> str:
    """Return what an authenticator app shows now."""
    step = int(SystemClock().now().timestamp()) // 30
    mac = digest(b32decode(secret.replace(" ", "")), step.to_bytes(8, "big"), sha1)
    number = int.from_bytes(mac[mac[-1] & 15 :][:4], "big") & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


async def choose_password(page: Page, link: str) -> None:
    """Open a link, choose a password and go to the sign-in page."""
    await page.goto(link)
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Kia ora")
    assert "#" not in page.url, "the secret is gone from the address bar"
    assert await violations(page) == []
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_role("button", name="Choose this password").click()
    await page.get_by_role("link", name="Sign in", exact=True).click()


def door(link: str) -> str:
    """Return the sign-in page of the server that a link leads to."""
    return "/".join([*link.split("/")[:3], "signin"])


async def sign_in(page: Page, org: str) -> None:
    await page.get_by_label("Organisation").fill(org)
    await page.get_by_label("Sign-in name").fill(org)
    await page.get_by_label("Password or three words").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/signin/step")


async def test_an_authenticator_app_is_set_up_and_used(page: Page, invited: list[str]) -> None:
    link = invited[0]
    await choose_password(page, link)
    await sign_in(page, "reweti")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second step")
    await expect(page.get_by_alt_text("Picture for the authenticator app")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_text("The camera does not work?").click()
    secret = await page.locator("details code").inner_text()
    await page.get_by_label("Code from your authenticator app").fill("000000")
    await page.get_by_role("button", name="Turn it on").click()
    await expect(page.get_by_role("alert")).to_contain_text("That does not fit")
    await page.get_by_label("Code from your authenticator app").fill(code(secret))
    await page.get_by_role("button", name="Turn it on").click()
    codes = page.get_by_role("list", name="Recovery codes").locator("code")
    await expect(codes).to_have_count(10)
    assert await violations(page) == []
    kept = await codes.first.inner_text()
    await page.get_by_role("button", name="I have kept them").click()
    await page.wait_for_url("**/admin")
    await page.context.clear_cookies()
    await page.goto(door(link))
    await sign_in(page, "reweti")
    await expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    assert await violations(page) == []
    await page.get_by_role("button", name="Use a recovery code").click()
    await page.get_by_label("Recovery code").fill(kept.lower())
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/admin")
    await page.goto(link)
    await expect(page.get_by_role("heading", level=1)).to_have_text("This link is no longer good")


async def test_a_passkey_is_set_up_and_used(page: Page, invited: list[str]) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    await session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    link = invited[1]
    await choose_password(page, link)
    await sign_in(page, "hana")
    await page.get_by_role("button", name="Use a passkey instead").click()
    await page.get_by_role("button", name="I have kept them").click()
    await page.wait_for_url("**/admin")
    await page.context.clear_cookies()
    await page.goto(door(link))
    await sign_in(page, "hana")
    await page.get_by_role("button", name="Use your passkey").click()
    await page.wait_for_url("**/admin")
