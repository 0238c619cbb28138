"""HTTP for classes."""

from datetime import date
from uuid import UUID

from litestar import delete, get, patch, post, put
from litestar.params import FromPath, JSONBody

from tihi.base.ids import AccountId, ClassId, LearnerId
from tihi.base.problem import Missing, TooMany
from tihi.people.classes import service
from tihi.people.classes.model import (
    ClassCard,
    ClassChanges,
    ClassFull,
    ClassPage,
    CodeOnly,
    Door,
    NewClass,
    UnknownCode,
)
from tihi.people.orgs import service as orgs
from tihi.people.orgs.model import ClassSize, UnfitSize
from tihi.platform.clock import local_date
from tihi.platform.http import ADMINS, ANYONE, STAFF, Actor, Call, Given, Role, may, problems


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
    """Change how a class does things: whom its boards show, whether its code lets anybody in."""
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
    """Give the class another code, which is open; the old one stops working at once."""
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


@post(
    "/api/v1/join/code",
    opt=ANYONE,
    status_code=200,
    responses=problems(UnknownCode, ClassFull, TooMany),
)
async def look_at_code(call: Given, data: JSONBody[CodeOnly]) -> Door:
    """Read what a class code leads to, before joining. A wrong one counts as a try to join."""
    await service.let_try(call.cache, call.peer)
    async with call.db.system() as tx:
        found = await service.find_code(tx, data.code)
    async with call.db.tx(found.org_id) as tx:
        door = await service.door(tx, found.class_id)
    await service.was_right(call.cache, call.peer)
    return door


@get("/api/v1/admin/class-size", opt=may(ADMINS), responses=problems())
async def read_class_size(call: Given) -> ClassSize:
    """Read how many learners a class takes by its code."""
    async with call.db.tx(call.actor.org_id) as tx:
        return ClassSize(most=(await orgs.read(tx)).class_size)


@put("/api/v1/admin/class-size", opt=may(ADMINS), responses=problems(UnfitSize))
async def set_class_size(call: Given, data: JSONBody[ClassSize]) -> ClassSize:
    """Set how many learners a class takes by its code; whoever is in stays in."""
    async with call.db.tx(call.actor.org_id) as tx:
        await service.set_size(
            tx,
            data.most,
            by=call.actor.account_id,
            now=call.clock.now(),
            chance=call.chance,
        )
    return data


handlers = [
    list_classes,
    create_class,
    read_class,
    change_class,
    renew_class_code,
    remove_learner,
    look_at_code,
    read_class_size,
    set_class_size,
]
