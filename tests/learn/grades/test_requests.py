"""P7: a learner asks that a grade be looked at again; kept, their words stay beside it."""

import asyncio
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser import Browser, Json
from tihi.base.ids import AccountId
from tihi.learn.grades import rules
from tihi.learn.grades.model import NewRequest, UnfitStatement
from tihi.people.privacy import service as privacy
from world import School, World

WORDS = "I wrote 7, and the book says 7 on page 12."
OWN = "/api/v1/me/grade-requests"


def beside(school: School, answer: str, act: str) -> str:
    """Return where staff do something with an answer."""
    learner = f"/api/v1/classes/{school.class_id}/learners/{school.learner}"
    return f"{learner}/answers/{answer}/{act}"


async def missed(school: School, times: int = 1) -> list[str]:
    """Return answers of the learner that were wrong."""
    found: list[str] = []
    for _ in range(times):
        answers = await school.world.play(school.learner, school.lesson, lambda step: step != 1)
        found.append(str(answers[0].fact_id))
    return found


async def ask(browser: Browser, answer: str, words: str = WORDS, key: str = "") -> Json:
    """Ask about an answer; return it as it stands."""
    body = {"statement": words, "key": key or str(uuid4())}
    return await browser.post(f"/api/v1/me/answers/{answer}/request", body)


async def refusal(browser: Browser, method: str, path: str, body: object = None) -> tuple[int, str]:
    """Return the status and kind of a refusal."""
    reply = await browser.send(method, path, json=body)
    return reply.status_code, reply.json()["type"].removeprefix("urn:tihi:problem:")


async def test_a_kept_grade_has_the_learners_words_beside_it(school: School) -> None:
    """P7: asked, seen by the teacher, kept with a reason; shown to whoever sees the grade."""
    world = school.world
    (answer,) = await missed(school)
    learner, teacher = await world.browser(school.learner), await world.browser(school.teacher)
    asked = await ask(learner, answer)
    waiting = f"/api/v1/classes/{school.class_id}/grade-requests"
    counted = await teacher.get("/api/v1/grade-requests")
    (open_one,) = await teacher.get(waiting)
    body = {"reason": "part-missing"}
    kept = await teacher.post(beside(school, answer, "keep"), body)
    again = await teacher.post(beside(school, answer, "keep"), body)

    assert asked["request"]["state"] == "open"
    assert counted == [{"class_id": str(school.class_id), "open": 1}]
    assert open_one["display_name"] == "Aroha"
    assert open_one["answer"]["request"]["statement"] == WORDS
    assert kept["request"]["state"] == "kept"
    assert (kept["request"]["kept_by"], kept["request"]["reason"]) == ("Whaea Hana", "part-missing")
    assert (kept["credit"], kept["corrections"], again) == (0.0, [], kept)
    assert await teacher.get("/api/v1/grade-requests") == []
    assert await teacher.get(waiting) == []
    shown = await teacher.get(
        f"/api/v1/classes/{school.class_id}/learners/{school.learner}/answers"
    )
    assert kept in shown["answers"]
    assert await learner.get(OWN) == [kept]
    other = await refusal(
        teacher, "POST", beside(school, answer, "keep"), {"reason": "looked-again"}
    )
    assert other == (409, "grades/nothing-open")
    noted = "SELECT detail FROM security_events WHERE kind = 'grade-kept'"
    assert await world.rows(noted) == [("wrong",)]


async def test_a_correction_meets_a_request_and_taken_back_opens_it_again(school: School) -> None:
    (answer,) = await missed(school)
    learner = await school.world.browser(school.learner)
    teacher = await school.world.browser(school.teacher)
    await ask(learner, answer)
    states: list[str] = []
    for credit, reason in ((1, "right-too"), (0, "corrected-back")):
        body = {"credit": credit, "reason": reason, "key": str(uuid4())}
        card = await teacher.post(beside(school, answer, "grade"), body)
        states.append(card["request"]["state"])
        if credit:
            kept = await refusal(
                teacher, "POST", beside(school, answer, "keep"), {"reason": "looked-again"}
            )
            assert kept == (409, "grades/nothing-open")

    assert states == ["met", "open"]
    assert len(await teacher.get("/api/v1/grade-requests")) == 1


async def test_the_lesson_shows_its_learner_what_was_answered(school: School) -> None:
    answers = await school.world.play(school.learner, school.lesson, lambda step: step != 1)
    learner = await school.world.browser(school.learner)
    await ask(learner, str(answers[0].fact_id))
    shown = await learner.get(f"/api/v1/attempts/{answers[0].attempt_id}/answers")

    assert [one["answer_id"] for one in shown["answers"]] == [str(one.fact_id) for one in answers]
    assert [one["verdict"] for one in shown["answers"]] == ["wrong", "right", "right", "right"]
    assert [one["request"] is None for one in shown["answers"]] == [False, True, True, True]
    stranger = await school.world.browser(await school.world.learner("Ben"))
    path = f"/api/v1/attempts/{answers[0].attempt_id}/answers"
    assert (await stranger.send("GET", path)).status_code == 404


async def test_asked_often_it_is_asked_once(school: School) -> None:
    """The same key at once and again is one request; other words under it are refused."""
    (answer,) = await missed(school)
    learner = await school.world.browser(school.learner)
    key = str(uuid4())
    first, *others = await asyncio.gather(*(ask(learner, answer, key=key) for _ in range(8)))
    path = f"/api/v1/me/answers/{answer}/request"

    assert others == [first] * 7
    assert await school.world.rows("SELECT count(*) FROM grade_requests") == [(1,)]
    body = {"statement": "Something else", "key": key}
    assert await refusal(learner, "POST", path, body) == (409, "grades/key-used")
    body["key"] = str(uuid4())
    assert await refusal(learner, "POST", path, body) == (409, "grades/asked-before")


async def test_five_may_wait_and_a_settled_one_makes_room(school: School) -> None:
    answers = await missed(school, 6)
    learner = await school.world.browser(school.learner)
    teacher = await school.world.browser(school.teacher)
    for answer in answers[:5]:
        await ask(learner, answer)
    path = f"/api/v1/me/answers/{answers[5]}/request"
    body = {"statement": WORDS, "key": str(uuid4())}

    assert await refusal(learner, "POST", path, body) == (409, "grades/enough-asked")
    await teacher.post(beside(school, answers[0], "keep"), {"reason": "looked-again"})
    assert (await ask(learner, answers[5]))["request"]["state"] == "open"
    listed = await teacher.get(f"/api/v1/classes/{school.class_id}/grade-requests")
    assert [one["answer"]["answer_id"] for one in listed] == answers[1:]


async def test_whoever_is_in_no_class_is_told_that_nobody_would_see_it(school: School) -> None:
    alone = await school.world.learner("Ben")
    answers = await school.world.play(alone, school.lesson, lambda step: step != 1)
    browser = await school.world.browser(alone)
    path = f"/api/v1/me/answers/{answers[0].fact_id}/request"
    body = {"statement": WORDS, "key": str(uuid4())}

    assert await refusal(browser, "POST", path, body) == (409, "grades/nobody-to-ask")


async def test_another_class_another_learner_and_another_org_see_nothing(
    school: School, other: World
) -> None:
    """S8."""
    world = school.world
    (answer,) = await missed(school)
    await ask(await world.browser(school.learner), answer)
    stranger = await world.browser(await world.person("teacher", "Matua Ben"))
    neighbour = await world.learner("Mere")
    await world.enrol(school.class_id, neighbour)
    foreign = await School.opened(other)
    abroad = await other.browser(foreign.teacher)
    keep = beside(school, answer, "keep")
    path = f"/api/v1/me/answers/{answer}/request"
    body = {"statement": WORDS, "key": str(uuid4())}

    for staff in (stranger, abroad):
        assert await staff.get("/api/v1/grade-requests") == []
        listed = await staff.send("GET", f"/api/v1/classes/{school.class_id}/grade-requests")
        assert listed.status_code == 404
        reply = await staff.send("POST", keep, json={"reason": "looked-again"})
        assert reply.status_code == 404
    for learner in (
        await world.browser(neighbour),
        await other.browser(foreign.learner),
    ):
        assert await learner.get(OWN) == []
        assert (await learner.send("POST", path, json=body)).status_code == 404
    assert await world.rows("SELECT count(*) FROM kept_grades") == [(0,)]


async def test_what_was_said_is_in_the_export_and_goes_with_its_learner(school: School) -> None:
    """P6, P7, P12."""
    world = school.world
    (answer,) = await missed(school)
    await ask(await world.browser(school.learner), answer)
    teacher = await world.browser(school.teacher)
    await teacher.post(beside(school, answer, "keep"), {"reason": "looked-again"})
    account = AccountId(school.learner)
    now, chance = world.clock.now(), world.here.chance
    async with world.here.db.tx(world.org_id) as tx:
        held = await privacy.collect(tx, account, by=account, now=now, chance=chance)
        theirs = await privacy.collect(
            tx, school.teacher, by=school.teacher, now=now, chance=chance
        )
        await privacy.erase(
            tx, account, typed_name="Aroha", by=school.admin, now=now, chance=chance
        )

    assert [row["statement"] for row in held.tables["grade_requests"]] == [WORDS]
    assert [row["reason"] for row in held.tables["kept_grades"]] == ["looked-again"]
    assert WORDS not in str(theirs.tables)
    assert await world.rows("SELECT count(*) FROM grade_requests") == [(0,)]


async def test_a_teacher_who_is_gone_leaves_the_word_and_no_name(school: School) -> None:
    world = school.world
    (answer,) = await missed(school)
    learner = await world.browser(school.learner)
    await ask(learner, answer)
    admin = await world.browser(school.admin)
    teacher = await world.browser(school.teacher)
    await teacher.post(beside(school, answer, "keep"), {"reason": "looked-again"})
    path = f"/api/v1/admin/people/{school.teacher}/erase"
    await admin.post(path, {"display_name": "Whaea Hana"})
    (shown,) = await learner.get(OWN)

    assert (shown["request"]["state"], shown["request"]["kept_by"]) == ("kept", None)
    assert shown["request"]["statement"] == WORDS


@pytest.mark.parametrize("words", ["", " \n ", "?!", "\u202e\u200b", "x" * 501, "x" * 100_000])
async def test_a_request_says_something(school: School, words: str) -> None:
    (answer,) = await missed(school)
    learner = await school.world.browser(school.learner)
    body = {"statement": words, "key": str(uuid4())}
    path = f"/api/v1/me/answers/{answer}/request"

    assert await refusal(learner, "POST", path, body) == (422, "grades/unfit-statement")


async def test_no_request_about_what_is_no_answer(school: School, world: World) -> None:
    learner = await school.world.browser(school.learner)
    path = f"/api/v1/me/answers/{uuid4()}/request"
    body = {"statement": WORDS, "key": str(uuid4())}

    assert (await learner.send("POST", path, json=body)).status_code == 404
    (answer,) = await missed(school)
    nothing = await refusal(
        await world.browser(school.teacher),
        "POST",
        beside(school, answer, "keep"),
        {"reason": "looked-again"},
    )
    assert nothing == (409, "grades/nothing-open")


@given(st.text(max_size=600))
def test_what_is_stored_is_short_and_hides_nothing(typed: str) -> None:
    asked = NewRequest(statement=typed, key=uuid4())
    try:
        stored = rules.clean_request(asked)
    except UnfitStatement:
        return
    assert 0 < len(stored.statement) <= 500
    assert not set(stored.statement) & {"\x00", "\u202e", "\u2066", "\u200b"}
    assert rules.clean_request(stored) == stored


def test_words_of_te_reo_and_emoji_stay_as_they_are() -> None:
    said = "He tika tāku whakautu 👩\u200d🏫\nTirohia anō"
    asked = NewRequest(statement=f" {said}\r\n", key=uuid4())
    assert rules.clean_request(asked).statement == said
