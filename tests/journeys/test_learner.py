"""A learner's ten minutes, in a real browser."""

import re
from contextlib import suppress
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from visitor import (
    answer,
    answer_right,
    code_of_a_class,
    finish_lesson,
    question,
    settled,
    sign_in,
    start_lesson,
    verdict,
)

MOST_OF_THE_PAGE = 1000
INK_ON_PAPER = "#16231f"
KEEP_DURATIONS = """
  window.durations = [];
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (frames, timing) {
    window.durations.push(timing.duration);
    return animate.call(this, frames, timing);
  };
"""


async def test_a_lesson_goes_by_keyboard_alone_and_moves_the_points(page: Page) -> None:
    await sign_in(page, "wiremu")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Wiremu")
    before = await _xp(page)

    await start_lesson(page)
    await finish_lesson(page)

    await page.goto("/today")
    await expect(_level(page)).not_to_contain_text(f"· {before:,} XP")
    assert await _xp(page) > before


async def test_escape_asks_before_a_lesson_is_left(page: Page) -> None:
    await sign_in(page, "tama")
    await start_lesson(page)

    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_contain_text("Your answers are kept")
    await page.keyboard.press("Escape")

    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(question(page)).to_be_visible()


async def test_escape_closes_the_receipt_alone(browser: Browser, site: str, page: Page) -> None:
    await newcomer(browser, site, page)
    await earn(page)
    receipt = page.get_by_role("heading", name=re.compile(r"^Why \d+ XP$"))
    await verdict(page).get_by_role("button", name="Why?").click()
    await expect(receipt).to_be_visible()

    await page.keyboard.press("Escape")

    await expect(receipt).to_be_hidden()
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_what_moves_is_given_the_time_that_the_tokens_say(
    browser: Browser, site: str, page: Page
) -> None:
    """Not a thousandth of it: what packs the styles writes seconds for milliseconds."""
    await page.add_init_script(KEEP_DURATIONS)
    await newcomer(browser, site, page)
    await earn(page)

    assert {420, 900} <= set(await page.evaluate("window.durations"))


async def test_every_point_says_why(page: Page) -> None:
    await sign_in(page, "keira")
    await start_lesson(page)
    await answer_right(page)
    await page.goto("/me/ledger")
    entry = page.locator("details").first

    await entry.locator("summary").click()

    await expect(entry).to_contain_text("Balance after it")
    await expect(entry).to_contain_text("What happened")


async def test_an_answer_survives_a_reload(page: Page) -> None:
    await sign_in(page, "sione")
    await start_lesson(page)
    await answer(page)
    await expect(verdict(page)).to_be_visible()

    await page.reload()

    await expect(question(page)).to_contain_text("Question 2 of")


async def test_paper_is_light_and_as_wide_as_it_is(page: Page) -> None:
    await sign_in(page, "aroha")
    await settled(page, "/me/ledger")

    await page.emulate_media(media="print", color_scheme="dark")

    content = await page.get_by_role("main").bounding_box()
    assert content is not None
    assert content["width"] > MOST_OF_THE_PAGE
    ink = "getComputedStyle(document.documentElement).getPropertyValue('--ink')"
    assert await page.evaluate(ink) == INK_ON_PAPER


async def test_no_learner_gets_into_the_console(page: Page) -> None:
    await sign_in(page, "mei")
    reply = await page.request.get("/api/v1/admin/health")
    assert reply.status == 403

    await page.goto("/teach")

    await expect(page.get_by_role("alert")).to_contain_text("Your role does not open it")


@pytest.mark.parametrize("path", ["/learn/{nobody}", "/courses/{nobody}"])
async def test_a_page_that_is_not_there_has_a_heading_and_a_way_out(
    lenient_page: Page, path: str
) -> None:
    page = lenient_page
    await sign_in(page, "mei")

    await page.goto(path.format(nobody=uuid4()))

    gone = page.get_by_role("heading", level=1, name="There is nothing at this address.")
    await expect(gone).to_be_visible()
    await page.get_by_role("link", name=re.compile("^(Back to today|Today)$")).first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Mei")


async def newcomer(browser: Browser, site: str, page: Page) -> None:
    """Join a class: who knows nothing yet earns by the first right answer."""
    await page.goto(f"/join-class?code={await code_of_a_class(browser, site)}")
    await page.get_by_label("Name shown to others").fill("Manu")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("/learn/"))
    await expect(question(page)).to_be_visible()


async def earn(page: Page) -> None:
    """Answer until an answer brings points: not every right one does."""
    for _ in range(3):
        await answer_right(page)
        with suppress(AssertionError):
            await expect(verdict(page).get_by_role("button", name="Why?")).to_be_visible()
            return
        await page.keyboard.press("Enter")
        await expect(verdict(page)).to_be_hidden()
    raise AssertionError("no answer brought points")


def _level(page: Page) -> Locator:
    return page.get_by_text(re.compile(r"Level \d+ · [\d,]+ XP")).first


async def _xp(page: Page) -> int:
    pill = _level(page)
    await expect(pill).to_be_visible()
    return int(re.sub(r"\D", "", (await pill.inner_text()).split("·")[1]))
