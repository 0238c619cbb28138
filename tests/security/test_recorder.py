"""S9: nothing that a learner can read before answering tells the solution.

Two schools have the same people, the same ids and the same draws; only what is right differs, and
what their authors wrote about it. All that a learner of the one and of the other can read is
recorded, and must be the same to the byte.
"""

import shutil
import tempfile
from collections import OrderedDict
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from browser import Json
from contracts.rights import RIGHTS
from security.client import Served
from security.conftest import serving
from security.recorder import Heard, Recorder
from security.twins import KNOWN, bank, text
from tihi.base.chance import SeededRandom
from tihi.base.ids import LearnerId, derived_id
from tihi.game.boards import service as boards
from tihi.learn.imports import service as imports
from tihi.learn.imports.model import Content, SourceFile
from tihi.learn.items import service as items
from tihi.learn.items.model import ItemView, Kind
from tihi.platform.config import Settings
from tihi.platform.engines import Endpoints, running
from tihi.platform.http import Parts
from tihi.platform.schema import migrate
from tihi.roles import players
from tihi.roles import school as content
from tihi.roles.parts import connected
from tihi.roles.worker import workers
from world import School, World

ELSEWHERE = {
    "GET /metrics": "figures of this process, for its own machine alone (test_metrics.py)",
    "GET /health/live": "nothing but that it lives",
    "GET /health/ready": "how long the engines took to answer",
    "POST /api/v1/demo/signin": "there is no demo in a school",
    "POST /api/v1/signin": "says who signs in",
    "POST /api/v1/join": "says who joins",
    "POST /api/v1/links/open": "says whose link it is",
    "POST /api/v1/links/use": "likewise",
    "POST /api/v1/signout": "says nothing",
    "POST /api/v1/me/password": "says nothing",
    "POST /api/v1/me/passphrase": "three words drawn by chance",
    "DELETE /api/v1/me/sessions/{session_id:uuid}": "says nothing",
}
"""Routes that are left out, and why."""

OPENS = "POST /api/v1/lessons/{lesson_id:uuid}/attempts"
ANSWERS = "POST /api/v1/attempts/{attempt_id:uuid}/answers"
WRONG_WAYS: list[Json] = [
    {"kind": "single", "choice": 99},
    {"kind": "single", "choice": -1},
    {"kind": "multiple", "choices": [0, 0]},
    {"kind": "true_false", "value": "perhaps"},
    {"kind": "numeric", "text": "no number"},
    {"kind": "cloze", "gaps": ["tahi", "x", "y"]},
    {"kind": "matching", "choices": [0]},
    {"kind": "ordering", "choices": [0, 0, 1]},
    {"kind": "no-such-kind"},
]
"""Answers that fit nothing; what fits one kind of item is refused by the others."""
FITTING: dict[Kind, Json] = {
    Kind.SINGLE: {"kind": "numeric", "text": "7"},
    Kind.MULTIPLE: {"kind": "single", "choice": 0},
    Kind.TRUE_FALSE: {"kind": "single", "choice": 1},
    Kind.NUMERIC: {"kind": "short_text", "text": "7"},
    Kind.SHORT_TEXT: {"kind": "numeric", "text": "7"},
    Kind.CLOZE: {"kind": "cloze", "gaps": ["no such word", "x"]},
    Kind.MATCHING: {"kind": "matching", "choices": [0, 1, 2, 99]},
    Kind.ORDERING: {"kind": "ordering", "choices": [0, 1, 2, 3]},
}
"""For each kind an answer that comes close, and is refused all the same."""


@pytest.fixture(scope="module")
async def elsewhere() -> AsyncIterator[Endpoints]:
    """Engines of the second school, so that both may have the very same ids."""
    home = Path(tempfile.mkdtemp(prefix="tihi-twin-", dir="/tmp"))
    home.chmod(0o711)
    async with running(Settings(home=home / "data"), lambda _words: None) as engines:
        await migrate(engines.endpoints.owner_url)
        yield engines.endpoints
    shutil.rmtree(home)


async def found(parts: Parts, twin: int) -> School:
    """Return school 0 or 1."""
    await workers(parts, None, only=frozenset())
    # A server with one school names it to strangers; both have another beside it.
    await World.founded(parts)
    world = await World.founded(parts, SeededRandom("twins"))
    learner = await world.learner()
    teacher = await world.person("teacher", "Whaea Hana")
    admin = await world.person("admin", "Principal Reweti")
    await world.apply(content.starter_pack())
    room = await world.room(teacher, learner)
    drafts = bank(twin)
    for one in drafts:
        items.check(one)
    async with world.here.db.tx(world.org_id) as tx:
        file = SourceFile(name="bank.gift", text="")
        held = Content(items=drafts, categories=[], refused=[])
        await imports.take(tx, file, held, now=world.clock.now())
    # Else the first reader has them written behind the reply, sooner or later.
    await boards.rebuild(parts.db, parts.cache, world.org_id, now=world.clock.now())
    lesson = (await world.rows("SELECT lesson_id FROM lessons ORDER BY name"))[0][0]
    return School(world, learner, teacher, admin, room, lesson)


async def test_two_schools_with_other_solutions_read_the_same(
    endpoints: Endpoints, elsewhere: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[list[Heard]] = []
    after: list[list[Heard]] = []
    for twin, engines in enumerate((endpoints, elsewhere)):
        # Both have items of the same ids, and this process remembers items by their ids.
        monkeypatch.setattr("tihi.learn.items.service._kept", OrderedDict())
        async with connected(engines) as parts:
            school = await found(parts, twin)
            async with serving(school, engines) as served:
                before, then = await _record(served)
        read.append(before)
        after.append(then)
    for one, other in zip(*read, strict=True):
        assert one == other
    # The recorder would see it: once they have answered, every lesson tells another solution.
    assert len(after[0]) == len(Kind)
    assert all(one != other for one, other in zip(*after, strict=True))


async def _record(served: Served) -> tuple[list[Heard], list[Heard]]:
    """Return what learners read before they answer what is secret, and what that answer says."""
    world = served.school.world
    lessons = dict(await world.rows("SELECT name, lesson_id FROM lessons"))
    open_: list[tuple[Recorder, LearnerId, str, Json]] = []
    answered = 0
    for kind in Kind:
        learner = await world.learner(f"Learner of {kind.value}")
        await world.enrol(served.school.class_id, learner)
        recorder = Recorder(served, await served.cookie(learner))
        view = await recorder.ask(OPENS, lesson_id=lessons[f"By {kind.value}"])
        attempt, step = view["attempt_id"], view["step"]
        await _try(recorder, attempt, step)
        if step["item"]["prompt_html"] == text(KNOWN).html:
            step = await _answer(recorder, attempt, step)
            answered += 1
            await _try(recorder, attempt, step)
        open_.append((recorder, learner, attempt, step))
    # In some lessons what is known comes first, so that more was read than at the beginning.
    assert answered > 1
    await world.deliver()
    read: list[Heard] = []
    for number, (recorder, learner, _, _) in enumerate(open_):
        await _read_own(recorder, served, learner)
        if number in {0, len(open_) - 1}:
            await _read_everything(recorder, served)
        read.extend(recorder.heard)
        recorder.heard.clear()
    # What they earn from here on depends on what is right, and stands on each other's boards.
    after: list[Heard] = []
    for recorder, _, attempt, step in open_:
        await recorder.ask(ANSWERS, _given(step, _guess(step)), attempt_id=attempt)
        after.extend(recorder.heard)
    return read, after


async def _try(recorder: Recorder, attempt: str, step: Json) -> None:
    """Answer in ways that are refused, over both lines."""
    shown = step["item"]["kind"]
    tried = [one for one in WRONG_WAYS if one["kind"] != shown]
    tried += [FITTING[Kind(shown)]]
    bodies = [_given(step, one) for one in tried]
    fits = _guess(step)
    bodies += [
        {**_given(step, fits), "score": 1},
        {**_given(step, fits), "step": step["step"] + 1},
        {"step": step["step"], "answer": fits},
    ]
    async with recorder.sat() as line:
        for body in bodies:
            await recorder.ask(ANSWERS, body, attempt_id=attempt)
            await line.call("complete_task", {"attempt": attempt, **body})
        await line.call("resume", {"seen": {}})


async def _answer(recorder: Recorder, attempt: str, step: Json) -> Json:
    """Answer the known question; return the step that follows, as the reply shows it."""
    choice = next(
        one["choice"] for one in step["item"]["choices"] if one["html"] == text("tahi").html
    )
    body = _given(step, {"kind": "single", "choice": choice})
    said = await recorder.ask(ANSWERS, body, attempt_id=attempt)
    assert said["verdict"] == "right"
    return said["next"]


def _given(step: Json, answer: Json) -> Json:
    key = derived_id("key", step["step"], answer)
    return {"step": step["step"], "answer": answer, "key": str(key)}


def _guess(step: Json) -> Json:
    view = msgspec.convert(step["item"], ItemView)
    return msgspec.to_builtins(players.guess(view, SeededRandom("guess")))


async def _read_own(recorder: Recorder, served: Served, learner: LearnerId) -> None:
    """Ask for what is the learner's own, and over the socket for what was missed."""
    world = served.school.world
    for (attempt,) in await world.rows(
        "SELECT attempt_id FROM attempts WHERE learner_id = $1", learner
    ):
        await recorder.ask("GET /api/v1/attempts/{attempt_id:uuid}", attempt_id=attempt)
        await recorder.ask("GET /api/v1/attempts/{attempt_id:uuid}/summary", attempt_id=attempt)
    await recorder.ask("POST /api/v1/me/export")
    async with recorder.sat() as line:
        await line.call("resume", {"seen": {}})


async def _read_everything(recorder: Recorder, served: Served) -> None:
    """Ask every other route that learners may ask."""
    for (course,) in await served.school.world.rows("SELECT course_id FROM courses"):
        await recorder.ask("GET /api/v1/courses/{course_id:uuid}", course_id=course)
    board = "GET /api/v1/boards/{whose:str}/{period:str}"
    for whose in ("org", "class"):
        query = f"?class_id={served.school.class_id}"
        for period in ("day", "week", "all"):
            await recorder.ask(board, query=query, whose=whose, period=period)
    for path in ("trail", "assets/none.js", "api/none"):
        await recorder.ask("GET /{path:path}", path=path)
    bodies: dict[str, Json] = {
        "PATCH /api/v1/me": {"daily_goal": 60},
        "POST /api/v1/me/classes": {"code": "AAAA-AAAA"},
        "POST /api/v1/me/streak/pause": {"days": 2},
    }
    asked = recorder.routes | ELSEWHERE.keys()
    for route in sorted(_learners() - asked):
        await recorder.ask(route, bodies.get(route))
    assert recorder.routes == _learners() - ELSEWHERE.keys()


def _learners() -> set[str]:
    return {route for route, roles in RIGHTS.items() if "learner" in roles}
