"""Every screen: nothing that axe finds, and nothing cut off on a narrow phone."""

import pytest
from playwright.async_api import Page, ViewportSize

from visitor import sign_in, violations

LEARNER = ["/today", "/courses", "/boards", "/badges", "/me", "/me/ledger"]
TEACHER = ["/teach", "/teach/items", "/teach/import"]
ADMIN = ["/admin"]
NARROW = ViewportSize(width=320, height=700)


@pytest.mark.parametrize(
    ("name", "paths"),
    [("anahera", LEARNER), ("whaea-hana", TEACHER), ("principal", ADMIN)],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_screen_shuts_anybody_out(
    page: Page, name: str, paths: list[str], scheme: str
) -> None:
    await page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    await sign_in(page, name)
    for path in paths:
        await page.goto(path)
        await page.wait_for_load_state("networkidle")
        assert not await violations(page), path


@pytest.mark.parametrize("path", ["/", "/signin", "/join-class"])
async def test_no_open_screen_shuts_anybody_out(page: Page, path: str) -> None:
    await page.goto(path)
    await page.wait_for_load_state("networkidle")

    assert not await violations(page)


async def test_no_screen_scrolls_sideways_at_320_pixels(page: Page) -> None:
    await page.set_viewport_size(NARROW)
    await sign_in(page, "tama")
    for path in LEARNER:
        await page.goto(path)
        await page.wait_for_load_state("networkidle")
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROW["width"], path
