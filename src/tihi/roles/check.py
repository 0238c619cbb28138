"""`tihi demo --check`: a scripted school day through the public interfaces, then the proof.

Everything goes over HTTP and Socket.IO, as any client's would: sign-in, import, lessons with
replays, duplicates, forged scores and a reconnect, a badge added while running.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import Any

import msgspec

from tihi.base.chance import SeededRandom, below
from tihi.base.ids import OrgId
from tihi.base.value import Value
from tihi.platform.config import MOST_PORT, Settings, default_home
from tihi.platform.db import Database
from tihi.platform.engines import Endpoints
from tihi.roles import school, serve, verify
from tihi.roles.client import Client
from tihi.roles.parts import connected
from tihi.roles.web import check_address

_LEARNERS = 12
_LESSONS_EACH = 3
_PORT_BESIDE = 500
"""Near, so that a port below those of outgoing connections leads to another one below them."""
_READING_S = 0.2
"""Between two answers; without it this would measure a queue, not the loop."""
_PASSWORD = "kia kaha tonu 2026"  # noqa: S105  # of a school that lives for a minute
_BADGE = b"""
pack: added-while-running
version: 1
achievements:
  - id: check-day
    name: {en: "Checked", mi: "Kua tirohia"}
    description: {en: "Answer once more.", mi: "Whakautua ano."}
    icon: flag
    drive: accomplishment
    criteria: [{kind: count, fact: answer.graded.v1}]
    tiers: [{threshold: 1, name: {en: "Once", mi: "Kotahi"}, reward: 7}]
"""


class LoopTimes(Value):
    """Milliseconds from sending an answer to receiving its `points_earned`."""

    p50: float
    p99: float


class CheckResult(Value):
    """What the day led to.

    Attributes:
        answers: accepted answers, as the clients counted their acknowledgements.
        lost: acknowledged answers without a row, a fact or a counted outcome.
        double_counted: ledger keys that occur twice, or points beyond what the rules give.
        forged_refused: forged scores and facts that were refused; every one must be.
        differences: what `tihi verify` found.
    """

    ok: bool
    answers: int
    lost: int
    double_counted: int
    forged_refused: int
    forged_sent: int
    badge_earned: bool
    resumed: int
    differences: int
    loop_ms: LoopTimes


def words(result: CheckResult) -> str:
    """Return the result for a person."""
    verdict = "All holds." if result.ok else "Something does not hold."
    return (
        f"{verdict} {result.answers} answers, {result.lost} lost, "
        f"{result.double_counted} counted twice, {result.forged_refused} of {result.forged_sent} "
        f"forgeries refused, answer to points {result.loop_ms.p50} ms (p50), "
        f"{result.loop_ms.p99} ms (p99)."
    )


async def run(settings: Settings, say: Callable[[str], None]) -> CheckResult:
    """Run the day on a fresh data folder and return what it led to.

    A folder that was named and holds nothing is used, and kept for whoever looks again. The usual
    one is left for a real school, and one with data in it as it is.
    """
    # With engines from outside a folder of its own would hold what nobody looks at.
    named = default_home() if settings.database_url else settings.home
    with _folder(named, say) as home:
        # Not the usual port, which may be a running demo's.
        port = settings.port + _PORT_BESIDE
        if port > MOST_PORT:
            port = settings.port - _PORT_BESIDE
        # A system of its own, whatever is set: its school would stay in a real database.
        fresh = Settings(home=home, port=port, engine_user=settings.engine_user)
        check_address(fresh)
        async with serve.engines(fresh, say) as engines:
            async with connected(engines.endpoints, most=4) as parts:
                await school.found(parts, learners=_LEARNERS, password=_PASSWORD)
            async with serve.served(fresh, engines, demo=False):
                day = Day(fresh, say)
                await day.live()
                say("Verifying")
                return await _judged(day, engines.endpoints)


@contextmanager
def _folder(named: Path, say: Callable[[str], None]) -> Generator[Path]:
    """Yield a folder for the day's data."""
    if named != default_home() and not (named.exists() and any(named.iterdir())):
        try:
            yield named
        except BaseException:
            # Half a day is of no use, and would be in the way of the next try.
            shutil.rmtree(named, ignore_errors=True)
            raise
        say(f"The day's data is kept: TIHI_HOME={quote(str(named))} tihi verify")
        return
    if named != default_home():
        say(f"{named} holds data and stays as it is; the day is lived in a folder of its own")
    home = Path(tempfile.mkdtemp(prefix="tihi-check-"))
    home.chmod(0o711)
    try:
        yield home / "data"
    finally:
        shutil.rmtree(home, ignore_errors=True)


class Day:
    """The scripted day and what its clients saw."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self.base = f"http://{settings.host}:{settings.port}"
        self.say = say
        self.acknowledged: dict[str, str] = {}
        self.loop_ms: list[float] = []
        self.forged_refused = 0
        self.forged_sent = 0
        self.badge_earned = False
        self.resumed = 0
        self.counted: set[str] = set()

    async def client(self, name: str) -> Client:
        """Return a client that is signed in."""
        client = Client(self.base)
        await client.sign_in(name, _PASSWORD)
        return client

    async def live(self) -> None:
        """Live the day."""
        self.say("Signing in, applying the starter pack and importing the bank")
        admin = await self.client(school.ADMIN)
        teacher = await self.client(school.TEACHER)
        await admin.post_raw("/api/v1/packs", school.starter_pack(), "application/yaml")
        await teacher.upload("/api/v1/imports?strict=true", school.bank())
        names = [name.casefold() for name in school.first_names(_LEARNERS)]
        learners = [await self.client(name) for name in names]
        lessons = await self._lessons(learners[0])
        self.say(f"{len(learners)} learners play {_LESSONS_EACH} lessons each")
        await asyncio.gather(*(one.connect() for one in learners))
        await asyncio.gather(
            *(
                self._play(
                    one, lessons[number % len(lessons) : number % len(lessons) + _LESSONS_EACH]
                )
                for number, one in enumerate(learners)
            )
        )
        await self._forge(learners[0], admin, lessons[-1])
        self.say("Adding a badge while running, and earning it after a reconnect")
        await admin.post_raw("/api/v1/packs", _BADGE, "application/yaml")
        await self._earn_after_reconnect(learners[1], lessons[-2])
        # The first reader of a board rebuilds it, so that the proof compares real boards.
        await learners[0].get("/api/v1/boards/org/week")
        for one in (*learners, admin, teacher):
            self.counted |= one.counted
            self.loop_ms.extend(one.loop_ms)
            await one.close()

    async def _lessons(self, client: Client) -> list[str]:
        trails = [
            await client.get(f"/api/v1/courses/{card['course_id']}")
            for card in await client.get("/api/v1/courses")
        ]
        return [
            lesson["lesson_id"]
            for trail in trails
            for unit in trail["units"]
            for lesson in unit["lessons"]
        ]

    async def _play(self, client: Client, lessons: Sequence[str]) -> None:
        chance = SeededRandom("check", client.name)
        for lesson in lessons:
            attempt = await client.post(f"/api/v1/lessons/{lesson}/attempts", None)
            step = attempt["step"]
            while step is not None:
                task = client.task(attempt["attempt_id"], step, chance)
                answered = await client.answer(task)
                self.acknowledged[answered["fact_id"]] = client.name
                if below(chance, 4) == 0:
                    await self._repeat(client, task, answered["fact_id"])
                client.learn(step["item"]["item_id"], answered["solution"])
                step = answered["next"]
                await asyncio.sleep(_READING_S)
            await client.caught_up()

    async def _repeat(self, client: Client, task: dict[str, Any], fact: str) -> None:
        """Send an answer again over both interfaces: the reply is the same, nothing counts."""
        again, over_http = await asyncio.gather(client.answer(task), client.answer_http(task))
        if not again["fact_id"] == over_http["fact_id"] == fact:
            self.acknowledged[f"repeat of {fact}"] = client.name

    async def _forge(self, client: Client, admin: Client, lesson: str) -> None:
        attempt = await client.post(f"/api/v1/lessons/{lesson}/attempts", None)
        task = client.task(attempt["attempt_id"], attempt["step"], SeededRandom("forge"))
        forged = {**task, "score": 9999, "xp": 9999}
        replies = [
            await client.call("complete_task", forged),
            await client.status(
                "POST",
                f"/api/v1/attempts/{task['attempt']}/answers",
                {"step": task["step"], "answer": task["answer"], "key": task["key"], "xp": 9999},
            ),
            await client.status("PATCH", "/api/v1/me", {"role": "admin", "xp": 9999}),
            await client.status("GET", "/api/v1/admin/health", None),
            await admin.status("GET", f"/api/v1/attempts/{task['attempt']}", None),
        ]
        self.forged_sent = len(replies)
        self.forged_refused = sum(
            isinstance(one, dict) and int(one.get("status", 200)) in {403, 404, 422}
            for one in replies
        )

    async def _earn_after_reconnect(self, client: Client, lesson: str) -> None:
        attempt = await client.post(f"/api/v1/lessons/{lesson}/attempts", None)
        await client.disconnect()
        task = client.task(attempt["attempt_id"], attempt["step"], SeededRandom("again"))
        answered = await client.answer_http(task)
        self.acknowledged[answered["fact_id"]] = client.name
        for _ in range(200):
            badges = await client.get("/api/v1/me/badges")
            if any(b["achievement"] == "check-day" and b["tiers"][0]["earned_at"] for b in badges):
                break
            await asyncio.sleep(0.02)
        await client.connect()
        self.resumed = await client.resume()
        self.badge_earned = "check-day" in client.badges


async def _judged(day: Day, endpoints: Endpoints) -> CheckResult:
    async with connected(endpoints, most=4) as parts:
        org = await school.only_org(parts)
        if org is None:
            raise LookupError("the school is gone")
        await school.settled(parts, org)
        await parts.bus.settle()
        found = await verify.differences(parts, org)
        stored = await _fact_ids(parts.db, org)
        doubled = await verify.doubled(parts.db, org)
    lost = sum(fact not in stored or fact not in day.counted for fact in day.acknowledged)
    times = sorted(day.loop_ms)
    result = CheckResult(
        ok=False,
        answers=len(day.acknowledged),
        lost=lost,
        double_counted=doubled,
        forged_refused=day.forged_refused,
        forged_sent=day.forged_sent,
        badge_earned=day.badge_earned,
        resumed=day.resumed,
        differences=len(found),
        loop_ms=LoopTimes(p50=_percentile(times, 0.5), p99=_percentile(times, 0.99)),
    )
    holds = (
        result.answers > 0
        and not (lost or doubled or found)
        and result.forged_refused == result.forged_sent
        and result.badge_earned
        and result.resumed > 0
    )
    for one in found[:20]:
        day.say(f"{one.kind}: {one.subject}: stored {one.stored}, expected {one.expected}")
    return msgspec.structs.replace(result, ok=holds)


async def _fact_ids(db: Database, org: OrgId) -> set[str]:
    async with db.tx(org) as tx:
        rows = await tx.connection.fetch("SELECT fact_id FROM facts WHERE org_id = $1", org)
    return {str(row["fact_id"]) for row in rows}


def _percentile(ordered: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile of ordered numbers, to a tenth; 0 for none."""
    if not ordered:
        return 0.0
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
