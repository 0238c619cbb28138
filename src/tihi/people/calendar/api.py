"""HTTP for the org's calendar."""

from litestar import get, post
from litestar.params import JSONBody

from tihi.people.calendar import service
from tihi.people.calendar.model import Rest, RestSpan, UnfitPause
from tihi.platform.http import ADMINS, EVERYONE, Given, may, problems


@get("/api/v1/calendar", opt=may(EVERYONE), responses=problems())
async def read_calendar(call: Given) -> Rest:
    """Read when your org rests: weekly days and holidays."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.rest(tx, None)


@post("/api/v1/calendar", opt=may(ADMINS), status_code=200, responses=problems(UnfitPause))
async def add_holiday(call: Given, data: JSONBody[RestSpan]) -> Rest:
    """Let everybody rest for some days; no streak is asked for on them."""
    async with call.db.tx(call.actor.org_id) as tx:
        await service.add_holiday(tx, data, now=call.clock.now(), chance=call.chance)
        return await service.rest(tx, None)


handlers = [read_calendar, add_holiday]
