"""HTTP for achievements."""

from litestar import get

from tihi.game.achievements import service
from tihi.game.achievements.model import Badge
from tihi.platform.http import LEARNERS, Given, may, problems


@get("/api/v1/me/badges", opt=may(LEARNERS), responses=problems())
async def list_badges(call: Given) -> list[Badge]:
    """List all achievements, with how far you have come and what you have earned."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.badges(tx, call.actor.learner)


handlers = [list_badges]
