"""HTTP for streaks."""

from litestar import delete, get, post
from litestar.params import JSONBody

from tihi.game.streaks import service
from tihi.game.streaks.model import Pardoned, Streak, UnfitAmnesty
from tihi.people.calendar import service as calendar
from tihi.people.calendar.model import Pause, RestSpan, UnfitPause
from tihi.platform.clock import local_date
from tihi.platform.http import ADMINS, LEARNERS, Given, may, problems


@get("/api/v1/me/streak", opt=may(LEARNERS), responses=problems())
async def read_streak(call: Given) -> Streak:
    """Read your streak as it stands today."""
    today = local_date(call.clock.now(), call.actor.zone)
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.read(tx, call.actor.learner, today=today)


@post("/api/v1/me/streak/pause", opt=may(LEARNERS), status_code=200, responses=problems(UnfitPause))
async def pause_streak(call: Given, data: JSONBody[Pause]) -> Streak:
    """Rest for some days. Your streak waits for you."""
    now = call.clock.now()
    today = local_date(now, call.actor.zone)
    async with call.db.tx(call.actor.org_id) as tx:
        await calendar.pause(tx, call.actor.learner, data, today=today, now=now, chance=call.chance)
        return await service.read(tx, call.actor.learner, today=today)


@delete("/api/v1/me/streak/pause", opt=may(LEARNERS), status_code=200, responses=problems())
async def resume_streak(call: Given) -> Streak:
    """End your pause."""
    today = local_date(call.clock.now(), call.actor.zone)
    async with call.db.tx(call.actor.org_id) as tx:
        await calendar.resume(tx, call.actor.learner, today=today)
        return await service.read(tx, call.actor.learner, today=today)


@post(
    "/api/v1/calendar/amnesty",
    opt=may(ADMINS),
    status_code=200,
    responses=problems(UnfitAmnesty, UnfitPause),
)
async def grant_amnesty(call: Given, data: JSONBody[RestSpan]) -> Pardoned:
    """Let nobody's streak suffer from days on which your school could not be reached."""
    now = call.clock.now()
    today = local_date(now, call.actor.org_zone)
    async with call.db.tx(call.actor.org_id) as tx:
        by = call.actor.account_id
        return await service.pardon(tx, data, today=today, by=by, now=now, chance=call.chance)


handlers = [read_streak, pause_streak, resume_streak, grant_amnesty]
