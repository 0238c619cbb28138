"""A learner asks for another look at a grade; their teacher keeps it, and corrects another."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from journeys.conftest import LEARNERS
from tihi.roles.school import first_names
from visitor import sign_in

PHONE = ViewportSize(width=390, height=844)
WORDS = "I wrote the same as the book, on page 12."


@pytest.fixture
async def learner(browser: Browser, site: str, page: Page) -> AsyncIterator[Page]:
    """A phone of a learner in the class that is looked at on `page`, with answers to ask about."""
    await sign_in(page, "whaea-hana")
    rooms = await (await page.request.get("/api/v1/classes")).json()
    room = next(one["class_id"] for one in rooms if "Kōwhai" in one["name"])
    found = await (await page.request.get(f"/api/v1/classes/{room}")).json()
    # Who joined by a code in another test has no password.
    known = set(first_names(LEARNERS))
    name = [one["display_name"] for one in found["learners"] if one["display_name"] in known][-1]
    context = await browser.new_context(base_url=site, viewport=PHONE, locale="en-NZ")
    phone = await context.new_page()
    await sign_in(phone, name.lower())
    yield phone
    await context.close()


async def answers_of_a_lesson(page: Page) -> None:
    """Go from an entry of the ledger to the answers behind it."""
    await page.goto("/me/ledger")
    entry = page.locator("details").filter(has_text=re.compile("right answer", re.IGNORECASE)).last
    await entry.locator("summary").press("Enter")
    await entry.get_by_role("link", name="See these answers").press("Enter")
    await expect(page.get_by_role("heading", level=1, name="Your answers")).to_be_visible()


async def ask(page: Page, words: str) -> None:
    """Ask about the first answer that was not asked about, by the keyboard alone."""
    await page.get_by_role("button", name="Ask for another look").first.press("Enter")
    dialog = page.get_by_role("dialog", name="Ask for another look")
    await dialog.get_by_label("What is not right about the grade?").fill(words)
    await dialog.get_by_role("button", name="Ask my teacher").press("Enter")
    await expect(page.get_by_text("Asked. Your teacher sees it with your answer.")).to_be_visible()
    await expect(dialog).to_be_hidden()


def card(page: Page, words: str) -> Locator:
    """Return the answer that somebody said `words` about."""
    return page.get_by_role("listitem").filter(has=page.get_by_text(words, exact=True)).last


async def test_words_stay_beside_a_grade_that_is_kept_and_a_correction_meets_them(
    page: Page, learner: Page
) -> None:
    """P7."""
    await answers_of_a_lesson(learner)
    await ask(learner, WORDS)
    await expect(card(learner, WORDS)).to_contain_text("Waits for your teacher")
    await ask(learner, "And this one too.")

    await page.goto("/teach")
    await expect(page.get_by_text(re.compile(r"^\d+ to look at again$")).first).to_be_visible()
    await page.get_by_role("link", name=re.compile("Kōwhai")).click()
    await page.get_by_role("link", name="Look again").press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Grades to look at again")
    waiting = card(page, WORDS)
    await waiting.get_by_role("button", name="Keep the grade").press("Enter")
    dialog = page.get_by_role("dialog", name="Keep the grade")
    await dialog.get_by_text("A part of the answer is missing").click()
    await dialog.get_by_role("button", name="Keep the grade").press("Enter")
    await expect(page.get_by_text("with the learner’s words beside it")).to_be_visible()
    await expect(waiting).to_be_hidden()
    # The button went with the request; the keyboard goes on where it stood.
    await expect(page.locator("main [data-near]")).to_be_focused()

    other = card(page, "And this one too.")
    await other.get_by_role("button", name="Correct the grade").press("Enter")
    await page.get_by_role("dialog").get_by_text("Partly right, 50%").click()
    await page.get_by_role("dialog").get_by_role("button", name="Correct the grade").click()
    await expect(page.get_by_text("Corrected. The points follow.")).to_be_visible()
    await expect(other).to_be_hidden()
    await page.get_by_role("button", name="Undo").click()
    await expect(other).to_be_visible()

    await learner.goto("/me")
    await learner.get_by_role("link", name="Grades you asked about").click()
    kept = card(learner, WORDS)
    await expect(kept).to_contain_text("The grade stays")
    await expect(kept).to_contain_text("A part of the answer is missing")
    await expect(kept).to_contain_text("Whaea Hana")
    await expect(card(learner, "And this one too.")).to_contain_text("Waits for your teacher")
    await expect(kept.get_by_role("button", name="Ask for another look")).to_have_count(0)


async def test_a_script_in_a_statement_is_only_words(page: Page, learner: Page) -> None:
    """S21."""
    said = "<img src=x onerror=alert(1)> <b>bold</b>"
    await answers_of_a_lesson(learner)
    await ask(learner, said)
    await page.goto("/teach")
    await page.get_by_role("link", name=re.compile("Kōwhai")).click()
    await page.get_by_role("link", name="Look again").click()

    shown = page.get_by_text(said, exact=True)
    await expect(shown).to_be_visible()
    await expect(shown.locator("b, img")).to_have_count(0)
