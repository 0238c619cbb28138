"""Statements of the calendar, typed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tihi.base.ids import LearnerId, OrgId
from tihi.base.value import Value
from tihi.people.calendar.model import Holiday, RestSpan
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, One, Run, load


class SpanOf(Value):
    """A span and whom it is for; None is the whole org."""

    org_id: OrgId
    learner_id: LearnerId | None
    first_day: date
    last_day: date
    label: str


class WeekdaysOf(Value):
    """An org's weekly rest days, ISO 1 to 7."""

    org_id: OrgId
    weekdays: list[int]


_SQL = load("tihi.people.calendar")
_REST_OF = Many(_SQL["rest_of"], RestSpan)
_HOLIDAYS = Many(_SQL["holidays"], Holiday)
_END_HOLIDAY = Run(_SQL["end_holiday"])
_DROP_HOLIDAY = Run(_SQL["drop_holiday"])
_SET_WEEKDAYS = Run(_SQL["set_weekdays"])
_WEEKDAYS = One(_SQL["weekdays"], list)
_ADD_SPAN = Run(_SQL["add_span"])
_CUT_PAUSES = Run(_SQL["cut_pauses"])
_DROP_PAUSES = Run(_SQL["drop_pauses"])
_PAUSE_OF = One(_SQL["pause_of"], RestSpan)
_SPANS_OF = Many(_SQL["spans_of"], SpanOf)
_WEEKDAYS_OF = Many(_SQL["weekdays_of"], WeekdaysOf)


async def spans(tx: Tx, learner: LearnerId) -> list[RestSpan]:
    """Return the org's holidays and the learner's own pauses."""
    return await _REST_OF(tx, learner_id=learner)


async def holidays(tx: Tx, *, since: date) -> list[Holiday]:
    """Return the org's holidays that end on `since` or later, in order."""
    return await _HOLIDAYS(tx, since=since)


async def end_holiday(tx: Tx, span_id: UUID, today: date) -> bool:
    """End a holiday with today, or drop one that is to come; return whether there was one."""
    if await _END_HOLIDAY(tx, span_id=span_id, today=today):
        return True
    return bool(await _DROP_HOLIDAY(tx, span_id=span_id, today=today))


async def set_weekdays(tx: Tx, weekdays: Sequence[int]) -> None:
    """Set the org's weekly rest days, ISO 1 to 7."""
    await _SET_WEEKDAYS(tx, weekdays=list(weekdays))


async def weekdays(tx: Tx) -> list[int]:
    """Return the org's weekly rest days, ISO 1 to 7."""
    return list(await _WEEKDAYS(tx) or [])


async def add_span(tx: Tx, span_id: UUID, learner: LearnerId | None, span: RestSpan) -> None:
    """Add a holiday of the org, or a learner's pause."""
    await _ADD_SPAN(
        tx,
        span_id=span_id,
        learner_id=learner,
        first_day=span.first_day,
        last_day=span.last_day,
        label=span.label,
    )


async def end_pauses(tx: Tx, learner: LearnerId, today: date) -> None:
    """End the learner's pauses with yesterday."""
    await _CUT_PAUSES(tx, learner_id=learner, today=today)
    await _DROP_PAUSES(tx, learner_id=learner, today=today)


async def pause_of(tx: Tx, learner: LearnerId, today: date) -> RestSpan | None:
    """Return the learner's pause that holds today or is to come."""
    return await _PAUSE_OF(tx, learner_id=learner, today=today)


async def rest_of(
    tx: Batch, orgs: Sequence[OrgId], learners: Sequence[LearnerId]
) -> tuple[list[WeekdaysOf], list[SpanOf]]:
    """Return the weekly rest days of orgs, their holidays and the learners' pauses."""
    weekdays = await _WEEKDAYS_OF(tx, org_ids=list(orgs))
    return weekdays, await _SPANS_OF(tx, org_ids=list(orgs), learner_ids=list(learners))
