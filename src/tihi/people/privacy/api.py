"""HTTP for what people may ask of whoever keeps data about them."""

import asyncio
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath, JSONBody

from tihi.base.ids import AccountId
from tihi.base.problem import Missing, TooMany
from tihi.people.privacy import service
from tihi.people.privacy.model import Confirmation, EraseYourself, NotConfirmed
from tihi.platform.http import ADMINS, EVERYONE, Call, Given, may, problems

_EXPORTS = 10
_EXPORTS_S = 3600


async def _exported(call: Call, account: AccountId) -> Response[bytes]:
    await call.cache.limit(f"export:{call.actor.account_id}", _EXPORTS, _EXPORTS_S)
    async with call.db.tx(call.actor.org_id) as tx:
        data = await service.collect(
            tx,
            account,
            by=call.actor.account_id,
            now=call.clock.now(),
            chance=call.chance,
        )
    return Response(
        await asyncio.to_thread(service.archive, data),
        status_code=200,
        media_type="application/zip",
        headers={"content-disposition": 'attachment; filename="tihi-about-you.zip"'},
    )


@post("/api/v1/me/export", opt=may(EVERYONE), status_code=200, responses=problems(TooMany))
async def export_me(call: Given) -> Response[bytes]:
    """Get everything that is kept about you, as a ZIP file to read and for machines."""
    return await _exported(call, call.actor.account_id)


@post(
    "/api/v1/admin/people/{account_id:uuid}/export",
    opt=may(ADMINS, record=True),
    status_code=200,
    responses=problems(Missing, TooMany),
)
async def export_person(call: Given, account_id: FromPath[UUID]) -> Response[bytes]:
    """Get everything that is kept about somebody who asked for it."""
    return await _exported(call, AccountId(account_id))


@post(
    "/api/v1/admin/people/{account_id:uuid}/erase",
    opt=may(ADMINS, record=True),
    status_code=204,
    responses=problems(Missing, EraseYourself, NotConfirmed),
)
async def erase_person(
    call: Given, account_id: FromPath[UUID], data: JSONBody[Confirmation]
) -> None:
    """Erase somebody for good. Their points stay as numbers that lead to nobody."""
    async with call.db.tx(call.actor.org_id) as tx:
        facts = await service.erase(
            tx,
            AccountId(account_id),
            typed_name=data.display_name,
            by=call.actor.account_id,
            now=call.clock.now(),
            chance=call.chance,
        )
    call.bus.publish(facts)


handlers = [export_me, export_person, erase_person]
