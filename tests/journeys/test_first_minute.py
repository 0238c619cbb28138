"""Somebody who has a class code and nothing else."""

import re

from playwright.async_api import Browser, Page, ViewportSize, expect

from visitor import finish_lesson, question, sign_in, start_lesson

PHONE = ViewportSize(width=390, height=844)
MINUTE_MS = 60_000


async def code_of_a_class(browser: Browser, site: str) -> str:
    context = await browser.new_context(base_url=site)
    page = await context.new_page()
    await sign_in(page, "whaea-hana")
    rooms = await (await page.request.get("/api/v1/classes")).json()
    await context.close()
    return rooms[0]["join_code"]


async def join(page: Page, code: str, name: str) -> None:
    await page.goto("/")
    await page.get_by_role("link", name="Join with a class code").click()
    await page.get_by_label("Class code").fill(code)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Your teacher sees your answers")).to_be_visible()
    await page.get_by_label("Name shown to others").fill(name)
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("/learn/"))
    await expect(question(page)).to_be_visible()


async def test_the_first_xp_comes_within_a_minute_and_today_has_one_button(
    browser: Browser, site: str, page: Page
) -> None:
    code = await code_of_a_class(browser, site)
    await page.set_viewport_size(PHONE)
    begun = await page.evaluate("performance.timeOrigin")

    await join(page, code, "Ataahua")
    said = page.locator("[aria-live=polite]")
    await finish_lesson(page)

    await expect(said).to_contain_text("experience point")
    assert await page.evaluate("Date.now()") - begun < MINUTE_MS
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Back to today").click()
    await expect(page.get_by_role("button", name=re.compile("climb"))).to_have_count(1)


async def test_only_the_first_celebration_of_a_session_takes_the_screen_and_none_moves_if_calm(
    browser: Browser, site: str, page: Page
) -> None:
    code = await code_of_a_class(browser, site)
    await page.emulate_media(reduced_motion="reduce")
    await join(page, code, "Kahurangi")
    celebration = page.get_by_role("dialog")

    await finish_lesson(page)
    await expect(celebration).to_be_visible()
    assert await page.evaluate("document.getAnimations().length") == 0
    await page.keyboard.press("x")
    await expect(celebration).to_be_hidden()

    for _ in range(2):
        await page.goto("/today")
        await start_lesson(page)
        await finish_lesson(page)
        await expect(page.get_by_role("heading", name=re.compile(r"^\+\d+ XP"))).to_be_visible()
        await expect(celebration).to_be_hidden()


async def test_an_unknown_code_is_told_where_it_was_typed(lenient_page: Page) -> None:
    page = lenient_page
    await page.goto("/join-class?code=NOT-REAL")
    await page.get_by_label("Name shown to others").fill("Manu")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("alert")).to_contain_text("No class has this code")
    await expect(page.get_by_label("Class code")).to_be_visible()
