"""The worker role: the consumers, each over its partitions."""

import asyncio

from tihi.game.boards import events as boards
from tihi.game.rewards import events as rewards
from tihi.game.streaks import events as streaks
from tihi.platform.consumer import Consumer, Worker
from tihi.platform.http import Parts
from tihi.platform.push import Push


def consumers(parts: Parts) -> list[Consumer]:
    """Return every consumer there is."""
    return [
        rewards.consumer(parts.db, parts.cache, parts.clock),
        streaks.consumer(parts.clock),
        boards.consumer(parts.cache, parts.clock),
    ]


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


async def run(parts: Parts, push: Push, *, only: frozenset[str]) -> None:
    """Work until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        for worker in await workers(parts, push, only=only):
            tasks.create_task(worker.run())
