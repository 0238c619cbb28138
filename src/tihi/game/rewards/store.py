"""Statements of rewards, typed. Those of the consumer take a batch."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from tihi.base.ids import FactId, LearnerId, OrgId
from tihi.base.value import Value
from tihi.game.rewards.model import (
    Difference,
    Entry,
    LearnerProgress,
    LedgerRow,
    Period,
    State,
)
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, One, Run, load

_encode = msgspec.json.Encoder().encode


class PointsOn(Value):
    """Points of one day and of its week, and the learner's goal for a day."""

    today: int
    week: int
    daily_goal: int | None


class FactPoints(Value):
    """The points of one entry, by its key."""

    learner_id: LearnerId
    source: str
    rule: str
    points: int


_SQL = load("tihi.game.rewards")
_LOCK_STATES = Many(_SQL["lock_states"], State)
_PUT_STATES = Run(_SQL["put_states"])
_DAYS = Many(_SQL["days"], Period)
_PUT_DAYS = Run(_SQL["put_days"])
_WEEKS = Many(_SQL["weeks"], Period)
_PUT_WEEKS = Run(_SQL["put_weeks"])
_ADD_ENTRIES = Run(_SQL["add_entries"])
_PUT_BOARDS_DUE = Run(_SQL["put_boards_due"])
_STATE = One(_SQL["state"], State)
_POINTS_ON = One(_SQL["points_on"], PointsOn)
_PAGE = Many(_SQL["page"], LedgerRow)
_PROGRESS_OF = Many(_SQL["progress_of"], LearnerProgress)
_WRONG = [
    Many(_SQL[name], Difference)
    for name in ("wrong_states", "wrong_balances", "wrong_weeks", "wrong_days")
]
_LEDGER_OF_FACTS = Many(_SQL["ledger_of_facts"], FactPoints)

PeriodKey = tuple[OrgId, LearnerId, date]


async def lock_states(
    tx: Batch, learners: Sequence[tuple[OrgId, LearnerId]], *, now: datetime
) -> dict[LearnerId, State]:
    """Return the states of learners, made where missing and locked until the end."""
    rows = await _LOCK_STATES(
        tx,
        now=now,
        org_ids=[org for org, _ in learners],
        learner_ids=[learner for _, learner in learners],
    )
    return {row.learner_id: row for row in rows}


async def put_states(tx: Batch, states: Sequence[tuple[OrgId, State]]) -> None:
    """Store states."""
    await _PUT_STATES(
        tx,
        org_ids=[org for org, _ in states],
        learner_ids=[state.learner_id for _, state in states],
        xps=[state.xp for _, state in states],
        levels=[state.level for _, state in states],
        entries=[state.entry for _, state in states],
        last_times=[state.last_time for _, state in states],
    )


async def days(tx: Batch, keys: Sequence[PeriodKey]) -> list[Period]:
    """Return the points of learners' days, where there are any."""
    return await _DAYS(
        tx,
        org_ids=[key[0] for key in keys],
        learner_ids=[key[1] for key in keys],
        days=[key[2] for key in keys],
    )


async def weeks(tx: Batch, keys: Sequence[PeriodKey]) -> list[Period]:
    """Return the points of learners' weeks, where there are any."""
    return await _WEEKS(
        tx,
        org_ids=[key[0] for key in keys],
        learner_ids=[key[1] for key in keys],
        weeks=[key[2] for key in keys],
    )


async def put_days(tx: Batch, rows: Sequence[tuple[OrgId, Period]]) -> None:
    """Store the points of learners' days."""
    await _PUT_DAYS(
        tx,
        org_ids=[org for org, _ in rows],
        learner_ids=[row.learner_id for _, row in rows],
        days=[row.begins for _, row in rows],
        points=[row.points for _, row in rows],
    )


async def put_weeks(tx: Batch, rows: Sequence[tuple[OrgId, Period]]) -> None:
    """Store the points of learners' weeks."""
    await _PUT_WEEKS(
        tx,
        org_ids=[org for org, _ in rows],
        learner_ids=[row.learner_id for _, row in rows],
        weeks=[row.begins for _, row in rows],
        points=[row.points for _, row in rows],
        last_times=[row.last_time for _, row in rows],
    )


async def add_entries(tx: Batch, entries: Sequence[Entry]) -> None:
    """Append to the ledger. A second entry under one key makes the whole batch fail."""
    await _ADD_ENTRIES(
        tx,
        org_ids=[one.org_id for one in entries],
        learner_ids=[one.learner_id for one in entries],
        sources=[one.source for one in entries],
        rules=[one.rule for one in entries],
        entries=[one.entry for one in entries],
        points=[one.points for one in entries],
        balances=[one.balance for one in entries],
        inputs=[_encode(one.inputs).decode() for one in entries],
        times=[one.time for one in entries],
        local_dates=[one.local_date for one in entries],
        org_dates=[one.org_date for one in entries],
        causes=[one.cause for one in entries],
        contexts=[one.context for one in entries],
    )


async def put_boards_due(
    tx: Batch, rows: Sequence[tuple[OrgId, LearnerId, int]], *, now: datetime
) -> None:
    """Note that learners' boards are to be written up to a ledger entry."""
    await _PUT_BOARDS_DUE(
        tx,
        since=now,
        org_ids=[org for org, _, _ in rows],
        learner_ids=[learner for _, learner, _ in rows],
        entries=[entry for _, _, entry in rows],
    )


async def state(tx: Tx, learner: LearnerId) -> State | None:
    """Return a learner's state, if they have any."""
    return await _STATE(tx, learner_id=learner)


async def points_on(tx: Tx, learner: LearnerId, *, day: date, week: date) -> PointsOn:
    """Return the points of a day and of a week."""
    found = await _POINTS_ON(tx, learner_id=learner, day=day, week=week)
    return found or PointsOn(today=0, week=0, daily_goal=None)


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


async def ledger_of_facts(tx: Tx, facts: Sequence[FactId]) -> list[FactPoints]:
    """Return the points that facts brought by rules, by key."""
    return await _LEDGER_OF_FACTS(tx, fact_ids=list(facts))
