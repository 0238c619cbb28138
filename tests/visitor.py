"""What a visitor does on any page, and what axe says of it."""

import json
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, expect

PASSWORD = "kia kaha tonu 2026"
MOST_STEPS = 60
WORDS = Path(__file__).parent.parent / "web/src/platform/words"

# Every piece of text that is drawn, and every name that is only said.
SHOWN = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walk.nextNode()) texts.push(walk.currentNode.textContent);
  for (const each of document.querySelectorAll("[aria-label], [placeholder], [title]"))
    texts.push(each.ariaLabel, each.placeholder, each.title);
  return texts.filter(Boolean).map((text) => text.trim());
}"""


async def sign_in(page: Page, name: str) -> None:
    """Sign in on the sign-in page with a password, as anyone does."""
    await page.goto("/signin")
    await enter(page, name)


async def enter(page: Page, name: str) -> None:
    """Sign in where the sign-in page is open already."""
    await page.get_by_label("Sign-in name").fill(name)
    await page.get_by_label("Password or three words").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: not url.endswith("/signin"))


async def settled(page: Page, path: str) -> None:
    """Open `path` and wait until nothing is being loaded any more."""
    await page.goto(path)
    await expect(page.locator("h1")).to_be_visible()
    await page.wait_for_load_state("networkidle")


@asynccontextmanager
async def speak(page: Page, language: str) -> AsyncGenerator[None]:
    """Let whoever is signed in have the app in `language`, and in English again afterwards."""
    await _language(page, language)
    yield
    await _language(page, "en")


async def code_of_a_class(browser: Browser, site: str) -> str:
    """Return the code of a class, as its teacher reads it."""
    context = await browser.new_context(base_url=site)
    page = await context.new_page()
    await sign_in(page, "whaea-hana")
    rooms = await (await page.request.get("/api/v1/classes")).json()
    await context.close()
    return rooms[0]["join_code"]


async def lesson_of(page: Page) -> list[str]:
    """Return the path of an open lesson of the learner who is signed in."""
    lesson = await (await page.request.get("/api/v1/me/next-lesson")).json()
    reply = await page.request.post(
        f"/api/v1/lessons/{lesson['lesson']['lesson_id']}/attempts", headers={"x-tihi": "1"}
    )
    return [f"/learn/{(await reply.json())['attempt_id']}"]


async def english_left(page: Page) -> list[str]:
    """Return what the page shows or says that is an English text of the catalogue."""
    shown = await page.evaluate(SHOWN)
    return sorted({text for text in shown if any(one.fullmatch(text) for one in _english())})


async def violations(page: Page) -> list[str]:
    """Return what axe has against the page, a line each."""
    found = await Axe().run(page)
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


def question(page: Page) -> Locator:
    """Return the heading that counts the questions of a lesson."""
    return page.get_by_role("heading", level=1, name=re.compile("[Qq]uestion"))


def verdict(page: Page) -> Locator:
    """Return the sheet that says what an answer was."""
    return page.get_by_role("region", name="Verdict")


async def start_lesson(page: Page) -> None:
    """Press the one obvious button of the page for today."""
    await page.get_by_role("button", name=re.compile("climb")).click()
    await page.wait_for_url(re.compile("/learn/"))
    await expect(question(page)).to_be_visible()


async def finish_lesson(page: Page) -> None:
    """Answer whatever is asked, by keys alone, until the summary shows."""
    done = page.get_by_role("heading", level=1, name=re.compile(": done$"))
    for _ in range(MOST_STEPS):
        await expect(done.or_(question(page)).first).to_be_visible()
        if await done.is_visible():
            return
        before = await question(page).inner_text()
        await answer(page)
        await expect(verdict(page)).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(verdict(page)).to_be_hidden()
        # The old question may stand for a moment; a key for it would close what comes after it.
        following = question(page).filter(has_not_text=before)
        await expect(done.or_(following).first).to_be_visible()
    raise AssertionError("the lesson did not end")


async def answer(page: Page) -> None:
    """Answer the question that is shown, right or wrong, with the keyboard."""
    text = page.locator("main form input")
    if await text.count():
        await expect(text.first).to_be_focused()
        await page.keyboard.type("3")
        await page.keyboard.press("Enter")
        return
    check = page.get_by_role("button", name=re.compile("^Check"))
    if not await check.count():
        await page.keyboard.press("1")
        return
    for key in "123456789":
        if await check.is_enabled():
            break
        await page.keyboard.press(key)
    await page.keyboard.press("Enter")


async def answer_right(page: Page) -> None:
    """Answer until one is right: what was missed comes back, and then it is known."""
    right: dict[str, str] = {}
    faces = page.locator("main fieldset button > :nth-child(2)")
    field = page.locator("main form input")
    for _ in range(MOST_STEPS):
        asked = await page.locator("main h1 + div").inner_text()
        if asked in right and await field.count():
            await field.fill(right[asked])
            await page.keyboard.press("Enter")
        elif asked in right:
            await faces.nth((await faces.all_text_contents()).index(right[asked])).click()
        else:
            await answer(page)
        await expect(verdict(page)).to_be_visible()
        if await verdict(page).locator("[data-verdict=right]").count():
            return
        told = await page.locator(
            "[data-mark=right] > :is(span, div):nth-child(2), main form p > strong"
        ).all_text_contents()
        if len(told) == 1:
            right[asked] = told[0]
        before = await question(page).inner_text()
        await page.keyboard.press("Enter")
        await expect(verdict(page)).to_be_hidden()
        await expect(question(page).filter(has_not_text=before)).to_be_visible()
    raise AssertionError("no answer was right")


async def _language(page: Page, language: str) -> None:
    reply = await page.request.patch(
        "/api/v1/me", headers={"x-tihi": "1"}, data={"locale": language}
    )
    assert reply.ok, await reply.text()


@cache
def _english() -> tuple[re.Pattern[str], ...]:
    """Return what the English texts look like that are other words in Māori."""
    return tuple(_pattern(text) for text, maori in _entries() if text != maori)


def _entries() -> Iterator[tuple[str, str]]:
    for catalogue in WORDS.rglob("mi-NZ.po"):
        for entry in catalogue.read_text().split("\n\n")[1:]:
            text, maori = re.findall(r'^msg(?:id|str) (".*")$', entry, re.MULTILINE)
            yield json.loads(text), json.loads(maori)


def _pattern(text: str) -> re.Pattern[str]:
    """Return a pattern of `text` with anything in its places, and its plural of many."""
    many = re.sub(r"\{\w+, plural,.*?other \{(.*?)\}\}", r"\1", text)
    parts = re.split(r"\{\w+\}|#", many)
    return re.compile(".+".join(re.escape(part) for part in parts))
