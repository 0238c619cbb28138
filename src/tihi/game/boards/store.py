"""Statements of boards, typed."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from tihi.base.ids import LearnerId, OrgId
from tihi.base.value import Value
from tihi.game.boards.model import TotalRow
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, Run, load


class WeekRow(Value):
    """A learner's total in one week."""

    org_id: OrgId
    learner_id: LearnerId
    week: date
    points: int
    last_time: datetime


_SQL = load("tihi.game.boards")
_TOTALS = Many(_SQL["totals"], TotalRow)
_WEEK_TOTALS = Many(_SQL["week_totals"], TotalRow)
_STANDINGS = Many(_SQL["standings"], TotalRow)
_WEEK_STANDINGS = Many(_SQL["week_standings"], WeekRow)
_WRITTEN = Run(_SQL["written"])
_WAITING = Many(_SQL["waiting"], UUID)

FIRST = LearnerId(UUID(int=0))


async def totals(tx: Tx, *, week: date | None, after: LearnerId, most: int) -> list[TotalRow]:
    """Return a page of learners' totals, by id: of a week, or of all time for None."""
    if week is None:
        return await _TOTALS(tx, after=after, most=most)
    return await _WEEK_TOTALS(tx, week=week, after=after, most=most)


async def standings(
    tx: Batch, org: OrgId, learners: Sequence[LearnerId], *, since_week: date
) -> tuple[list[TotalRow], list[WeekRow]]:
    """Return totals of learners: over all time, and of the weeks since `since_week`."""
    rows = await _STANDINGS(tx, org_ids=[org], learner_ids=list(learners))
    weeks = await _WEEK_STANDINGS(
        tx, org_ids=[org], learner_ids=list(learners), since_week=since_week
    )
    return rows, weeks


async def written(tx: Batch, done: Sequence[tuple[OrgId, LearnerId, int]]) -> None:
    """Note that boards show learners' totals up to a ledger entry."""
    await _WRITTEN(
        tx,
        org_ids=[org for org, _, _ in done],
        learner_ids=[learner for _, learner, _ in done],
        entries=[entry for _, _, entry in done],
    )


async def waiting(tx: Tx, *, before: datetime) -> list[LearnerId]:
    """Return learners whose boards have waited since before `before`."""
    return [LearnerId(found) for found in await _WAITING(tx, before=before)]
