"""HTTP for classes."""

from datetime import date
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody

from tihi.base.ids import AccountId, ClassId, LearnerId
from tihi.base.problem import Missing
from tihi.people.classes import service
from tihi.people.classes.model import ClassCard, ClassChanges, ClassPage, NewClass
from tihi.platform.clock import local_date
from tihi.platform.http import STAFF, Actor, Call, Given, Role, may, problems


def _reader(actor: Actor) -> AccountId | None:
    """Return whose classes are seen: an admin sees every class."""
    return None if actor.role is Role.ADMIN else actor.account_id


def _today(call: Call) -> date:
    return local_date(call.clock.now(), call.actor.zone)


@get("/api/v1/classes", opt=may(STAFF), responses=problems())
async def list_classes(call: Given) -> list[ClassCard]:
    """List the classes you teach; an admin sees all."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.cards(tx, taught_by=_reader(call.actor), today=_today(call))


@post("/api/v1/classes", opt=may(STAFF), responses=problems())
async def create_class(call: Given, data: JSONBody[NewClass]) -> ClassCard:
    """Create a class; you teach it."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.create(
            tx,
            data.name,
            taught_by=call.actor.account_id,
            now=call.clock.now(),
            chance=call.chance,
        )


@get("/api/v1/classes/{class_id:uuid}", opt=may(STAFF, record=True), responses=problems(Missing))
async def read_class(call: Given, class_id: FromPath[UUID]) -> ClassPage:
    """Read a class with its learners."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.page(
            tx, ClassId(class_id), reader=_reader(call.actor), today=_today(call)
        )


@patch("/api/v1/classes/{class_id:uuid}", opt=may(STAFF), responses=problems(Missing))
async def change_class(
    call: Given, class_id: FromPath[UUID], data: JSONBody[ClassChanges]
) -> ClassCard:
    """Change how a class does things: whether its boards show neighbours above alone."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.change(
            tx,
            ClassId(class_id),
            data,
            reader=_reader(call.actor),
            by=call.actor.account_id,
            now=call.clock.now(),
            today=_today(call),
            chance=call.chance,
        )


@post("/api/v1/classes/{class_id:uuid}/code", opt=may(STAFF), responses=problems(Missing))
async def renew_class_code(call: Given, class_id: FromPath[UUID]) -> ClassCard:
    """Give the class another code; the old one stops working at once."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.renew_code(
            tx,
            ClassId(class_id),
            reader=_reader(call.actor),
            today=_today(call),
            chance=call.chance,
        )


@delete(
    "/api/v1/classes/{class_id:uuid}/learners/{learner_id:uuid}",
    opt=may(STAFF, record=True),
    responses=problems(Missing),
)
async def remove_learner(call: Given, class_id: FromPath[UUID], learner_id: FromPath[UUID]) -> None:
    """Take a learner out of the class; what they learned stays theirs."""
    async with call.db.tx(call.actor.org_id) as tx:
        await service.card(tx, ClassId(class_id), reader=_reader(call.actor), today=_today(call))
        await service.leave(tx, ClassId(class_id), LearnerId(learner_id))


handlers = [list_classes, create_class, read_class, change_class, renew_class_code, remove_learner]
