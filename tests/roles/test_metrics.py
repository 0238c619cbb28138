"""What Prometheus is told: the loop in figures, at little cost, and about nobody."""

import asyncio
import re
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser import Browser, Json
from roles.figures import Figures, arrives
from security.client import Served
from tihi.learn.attempts.model import AttemptView
from tihi.platform import metrics, pace
from tihi.roles import api
from tihi.roles.sessions import Sessions
from world import School

SECRET = "a secret of a test"  # of a test
UUID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


async def answer(served: Served) -> Json:
    """Answer one step over a socket; return what was acknowledged once the points came."""
    school = served.school
    socket = await served.sit(school.learner)
    earned = asyncio.Event()
    socket.client.on("points_earned", lambda *_: earned.set())
    view = await school.world.open(school.learner, school.lesson)
    assert view.step is not None
    response = await school.world.response(view.step, right=True)
    said = await socket.call("complete_task", task(view, response))
    async with asyncio.timeout(15):
        await earned.wait()
    await socket.close()
    return said


def task(view: AttemptView, response: object) -> Json:
    """Return the payload of `complete_task` for the open step."""
    assert view.step is not None
    return msgspec.to_builtins(
        {
            "attempt": str(view.attempt_id),
            "step": view.step.step,
            "answer": response,
            "key": str(uuid4()),
        }
    )


async def test_an_answer_is_counted_at_every_station_of_the_loop(busy: Served) -> None:
    before = Figures.now()
    said = await answer(busy)
    assert said["verdict"] == "right"
    after = Figures.now()

    def more(name: str, **labels: str) -> float:
        return after.of(name, **labels) - before.of(name, **labels)

    assert more("tihi_socket_events_total", event="complete_task", status="200") == 1
    assert more("tihi_answers_total", result="accepted") == 1
    assert more("tihi_writer_seconds_count") == 1
    assert more("tihi_facts_published_total") >= 1
    assert more("tihi_consumer_events_total", consumer="rewards") >= 1
    assert more("tihi_consumer_seconds_count", consumer="rewards") >= 1
    assert more("tihi_outcomes_pushed_total", event="points_earned") >= 1
    assert more("tihi_feedback_seconds_count") == 1


async def test_sockets_are_counted_while_they_are_open(served: Served) -> None:
    before = Figures.now().of("tihi_sockets_open")
    socket = await served.sit(served.school.learner)
    assert Figures.now().of("tihi_sockets_open") == before + 1
    await socket.close()
    await arrives(lambda: Figures.now().of("tihi_sockets_open") == before)


def test_feedback_is_measured_from_the_answer_and_never_backwards() -> None:
    before = Figures.now()
    metrics.pushed("points_earned", 100.0, 100.25)
    metrics.pushed("points_earned", 100.0, 99.0)
    metrics.pushed("streak_extended", 0.0, 100.0)
    after = Figures.now()
    assert after.of("tihi_feedback_seconds_count") - before.of("tihi_feedback_seconds_count") == 1
    found = after.of("tihi_feedback_seconds_sum") - before.of("tihi_feedback_seconds_sum")
    assert found == pytest.approx(0.25)
    assert after.of("tihi_clock_behind_total") - before.of("tihi_clock_behind_total") == 1


async def test_requests_are_counted_by_template_and_never_by_path(school: School) -> None:
    browser = await school.world.browser(school.learner)
    before = Figures.now()
    strange = uuid4()
    await browser.send("GET", f"/api/v1/attempts/{strange}")
    await browser.send("GET", f"/{strange}/wiremu@kura")
    await browser.send("PROPFIND", "/api/v1/me")
    after = Figures.now()
    route = "/api/v1/attempts/{attempt_id}"
    told = {"route": route, "method": "GET", "status": "404"}
    assert (
        after.of("tihi_http_requests_total", **told) - before.of("tihi_http_requests_total", **told)
        == 1
    )
    assert after.of("tihi_http_seconds_count", route=route) >= 1
    assert after.of("tihi_http_requests_total", method="OTHER") >= 1


async def test_figures_are_about_nobody(busy: Served) -> None:
    """S41: no id, name, path, address or text is a label, whatever was asked for."""
    school = busy.school
    await answer(busy)
    browser = await school.world.browser(school.learner)
    await browser.send("GET", f"/api/v1/attempts/{uuid4()}?name=Aroha")
    await browser.send(
        "POST", "/api/v1/signin", json={"org": "x", "name": "Aroha", "password": "y"}
    )
    found = Figures.now().labels()
    assert {name for name, _ in found} <= {
        *("route", "method", "status", "consumer", "event", "result", "what", "le"),
        *("engine", "state", "version", "job"),
    }
    # Consumers of other tests on these engines are named by chance.
    for value in {value for name, value in found if name != "consumer"}:
        assert not UUID.search(value), value
        assert "aroha" not in value.casefold()
        assert "?" not in value


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 403),
        ("127.0.0.1", {"x-forwarded-for": "10.0.0.7"}, 403),
        ("127.0.0.1", {"via": "1.1 proxy"}, 403),
        ("127.0.0.1", {"forwarded": "for=10.0.0.7"}, 403),
    ],
)
async def test_without_a_secret_only_this_machine_may_scrape(
    school: School, peer: str, headers: dict[str, str], status: int
) -> None:
    """S41: figures are not on the public interface, also not through a proxy beside us."""
    browser = Browser(school.world.app(), peer=peer)
    reply = await browser.send("GET", "/metrics", headers=headers)
    assert reply.status_code == status
    assert ("tihi_feedback_seconds" in reply.text) == (status == 200)


async def test_with_a_secret_everybody_brings_it(school: School) -> None:
    """S41."""
    world = school.world
    sessions = Sessions(world.here)
    site = msgspec.structs.replace(world.site(), metrics_token=SECRET)
    app = api.build(world.here, site, sessions, api.answer_writer(world.here))
    near, far = Browser(app, peer="127.0.0.1"), Browser(app, peer="10.0.0.7")
    for headers, status in [
        ({}, 403),
        ({"authorization": "Bearer wrong"}, 403),
        ({"authorization": f"Bearer {SECRET[:-1]}"}, 403),
        ({"authorization": f"Basic {SECRET}"}, 403),
    ]:
        for browser in (near, far):
            reply = await browser.send("GET", "/metrics", headers=headers)
            assert reply.status_code == status
            assert reply.json()["type"] == "urn:tihi:problem:metrics/unknown-scraper"
    for browser in (near, far):
        reply = await browser.send("GET", "/metrics", headers={"authorization": f"Bearer {SECRET}"})
        assert reply.status_code == 200


seconds = st.floats(0.0005, 20)


@given(st.lists(seconds, min_size=1, max_size=200), st.sampled_from([0.5, 0.99]))
def test_a_quantile_is_never_told_too_fast_nor_much_too_slow(
    took: list[float], share: float
) -> None:
    counter = pace.Pace()
    for one in took:
        counter.count("GET", "/", one, error=False, now=0.0)
    (found,) = counter.slowest(1, now=0.0)
    told = found.p50_ms if share == 0.5 else found.p99_ms
    rank = max(0, -(-int(share * len(took) * 1000) // 1000) - 1)
    true = sorted(took)[min(rank, len(took) - 1)] * 1000
    assert told >= true * 0.999 - 0.1
    assert told <= max(true * 1.31, 1.0) + 0.1


def test_a_route_is_forgotten_when_it_was_long_quiet() -> None:
    counter = pace.Pace()
    counter.count("GET", "/", 0.1, error=True, now=0.0)
    (found,) = counter.slowest(5, now=60.0 * (pace.MINUTES - 1))
    assert (found.calls, found.errors) == (1, 1)
    assert counter.slowest(5, now=60.0 * pace.MINUTES) == []
    counter.count("GET", "/", 0.1, error=False, now=60.0 * 60)
    (found,) = counter.slowest(5, now=60.0 * 60)
    assert (found.calls, found.errors) == (1, 0)


def test_the_slowest_come_first_and_only_so_many() -> None:
    counter = pace.Pace()
    for n in range(1, 6):
        counter.count("GET", f"/{n}", n / 10, error=False, now=0.0)
    assert [one.route for one in counter.slowest(3, now=0.0)] == ["/5", "/4", "/3"]
