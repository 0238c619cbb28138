"""A served school, and a real browser in front of it."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from ports import free_port
from tihi.platform.clock import MovedClock, SystemClock
from tihi.platform.config import Settings
from tihi.roles import school, serve
from tihi.roles.parts import connected
from visitor import PASSWORD

LEARNERS = 12
_WEEK = timedelta(days=7)


@pytest.fixture(scope="session")
async def site() -> AsyncIterator[str]:
    """Address of a demo school with twelve learners and a week of history."""
    home = Path(tempfile.mkdtemp(prefix="tihi-journey-", dir="/tmp"))
    home.chmod(0o711)
    settings = Settings(home=home / "data", port=free_port())
    now = SystemClock().now()
    try:
        async with serve.engines(settings, lambda _line: None) as engines:
            clock = MovedClock(now - 2 * _WEEK)
            async with connected(engines.endpoints, clock=clock, most=8) as parts:
                org = await school.found(parts, learners=LEARNERS, password=PASSWORD)
                await school.stock(parts, org)
                await school.live_a_term(
                    parts, clock, org, until=now, progress=lambda *_: None, lasts=_WEEK
                )
            async with serve.served(settings, engines, demo=True):
                yield f"http://127.0.0.1:{settings.port}"
    finally:
        shutil.rmtree(home)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, without its own calls home."""
    async with async_playwright() as playwright:
        found = shutil.which("chromium")
        assert found, "install chromium; `make journeys` does it on Debian"
        browser = await playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        await browser.close()


@pytest.fixture
async def context(browser: Browser, site: str) -> AsyncIterator[BrowserContext]:
    """A browser profile that nobody used before; it lets nothing out to other hosts."""
    context = await browser.new_context(
        base_url=site, viewport={"width": 1280, "height": 800}, locale="en-NZ"
    )
    elsewhere: list[str] = []
    context.on(
        "request",
        lambda request: (
            None if request.url.startswith((site, "data:")) else elsewhere.append(request.url)
        ),
    )
    yield context
    await context.close()
    assert not elsewhere, "a page called another host"


@pytest.fixture
async def lenient_page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page on which calls may be refused or go nowhere; still no script may fail."""
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert not wrong


@pytest.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page on which no script may fail and no policy be broken."""
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda message: (
            wrong.append(message.text)
            if message.type == "error" and "status of 401" not in message.text
            else None
        ),
    )
    yield page
    assert not wrong
