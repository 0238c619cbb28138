"""Statements of boards, typed."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from tihi.base.ids import LearnerId, OrgId
from tihi.base.value import Value
from tihi.game.boards.model import TotalRow
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, Paged, Run, load


class WeekRow(Value):
    """A learner's total in one week."""

    learner_id: LearnerId
    week: date
    points: int
    last_time: datetime


class Page(Value):
    """Totals of one board, as the text that it is written from.

    Attributes:
        week: the board's; None is all time.
        last: the page's last learner.
        n: how many totals there are.
        totals: entry, score and learner of each; None where all were erased.
    """

    week: date | None
    last: LearnerId
    n: int
    totals: str | None


class Waiting(Value):
    """A batch of learners whose boards may not have been written."""

    batch: UUID
    learner_ids: list[LearnerId]


_SQL = load("tihi.game.boards")
_TOTALS = Paged(_SQL["totals"], TotalRow)
_WEEK_TOTALS = Paged(_SQL["week_totals"], TotalRow)
_FILL = Many(_SQL["fill"], Page)
_FILL_WEEK = Many(_SQL["fill_week"], Page)
_STANDINGS = Many(_SQL["standings"], TotalRow)
_WEEK_STANDINGS = Many(_SQL["week_standings"], WeekRow)
_WRITTEN = Run(_SQL["written"])
_WAITING = Many(_SQL["waiting"], Waiting)
_OWE = Run(_SQL["owe"])


def totals(tx: Tx, *, week: date | None, size: int) -> AsyncGenerator[list[TotalRow]]:
    """Yield pages of learners' totals, in no order: of a week, or of all time for None."""
    return _TOTALS(tx, size) if week is None else _WEEK_TOTALS(tx, size, week=week)


async def fill(
    tx: Tx, spans: Mapping[str, int], *, since: date, after: LearnerId, most: int
) -> list[Page]:
    """Return all-time totals of the learners behind `after`, and those of their newest weeks."""
    return await _FILL(tx, since=since, after=after, most=most, **spans)


async def fill_week(
    tx: Tx, spans: Mapping[str, int], *, week: date, after: LearnerId, most: int
) -> list[Page]:
    """Return totals of `week` of learners behind `after` who have newer ones."""
    return await _FILL_WEEK(tx, week=week, after=after, most=most, **spans)


async def standings(
    tx: Tx, learners: Sequence[LearnerId], *, since_week: date
) -> tuple[list[TotalRow], list[WeekRow]]:
    """Return totals of learners: over all time, and of the weeks since `since_week`."""
    rows = await _STANDINGS(tx, learner_ids=list(learners))
    return rows, await _WEEK_STANDINGS(tx, learner_ids=list(learners), since_week=since_week)


async def owe(
    tx: Batch,
    batch: UUID,
    learners: Sequence[tuple[OrgId, LearnerId]],
    *,
    done: Sequence[tuple[OrgId, UUID]],
    now: datetime,
) -> None:
    """Note that boards of `learners` are to be written, and that those of `done` are."""
    await _OWE(
        tx,
        batch=batch,
        since=now,
        org_ids=[org for org, _ in learners],
        learner_ids=[learner for _, learner in learners],
        done_orgs=[org for org, _ in done],
        done_batches=[one for _, one in done],
    )


async def waiting(tx: Tx, *, before: datetime, ahead: datetime) -> list[Waiting]:
    """Return batches whose boards have waited since before `before`, at most 20.

    What waits since after `ahead` was noted before the clock stepped back (R23).
    """
    return await _WAITING(tx, before=before, ahead=ahead)


async def written(tx: Tx, batches: Sequence[UUID]) -> None:
    """Note that the boards of `batches` show their learners' totals."""
    await _WRITTEN(tx, batches=list(batches))
