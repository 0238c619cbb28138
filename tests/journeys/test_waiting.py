"""Points that are late say so in plain words, and take the words back when they come."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, expect

from faults.rig import Rig, until
from tihi.roles import school
from visitor import PASSWORD, answer_right, finish_lesson, sign_in, start_lesson, verdict

WORDS = "Points are on their way. Nothing is lost."
AT_WORK_MS = 60_000


async def test_while_the_broker_is_away_the_page_says_that_points_are_coming(
    browser: Browser,
) -> None:
    """R13."""
    async with in_a_lesson(browser) as (rig, page):
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


async def test_points_whose_push_was_lost_show_though_nothing_more_happens(
    browser: Browser,
) -> None:
    """R12, R31."""
    async with in_a_lesson(browser) as (rig, page):
        store = rig.engine("valkey")
        # Pushes go by the store, and who sends one does not wait for it long.
        store.freeze()
        try:
            await answer_right(page)
            points = verdict(page).get_by_text(re.compile(r"^\+\d+ XP$"))
            await expect(points).to_be_visible(timeout=AT_WORK_MS)
        finally:
            store.thaw()


@asynccontextmanager
async def in_a_lesson(browser: Browser) -> AsyncGenerator[tuple[Rig, Page]]:
    """Give a system of its own, at work, and the page of somebody in their first lesson."""
    async with Rig.built() as rig:
        org = await school.found(rig.parts, learners=1, password=PASSWORD)
        await school.stock(rig.parts, org)
        await rig.start("web")
        work = await rig.start("work")
        await until(lambda: "at work" in work.said())
        context = await browser.new_context(base_url=rig.base, locale="en-NZ")
        page = await context.new_page()
        await sign_in(page, school.first_names(1)[0].lower())
        await start_lesson(page)
        yield rig, page
        await context.close()
