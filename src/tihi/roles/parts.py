"""Connecting to the engines: the parts that every role is made of."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import asyncpg
from nats.errors import Error as NatsError

from tihi.base.chance import SystemRandom
from tihi.base.ids import OrgId
from tihi.base.problem import Unavailable
from tihi.platform import db
from tihi.platform.bus import Bus
from tihi.platform.cache import Cache
from tihi.platform.clock import Clock, SystemClock
from tihi.platform.config import Settings
from tihi.platform.directory import lookup
from tihi.platform.engines import Endpoints, EngineError
from tihi.platform.engines.attach import attached
from tihi.platform.http import Parts

_START_S = 60.0
_TRY_S = 5
_BROKER_S = 10.0
_PAUSE_S = 0.2
SCHEMA = "SELECT version_num FROM public.alembic_version"
"""Answered once there is a schema: whoever starts the engines makes it when they are up."""


class Unanswered(EngineError):
    """An engine is away, or not ready yet: it may be back any moment."""


@contextmanager
def answering(engine: str, setting: str) -> Generator[None]:
    """Say plainly that an engine cannot be connected to; its URL may hold a password.

    Raises:
        EngineError: it cannot, and never will where its address is none.
        Unanswered: it cannot now.
    """
    see = f"; see {setting}, and what `tihi doctor` says"
    try:
        yield
    except ValueError as error:
        raise EngineError(f"{engine} has no address that can be understood{see}") from error
    except (
        OSError,
        TimeoutError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        NatsError,
        Unavailable,
    ) as error:
        raise Unanswered(f"{engine} does not answer ({type(error).__name__}){see}") from error


async def try_database(url: str, asked: str = "SELECT 1") -> None:
    """Connect once and ask one thing.

    Raises:
        EngineError: the database does not answer.
    """
    with answering("the database", "TIHI_DATABASE_URL"):
        connection = await asyncpg.connect(url, timeout=_TRY_S)
        try:
            await connection.fetchval(asked)
        finally:
            await connection.close()


async def awaited(
    settings: Settings, say: Callable[[str], None], *, wait_s: float = _START_S
) -> Endpoints:
    """Return where the engines are, as soon as they answer: they may be starting beside us.

    Raises:
        EngineError: they do not within `wait_s`.
    """
    clock = SystemClock()
    deadline, told = clock.monotonic() + wait_s, False
    while True:
        try:
            found = attached(settings)
            await try_database(found.database_url, SCHEMA)
        except EngineError:
            if clock.monotonic() > deadline:
                raise
        else:
            return found
        if not told:
            where = "" if settings.database_url else f" of {settings.home}"
            say(f"Waiting for the engines{where}")
            told = True
        await asyncio.sleep(_PAUSE_S)


@asynccontextmanager
async def database(endpoints: Endpoints) -> AsyncGenerator[db.Database]:
    """Connect to the database alone, for one question.

    Raises:
        EngineError: it does not answer.
    """
    await try_database(endpoints.database_url, SCHEMA)
    with answering("the database", "TIHI_DATABASE_URL"):
        found = await db.connect(endpoints.database_url, most=1)
    try:
        yield found
    finally:
        await found.close()


@asynccontextmanager
async def connected(
    endpoints: Endpoints,
    *,
    clock: Clock | None = None,
    most: int = 16,
    name: str = "tihi",
    deadline_s: float = db.COMMAND_TIMEOUT_S,
    broker_s: float = _BROKER_S,
) -> AsyncGenerator[Parts]:
    """Connect to the engines as the application.

    Args:
        endpoints: where they are.
        clock: tells the time; the machine's own by default.
        most: how many database connections at most.
        name: what the database sessions are called.
        deadline_s: how long a statement may take.
        broker_s: how long the broker may take to answer.

    Raises:
        Unanswered: an engine is away.
    """
    async with AsyncExitStack() as opened:
        with answering("the database", "TIHI_DATABASE_URL"):
            found = await db.connect(
                endpoints.database_url, most=most, name=name, deadline_s=deadline_s
            )
        opened.push_async_callback(found.close)
        with answering("Valkey", "TIHI_VALKEY_URL"):
            cache = await Cache.connect(endpoints.valkey_url)
        opened.push_async_callback(cache.close)
        with answering("NATS", "TIHI_NATS_URL"):
            # The client itself tries for as long as it takes, and says nothing meanwhile.
            bus = await asyncio.wait_for(Bus.connect(endpoints.nats_url), broker_s)
        opened.push_async_callback(bus.close)
        yield Parts(
            db=found, cache=cache, bus=bus, clock=clock or SystemClock(), chance=SystemRandom()
        )


async def every_org(parts: Parts) -> list[OrgId]:
    """Return all orgs of the server."""
    async with parts.db.system() as tx:
        return await lookup.every_org(tx)
