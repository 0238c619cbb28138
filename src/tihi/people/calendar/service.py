"""What can be done with the calendar."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from tihi.base.chance import Random
from tihi.base.ids import AccountId, LearnerId, OrgId, fresh_id
from tihi.base.problem import Missing
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind, Note
from tihi.people.calendar import store
from tihi.people.calendar.model import (
    LONGEST_PAUSE,
    Calendar,
    Pause,
    Rest,
    RestDays,
    RestSpan,
    UnfitPause,
    UnfitRestDays,
)
from tihi.platform.db import Batch, Tx

_LONGEST_LABEL = 80
_FAR = timedelta(days=5 * 366)
_BACK = timedelta(days=366)
_WEEK = 7
_DAYS = frozenset(range(1, _WEEK + 1))


async def rest(tx: Tx, learner: LearnerId) -> Rest:
    """Return when `learner` rests."""
    return Rest(weekdays=await store.weekdays(tx), spans=await store.spans(tx, learner))


async def calendar(tx: Tx, *, today: date) -> Calendar:
    """Return when the org rests; `today` is on its calendar."""
    return Calendar(
        today=today,
        weekdays=await store.weekdays(tx),
        holidays=await store.holidays(tx, since=today - _BACK),
    )


async def end_holiday(
    tx: Tx, span_id: UUID, *, today: date, by: AccountId, now: datetime, chance: Random
) -> None:
    """End a holiday with `today`, or take one back that has not begun.

    Raises:
        Missing: there is no such holiday, or it is over.
    """
    if not await store.end_holiday(tx, span_id, today):
        raise Missing
    await _note(tx, by, now=now, chance=chance)


async def set_rest_days(
    tx: Tx, wanted: RestDays, *, by: AccountId, now: datetime, chance: Random
) -> None:
    """Set the weekly days of rest; what is over stays as it was.

    Raises:
        UnfitRestDays: they are no days of a week, or all of it.
    """
    days = sorted(set(wanted.weekdays))
    if len(days) != len(wanted.weekdays) or len(days) >= _WEEK or not _DAYS.issuperset(days):
        raise UnfitRestDays
    await store.set_weekdays(tx, days)
    await _note(tx, by, now=now, chance=chance)


async def _note(tx: Tx, by: AccountId, *, now: datetime, chance: Random) -> None:
    note = Note(kind=Kind.SETTINGS_CHANGED, actor=by, detail="days of rest")
    await audit.note(tx, note, now=now, chance=chance)


async def add_holiday(
    tx: Tx, span: RestSpan, *, by: AccountId, now: datetime, chance: Random
) -> None:
    """Let everybody in the org rest in `span`.

    Raises:
        UnfitPause: it ends before it begins, lies years away, or its label is over 80 characters.
    """
    # A year typed with a digit too few would be gone through day by day, for everybody.
    if not now.date() - _FAR < span.first_day <= span.last_day < now.date() + _FAR:
        raise UnfitPause("a holiday lies within five years")
    if len(span.label) > _LONGEST_LABEL:
        raise UnfitPause("a holiday has a short name")
    await store.add_span(tx, fresh_id(now, chance), None, span)
    await _note(tx, by, now=now, chance=chance)


async def pause(
    tx: Tx, learner: LearnerId, wanted: Pause, *, today: date, now: datetime, chance: Random
) -> None:
    """Let `learner` rest as `wanted`, instead of any pause they had.

    Raises:
        UnfitPause: it begins before today, ends before it begins, or is over 60 days long.
    """
    if not today <= wanted.first_day <= wanted.last_day:
        raise UnfitPause
    if wanted.last_day - wanted.first_day >= LONGEST_PAUSE:
        raise UnfitPause
    await store.end_pauses(tx, learner, today)
    span = RestSpan(first_day=wanted.first_day, last_day=wanted.last_day, label="")
    await store.add_span(tx, fresh_id(now, chance), learner, span)


async def resume(tx: Tx, learner: LearnerId, *, today: date) -> None:
    """End the learner's pauses; days that have passed stay days of rest."""
    await store.end_pauses(tx, learner, today)


async def pause_of(tx: Tx, learner: LearnerId, *, today: date) -> Pause | None:
    """Return the learner's pause that holds today or is to come."""
    found = await store.pause_of(tx, learner, today)
    return None if found is None else Pause(first_day=found.first_day, last_day=found.last_day)


async def rest_of(tx: Batch, learners: Sequence[tuple[OrgId, LearnerId]]) -> dict[LearnerId, Rest]:
    """Return when each of `learners` rests."""
    weekdays, spans = await store.rest_of(
        tx, list({org for org, _ in learners}), [learner for _, learner in learners]
    )
    by_org = {row.org_id: row.weekdays for row in weekdays}
    return {
        learner: Rest(
            weekdays=by_org.get(org, []),
            spans=[
                RestSpan(first_day=row.first_day, last_day=row.last_day, label=row.label)
                for row in spans
                if row.org_id == org and row.learner_id in (None, learner)
            ],
        )
        for org, learner in learners
    }
