"""HTTP for the pages behind links."""

from litestar import post
from litestar.params import JSONBody

from tihi.base.problem import TooMany
from tihi.people.accounts import service as accounts
from tihi.people.accounts.model import UnfitPassword
from tihi.people.links import service
from tihi.people.links.model import LinkGiven, LinkOver, LinkPage, LinkUsed
from tihi.platform import passwords
from tihi.platform.directory import lookup
from tihi.platform.directory.lookup import Link
from tihi.platform.http import ANYONE, Call, Given, problems

_TRIES = 60
_TRIES_S = 300


async def _where(call: Call, token: str) -> Link:
    await call.cache.limit(f"link:{call.peer}", _TRIES, _TRIES_S)
    async with call.db.system() as tx:
        found = await lookup.link(tx, token[:200], now=call.clock.now())
    if found is None:
        raise LinkOver
    return found


@post("/api/v1/links/open", opt=ANYONE, status_code=200, responses=problems(LinkOver, TooMany))
async def open_link(call: Given, data: JSONBody[LinkGiven]) -> LinkPage:
    """Read whom a link is for. It stays good until it is used."""
    found = await _where(call, data.token)
    async with call.db.tx(found.org_id) as tx:
        return await service.page(tx, found.link_id, now=call.clock.now())


@post(
    "/api/v1/links/use",
    opt=ANYONE,
    status_code=204,
    responses=problems(LinkOver, UnfitPassword, TooMany),
)
async def use_link(call: Given, data: JSONBody[LinkUsed]) -> None:
    """Choose a password by a link, which works once. Then sign in with it."""
    found = await _where(call, data.token)
    accounts.check_password(data.password)
    hashed = await passwords.hashed(data.password)
    async with call.db.tx(found.org_id) as tx:
        await service.use(
            tx,
            found.link_id,
            password_hash=hashed,
            now=call.clock.now(),
            chance=call.chance,
        )


handlers = [open_link, use_link]
