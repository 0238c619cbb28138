"""HTTP for boards."""

import logging
from datetime import datetime
from uuid import UUID

from litestar import Response, get
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath, FromQuery

from tihi.base.ids import ClassId, OrgId
from tihi.base.problem import Unavailable
from tihi.game.boards import service
from tihi.game.boards.model import Board, NotYourClass, PeriodName, Scope
from tihi.platform.clock import local_date
from tihi.platform.http import EVERYONE, Given, may, problems

_log = logging.getLogger(__name__)


@get(
    "/api/v1/boards/{whose:str}/{period:str}",
    opt=may(EVERYONE),
    responses=problems(NotYourClass, Unavailable),
)
async def read_board(
    call: Given,
    whose: FromPath[Scope],
    period: FromPath[PeriodName],
    class_id: FromQuery[UUID | None] = None,
) -> Response[Board]:
    """Read a board of your org or of a class of yours: the top ten, and you ± 2."""
    actor = call.actor
    now = call.clock.now()
    async with call.db.tx(actor.org_id) as tx:
        board = await service.read(
            tx,
            call.cache,
            actor.learner,
            scope=whose,
            period=period,
            class_id=None if class_id is None else ClassId(class_id),
            today=local_date(now, actor.org_zone),
        )
    anew = board.updating and await service.claim_rebuild(call.cache, actor.org_id)
    # Nobody waits for it: of a million learners it takes a quarter of a minute.
    after = BackgroundTask(_rebuild, call, actor.org_id, now) if anew else None
    return Response(board, background=after)


async def _rebuild(call: Given, org: OrgId, now: datetime) -> None:
    try:
        await service.rebuild(call.db, call.cache, org, now=now)
    except Unavailable as error:
        _log.warning("boards are not written anew, a reader tries again: %r", error)


handlers = [read_board]
