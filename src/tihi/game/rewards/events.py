"""The consumer `rewards`."""

from collections.abc import Sequence

from tihi.base.chance import Random
from tihi.facts.envelope import Fact
from tihi.game.boards.service import Desk
from tihi.game.rewards import service
from tihi.game.rewards.rewarding import Memory
from tihi.platform.cache import Cache
from tihi.platform.clock import Clock
from tihi.platform.consumer import Applied, Consumer
from tihi.platform.db import BatchTx

NAME = service.CONSUMER


def consumer(cache: Cache, clock: Clock, chance: Random) -> Consumer:
    """Return the consumer that turns facts into points, levels and badges."""
    desk = Desk(cache)
    memory = Memory()

    async def apply(tx: BatchTx, facts: Sequence[Fact]) -> Applied:
        return await service.apply(
            tx, facts, now=clock.now(), desk=desk, memory=memory, chance=chance
        )

    return Consumer(name=NAME, types=service.TYPES, apply=apply, in_order=service.IN_ORDER)
