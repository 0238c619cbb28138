"""HTTP for API keys."""

from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from tihi.base.problem import Missing
from tihi.people.keys import service
from tihi.people.keys.model import IssuedKey, KeyCard, NewKey, TooManyKeys, UnfitKey
from tihi.platform.http import ADMINS, Given, may, problems


@get("/api/v1/admin/keys", opt=may(ADMINS), responses=problems())
async def list_keys(call: Given) -> list[KeyCard]:
    """List the keys of other products: what each may do, until when, and when it was last used."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.cards(tx)


@post("/api/v1/admin/keys", opt=may(ADMINS), responses=problems(UnfitKey, TooManyKeys))
async def issue_key(call: Given, data: JSONBody[NewKey]) -> IssuedKey:
    """Make a key for another product. Its secret is shown this once."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.issue(
            tx, data, by=call.actor.account_id, now=call.clock.now(), chance=call.chance
        )


@delete("/api/v1/admin/keys/{key_id:uuid}", opt=may(ADMINS), responses=problems(Missing))
async def revoke_key(call: Given, key_id: FromPath[UUID]) -> None:
    """End a key; the next request with it is refused."""
    async with call.db.tx(call.actor.org_id) as tx:
        await service.revoke(
            tx, key_id, by=call.actor.account_id, now=call.clock.now(), chance=call.chance
        )


handlers = [list_keys, issue_key, revoke_key]
