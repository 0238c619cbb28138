"""A learner's ten minutes, in a real browser."""

import re

from playwright.async_api import Locator, Page, expect

from visitor import sign_in


async def test_a_learner_answers_with_the_keyboard_and_sees_the_points_move(page: Page) -> None:
    await sign_in(page, "wiremu")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Wiremu")
    before = await _xp(page)

    await page.get_by_role("button", name=re.compile("climb")).click()
    await page.wait_for_url(re.compile("/learn/"))
    await _finish_the_lesson(page)

    await page.goto("/today")
    await expect(_level(page)).not_to_contain_text(f"· {before:,} XP")
    assert await _xp(page) > before


async def test_every_point_can_be_asked_why(page: Page) -> None:
    await sign_in(page, "keira")
    await page.goto("/me/ledger")

    await expect(page.get_by_text(re.compile(r"\+\d+")).first).to_be_visible()


async def test_an_answer_survives_a_reload(page: Page) -> None:
    await sign_in(page, "sione")
    await page.get_by_role("button", name=re.compile("climb")).click()
    await page.wait_for_url(re.compile("/learn/"))
    heading = page.get_by_role("heading", level=1, name=re.compile("^Question"))
    question = await heading.inner_text()

    await page.reload()

    await expect(page.get_by_role("heading", level=1)).to_have_text(question)


async def test_no_learner_gets_into_the_console(page: Page) -> None:
    await sign_in(page, "mei")
    reply = await page.request.get("/api/v1/admin/health")

    assert reply.status == 403


def _level(page: Page) -> Locator:
    return page.get_by_text(re.compile(r"Level \d+ · [\d,]+ XP")).first


async def _xp(page: Page) -> int:
    pill = _level(page)
    await expect(pill).to_be_visible()
    return int(re.sub(r"\D", "", (await pill.inner_text()).split("·")[1]))


async def _finish_the_lesson(page: Page) -> None:
    """Answer whatever is asked, by keys, until the summary shows."""
    done = page.get_by_role("heading", level=1, name=re.compile(": done$"))
    verdict = page.get_by_role("region", name="Verdict")
    for _ in range(60):
        await expect(done.or_(page.locator("main fieldset, main form").first)).to_be_visible()
        if await done.is_visible():
            return
        await _answer(page, verdict)
        await expect(verdict).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(verdict).to_be_hidden()
    raise AssertionError("the lesson did not end")


async def _answer(page: Page, verdict: Locator) -> None:
    text = page.locator("main form input")
    if await text.count():
        for position in range(await text.count()):
            await text.nth(position).fill("3")
        await page.keyboard.press("Enter")
        return
    check = page.get_by_role("button", name=re.compile("^Check"))
    for key in "123456789":
        await page.keyboard.press(key)
        if await check.count() == 0:
            return
        if await check.is_enabled() and not await verdict.is_visible():
            await check.click()
            return
