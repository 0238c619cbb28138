"""What a visitor does on any page, and what axe says of it."""

import re

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect

PASSWORD = "kia kaha tonu 2026"
MOST_STEPS = 60


async def sign_in(page: Page, name: str) -> None:
    """Sign in on the sign-in page with a password, as anyone does."""
    await page.goto("/signin")
    await page.get_by_label("Sign-in name").fill(name)
    await page.get_by_label("Password or three words").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: not url.endswith("/signin"))


async def settled(page: Page, path: str) -> None:
    """Open `path` and wait until nothing is being loaded any more."""
    await page.goto(path)
    await expect(page.locator("h1")).to_be_visible()
    await page.wait_for_load_state("networkidle")


async def violations(page: Page) -> list[str]:
    """Return what axe has against the page, a line each."""
    found = await Axe().run(page)
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


def question(page: Page) -> Locator:
    """Return the heading that counts the questions of a lesson."""
    return page.get_by_role("heading", level=1, name=re.compile("[Qq]uestion"))


def verdict(page: Page) -> Locator:
    """Return the sheet that says what an answer was."""
    return page.get_by_role("region", name="Verdict")


async def start_lesson(page: Page) -> None:
    """Press the one obvious button of the page for today."""
    await page.get_by_role("button", name=re.compile("climb")).click()
    await page.wait_for_url(re.compile("/learn/"))
    await expect(question(page)).to_be_visible()


async def finish_lesson(page: Page) -> None:
    """Answer whatever is asked, by keys alone, until the summary shows."""
    done = page.get_by_role("heading", level=1, name=re.compile(": done$"))
    for _ in range(MOST_STEPS):
        await expect(done.or_(question(page)).first).to_be_visible()
        if await done.is_visible():
            return
        await answer(page)
        await expect(verdict(page)).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(verdict(page)).to_be_hidden()
    raise AssertionError("the lesson did not end")


async def answer(page: Page) -> None:
    """Answer the question that is shown, right or wrong, with the keyboard."""
    text = page.locator("main form input")
    if await text.count():
        await expect(text.first).to_be_focused()
        await page.keyboard.type("3")
        await page.keyboard.press("Enter")
        return
    check = page.get_by_role("button", name=re.compile("^Check"))
    if not await check.count():
        await page.keyboard.press("1")
        return
    for key in "123456789":
        if await check.is_enabled():
            break
        await page.keyboard.press(key)
    await page.keyboard.press("Enter")
