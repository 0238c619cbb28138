"""HTTP for the org's calendar."""

from datetime import date
from uuid import UUID

from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from tihi.base.problem import Missing
from tihi.people.calendar import service
from tihi.people.calendar.model import Calendar, RestDays, RestSpan, UnfitPause, UnfitRestDays
from tihi.platform.clock import local_date
from tihi.platform.http import ADMINS, EVERYONE, Given, may, problems


@get("/api/v1/calendar", opt=may(EVERYONE), responses=problems())
async def read_calendar(call: Given) -> Calendar:
    """Read when your org rests: weekly days and holidays."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.calendar(tx, today=_today(call))


@post("/api/v1/calendar", opt=may(ADMINS), status_code=200, responses=problems(UnfitPause))
async def add_holiday(call: Given, data: JSONBody[RestSpan]) -> Calendar:
    """Let everybody rest for some days; no streak is asked for on them."""
    async with call.db.tx(call.actor.org_id) as tx:
        await service.add_holiday(
            tx, data, by=call.actor.account_id, now=call.clock.now(), chance=call.chance
        )
        return await service.calendar(tx, today=_today(call))


@delete(
    "/api/v1/calendar/{span_id:uuid}",
    opt=may(ADMINS),
    status_code=200,
    responses=problems(Missing),
)
async def end_holiday(call: Given, span_id: FromPath[UUID]) -> Calendar:
    """End a holiday with today, or take one back that has not begun."""
    async with call.db.tx(call.actor.org_id) as tx:
        await service.end_holiday(
            tx,
            span_id,
            today=_today(call),
            by=call.actor.account_id,
            now=call.clock.now(),
            chance=call.chance,
        )
        return await service.calendar(tx, today=_today(call))


@put("/api/v1/calendar/rest-days", opt=may(ADMINS), responses=problems(UnfitRestDays))
async def set_rest_days(call: Given, data: JSONBody[RestDays]) -> Calendar:
    """Set on which days of the week nobody is asked for a streak; days that are over stay."""
    async with call.db.tx(call.actor.org_id) as tx:
        await service.set_rest_days(
            tx, data, by=call.actor.account_id, now=call.clock.now(), chance=call.chance
        )
        return await service.calendar(tx, today=_today(call))


def _today(call: Given) -> date:
    return local_date(call.clock.now(), call.actor.org_zone)


handlers = [read_calendar, add_holiday, end_holiday, set_rest_days]
