"""A teacher corrects a grade in one browser, and the learner's points follow in another."""

import asyncio
import re

from playwright.async_api import Browser, Locator, Page, expect

from visitor import sign_in

POINTS = re.compile(r"Level \d+ · [\d,]+ XP")


async def open_answers(page: Page) -> str:
    """Go from the classes to the answers of a learner who has missed something; return who."""
    name = await somebody(page)
    await page.get_by_role("link", name=re.compile("Kōwhai")).click()
    await page.get_by_role("link", name=name).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"{name}: answers")
    return name


async def somebody(page: Page) -> str:
    """Return who of the class has missed something; which of them did, chance has decided."""
    rooms = await (await page.request.get("/api/v1/classes")).json()
    room = next(f"/api/v1/classes/{one['class_id']}" for one in rooms if "Kōwhai" in one["name"])
    for one in (await (await page.request.get(room)).json())["learners"]:
        reply = await page.request.get(f"{room}/learners/{one['learner_id']}/answers")
        if any(answer["credit"] == 0 for answer in (await reply.json())["answers"]):
            return str(one["display_name"])
    raise AssertionError("nobody missed anything in a week")


async def xp(page: Page) -> int:
    """Return the total that the learner's page shows, once it counts up no more."""
    pill = page.get_by_text(POINTS).first
    await expect(pill).to_be_visible()
    before, shown = "", await pill.inner_text()
    while shown != before:
        await asyncio.sleep(0.5)
        before, shown = shown, await pill.inner_text()
    return int(re.sub(r"\D", "", shown.split("·")[1]))


def dialog(page: Page) -> Locator:
    """Return the dialog in which a grade is corrected."""
    return page.get_by_role("dialog", name="Correct the grade")


async def test_a_wrong_answer_is_made_right_and_back_and_its_learner_sees_why(
    browser: Browser, site: str, page: Page
) -> None:
    """P7."""
    await sign_in(page, "whaea-hana")
    name = await open_answers(page)
    context = await browser.new_context(base_url=site)
    learner = await context.new_page()
    await sign_in(learner, name.lower())
    before = await xp(learner)
    await page.get_by_text("Not fully right", exact=True).click()
    card = page.get_by_role("listitem").filter(has_text="Not right").first
    await expect(card.get_by_text("Right answer")).to_be_visible()

    await card.get_by_role("button", name="Correct the grade").press("Enter")
    await expect(dialog(page).get_by_role("radio", name="Right", exact=True)).to_be_checked()
    await dialog(page).get_by_label("Why").select_option("This answer is right too")
    await dialog(page).get_by_role("button", name="Correct the grade").press("Enter")

    await expect(page.get_by_text("Corrected. The points follow.")).to_be_visible()
    await expect(dialog(page)).to_be_hidden()
    told = learner.get_by_text(re.compile(r"corrected a grade of yours: [\d,]+ XP more"))
    await expect(told).to_be_visible()
    await expect(learner.get_by_role("dialog")).to_have_count(0)
    await expect(learner.get_by_text(POINTS).first).not_to_contain_text(f"· {before:,} XP")
    raised = await xp(learner)
    assert raised > before

    await learner.get_by_role("button", name="See why").click()
    entry = learner.locator("details").filter(has_text="A teacher corrected a grade").first
    await entry.locator("summary").click()
    await expect(entry).to_contain_text("This answer is right too")

    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("The grade is as it was.")).to_be_visible()
    back = learner.locator("details").filter(has_text="Corrected: A right answer").first
    await expect(back).to_contain_text("−")
    await learner.goto("/today")
    # A badge that the correction completed stays, with its points.
    assert before <= await xp(learner) < raised
    await context.close()


async def test_what_was_corrected_stands_beside_the_answer(page: Page) -> None:
    await sign_in(page, "whaea-hana")
    await open_answers(page)
    card = page.get_by_role("listitem").filter(has_text="Not right").first
    await card.get_by_role("button", name="Correct the grade").click()
    await page.keyboard.press("Escape")
    await expect(dialog(page)).to_be_hidden()

    await card.get_by_role("button", name="Correct the grade").click()
    await dialog(page).get_by_text("Partly right, 50%").click()
    await dialog(page).get_by_role("button", name="Correct the grade").click()

    await page.get_by_text("Corrected", exact=True).click()
    kept = page.get_by_role("listitem").filter(has_text="Not right → Partly right, 50%").first
    await expect(kept).to_contain_text("This answer is right too · Whaea Hana")
