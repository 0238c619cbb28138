"""`tihi bench loop`: answer sent → `points_earned` received, through the public interfaces.

Open loop: each answer has a time at which it is due, and its latency counts from then, however
late the generator or the server is. Learners sign in by sessions that are there already; they
open lessons over HTTP and answer over Socket.IO, as browsers do.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any
from uuid import uuid4

import aiohttp
import click
import msgspec

from bench.figures import CURVE, percentile, setting
from bench.limit import LoopLimit, LoopResult, highest
from bench.stand import (
    CLOCK,
    COOKIE,
    Stand,
    cpu_s,
    learners,
    lessons,
    listening,
    org,
    process,
    standing,
)
from bench.wire import Place, Wire, connect
from tihi.base.chance import SeededRandom, below
from tihi.base.ids import OrgId
from tihi.learn.items.model import ItemView, Solution
from tihi.roles import players, school, verify

_WARM_S = 3.0
_SETTLE_S = 15.0
_JOIN_AT_ONCE = 50
_OPENERS = 16


class _Step(msgspec.Struct):
    step: int
    item: ItemView


class _Opened(msgspec.Struct):
    attempt_id: str
    step: _Step | None


class _Ack(msgspec.Struct):
    """What comes back for an answer; of a problem, its status."""

    fact_id: str = ""
    status: int = 200
    solution: Solution | None = None
    next: _Step | None = None


class _Cause(msgspec.Struct):
    cause: str


_opened = msgspec.json.Decoder(_Opened).decode
_ack = msgspec.json.Decoder(list[_Ack]).decode
_points = msgspec.json.Decoder(tuple[str, _Cause]).decode


class _Player:
    """One learner's browser."""

    def __init__(self, run: "_Run", cookie: str, lessons: Sequence[str]) -> None:
        self._run = run
        self.cookie = cookie
        self._lessons = deque(lessons)
        self.wire: Wire | None = None
        self._attempt = ""
        self._step: _Step | None = None
        self._due: dict[int, float] = {}
        self._number = 0

    async def open(self, session: aiohttp.ClientSession) -> None:
        """Open the next lesson and be ready to answer."""
        self._lessons.rotate(-1)
        url = f"{self._run.base}/api/v1/lessons/{self._lessons[0]}/attempts"
        headers = {"x-tihi": "1", "cookie": self.cookie}
        async with session.post(url, headers=headers) as reply:
            if not reply.ok:
                raise ConnectionError(await reply.text())
            opened = _opened(await reply.read())
        self._attempt, self._step = opened.attempt_id, opened.step
        self._run.free.append(self)

    def answer(self, due: float) -> None:
        """Answer the open step, due at `due`."""
        run, step = self._run, self._step
        if step is None or self.wire is None:
            raise LookupError("nothing is open")
        view = step.item
        known = run.solutions.get(view.item_id)
        response = (
            players.guess(view, run.chance)
            if known is None or below(run.chance, 6) == 0
            else players.right_response(view.kind, known)
        )
        self._number += 1
        self._due[self._number] = due
        task = {
            "attempt": self._attempt,
            "step": step.step,
            "answer": response,
            "key": uuid4(),
        }
        self.wire.emit(self._number, "complete_task", task)
        run.unanswered += 1
        run.lag_ms.append((CLOCK.monotonic() - due) * 1000)

    def heard(self, packet: bytes) -> None:
        """Take an acknowledgement or an event in."""
        now = CLOCK.monotonic()
        if packet[:1] == b"2":
            if packet.startswith(b'2["points_earned"'):
                self._run.counted(_points(packet[1:])[1].cause, now)
            return
        start = packet.index(b"[")
        due = self._due.pop(int(packet[1:start]))
        (ack,) = _ack(packet[start:])
        run = self._run
        run.unanswered -= 1
        if not ack.fact_id:
            run.refused += 1
            run.free.append(self)
            return
        if ack.solution is not None and self._step is not None:
            run.solutions[self._step.item.item_id] = ack.solution
        run.accepted(ack.fact_id, due, now)
        self._step = ack.next
        if ack.next is not None:
            run.free.append(self)
        else:
            run.opening.put_nowait(self)


class _Run:
    """All learners, and what was measured since the last reset."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.chance = SeededRandom("bench loop")
        self.free: deque[_Player] = deque()
        self.opening: asyncio.Queue[_Player] = asyncio.Queue()
        self.solutions: dict[Any, Solution] = {}
        self.facts: set[str] = set()
        self.unanswered = 0
        self._waiting: dict[str, float] = {}
        self._early: dict[str, float] = {}
        self.reset()

    def reset(self) -> None:
        """Begin to measure."""
        self.lag_ms: list[float] = []
        self.ack_ms: list[float] = []
        self.loop_ms: list[float] = []
        self.refused = 0
        self._from = CLOCK.monotonic()

    def accepted(self, fact: str, due: float, now: float) -> None:
        """Take note of an acknowledgement."""
        self.facts.add(fact)
        if due < self._from:
            self._early.pop(fact, None)
            return
        self.ack_ms.append((now - due) * 1000)
        early = self._early.pop(fact, None)
        if early is not None:
            self.loop_ms.append((early - due) * 1000)
        else:
            self._waiting[fact] = due

    def counted(self, fact: str, now: float) -> None:
        """Take note of points; they may come before the acknowledgement."""
        due = self._waiting.pop(fact, None)
        if due is not None:
            self.loop_ms.append((now - due) * 1000)
        elif fact not in self.facts:
            self._early[fact] = now

    async def keep_open(self, session: aiohttp.ClientSession) -> None:
        """Open the next lesson of whoever has finished one, until cancelled."""
        while True:
            player = await self.opening.get()
            await player.open(session)

    async def play(self, rate: int, seconds: float) -> None:
        """Send `rate` answers a second, each at its time."""
        begun = CLOCK.monotonic()
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            wait = due - CLOCK.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            elif number % 16 == 0:
                await asyncio.sleep(0)
            if self.free:
                self.free.popleft().answer(due)
            else:
                self.refused += 1

    async def settled(self) -> int:
        """Wait until all is acknowledged and has its points; return how many answers have not."""
        deadline = CLOCK.monotonic() + _SETTLE_S
        while self.unanswered or self._waiting:
            if CLOCK.monotonic() > deadline:
                break
            await asyncio.sleep(0.02)
        left = self.unanswered + len(self._waiting)
        self._waiting.clear()
        return left


class _Bench:
    """The system, with learners who are connected to it."""

    def __init__(self, stand: Stand, org_id: OrgId, run: _Run, pids: dict[str, list[int]]) -> None:
        self._stand = stand
        self._org = org_id
        self._run = run
        self._pids = pids

    async def measure(self, count: int, rate: int, seconds: float) -> LoopResult:
        """Play at `rate` for `seconds`, after a moment to get warm."""
        run = self._run
        await run.play(rate, _WARM_S)
        run.reset()
        before = {name: cpu_s(pids) for name, pids in self._pids.items()}
        begun = CLOCK.monotonic()
        await run.play(rate, seconds)
        took_s = CLOCK.monotonic() - begun
        without = await run.settled()
        used = {name: cpu_s(pids) - before[name] for name, pids in self._pids.items()}
        done = len(run.ack_ms)
        stored, doubled = await self._stored()
        each = {name: round(one * 1e6 / max(done, 1), 1) for name, one in used.items()}
        return LoopResult(
            accepted=done,
            refused=run.refused,
            lost=without + len(run.facts - stored),
            double=doubled,
            rate=round(done / took_s, 1),
            p50_ms=round(percentile(run.loop_ms, 0.5), 2),
            p95_ms=round(percentile(run.loop_ms, 0.95), 2),
            p99_ms=round(percentile(run.loop_ms, 0.99), 2),
            acknowledged_p50_ms=round(percentile(run.ack_ms, 0.5), 2),
            acknowledged_p99_ms=round(percentile(run.ack_ms, 0.99), 2),
            cpu_us_per_answer=round(sum(each.values()), 1),
            cpu_us_web=each["web"],
            cpu_us_work=each["work"],
            cpu_us_engines=each["engines"],
            generator_lag_p99_ms=round(percentile(run.lag_ms, 0.99), 2),
            learners=count,
            verified=False,
            curve_ms=[round(percentile(run.loop_ms, share / 100), 2) for share in CURVE],
            setting=setting(),
        )

    async def _stored(self) -> tuple[set[str], int]:
        async with self._stand.parts.db.tx(self._org) as tx:
            connection: Any = tx.connection
            rows = await connection.fetch(
                "SELECT fact_id FROM answers WHERE org_id = $1", self._org
            )
        doubled = await verify.doubled(self._stand.parts.db, self._org)
        return {str(row["fact_id"]) for row in rows}, doubled

    async def verified(self) -> bool:
        """Return whether everything recomputed from the log is as it stands."""
        found = await verify.differences(self._stand.parts, self._org)
        for one in found[:5]:
            click.echo(f"{one.kind}: {one.subject}: {one.stored}, not {one.expected}", err=True)
        return not found


async def run(*, count: int, rate: int, seconds: float, find_max: bool) -> LoopResult | LoopLimit:
    """Measure once, or search for the highest rate that keeps p99 within 100 ms."""
    async with AsyncExitStack() as stack:
        stand = await stack.enter_async_context(standing())
        org_id = await org(stand.parts)
        people = await learners(stand.parts, org_id, count)
        pids = {
            "web": [await stack.enter_async_context(process(stand, "web"))],
            "work": [await stack.enter_async_context(process(stand, "work"))],
            "engines": stand.engine_pids,
        }
        base = f"http://127.0.0.1:{stand.settings.port}"
        await listening(stand)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        playing = _Run(base)
        found = await lessons(session, base, f"{COOKIE}={people[0][1]}")
        await _join(stand, playing, session, [token for _, token in people], found)
        for _ in range(_OPENERS):
            stack.callback(asyncio.create_task(playing.keep_open(session)).cancel)
        bench = _Bench(stand, org_id, playing, pids)
        if find_max:
            return await highest(partial(bench.measure, count), rate)
        result = await bench.measure(count, rate, seconds)
        await school.settled(stand.parts, org_id)
        return msgspec.structs.replace(result, verified=await bench.verified())


async def _join(
    stand: Stand,
    run: _Run,
    session: aiohttp.ClientSession,
    tokens: Sequence[str],
    lessons: Sequence[str],
) -> None:
    """Connect every learner and open their first lesson."""
    turns = asyncio.Semaphore(_JOIN_AT_ONCE)

    async def join(number: int, token: str) -> None:
        cookie = f"{COOKIE}={token}"
        start = number % len(lessons)
        player = _Player(run, cookie, [*lessons[start:], *lessons[:start]])
        async with turns:
            place = Place(host="127.0.0.1", port=stand.settings.port, cookie=cookie)
            player.wire = await connect(place, player.heard)
            await player.open(session)

    await asyncio.gather(*(join(number, token) for number, token in enumerate(tokens)))
