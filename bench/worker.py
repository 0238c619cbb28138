"""`tihi bench worker`: from the stream to committed ledger and boards, exactly once.

Facts are logged and published first; then a worker process, as shipped, is started on what
waits. Timed is from the first commit to the last due row gone, with boards one batch behind;
afterwards everything is recomputed from the log and compared, boards too.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID

import click
import msgspec

from bench.figures import Setting, setting
from bench.stand import CLOCK, ZONE, Stand, cpu_s, org, process, standing
from tihi.base.chance import SeededRandom, below
from tihi.base.ids import FactId, LearnerId, OrgId, derived_id
from tihi.base.value import Value
from tihi.facts.envelope import Fact, NewFact, Payload
from tihi.facts.learning import AnswerGraded, DayActive, LessonCompleted
from tihi.game.boards import service as boards
from tihi.game.packs import service as packs
from tihi.platform.log.append import append
from tihi.roles import verify
from tihi.roles.worker import workers

_BATCH = 2_000
_SKILLS = 40
_STARTER = 21


class WorkerResult(Value):
    """What the worker did.

    Attributes:
        cpu_us_per_event: of the worker processes, engines left out.
        entries_per_event: ledger entries; most learners are new here, so badges come often.
    """

    events_per_s: int
    cpu_us_per_event: float
    engines_cpu_us_per_event: float
    verified: bool
    entries_per_event: float
    events: int
    learners: int
    achievements: int
    processes: int
    consumers: list[str]
    setting: Setting


async def run(
    *, events: int, learners: int, achievements: int, everything: bool, processes: int
) -> WorkerResult:
    """Measure once."""
    async with standing() as stand:
        parts = stand.parts
        names = frozenset() if everything else frozenset({"rewards"})
        found = await workers(parts, None, only=names)
        org_id = await org(parts)
        await _pad(stand, org_id, achievements - _STARTER)
        await history(stand, org_id, learners)
        # Boards are whole from here on, so that what the worker writes is what is compared.
        await boards.rebuild(parts.db, parts.cache, org_id, now=parts.clock.now())
        facts = await _log(stand, org_id, events, learners)
        await parts.bus.settle()
        only = ["--only", ",".join(one.consumer.name for one in found)]
        async with AsyncExitStack() as stack:
            pids = [
                await stack.enter_async_context(process(stand, "worker", *only))
                for _ in range(processes)
            ]
            took_s, cpu, engines_cpu = await _drained(stand, org_id, pids)
        entries = await _asked(stand, org_id, "SELECT count(*) FROM ledger WHERE source <> 'bench'")
        differences = [
            one
            for one in await verify.differences(parts, org_id)
            # Streaks are compared with the log only where they were owed it.
            if everything or one.kind != "streak"
        ]
        for one in differences[:5]:
            click.echo(f"{one.kind}: {one.subject}: {one.stored}, not {one.expected}", err=True)
    return WorkerResult(
        events_per_s=round(len(facts) / took_s),
        cpu_us_per_event=round(cpu * 1e6 / len(facts), 1),
        engines_cpu_us_per_event=round(engines_cpu * 1e6 / len(facts), 1),
        verified=not differences,
        entries_per_event=round(entries / len(facts), 2),
        events=len(facts),
        learners=learners,
        processes=processes,
        achievements=max(achievements, _STARTER),
        consumers=[one.consumer.name for one in found],
        setting=setting(),
    )


async def _pad(stand: Stand, org_id: OrgId, more: int) -> None:
    """Add `more` achievements that a fact can match only by its skill, as a big school has."""
    if more <= 0:
        return
    pack = {
        "pack": "bench",
        "version": 1,
        "achievements": [
            {
                "id": f"bench-{number}",
                "name": {"en": f"Skill {number}", "mi": f"Pukenga {number}"},
                "description": {"en": "Right answers.", "mi": "He whakautu tika."},
                "icon": "star",
                "drive": "accomplishment",
                "criteria": [
                    {
                        "kind": "count",
                        "fact": AnswerGraded.type,
                        "where": [{"field": "skill", "eq": f"skill-{number}"}],
                    }
                ],
                "tiers": [{"threshold": 5, "name": {"en": "Five", "mi": "Rima"}, "reward": 5}],
            }
            # None of the skills that the learners meet, so that awards stay the same.
            for number in range(_SKILLS, _SKILLS + more)
        ],
    }
    async with stand.parts.db.tx(org_id) as tx:
        await packs.apply(tx, packs.read(msgspec.json.encode(pack)), now=stand.parts.clock.now())


def learner(number: int) -> LearnerId:
    """Return the id of learner `number`."""
    return LearnerId(UUID(int=(0xB << 120) + number))


async def history(stand: Stand, org_id: OrgId, count: int) -> None:
    """Let every learner have a ledger entry already, so that tables and boards have their size."""
    now = stand.parts.clock.now()
    monday = now.date() - timedelta(days=now.date().weekday())
    for start in range(0, count, 50_000):
        async with stand.parts.db.tx(org_id) as tx:
            connection: Any = tx.connection
            span = (org_id, start, min(start + 50_000, count) - 1, now, monday)
            for statement in _HISTORY:
                await connection.execute(statement, *span, timeout=120)


_ID = "('0b000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid"
_N = """generate_series($2::int, $3::int) AS n
    WHERE $4::timestamptz IS NOT NULL AND $5::date IS NOT NULL"""
_HISTORY = (
    f"""INSERT INTO ledger (org_id, learner_id, source, rule, entry, points, balance, inputs, time,
        local_date, org_date, cause, context)
    SELECT $1::uuid, {_ID}, 'bench', 'start', 1, 10, 10, '[]', $4, $5, $5, {_ID}, ''
    FROM {_N}""",
    f"""INSERT INTO reward_states (org_id, learner_id, version, xp, level, entry, last_time, day,
        day_points, week, week_points, week_time)
    SELECT $1::uuid, {_ID}, 1, 10, 1, 1, $4, $5, 10, $5, 10, $4 FROM {_N}""",
    f"""INSERT INTO outcome_counts (org_id, learner_id, consumer, seq)
    SELECT $1::uuid, {_ID}, 'rewards', 1 FROM {_N}""",
    f"""INSERT INTO fact_counts (org_id, learner_id, n) SELECT $1::uuid, {_ID}, 1 FROM {_N}""",
)


async def _log(stand: Stand, org_id: OrgId, events: int, count: int) -> list[Fact]:
    """Log facts of learners drawn at random, and publish each; one in a hundred twice."""
    chance = SeededRandom("bench worker", events, count)
    now = CLOCK.now()
    logged: list[Fact] = []
    for start in range(0, events, _BATCH):
        new = [
            _fact(org_id, number, learner(below(chance, count)), chance)
            for number in range(start, min(start + _BATCH, events))
        ]
        async with stand.parts.db.batch([org_id]) as tx:
            facts = await append(tx, new, now=now)
        logged.extend(facts)
        stand.parts.bus.publish(facts)
        stand.parts.bus.publish(facts[::100])
        await stand.parts.bus.settle()
    return logged


def _fact(org_id: OrgId, number: int, who: LearnerId, chance: SeededRandom) -> NewFact:
    """Return an answer, a finished lesson for one in ten, or a day for one in fifty."""
    data: Payload = _answer(chance)
    if number % 10 == 9:
        data = LessonCompleted(
            attempt="",
            lesson=f"lesson-{below(chance, 60)}",
            course=f"course-{below(chance, 8)}",
            items=8,
            right_first=below(chance, 9),
            share=below(chance, 9) / 8,
            nth_ever=1 + below(chance, 3),
            nth_today=1,
            course_done=False,
        )
    elif number % 50 == 8:
        data = DayActive(local_date=CLOCK.now().date().isoformat(), hour=10, weekday=3)
    return NewFact(
        org_id=org_id,
        source="bench",
        fact_id=FactId(derived_id(org_id, "bench", number)),
        type=data.type,
        subject=who,
        time=CLOCK.now(),
        zone=ZONE,
        org_zone=ZONE,
        context="",
        parent="",
        data=data.fields(),
    )


def _answer(chance: SeededRandom) -> AnswerGraded:
    right = below(chance, 4) > 0
    return AnswerGraded(
        attempt="00000000-0000-0000-0000-000000000000",
        item=f"item-{below(chance, 500)}",
        lesson=f"lesson-{below(chance, 60)}",
        course=f"course-{below(chance, 8)}",
        kind=("single", "numeric", "short_text", "cloze")[below(chance, 4)],
        skill=f"skill-{below(chance, _SKILLS)}",
        difficulty=1 + below(chance, 5),
        credit=1.0 if right else 0.0,
        right=right,
        nth_ever=1,
        nth_today=1,
        right_before=below(chance, 3) == 0,
        run=below(chance, 12) if right else 0,
        took_ms=4_000,
        hasty=below(chance, 20) == 0,
        again=below(chance, 10) == 0,
    )


async def _drained(stand: Stand, org_id: OrgId, pids: Sequence[int]) -> tuple[float, float, float]:
    """Wait until nothing is due; return seconds, and processor seconds of worker and engines."""
    await _until(stand, org_id, "SELECT EXISTS (SELECT 1 FROM ledger WHERE rule <> 'start')")
    begun, cpu, engines_cpu = CLOCK.monotonic(), cpu_s(pids), cpu_s(stand.engine_pids)
    await _until(stand, org_id, "SELECT NOT EXISTS (SELECT 1 FROM due)")
    took_s = CLOCK.monotonic() - begun
    return took_s, cpu_s(pids) - cpu, cpu_s(stand.engine_pids) - engines_cpu


async def _until(stand: Stand, org_id: OrgId, question: str) -> None:
    while True:
        if await _asked(stand, org_id, question):
            return
        # Each look costs the database some milliseconds, as the rows that are gone stand first.
        await asyncio.sleep(0.25)


async def _asked(stand: Stand, org_id: OrgId, question: str) -> int:
    """Return the number or truth that `question` asks for."""
    async with stand.parts.db.tx(org_id) as tx:
        connection: Any = tx.connection
        return await connection.fetchval(question)
