"""Statements of boards, typed."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from tihi.base.ids import LearnerId, OrgId
from tihi.base.value import Value
from tihi.game.boards.model import TotalRow
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Copied, Many, Paged, Run, load

_FILL_S = 600.0
"""A board of very many may have to wait for the store, page by page."""


class WeekRow(Value):
    """A learner's total in one week."""

    learner_id: LearnerId
    week: date
    points: int
    last_time: datetime


class Stand(Value):
    """A learner's total over all time, as of `entry`; `fell`: it was higher once."""

    learner_id: LearnerId
    entry: int
    fell: bool
    xp: int
    last_time: datetime


class Waiting(Value):
    """A batch of learners whose boards may not have been written."""

    batch: UUID
    learner_ids: list[LearnerId]


_SQL = load("tihi.game.boards")
_TOTALS = Paged(_SQL["totals"], TotalRow)
_WEEK_TOTALS = Paged(_SQL["week_totals"], TotalRow)
_FILL = Copied(_SQL["fill"])
_FILL_WEEK = Copied(_SQL["fill_week"])
_WEEKS = Many(_SQL["weeks"], date)
_FALLEN = Many(_SQL["fallen"], UUID)
_STANDINGS = Many(_SQL["standings"], Stand)
_WEEK_STANDINGS = Many(_SQL["week_standings"], WeekRow)
_WRITTEN = Run(_SQL["written"])
_WAITING = Many(_SQL["waiting"], Waiting)
_OWE = Run(_SQL["owe"])


def totals(tx: Tx, *, week: date | None, size: int) -> AsyncGenerator[list[TotalRow]]:
    """Yield pages of learners' totals, in no order: of a week, or of all time for None."""
    return _TOTALS(tx, size) if week is None else _WEEK_TOTALS(tx, size, week=week)


async def fill(
    tx: Tx, take: Callable[[bytes], Awaitable[None]], spans: Mapping[str, int], week: date | None
) -> None:
    """Hand a board of all who never fell to `take`: score and learner a line, lowest first."""
    if week is None:
        await _FILL(tx, take, _FILL_S, **spans)
    else:
        await _FILL_WEEK(tx, take, _FILL_S, week=week, **spans)


async def weeks(tx: Tx, some: Sequence[date]) -> list[date]:
    """Return those of `some` weeks that anybody has points in."""
    return await _WEEKS(tx, weeks=list(some))


async def fallen(tx: Tx, *, after: LearnerId, most: int) -> list[LearnerId]:
    """Return learners behind `after` whose totals were higher once, in order."""
    return [LearnerId(one) for one in await _FALLEN(tx, after=after, most=most)]


async def standings(
    tx: Tx, learners: Sequence[LearnerId], *, since_week: date
) -> tuple[list[Stand], list[WeekRow]]:
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
