"""Correcting grades over HTTP: what staff see, what they may do, and what their learner is told."""

from uuid import uuid4

from browser import Browser, Json
from heard import heard
from tihi.base.ids import LearnerId
from tihi.roles import verify
from world import School


def path(school: School, learner: LearnerId | None = None) -> str:
    """Return where a learner's answers are."""
    return f"/api/v1/classes/{school.class_id}/learners/{learner or school.learner}/answers"


async def correct(school: School, browser: Browser, answer: str, **asked: Json) -> Json:
    """Correct a grade; return the answer as it stands."""
    body: Json = {"credit": 1, "reason": "right-too", "key": str(uuid4()), **asked}
    return await browser.post(f"{path(school)}/{answer}/grade", body)


async def test_a_teacher_sees_what_was_asked_and_answered(school: School) -> None:
    await school.world.play(school.learner, school.lesson, lambda step: step != 1)
    teacher = await school.world.browser(school.teacher)
    page = await teacher.get(path(school))

    assert page["display_name"] == "Aroha"
    assert page["next_before"] is None
    assert [one["verdict"] for one in page["answers"]] == ["right", "right", "right", "wrong"]
    first = page["answers"][-1]
    assert first["prompt_html"].startswith("What is")
    assert first["lesson"] == "First steps"
    (given,), (solution,) = first["given_html"], first["solution_html"]
    assert int(given) in {int(solution) + 1, int(solution) + 2}
    assert first["corrections"] == []


async def test_answers_come_page_by_page(school: School) -> None:
    for _ in range(9):
        await school.world.play(school.learner, school.lesson)
    teacher = await school.world.browser(school.teacher)
    first = await teacher.get(path(school))
    second = await teacher.get(f"{path(school)}?before={first['next_before']}")
    ids = [one["answer_id"] for one in [*first["answers"], *second["answers"]]]

    assert (len(first["answers"]), len(second["answers"])) == (20, 7)
    assert len(set(ids)) == 27
    assert second["next_before"] is None


async def test_a_correction_shows_and_the_learner_is_told_why(school: School) -> None:
    """The same request twice is one correction."""
    world = school.world
    answers = await world.play(school.learner, school.lesson, lambda step: step != 1)
    await world.deliver()
    teacher = await world.browser(school.teacher)
    learner = await world.browser(school.learner)
    before = (await learner.get("/api/v1/me/progress"))["xp"]
    answer, key = str(answers[0].fact_id), str(uuid4())
    shown = await correct(school, teacher, answer, key=key)
    assert await correct(school, teacher, answer, key=key) == shown
    await world.deliver()

    assert (shown["verdict"], shown["credit"]) == ("right", 1.0)
    (correction,) = shown["corrections"]
    assert correction["by"] == "Whaea Hana"
    assert (correction["old_credit"], correction["reason"]) == (0.0, "right-too")
    after = (await learner.get("/api/v1/me/progress"))["xp"]
    # The answer's 10 and 2, and 15 for a lesson without a miss.
    assert after - before >= 27
    ledger = (await learner.get("/api/v1/me/ledger"))["entries"]
    own = [one for one in ledger if one["reason"] == "right-too"]
    assert {one["rule"] for one in own} >= {"correct-answer", "first-mastery", "clean-lesson"}
    assert {one["fact"]["type"] for one in own} == {"grade.overridden.v1"}
    ((whom, _, told),) = await heard(world, "points_reversed")
    assert whom == school.learner
    assert (told["reason"], told["credit"], told["xp"]) == ("right-too", 1.0, after)


async def test_a_correction_downward_takes_points_back_and_no_badge(school: School) -> None:
    world = school.world
    answers = await world.play(school.learner, school.lesson)
    await world.deliver()
    await world.deliver()
    badges = await world.rows("SELECT achievement, tier FROM awards ORDER BY 1, 2")
    teacher = await world.browser(school.teacher)
    await correct(school, teacher, str(answers[0].fact_id), credit=0, reason="mismarked")
    await world.deliver()
    taken = await world.rows(
        "SELECT rule, points FROM ledger WHERE rule LIKE 'reverse:%' ORDER BY rule"
    )

    assert taken == [
        ("reverse:clean-lesson", -15),
        ("reverse:correct-answer", -10),
        ("reverse:first-mastery", -2),
    ]
    assert await world.rows("SELECT achievement, tier FROM awards ORDER BY 1, 2") == badges
    assert await verify.differences(world.here, world.org_id) == []


async def test_bad_requests_say_what_is_wrong(school: School) -> None:
    answers = await school.world.play(school.learner, school.lesson)
    answer = str(answers[0].fact_id)
    teacher = await school.world.browser(school.teacher)
    key = str(uuid4())
    url = f"{path(school)}/{answer}/grade"
    for body, status, kind in (
        ({"credit": 2, "reason": "mismarked", "key": key}, 422, "grades/unfit"),
        ({"credit": 1, "reason": "mismarked", "key": key}, 409, "grades/same"),
        ({"credit": 0, "reason": "because", "key": key}, 422, "request/invalid"),
        ({"credit": 0, "reason": "mismarked"}, 422, "request/invalid"),
        ({"credit": 0, "reason": "mismarked", "key": key, "xp": 9}, 422, "request/invalid"),
    ):
        reply = await teacher.send("POST", url, json=body)
        assert (reply.status_code, reply.json()["type"]) == (status, f"urn:tihi:problem:{kind}")
    await correct(school, teacher, answer, credit=0, key=key)
    reply = await teacher.send("POST", url, json={"credit": 0.5, "reason": "right-too", "key": key})
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:tihi:problem:grades/key-used")


async def test_only_a_teacher_of_the_class_gets_there(school: School) -> None:
    """S8; every route and role stands in `contracts/test_rights.py`."""
    world = school.world
    answers = await world.play(school.learner, school.lesson)
    stranger = await world.browser(await world.person("teacher", "Matua Ben"))
    admin, own = await world.browser(school.admin), await world.browser(school.learner)
    asked: Json = {"credit": 0, "reason": "mismarked", "key": str(uuid4())}
    url = f"{path(school)}/{answers[0].fact_id}/grade"
    outside = await world.learner("Ben")

    assert (await own.send("POST", url, json=asked)).status_code == 403
    assert (await own.send("GET", path(school))).status_code == 403
    assert (await stranger.send("POST", url, json=asked)).status_code == 404
    assert (await admin.send("GET", path(school, outside))).status_code == 404
    assert await world.rows("SELECT count(*) FROM grade_corrections") == [(0,)]
    assert (await admin.send("POST", url, json=asked)).status_code == 200
