"""HTTP for rewards."""

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter

from tihi.base.ids import ClassId
from tihi.base.problem import Missing
from tihi.game.rewards import service
from tihi.game.rewards.model import ClassProgress, LedgerPage, Progress
from tihi.game.streaks import service as streaks
from tihi.people.classes import service as classes
from tihi.platform.clock import local_date
from tihi.platform.db import LARGEST
from tihi.platform.http import LEARNERS, STAFF, Given, Role, may, problems


@get("/api/v1/me/progress", opt=may(LEARNERS), responses=problems())
async def read_progress(call: Given) -> Progress:
    """Read your XP, your level and how far today has come."""
    now = call.clock.now()
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.progress(
            tx,
            call.actor.learner,
            today=local_date(now, call.actor.zone),
            org_today=local_date(now, call.actor.org_zone),
            now=now,
        )


@get("/api/v1/me/ledger", opt=may(LEARNERS), responses=problems())
async def read_ledger(
    call: Given,
    before: Annotated[int | None, QueryParameter(ge=0, le=LARGEST)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    context: FromQuery[str] = "",
) -> LedgerPage:
    """List your points, newest first, each with its why."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.page(
            tx, call.actor.learner, before=before, context=context, most=limit
        )


@get(
    "/api/v1/classes/{class_id:uuid}/progress",
    opt=may(STAFF, record=True),
    responses=problems(Missing),
)
async def read_class_progress(call: Given, class_id: FromPath[UUID]) -> list[ClassProgress]:
    """Read where the learners of a class of yours stand."""
    actor = call.actor
    today = local_date(call.clock.now(), actor.org_zone)
    reader = None if actor.role is Role.ADMIN else actor.account_id
    async with call.db.tx(actor.org_id) as tx:
        page = await classes.page(tx, ClassId(class_id), reader=reader, today=today)
        learners = [one.learner_id for one in page.learners]
        points = {
            one.learner_id: one for one in await service.progress_of(tx, learners, org_today=today)
        }
        runs = await streaks.of_learners(tx, learners, today=today)
    return [
        ClassProgress(
            learner_id=run.learner_id,
            xp=points[run.learner_id].xp if run.learner_id in points else 0,
            level=points[run.learner_id].level if run.learner_id in points else 1,
            week_xp=points[run.learner_id].week_xp if run.learner_id in points else 0,
            streak=run.length,
            active_today=run.active_today,
        )
        for run in runs
    ]


handlers = [read_progress, read_ledger, read_class_progress]
