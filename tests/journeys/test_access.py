"""Every screen, in both languages: nothing that axe finds, nothing cut off, nothing too small."""

from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, ViewportSize
from playwright.async_api import TimeoutError as TooLong

from visitor import code_of_a_class, english_left, lesson_of, settled, sign_in, speak, violations

DOOR = ["/", "/signin", "/join-class", "/nowhere"]
LEARNER = [
    *("/today", "/courses", "/boards", "/badges", "/badges/daily-path", "/badges/nothing"),
    *("/me", "/me/ledger", "/me/requests"),
]
TEACHER = ["/teach", "/teach/items", "/teach/import"]
ADMIN = [
    *("/admin", "/admin/people", "/admin/calendar", "/admin/keys", "/admin/record"),
    *("/me", "/me/factors"),
]
DESK = ViewportSize(width=1280, height=800)
NARROW = (320, 360, 390)

# WCAG 1.4.10: neither the page nor a table in it asks to be moved sideways.
WIDER = """[document.documentElement, ...document.querySelectorAll("section:has(> table)")]
  .some((each) => each.scrollWidth > each.clientWidth)"""
TINY = """() => [...document.querySelectorAll("main button, main select, main summary, nav a")]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
  .map((each) => each.outerHTML.slice(0, 160))"""


async def deeper_learner(page: Page) -> list[str]:
    courses = await (await page.request.get("/api/v1/courses")).json()
    asked = await asked_about(page)
    return [f"/courses/{courses[0]['course_id']}", asked, *await lesson_of(page)]


async def asked_about(page: Page) -> str:
    """Return where the answers of a lesson are, one of them with a request."""
    entries = (await (await page.request.get("/api/v1/me/ledger")).json())["entries"]
    attempt = next(one["context"] for one in entries if one["rule"] == "correct-answer")
    found = await (await page.request.get(f"/api/v1/attempts/{attempt}/answers")).json()
    if all(one["request"] is None for one in found["answers"]):
        reply = await page.request.post(
            f"/api/v1/me/answers/{found['answers'][0]['answer_id']}/request",
            headers={"x-tihi": "1"},
            data={"statement": "My book says otherwise: " + "a" * 60, "key": str(uuid4())},
        )
        assert reply.ok, await reply.text()
    return f"/me/answers/{attempt}"


async def deeper_teacher(page: Page) -> list[str]:
    rooms = await (await page.request.get("/api/v1/classes")).json()
    room = rooms[0]["class_id"]
    at = f"/teach/classes/{room}"
    return [at, f"{at}/requests", await corrected(page, room)]


async def corrected(page: Page, room: str) -> str:
    """Return where the answers of a learner are, one of them with a corrected grade."""
    found = await (await page.request.get(f"/api/v1/classes/{room}")).json()
    whose = f"{room}/learners/{found['learners'][0]['learner_id']}"
    answers = f"/api/v1/classes/{whose}/answers"
    answer = (await (await page.request.get(answers)).json())["answers"][0]
    reply = await page.request.post(
        f"{answers}/{answer['answer_id']}/grade",
        headers={"x-tihi": "1"},
        data={
            "credit": 0.25 if answer["credit"] == 1 else 1,
            "reason": "unclear-question",
            "key": str(uuid4()),
        },
    )
    assert reply.ok, await reply.text()
    return f"/teach/classes/{whose}"


async def nothing_deeper(_page: Page) -> list[str]:
    return []


MORE = {"anahera": deeper_learner, "whaea-hana": deeper_teacher, "principal": nothing_deeper}


async def faults(page: Page, path: str, language: str) -> list[str]:
    """Return what is wrong with the page at `path`: light and dark, wide and narrow."""
    await page.set_viewport_size(DESK)
    await settled(page, path)
    english = await english_left(page) if language == "mi" else []
    found = [f"English: {text}" for text in english]
    for scheme in ("light", "dark"):
        await page.emulate_media(
            color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
        )
        found += [f"{scheme}: {one}" for one in await violations(page)]
    found += [f"too small: {one}" for one in await page.evaluate(TINY)]
    for width in NARROW:
        await page.set_viewport_size(ViewportSize(width=width, height=740))
        try:
            # A layout has a moment to follow its window.
            await page.wait_for_function(f"() => !({WIDER})", timeout=2_000)
        except TooLong:
            found.append(f"scrolls sideways at {width}")
    return [f"{path} {one}" for one in found]


@pytest.mark.parametrize("language", ["en", "mi"])
@pytest.mark.parametrize(
    ("name", "paths"), [("anahera", LEARNER), ("whaea-hana", TEACHER), ("principal", ADMIN)]
)
async def test_no_screen_shuts_anybody_out(
    page: Page, name: str, paths: list[str], language: str
) -> None:
    await sign_in(page, name)
    async with speak(page, language):
        opened = [*paths, *await MORE[name](page)]
        found = [fault for path in opened for fault in await faults(page, path, language)]

    assert not found


@pytest.mark.parametrize("language", ["en", "mi"])
async def test_no_open_screen_shuts_anybody_out(
    browser: Browser, site: str, page: Page, language: str
) -> None:
    await page.add_init_script(f"localStorage.setItem('tihi.language', '{language}')")
    named = f"/join-class?code={await code_of_a_class(browser, site)}"
    opened = [*DOOR, named]
    assert not [fault for path in opened for fault in await faults(page, path, language)]


async def test_text_twice_as_large_fits(page: Page) -> None:
    await sign_in(page, "tama")
    for path in LEARNER:
        await settled(page, path)
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not await page.evaluate(WIDER), path


async def test_the_eye_for_english_sees_it(page: Page) -> None:
    await sign_in(page, "tama")
    await settled(page, "/today")

    assert {"Daily goal", "Your path"} <= set(await english_left(page))
