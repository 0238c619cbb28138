"""Points that are late say so in plain words, and take the words back when they come."""

from playwright.async_api import Browser, expect

from faults.rig import Rig
from tihi.roles import school
from visitor import PASSWORD, finish_lesson, sign_in, start_lesson

WORDS = "Points are on their way. Nothing is lost."
AT_WORK_MS = 60_000


async def test_while_the_broker_is_away_the_page_says_that_points_are_coming(
    browser: Browser,
) -> None:
    """R13."""
    async with Rig.built() as rig:
        org = await school.found(rig.parts, learners=1, password=PASSWORD)
        await school.stock(rig.parts, org)
        await rig.start("web")
        await rig.start("work")
        context = await browser.new_context(base_url=rig.base, locale="en-NZ")
        page = await context.new_page()
        await sign_in(page, school.first_names(1)[0].lower())
        await start_lesson(page)
        nats = rig.engine("nats")
        await nats.stop()
        waits = page.get_by_text(WORDS)
        try:
            await finish_lesson(page)
            await expect(waits).to_be_visible()
            await page.goto("/today")
            await expect(waits).to_be_visible()
        finally:
            await nats.start()
        # Nobody does anything: the points themselves take the words away.
        await expect(waits).to_be_hidden(timeout=AT_WORK_MS)
        await expect(page.get_by_text("XP to level")).to_be_visible()
        await context.close()
