"""The connection goes and comes back; no answer is lost."""

import re
from contextlib import suppress

from playwright.async_api import BrowserContext, Page, Route, WebSocketRoute, expect
from playwright.async_api import TimeoutError as TooLong

from visitor import answer, enter, question, sign_in, start_lesson, verdict

CALLS = re.compile(r"/(api|socket\.io)/")


class Line:
    """The connection of a browser, which a test may cut."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._up = True
        self._sockets: list[WebSocketRoute] = []

    async def watch(self) -> None:
        """Let every socket go through here; call it before a page is opened."""
        await self._context.route_web_socket(CALLS, self._socket)

    async def _socket(self, socket: WebSocketRoute) -> None:
        if not self._up:
            await socket.close()
            return
        socket.connect_to_server()
        self._sockets.append(socket)

    async def cut(self) -> None:
        """Let nothing through any more."""
        self._up = False
        await self._context.route(CALLS, self._refuse)
        for socket in self._sockets:
            await socket.close()
        self._sockets.clear()
        await self._context.set_offline(offline=True)

    async def mend(self) -> None:
        """Let everything through again."""
        self._up = True
        await self._context.unroute(CALLS)
        await self._context.set_offline(offline=False)

    @staticmethod
    async def _refuse(route: Route) -> None:
        await route.abort("internetdisconnected")


async def test_an_answer_given_without_a_connection_counts_when_it_is_back(
    context: BrowserContext, lenient_page: Page
) -> None:
    page, line = lenient_page, Line(context)
    await line.watch()
    await sign_in(page, "lani")
    await start_lesson(page)

    await line.cut()
    await expect(page.get_by_text("Reconnecting… your answers are safe.")).to_be_visible()
    await answer(page)
    await expect(page.locator("main [aria-disabled=true], main [readonly]").first).to_be_visible()
    await expect(verdict(page)).to_be_hidden()

    await line.mend()
    await expect(page.get_by_text("Back. Nothing was lost.")).to_be_visible()
    await expect(verdict(page)).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(question(page)).to_contain_text("Question 2 of")


async def test_the_strip_follows_what_the_device_says_of_its_network(
    context: BrowserContext, lenient_page: Page
) -> None:
    """A socket notices only when it is spoken to, which may be half a minute later."""
    page = lenient_page
    await sign_in(page, "keira")
    strip = page.get_by_text("Reconnecting… your answers are safe.")
    async with page.expect_websocket():
        await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()

    await context.set_offline(offline=True)
    await expect(strip).to_be_visible(timeout=1_000)
    await context.set_offline(offline=False)
    await expect(page.get_by_text("Back. Nothing was lost.")).to_be_visible(timeout=1_000)
    await expect(strip).to_be_hidden()


async def test_an_unsent_answer_outlives_the_page(
    context: BrowserContext, lenient_page: Page
) -> None:
    page, line = lenient_page, Line(context)
    await line.watch()
    await sign_in(page, "ben")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await start_lesson(page)
    await line.cut()
    await answer(page)
    await expect(page.get_by_text(re.compile("your answers are safe|is kept here"))).to_be_visible()

    await page.reload()
    await expect(page.get_by_role("alert")).to_contain_text("We cannot reach the server.")
    await line.mend()
    await page.get_by_role("button", name="Try again").click()

    await expect(question(page)).to_contain_text("Question 2 of")


async def test_a_press_that_needs_the_server_says_so_without_a_connection(
    context: BrowserContext, lenient_page: Page
) -> None:
    page, line = lenient_page, Line(context)
    await line.watch()
    await sign_in(page, "wiremu")
    await page.goto("/me")
    await expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()

    await line.cut()
    await page.get_by_role("button", name="Sign out", exact=True).click()

    await expect(page.get_by_text("We cannot reach the server.").first).to_be_visible()


async def test_whoever_is_signed_out_elsewhere_signs_in_and_is_back_at_the_same_page(
    lenient_page: Page,
) -> None:
    page = lenient_page
    await sign_in(page, "anahera")
    await page.goto("/badges")
    await expect(page.get_by_role("heading", name="Badges", level=1)).to_be_visible()
    await page.request.post("/api/v1/signout", headers={"x-tihi": "1"})

    # The server closes the socket, so that the page may know before anything is pressed.
    with suppress(TooLong):
        await page.get_by_role("link", name="Boards").first.click(timeout=2_000)

    await expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
    await expect(page.get_by_text("You were signed out.")).to_be_visible()
    await enter(page, "anahera")
    await page.wait_for_url(re.compile("/(boards|badges)$"))
