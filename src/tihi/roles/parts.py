"""Connecting to the engines: the parts that every role is made of."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tihi.base.chance import SystemRandom
from tihi.platform import db
from tihi.platform.bus import Bus
from tihi.platform.cache import Cache
from tihi.platform.clock import Clock, SystemClock
from tihi.platform.engines import Endpoints
from tihi.platform.http import Parts


@asynccontextmanager
async def connected(
    endpoints: Endpoints,
    *,
    clock: Clock | None = None,
    most: int = 16,
    name: str = "tihi",
    deadline_s: float = db.COMMAND_TIMEOUT_S,
) -> AsyncGenerator[Parts]:
    """Connect to the engines as the application.

    Args:
        endpoints: where they are.
        clock: tells the time; the machine's own by default.
        most: how many database connections at most.
        name: what the database sessions are called.
        deadline_s: how long a statement may take.
    """
    database = await db.connect(endpoints.database_url, most=most, name=name, deadline_s=deadline_s)
    cache = await Cache.connect(endpoints.valkey_url)
    bus = await Bus.connect(endpoints.nats_url)
    try:
        yield Parts(
            db=database, cache=cache, bus=bus, clock=clock or SystemClock(), chance=SystemRandom()
        )
    finally:
        await bus.close()
        await cache.close()
        await database.close()
