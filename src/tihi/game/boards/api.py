"""HTTP for boards."""

from uuid import UUID

from litestar import get
from litestar.params import FromPath, FromQuery

from tihi.base.ids import ClassId
from tihi.base.problem import Unavailable
from tihi.game.boards import service
from tihi.game.boards.model import Board, NotYourClass, PeriodName, Scope
from tihi.platform.clock import local_date
from tihi.platform.http import EVERYONE, Given, may, problems


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
) -> Board:
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
    if board.updating and await service.claim_rebuild(call.cache, actor.org_id):
        await service.rebuild(call.db, call.cache, actor.org_id, now=now)
    return board


handlers = [read_board]
