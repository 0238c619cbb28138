"""The consumer `streaks`: a service of its own, with its own tables."""

from collections.abc import Sequence

from tihi.facts.envelope import Fact
from tihi.facts.learning import DayActive
from tihi.game.streaks import service
from tihi.platform.clock import Clock
from tihi.platform.consumer import Applied, Consumer
from tihi.platform.db import BatchTx

NAME = service.CONSUMER


def consumer(clock: Clock) -> Consumer:
    """Return the consumer that turns active days into streaks."""

    async def apply(tx: BatchTx, facts: Sequence[Fact]) -> Applied:
        return await service.apply(tx, facts, now=clock.now())

    return Consumer(name=NAME, types=[DayActive.type], apply=apply)
