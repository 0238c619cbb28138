"""HTTP for the item bank."""

from uuid import UUID

from litestar import get
from litestar.params import FromQuery

from tihi.base.ids import CourseId
from tihi.learn.items import service
from tihi.learn.items.model import ItemCard
from tihi.platform.http import STAFF, Given, may, problems


@get("/api/v1/items", opt=may(STAFF), responses=problems())
async def list_items(
    call: Given, q: FromQuery[str] = "", course_id: FromQuery[UUID | None] = None
) -> list[ItemCard]:
    """List up to 500 items of the bank, by words in their name or question."""
    async with call.db.tx(call.actor.org_id) as tx:
        course = None if course_id is None else CourseId(course_id)
        return await service.cards(tx, words=q, course=course)


handlers = [list_items]
