"""Somebody who has a class code and nothing else."""

import re

from playwright.async_api import Browser, Page, ViewportSize, expect

from visitor import (
    answer,
    code_of_a_class,
    finish_lesson,
    question,
    settled,
    sign_in,
    start_lesson,
    verdict,
)

PHONE = ViewportSize(width=390, height=844)
NARROW = ViewportSize(width=360, height=740)
WIDER = "document.documentElement.scrollWidth > innerWidth"
LONG = "Te Whetūmārama-o-te-rangi Ngāwaiata-Rere"
MINUTE_MS = 60_000
CODE = re.compile(r"^[A-Z2-9]{4}-[A-Z2-9]{4}$")


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
    lesson = page.url
    await page.go_back()
    await page.wait_for_url(re.compile("/today$"))
    await page.goto(lesson)
    said = page.locator("[aria-live=polite]")
    await finish_lesson(page)

    await expect(said).to_contain_text("experience point")
    assert await page.evaluate("Date.now()") - begun < MINUTE_MS
    await page.keyboard.press("Enter")
    # Each badge stands under its own name with its own XP.
    brought = page.get_by_role("listitem").filter(has_text=re.compile(r"^First steps\s*\d+ XP$"))
    await expect(brought).to_have_count(1)
    await page.get_by_role("link", name="Back to today").click()
    await expect(page.get_by_role("button", name=re.compile("climb"))).to_have_count(1)


async def test_what_a_lesson_brought_stays_in_view_when_the_page_is_opened_anew(
    browser: Browser, site: str, page: Page
) -> None:
    await join(page, await code_of_a_class(browser, site), "Aperahama")
    brought = page.locator("header").get_by_text(re.compile(r"^\+\d+ XP$"))
    right = page.get_by_text("Yes, that is it.")
    await answer(page)
    await expect(verdict(page)).to_be_visible()
    while not await right.is_visible():
        await page.keyboard.press("Enter")
        await expect(verdict(page)).to_be_hidden()
        await answer(page)
        await expect(verdict(page)).to_be_visible()
    await expect(brought).not_to_have_text("+0 XP")

    await page.reload()

    await expect(question(page)).to_be_visible()
    await expect(brought).to_have_text(re.compile(r"^\+[1-9]"))


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


async def test_a_name_of_forty_characters_fits_everywhere_and_is_said_whole(
    browser: Browser, site: str, page: Page
) -> None:
    code = await code_of_a_class(browser, site)
    await page.set_viewport_size(NARROW)
    await join(page, code, LONG)
    for path in ("/today", "/boards", "/me"):
        await settled(page, path)
        assert not await page.evaluate(WIDER), path
    await expect(page.get_by_role("heading", level=1)).to_have_text(LONG)

    context = await browser.new_context(base_url=site, viewport=NARROW)
    teacher = await context.new_page()
    await sign_in(teacher, "whaea-hana")
    rooms = await (await teacher.request.get("/api/v1/classes")).json()
    room = f"/teach/classes/{rooms[0]['class_id']}"
    await settled(teacher, room)
    assert not await teacher.evaluate(WIDER)
    name = teacher.get_by_role("link", name=LONG, exact=True)
    await expect(name.get_by_title(LONG)).to_be_visible()
    await name.click()
    await expect(teacher.get_by_role("heading", level=1)).to_have_text(f"{LONG}: answers")
    assert not await teacher.evaluate(WIDER)
    await context.close()


async def test_a_mistyped_code_is_told_before_a_name_is_asked_for(
    browser: Browser, site: str, lenient_page: Page
) -> None:
    page = lenient_page
    code = await code_of_a_class(browser, site)
    await page.goto("/join-class?code=NOT-REAL")

    await expect(page.get_by_role("alert")).to_contain_text("No class lets you in by this code")
    await expect(page.get_by_label("Name shown to others")).to_have_count(0)
    await page.get_by_label("Class code").fill(code[:-1])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("No class lets you in by this code")
    await page.get_by_label("Class code").fill(f"{code.lower()} ")
    await page.keyboard.press("Enter")

    await expect(page.get_by_label("Name shown to others")).to_be_focused()
    await expect(page.get_by_text(re.compile("You are joining .+, .+"))).to_be_visible()
    await page.get_by_role("button", name="Another code").click()
    await expect(page.get_by_label("Class code")).to_be_focused()
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_a_teacher_closes_the_code_and_opens_it_again(
    browser: Browser, site: str, lenient_page: Page
) -> None:
    page = lenient_page
    context = await browser.new_context(base_url=site)
    teacher = await context.new_page()
    await sign_in(teacher, "whaea-hana")
    await teacher.get_by_role("link", name=re.compile("Kōwhai")).click()
    door = teacher.get_by_role("switch", name="The code lets learners in")
    await expect(door).to_be_checked()
    link = f"/join-class?code={await teacher.get_by_text(CODE).inner_text()}"
    await page.goto(link)
    await expect(page.get_by_label("Name shown to others")).to_be_visible()

    await door.press("Space")
    await expect(door).not_to_be_checked()
    await teacher.get_by_role("link", name="Classes").last.click()
    await expect(teacher.get_by_text("Code closed")).to_be_visible()
    await page.goto(link)
    await expect(page.get_by_role("alert")).to_contain_text("No class lets you in by this code")

    await teacher.get_by_role("link", name=re.compile("Kōwhai")).click()
    await door.press("Space")
    await expect(door).to_be_checked()
    await expect(teacher.get_by_role("alert")).to_have_count(0)
    await page.goto(link)
    await expect(page.get_by_label("Name shown to others")).to_be_visible()
    await context.close()
