"""Waiting for the engines: a role that starts while one is away lives, and is not ready.

It says what it waits for, tries again and again, and ends at once when it is told to stop. What
cannot heal, as an address that is none, ends it as before.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from http import HTTPStatus
from typing import NamedTuple, TypeVar

from tihi.platform.config import Settings
from tihi.platform.engines import Endpoints, EngineError
from tihi.platform.engines.attach import attached
from tihi.platform.http import Parts
from tihi.platform.tasks import ended
from tihi.roles import beacon
from tihi.roles.beacon import Asked, Reply
from tihi.roles.parts import SCHEMA, Unanswered, connected, try_database

T = TypeVar("T")

_PAUSE_S = 0.5
_BROKER_S = 3.0
"""One that is up answers far sooner, and who waits is to be told of it soon."""
_SAY_AGAIN_S = 30.0

_log = logging.getLogger(__name__)


class Reached(NamedTuple):
    """The engines, connected."""

    endpoints: Endpoints
    parts: Parts


@asynccontextmanager
async def reached(
    settings: Settings,
    stop: asyncio.Event,
    *,
    waiting_at: tuple[str, int] | None,
    most: int = 16,
    name: str = "tihi",
) -> AsyncGenerator[Reached | None]:
    """Connect to the engines, however long that takes; give None once `stop` is set.

    Args:
        settings: what the installation sets.
        stop: ends the waiting.
        waiting_at: where to tell meanwhile that we live and are not ready, if anywhere.
        most: how many database connections at most.
        name: what the database sessions are called.
    """
    async with AsyncExitStack() as opened:

        async def tried() -> Reached:
            endpoints = _named(settings)
            await try_database(endpoints.database_url, SCHEMA)
            there = connected(endpoints, most=most, name=name, broker_s=_BROKER_S)
            return Reached(endpoints, await opened.enter_async_context(there))

        try:
            found = await _unless_told(stop, tried())
        except Unanswered as error:
            async with _told_meanwhile(waiting_at):
                found = await _again(tried, stop, error)
        yield found


def _named(settings: Settings) -> Endpoints:
    """Return where the engines are; whoever starts them beside us says it soon."""
    try:
        return attached(settings)
    except EngineError as error:
        raise Unanswered(str(error)) from error


async def _again(
    tried: Callable[[], Coroutine[object, object, Reached]], stop: asyncio.Event, error: Unanswered
) -> Reached | None:
    loop = asyncio.get_running_loop()
    begun, said, said_at = loop.time(), "", 0.0
    while True:
        if str(error) != said or loop.time() - said_at > _SAY_AGAIN_S:
            said, said_at = str(error), loop.time()
            _log.warning("waiting for the engines: %s", said)
        if await _unless_told(stop, asyncio.sleep(_PAUSE_S, result=True)) is None:
            return None
        try:
            found = await _unless_told(stop, tried())
        except Unanswered as again:
            error = again
            continue
        if found is not None:
            _log.info("the engines answer, after %.1f s", loop.time() - begun)
        return found


async def _unless_told(stop: asyncio.Event, work: Coroutine[object, object, T]) -> T | None:
    """Return what `work` comes to; None, with the work given up, when `stop` is set before."""
    working, told = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, told], return_when=asyncio.FIRST_COMPLETED)
        return None if stop.is_set() else working.result()
    finally:
        await ended([working, told])


def _told_meanwhile(at: tuple[str, int] | None) -> AbstractAsyncContextManager[object]:
    """Listen there for probes and people while there is nothing else to tell them."""
    return nullcontext() if at is None else beacon.listening(_answered, host=at[0], port=at[1])


async def _answered(asked: Asked) -> Reply:
    if asked.method == "GET" and asked.path == "/health/live":
        return beacon.LIVE
    return Reply(
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        body=b"waiting for the engines\n",
        retry_after_s=2,
    )
