"""Statements of rewards, typed. Those of the consumer take a batch."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tihi.base.ids import LearnerId, OrgId
from tihi.base.value import Value
from tihi.game.rewards.model import (
    Difference,
    Entered,
    Heights,
    LearnerProgress,
    LedgerRow,
    State,
    Week,
)
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, One, Run, load

_encode = msgspec.json.Encoder().encode


class FactPoints(Value):
    """The points of one entry, by its key."""

    learner_id: LearnerId
    source: str
    rule: str
    points: int


class _Counted(Value):
    learner_id: LearnerId
    counted: int


_SQL = load("tihi.game.rewards")
_STATES = Many(_SQL["states"], State)
_WRITE = One(_SQL["write"], int)
_OLDER_WEEKS = Many(_SQL["older_weeks"], Week)
_PUT_WEEKS = Run(_SQL["put_weeks"])
_STATE = One(_SQL["state"], State)
_DAILY_GOAL = One(_SQL["daily_goal"], int)
_PAGE = Many(_SQL["page"], LedgerRow)
_PROGRESS_OF = Many(_SQL["progress_of"], LearnerProgress)
_WRONG = [
    Many(_SQL[name], Difference)
    for name in ("wrong_states", "wrong_balances", "wrong_weeks", "wrong_days")
]
_LEDGER_OF_FACTS = Many(_SQL["ledger_of_facts"], FactPoints)

_UNCOUNTED = Many(_SQL["uncounted"], UUID)
_HOW_MANY_UNCOUNTED = One(_SQL["how_many_uncounted"], int)
_COUNTED = Many(_SQL["counted"], _Counted)
_HEIGHTS = Many(_SQL["heights"], Heights)

WeekKey = tuple[OrgId, LearnerId, date]


async def states(tx: Batch, learners: Sequence[tuple[OrgId, LearnerId]]) -> list[State]:
    """Return the states of learners who have one."""
    return await _STATES(
        tx,
        org_ids=[org for org, _ in learners],
        learner_ids=[learner for _, learner in learners],
    )


async def write(
    tx: Batch, states: Sequence[tuple[OrgId, State]], entered: Sequence[Entered], *, version: int
) -> bool:
    """Store states, known by their versions, as `version` and append to the ledger.

    Returns False, and appends nothing, when another batch was first. A second entry under one
    key makes the whole batch fail.
    """
    rows = [state for _, state in states]
    entries = [(place, new) for place, one in enumerate(entered, start=1) for new in one.new]
    facts = [one.fact for one in entered]
    moved = await _WRITE(
        tx,
        org_ids=list({org for org, _ in states}),
        learners=len(rows),
        version=version,
        state_orgs=[org for org, _ in states],
        state_learners=[row.learner_id for row in rows],
        was=[row.version for row in rows],
        counted=[row.counted for row in rows],
        xps=[row.xp for row in rows],
        levels=[row.level for row in rows],
        lasts=[row.entry for row in rows],
        fells=[row.fell for row in rows],
        last_times=[row.last_time for row in rows],
        days=[row.day for row in rows],
        day_points=[row.day_points for row in rows],
        weeks=[row.week for row in rows],
        week_points=[row.week_points for row in rows],
        week_times=[row.week_time for row in rows],
        places=[place for place, _ in entries],
        sources=[new.source for _, new in entries],
        rules=[new.rule for _, new in entries],
        entries=[number for one in entered for number in one.numbers()],
        points=[new.points for _, new in entries],
        balances=[balance for one in entered for balance in one.balances()],
        inputs=[_encode(new.inputs).decode() for _, new in entries],
        fact_orgs=[fact.org_id for fact in facts],
        fact_learners=[fact.subject for fact in facts],
        times=[fact.time for fact in facts],
        local_dates=[fact.local_date for fact in facts],
        org_dates=[fact.org_date for fact in facts],
        causes=[fact.fact_id for fact in facts],
        contexts=[fact.context for fact in facts],
    )
    return moved == len(rows)


async def older_weeks(tx: Batch, keys: Sequence[WeekKey]) -> list[Week]:
    """Return the points of learners' older weeks, where there are any."""
    return await _OLDER_WEEKS(
        tx,
        org_ids=[key[0] for key in keys],
        learner_ids=[key[1] for key in keys],
        weeks=[key[2] for key in keys],
    )


async def put_weeks(tx: Batch, rows: Sequence[tuple[OrgId, Week]]) -> None:
    """Store the points of learners' older weeks."""
    await _PUT_WEEKS(
        tx,
        org_ids=[org for org, _ in rows],
        learner_ids=[row.learner_id for _, row in rows],
        weeks=[row.week for _, row in rows],
        points=[row.points for _, row in rows],
        last_times=[row.last_time for _, row in rows],
    )


async def state(tx: Tx, learner: LearnerId) -> State | None:
    """Return a learner's state, if they have any."""
    return await _STATE(tx, learner_id=learner)


async def daily_goal(tx: Tx, learner: LearnerId) -> int | None:
    """Return the points that a learner aims at in a day."""
    return await _DAILY_GOAL(tx, learner_id=learner)


async def page(
    tx: Tx, learner: LearnerId, *, before: int, context: str, most: int
) -> list[LedgerRow]:
    """Return entries before `before`, newest first."""
    return await _PAGE(tx, learner_id=learner, before=before, context=context, most=most)


async def progress_of(
    tx: Tx, learners: Sequence[LearnerId], *, week: date
) -> list[LearnerProgress]:
    """Return where learners stand."""
    return await _PROGRESS_OF(tx, learner_ids=list(learners), week=week)


async def wrong(tx: Tx) -> list[Difference]:
    """Return where state, balances, weeks or days differ from the ledger; at most 400."""
    return [found for statement in _WRONG for found in await statement(tx)]


async def ledger_of_facts(tx: Tx, keys: Sequence[tuple[LearnerId, str]]) -> list[FactPoints]:
    """Return the entries of learners' sources, by key."""
    return await _LEDGER_OF_FACTS(
        tx, learner_ids=[key[0] for key in keys], sources=[key[1] for key in keys]
    )


async def uncounted(tx: Tx, version: int, *, after: LearnerId, most: int) -> list[LearnerId]:
    """Return learners behind `after` whose history is not counted for `version`, in order."""
    found = await _UNCOUNTED(tx, version=version, after=after, most=most)
    return [LearnerId(one) for one in found]


async def how_many_uncounted(tx: Tx, version: int) -> int:
    """Return how many learners' history is not counted for `version`."""
    return await _HOW_MANY_UNCOUNTED(tx, version=version) or 0


async def counted(tx: Tx, *, after: LearnerId, most: int) -> dict[LearnerId, int]:
    """Return up to which version learners behind `after` are counted."""
    rows = await _COUNTED(tx, after=after, most=most)
    return {row.learner_id: row.counted for row in rows}


async def heights(tx: Tx) -> list[Heights]:
    """Return the level and totals of everybody who has points."""
    return await _HEIGHTS(tx)
