"""The worker role: the consumers, each over the partitions that this process owns."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress

from tihi.base.problem import Problem
from tihi.game.boards import events as boards
from tihi.game.rewards import events as rewards
from tihi.game.streaks import events as streaks
from tihi.platform.consumer import Consumer, Worker
from tihi.platform.http import Parts
from tihi.platform.leases import Steward
from tihi.platform.push import Push
from tihi.platform.tasks import together

NAMES = frozenset({rewards.NAME, streaks.NAME, boards.NAME})
"""What the consumers are called."""


def consumers(parts: Parts) -> list[Consumer]:
    """Return every consumer there is."""
    return [
        rewards.consumer(parts.cache, parts.clock, parts.chance),
        streaks.consumer(parts.clock),
        boards.consumer(parts.cache, parts.clock),
    ]


class UnknownConsumer(Exception):
    """There is no consumer of that name."""


def refuse_unknown(only: Collection[str]) -> None:
    """Say of which names there is no consumer, before anything is waited for.

    Raises:
        UnknownConsumer: there is none of a name in `only`.
    """
    unknown = set(only) - NAMES
    if unknown:
        raise UnknownConsumer(f"{', '.join(sorted(unknown))}; there are {', '.join(sorted(NAMES))}")


async def workers(parts: Parts, push: Push | None, *, only: frozenset[str]) -> list[Worker]:
    """Return registered workers for the consumers named in `only`; for all when it is empty."""
    found = [
        Worker(one, db=parts.db, bus=parts.bus, push=push, clock=parts.clock)
        for one in consumers(parts)
        if not only or one.name in only
    ]
    for worker in found:
        await worker.register()
    return found


async def run(
    parts: Parts,
    push: Push | None,
    steward: Steward,
    *,
    only: frozenset[str],
    stop: asyncio.Event | None = None,
) -> None:
    """Work until cancelled, or until `stop` is set and what was taken is finished.

    Raises:
        Fenced: this process was taken for dead; it must end and begin anew.
    """
    found = await workers(parts, push, only=only)
    for one in found:
        await one.join(steward)
    try:
        await together(*(one.run() for one in found), beside=[steward.run(), _end(found, stop)])
    finally:
        with suppress(Problem):
            await steward.close()


async def _end(found: Sequence[Worker], stop: asyncio.Event | None) -> None:
    """Let workers end once `stop` is set."""
    await (stop or asyncio.Event()).wait()
    for one in found:
        one.end()
