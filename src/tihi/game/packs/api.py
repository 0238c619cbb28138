"""HTTP for packs."""

from typing import Any

from litestar import Request, get, post
from litestar.params import SkipValidation

from tihi.game.packs import service
from tihi.game.packs.model import AppliedPack, PackCard, UnfitPack
from tihi.platform.http import ADMINS, STAFF, Given, may, problems


@post("/api/v1/packs", opt=may(ADMINS), status_code=200, responses=problems(UnfitPack))
async def apply_pack(call: Given, request: SkipValidation[Request[Any, Any, Any]]) -> AppliedPack:
    """Apply a pack, YAML or JSON as the body. It is in force for what happens from now on."""
    pack = await service.read_apart(await request.body())
    async with call.db.tx(call.actor.org_id) as tx:
        return (await service.apply(tx, pack, now=call.clock.now())).applied


@get("/api/v1/packs", opt=may(STAFF), responses=problems())
async def list_packs(call: Given) -> list[PackCard]:
    """List the packs that were applied, newest first."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.cards(tx)


handlers = [apply_pack, list_packs]
