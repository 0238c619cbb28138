"""One trace over the whole loop, in the right parentage, about nobody."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from browser import Json
from roles.figures import arrives
from roles.test_metrics import UUID, answer
from security.client import Served
from tihi.people.orgs import service as orgs
from tihi.platform import traces
from world import School

LOOP = {
    "write": "complete_task",
    "publish": "write",
    "consume rewards": "write",
    "outcomes": "consume rewards",
    "push points_earned": "outcomes",
}
"""Each step of the loop, and the step it belongs under."""


PASSED = "external.quiz.passed.v1"
QUIZ = b"""
pack: other-product
version: 1
rules:
  - id: quiz-passed
    fact: external.quiz.passed.v1
    name: {en: "Quiz passed", mi: "Kua puta"}
    drive: accomplishment
    base: 10
"""


class Kept(InMemorySpanExporter):
    """Keeps spans, and finds them."""

    def named(self, name: str) -> list[ReadableSpan]:
        return [one for one in self.get_finished_spans() if one.name == name]

    def begun(self, press: str) -> list[ReadableSpan]:
        """Return all of the traces that `press` began.

        What an earlier test left due may be worked on meanwhile, in traces of its own.
        """
        begun = {trace(one) for one in self.named(press)}
        return [one for one in self.get_finished_spans() if trace(one) in begun]

    def whole(self, press: str) -> bool:
        """Tell whether every step's parent has ended too: a push is told before its batch is."""
        spans = self.begun(press)
        ended = {number(one) for one in spans}
        return all(one.parent is None or one.parent.span_id in ended for one in spans)

    async def parents(self, press: str) -> dict[str, set[str]]:
        """Return, of the traces that `press` began, each step's parents by name; '' for none."""
        await arrives(lambda: self.whole(press))
        spans = self.begun(press)
        names = {number(one): one.name for one in spans}
        found: dict[str, set[str]] = {}
        for one in spans:
            above = names[one.parent.span_id] if one.parent is not None else ""
            found.setdefault(one.name, set()).add(above)
        return found


def trace(span: ReadableSpan) -> int:
    assert span.context is not None
    return span.context.trace_id


def number(span: ReadableSpan) -> int:
    assert span.context is not None
    return span.context.span_id


@pytest.fixture
def kept() -> Iterator[Kept]:
    """Everything that is traced meanwhile."""
    exporter = Kept()
    traces.start("test", share=1.0, exporter=exporter)
    yield exporter
    traces.stop()


async def until_pushed(kept: Kept) -> None:
    await arrives(lambda: bool(kept.named("push points_earned")))


async def test_one_trace_holds_the_whole_loop(busy: Served, kept: Kept) -> None:
    await answer(busy)
    await until_pushed(kept)
    assert len(kept.named("complete_task")) == 1
    found = await kept.parents("complete_task")
    assert found["complete_task"] == {""}
    assert {name: found[name] for name in LOOP} == {name: {above} for name, above in LOOP.items()}


async def test_an_answer_over_http_makes_the_same_trace(busy: Served, kept: Kept) -> None:
    school = busy.school
    browser = await school.world.browser(school.learner)
    socket = await busy.sit(school.learner)
    view = await school.world.open(school.learner, school.lesson)
    assert view.step is not None
    response = msgspec.to_builtins(await school.world.response(view.step, right=True))
    path = f"/api/v1/attempts/{view.attempt_id}/answers"
    await browser.post(path, {"step": 1, "answer": response, "key": str(uuid4())})
    await until_pushed(kept)
    await socket.close()
    press = "POST /api/v1/attempts/{attempt_id}/answers"
    assert (await kept.parents(press))["write"] == {press}
    (span,) = kept.named(press)
    assert dict(span.attributes or {}) == {
        "http.request.method": "POST",
        "http.route": "/api/v1/attempts/{attempt_id}/answers",
        "http.response.status_code": 200,
    }


async def test_what_a_fact_leads_to_hangs_below_its_consumer(busy: Served, kept: Kept) -> None:
    """A lesson's end brings a day, a streak, levels: all of it is one trace, from one press."""
    school = busy.school
    socket = await busy.sit(school.learner)
    said: Json = {}
    view = await school.world.open(school.learner, school.lesson)
    step = view.step
    while step is not None:
        response = await school.world.response(step, right=True)
        task = {"attempt": str(view.attempt_id), "step": step.step, "key": str(uuid4())}
        said = await socket.call("complete_task", {**task, "answer": msgspec.to_builtins(response)})
        step = (await school.world.open(school.learner, school.lesson)).step
        if said["finished"]:
            break
    await arrives(lambda: bool(kept.named("push streak_extended")))
    await socket.close()
    assert len({trace(one) for one in kept.named("complete_task")}) == view.items
    found = await kept.parents("complete_task")
    assert found["consume streaks"] == {"write"}
    assert "consume streaks" in found["outcomes"]
    assert found["push streak_extended"] == {"outcomes"}


async def test_a_fact_of_another_product_is_traced_as_an_answer_is(
    busy: Served, kept: Kept
) -> None:
    world, learner = busy.school.world, busy.school.learner
    await world.apply(QUIZ)
    async with world.here.db.tx(world.org_id) as tx:
        await orgs.set_activity_types(tx, [PASSED])
    socket = await busy.sit(learner)
    product = await world.product("facts:write")
    passed = {
        "id": "a",
        "type": PASSED,
        "subject": str(learner),
        "time": world.clock.now().isoformat(),
        "data": {},
    }
    await product.post("/api/v1/facts", {"facts": [passed]})
    await until_pushed(kept)
    await arrives(lambda: bool(kept.named("push streak_extended")))
    await socket.close()
    press = "POST /api/v1/facts"
    found = await kept.parents(press)
    assert found[press] == {""}
    assert found["write"] == {press}
    assert found["consume streaks"] == {"write"}
    # The streak is a fact as well, and brings points of its own.
    assert {"write"} <= found["consume rewards"] <= {"write", "consume streaks"}
    assert found["publish"] >= {"write"}
    assert found["outcomes"] == {"consume rewards", "consume streaks"}
    assert found["push points_earned"] == {"outcomes"}


async def test_traces_are_about_nobody(busy: Served, kept: Kept) -> None:
    """S41: no name, token, id, path or answer stands in a span."""
    school = busy.school
    await answer(busy)
    browser = await school.world.browser(school.learner)
    await browser.send("GET", f"/api/v1/attempts/{uuid4()}?name=Aroha")
    await browser.send("PATCH", "/api/v1/me", json={"display_name": "Zyzzogeton"})
    await browser.sign_in("x", "Zyzzogeton", "kia kaha tonu 2026")
    await until_pushed(kept)
    for span in kept.get_finished_spans():
        told = span.to_json()
        shown = f"{span.name} {dict(span.attributes or {})} {span.events} {span.status.description}"
        assert not UUID.search(shown), shown
        assert span.events == ()
        for word in ("Zyzzogeton", "Aroha", "kia kaha", browser.token or "?", "name="):
            assert word not in told


async def test_a_browser_cannot_have_itself_traced(school: School, kept: Kept) -> None:
    browser = await school.world.browser(school.learner)
    sent = "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"
    await browser.send("GET", "/api/v1/me", headers={"x-tihi": "1", "traceparent": sent})
    (span,) = kept.named("GET /api/v1/me")
    assert span.parent is None
    assert trace(span) != int("ab" * 16, 16)


async def test_what_is_not_sampled_leaves_nothing_behind(busy: Served) -> None:
    exporter = Kept()
    traces.start("test", share=0.0, exporter=exporter)
    try:
        await answer(busy)
    finally:
        traces.stop()
    assert exporter.get_finished_spans() == ()
    assert {fact.parent for fact in await busy.school.world.facts()} == {""}


def test_nothing_of_it_is_loaded_while_it_is_off() -> None:
    loaded = "import sys, tihi.roles.serve; print('opentelemetry' in sys.modules)"
    found = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "False"


class Collector:
    """A collector on loopback, as an installation has one."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.resource: dict[str, str] = {}

    async def take(self, request: web.Request) -> web.Response:
        sent = ExportTraceServiceRequest.FromString(await request.read())
        for resource in sent.resource_spans:
            self.resource |= {
                one.key: one.value.string_value for one in resource.resource.attributes
            }
            self.spans += [one for scope in resource.scope_spans for one in scope.spans]
        return web.Response()


@asynccontextmanager
async def collecting() -> AsyncGenerator[tuple[Collector, str]]:
    collector = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", collector.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield collector, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_spans_reach_a_collector_over_otlp(
    busy: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with collecting() as (collector, url):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        traces.start("web", share=1.0)
        await answer(busy)
        # From a thread, as the collector is in this process.
        await asyncio.to_thread(traces.stop)
    (press,) = [one for one in collector.spans if one.name == "complete_task"]
    same = {one.name for one in collector.spans if one.trace_id == press.trace_id}
    assert {"complete_task", *LOOP} <= same
    assert collector.resource.keys() == {"service.name", "service.version", "tihi.role"}
