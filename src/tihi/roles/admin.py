"""HTTP for the administrator: health, lag and dead letters over all parts."""

import time
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from tihi.base.problem import Missing, Problem
from tihi.base.value import Value
from tihi.platform.cache import reachable
from tihi.platform.http import ADMINS, ANYONE, Call, Given, may, problems
from tihi.platform.log import due
from tihi.platform.log.due import Letter


class EngineHealth(Value):
    """An engine as this process sees it."""

    name: str
    up: bool
    version: str
    latency_ms: float


class ConsumerHealth(Value):
    """What is due to a consumer in your org, and for how long."""

    name: str
    due: int
    oldest_s: float


class Health(Value):
    """Whether all is well, and where it is not."""

    ready: bool
    engines: list[EngineHealth]
    consumers: list[ConsumerHealth]
    dead_letters: int


async def _database(call: Call) -> str:
    async with call.db.system() as tx:
        return str(await tx.connection.fetchval("SHOW server_version")).split()[0]


async def _valkey(call: Call) -> str:
    with reachable():
        found = await call.cache.client.info("server")
    return str(found.get("valkey_version", found.get("redis_version", "")))


async def _engine(name: str, call: Call) -> EngineHealth:
    begun = time.perf_counter()
    try:
        if name == "PostgreSQL":
            version, up = await _database(call), True
        elif name == "Valkey":
            version, up = await _valkey(call), True
        else:
            version, up = call.bus.version, call.bus.up
    except Problem:
        version, up = "", False
    latency_ms = round((time.perf_counter() - begun) * 1000, 2)
    return EngineHealth(name=name, up=up, version=version, latency_ms=latency_ms)


async def _engines(call: Call) -> list[EngineHealth]:
    return [await _engine(name, call) for name in ("PostgreSQL", "Valkey", "NATS")]


@get("/health/live", opt=ANYONE)
async def live() -> str:
    """Say that the process answers."""
    return "live"


@get("/health/ready", opt=ANYONE, responses=problems())
async def ready(call: Given) -> dict[str, bool]:
    """Say which engines answer; the reply is 503 unless the database does."""
    found = {one.name.lower(): one.up for one in await _engines(call)}
    if not found["postgresql"]:
        async with call.db.system():
            pass
    return found


@get("/api/v1/admin/health", opt=may(ADMINS), responses=problems())
async def read_health(call: Given) -> Health:
    """Read the state of engines and consumers."""
    engines = await _engines(call)
    now = call.clock.now()
    async with call.db.tx(call.actor.org_id) as tx:
        lag = await due.lag(tx)
        letters = await due.letters(tx)
    return Health(
        ready=all(one.up for one in engines),
        engines=engines,
        consumers=[
            ConsumerHealth(
                name=one.name,
                due=one.due,
                oldest_s=round(max(0.0, (now - one.oldest).total_seconds()), 1),
            )
            for one in lag
        ],
        dead_letters=len(letters),
    )


@get("/api/v1/admin/dead-letters", opt=may(ADMINS), responses=problems())
async def list_dead_letters(call: Given) -> list[Letter]:
    """List facts that a consumer gave up on, newest first, at most 200."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await due.letters(tx)


@post(
    "/api/v1/admin/dead-letters/{letter_id:uuid}/replay",
    opt=may(ADMINS),
    status_code=204,
    responses=problems(Missing),
)
async def replay_dead_letter(call: Given, letter_id: FromPath[UUID]) -> None:
    """Try a dead letter again; the sweep delivers it within seconds."""
    async with call.db.tx(call.actor.org_id) as tx:
        if not await due.exhume(tx, letter_id, now=call.clock.now()):
            raise Missing


handlers = [live, ready, read_health, list_dead_letters, replay_dead_letter]
