"""Answering over HTTP: masses are slowed, and nothing of it is lost or counted twice."""

from uuid import uuid4

from tihi.learn.attempts import service
from world import School


async def test_answers_in_masses_are_told_when_to_come_back(school: School) -> None:
    """S3, S2: 150 at once, each under a key of its own, to one step."""
    browser = await school.world.browser(school.learner)
    attempt = await browser.post(f"/api/v1/lessons/{school.lesson}/attempts")
    path = f"/api/v1/attempts/{attempt['attempt_id']}/answers"
    choice = attempt["step"]["item"]["choices"][0]["choice"]
    statuses: list[int] = []
    for _ in range(service.MOST_ANSWERS + 30):
        body = {"step": 1, "answer": {"kind": "single", "choice": choice}, "key": str(uuid4())}
        reply = await browser.send("POST", path, json=body)
        statuses.append(reply.status_code)
        assert reply.status_code == 200 or int(reply.headers["retry-after"]) > 0
    assert statuses == [200] * service.MOST_ANSWERS + [429] * 30
    assert await school.world.rows("SELECT count(*) FROM answers") == [(1,)]


async def test_attempts_opened_in_masses_are_refused(school: School) -> None:
    """S3: opening is slowed, and comes back to the one attempt that is open."""
    browser = await school.world.browser(school.learner)
    path = f"/api/v1/lessons/{school.lesson}/attempts"
    replies = [await browser.send("POST", path) for _ in range(70)]
    assert [one.status_code for one in replies] == [200] * 60 + [429] * 10
    assert int(replies[-1].headers["retry-after"]) > 0
    assert await school.world.rows("SELECT count(*) FROM attempts") == [(1,)]
