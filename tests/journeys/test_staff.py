"""A teacher and an administrator at work."""

import re
from datetime import timedelta

from playwright.async_api import Browser, FilePayload, Page, expect

from tihi.platform.clock import SystemClock
from visitor import finish_lesson, sign_in, start_lesson

GIFT = """$CATEGORY: Journeys/Rivers/Sources

::river-1::Where does a river begin?{=At its source ~At its mouth}

::river-2::Write all you know about rivers.{}

::river-3::A river flows up.{F}
"""
THOUGHTS = """item,option,misconception,feedback
lake-1,Rotorua,well-known-is-deep,
peak-1,Taranaki,alone-is-high,
"""
PACK = """
pack: journey
version: 1
achievements:
  - id: first-journey
    name: {{en: "River guide", mi: "Kaiārahi awa"}}
    description: {{en: "Answer one question.", mi: "Whakautua kia kotahi te pātai."}}
    drive: meaning
    icon: compass
    since: "{now}"
    criteria: [{{kind: count, fact: answer.graded.v1}}]
    tiers:
      - {{threshold: 1, name: {{en: "Ripple", mi: "Karekare"}}, reward: 5}}
"""


async def test_a_teacher_imports_a_file_and_sees_what_was_refused(page: Page) -> None:
    await sign_in(page, "whaea-hana")
    await page.goto("/teach/import")

    await page.locator("input[type=file]").set_input_files(
        FilePayload(name="rivers.gift", mimeType="text/plain", buffer=GIFT.encode())
    )
    await expect(page.get_by_role("heading", name="This is what would happen")).to_be_visible()
    await expect(page.get_by_text("Line 5")).to_be_visible()
    await expect(page.get_by_text("2 items", exact=True)).to_be_visible()
    await expect(page.get_by_text("2 new", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Import 2 items").click()

    await expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    await page.locator("input[type=file]").set_input_files(
        FilePayload(name="rivers.gift", mimeType="text/plain", buffer=GIFT.encode())
    )
    await expect(page.get_by_text("2 unchanged", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Import 2 items").click()
    await expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    await page.get_by_role("link", name="See the items").click()
    await page.get_by_label("Find by words, skill or name").fill("river begin")
    await expect(page.get_by_role("row")).to_have_count(2)


async def test_a_double_press_makes_one_class(page: Page) -> None:
    await sign_in(page, "whaea-hana")
    await page.get_by_label("Name of a new class").fill("Room 10 · Kahikatea")

    await page.get_by_role("button", name="Make the class").dblclick()
    await expect(page.get_by_role("heading", name="Room 10 · Kahikatea", level=1)).to_be_visible()

    rooms = await (await page.request.get("/api/v1/classes")).json()
    assert [room["name"] for room in rooms].count("Room 10 · Kahikatea") == 1


async def test_a_table_of_misconceptions_fits_the_items_of_every_file(page: Page) -> None:
    await sign_in(page, "whaea-hana")
    await page.goto("/teach/import")

    await page.locator("input[type=file]").set_input_files(
        [
            payload("lakes.gift", "::lake-1::Which is deeper?{=Taupō ~Rotorua}"),
            payload("peaks.gift", "::peak-1::Which is higher?{=Aoraki ~Taranaki}"),
            payload("thoughts.csv", THOUGHTS),
        ]
    )

    await expect(page.get_by_text("2 items, 0 refused")).to_be_visible()


async def test_of_several_files_the_one_that_cannot_be_read_is_named(lenient_page: Page) -> None:
    page = lenient_page
    await sign_in(page, "whaea-hana")
    await page.goto("/teach/import")
    scan = FilePayload(name="scan.gift", mimeType="text/plain", buffer=b"\xff\xfe\0?")

    files = [payload("sea.gift", "::sea-1::Which is salt?{=Sea ~Lake}"), scan]
    await page.locator("input[type=file]").set_input_files(files)

    await expect(page.get_by_text("scan.gift", exact=True)).to_be_visible()
    await expect(page.get_by_role("alert")).to_contain_text("UTF-8")


def payload(name: str, text: str) -> FilePayload:
    return FilePayload(name=name, mimeType="text/plain", buffer=text.encode())


async def test_taking_a_learner_out_of_a_class_can_be_undone(page: Page) -> None:
    await sign_in(page, "whaea-hana")
    await page.get_by_role("link", name=re.compile("Kōwhai")).click()
    first = page.get_by_role("rowheader").first
    name = (await first.inner_text()).splitlines()[-1]
    learners = page.get_by_role("rowheader")
    count = await learners.count()

    await page.get_by_role("button", name=f"Remove {name}").click()
    await expect(learners).to_have_count(count - 1)
    # The button that was pressed is gone; the keyboard finds the way back in time.
    await expect(page.get_by_role("button", name="Undo")).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(learners).to_have_count(count)


async def test_a_badge_of_a_pack_applied_just_now_is_earned_live(
    browser: Browser, site: str, page: Page
) -> None:
    # What history earns is given in silence; this badge counts from now on only.
    await sign_in(page, "principal")
    await page.goto("/admin")
    await page.get_by_label("A pack, in YAML").fill(
        PACK.format(now=SystemClock().now().isoformat())
    )
    await page.get_by_role("button", name="Apply the pack").click()
    await expect(page.get_by_text(re.compile("^journey version .* is in force"))).to_be_visible()

    context = await browser.new_context(base_url=site)
    learner = await context.new_page()
    await sign_in(learner, "aroha")
    await start_lesson(learner)
    await finish_lesson(learner)

    # Her history may bring others at the same moment; one of them takes the screen.
    await expect(learner.get_by_role("dialog")).to_be_visible()
    await learner.keyboard.press("x")
    listed = learner.get_by_role("listitem").filter(has_text="New badge: River guide")
    await expect(listed).to_be_visible()
    await context.close()


async def test_a_class_may_see_upward_only(page: Page, browser: Browser) -> None:
    """P15: the teacher turns it on, and a learner's board ends with the learner."""
    await sign_in(page, "whaea-hana")
    await page.goto("/teach")
    await page.get_by_role("link", name="Room 7").click()
    switch = page.get_by_role("switch", name="Learners see only who is just above them")
    # It shows at once; the learner looks when the server has it.
    async with page.expect_response(lambda reply: reply.request.method == "PATCH"):
        await switch.click()
    await expect(switch).to_be_checked()
    learner = await browser.new_page(base_url=page.url.partition("/teach")[0], locale="en-NZ")
    await sign_in(learner, "lani")
    await learner.goto("/boards")
    await learner.get_by_text("All time").click()
    rows = learner.get_by_role("table").locator("tbody tr")
    await expect(rows.last).to_contain_text("You")
    assert await rows.count() <= 3
    await expect(learner.get_by_role("heading", name=re.compile(r"^Place \d+$"))).to_be_visible()
    async with page.expect_response(lambda reply: reply.request.method == "PATCH"):
        await switch.click()
    await expect(switch).not_to_be_checked()
    await learner.reload()
    await learner.get_by_text("All time").click()
    await expect(learner.get_by_role("heading", name=re.compile(r"^Place \d+ of"))).to_be_visible()
    await learner.close()


async def test_a_closed_code_offers_no_link_and_says_how_to_open_it(page: Page) -> None:
    await sign_in(page, "whaea-hana")
    await page.get_by_role("link", name="Room 7").click()
    switch = page.get_by_role("switch", name="The code lets learners in")
    link = page.get_by_role("button", name="Copy the link to join")
    await expect(link).to_be_visible()
    for shown in (False, True):
        async with page.expect_response(lambda reply: reply.request.method == "PATCH"):
            await switch.click()
        await expect(link).to_be_visible(visible=shown)
        closed = page.get_by_text("Turn this on to open it again.")
        await expect(closed).to_be_visible(visible=not shown)
        await expect(switch).to_be_focused()


async def test_a_holiday_is_added_taken_out_and_put_back(page: Page) -> None:
    await sign_in(page, "principal")
    await page.goto("/admin/calendar")
    first = SystemClock().now().date() + timedelta(days=30)
    await page.get_by_label("Name").fill("Summer")
    days = page.locator("form").first
    await days.get_by_label("First day").fill(first.isoformat())
    await days.get_by_label("Last day").fill((first + timedelta(days=20)).isoformat())
    await page.get_by_role("button", name="Add the holiday").click()
    listed = page.get_by_role("listitem").filter(has_text="Summer")
    await expect(listed).to_be_visible()

    await page.get_by_role("button", name="Take Summer out").click()
    await expect(listed).to_be_hidden()
    await page.get_by_role("button", name="Undo").click()
    await expect(listed).to_be_visible()

    wednesday = page.get_by_label("Wednesday")
    # The box follows what the server is asked for, a moment after the press.
    await wednesday.click()
    await expect(wednesday).to_be_checked()
    await expect(wednesday).to_be_enabled()
    await page.reload()
    await expect(wednesday).to_be_checked()
    await wednesday.click()
    await expect(wednesday).not_to_be_checked()
    await expect(wednesday).to_be_enabled()


async def test_staff_look_at_courses_and_are_led_past_what_only_learners_have(page: Page) -> None:
    await sign_in(page, "whaea-hana")
    await page.get_by_role("link", name="Courses").click()
    await expect(page.get_by_role("heading", level=1, name="Courses")).to_be_visible()
    ways = page.get_by_role("navigation", name="Main", exact=True)
    await expect(ways.get_by_role("link")).to_have_text(["Courses", "Boards", "Me", "Teach"])
    await page.locator("main").get_by_role("link").first.click()
    await expect(page.get_by_text(re.compile("questions$")).first).to_be_visible()
    await expect(page.locator("main").get_by_role("button")).to_have_count(0)

    for path in ("/today", "/badges", "/me/ledger", "/me/requests"):
        await page.goto(path)
        await page.wait_for_url(re.compile("/teach$"))
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_on_a_phone_the_row_of_links_shows_where_one_is(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await sign_in(page, "principal")
    row = page.get_by_role("navigation", name="Main", exact=True)
    for name in ("Health", "Items", "Record", "Classes", "Keys"):
        await row.get_by_role("link", name=name).click()
        here = row.locator("[aria-current]")
        await expect(here).to_have_text(name)
        await expect(here).to_be_in_viewport(ratio=1)
    await page.go_back()
    await expect(row.locator("[aria-current]")).to_have_text("Classes")
    await expect(row.locator("[aria-current]")).to_be_in_viewport(ratio=1)
