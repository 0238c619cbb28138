"""What a visitor does on any page, and what axe says of it."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

PASSWORD = "kia kaha tonu 2026"


async def sign_in(page: Page, name: str) -> None:
    """Sign in on the sign-in page with a password, as anyone does."""
    await page.goto("/signin")
    await page.get_by_label("Sign-in name").fill(name)
    await page.get_by_label("Password or three words").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: not url.endswith("/signin"))


async def violations(page: Page) -> list[str]:
    """Return what axe has against the page, a line each."""
    found = await Axe().run(page)
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]
