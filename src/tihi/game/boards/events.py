"""The consumer `boards`: whoever was erased leaves every board."""

from collections.abc import Sequence

from tihi.facts.envelope import Fact
from tihi.facts.people import PersonErased
from tihi.game.boards import service
from tihi.platform.cache import Cache
from tihi.platform.clock import Clock
from tihi.platform.consumer import Applied, Consumer
from tihi.platform.db import BatchTx

NAME = "boards"


def consumer(cache: Cache, clock: Clock) -> Consumer:
    """Return the consumer that takes people off boards."""

    async def apply(_tx: BatchTx, facts: Sequence[Fact]) -> Applied:
        # Before the commit: while Valkey is away the fact stays due and comes again.
        people = [(fact.org_id, fact.subject) for fact in facts]
        await service.forget(cache, people, now=clock.now())
        return Applied(facts=[], outcomes=[], effect=None)

    return Consumer(name=NAME, types=[PersonErased.type], apply=apply)
