"""Scheduled work of retention: once a day, through everything that ages."""

from collections.abc import Callable, Sequence

from tihi.base.chance import Random
from tihi.base.ids import OrgId
from tihi.facts.envelope import Fact
from tihi.people.retention import service
from tihi.people.retention.model import What
from tihi.platform import metrics
from tihi.platform.clock import Clock
from tihi.platform.db import Database


async def tidy(
    db: Database,
    publish: Callable[[Sequence[Fact]], None],
    org: OrgId,
    clock: Clock,
    chance: Random,
) -> dict[What, int]:
    """Remove what is too old in an org, if that was not done today; return how much of what.

    Each part goes in small transactions of its own, so it may stop anywhere and go on later, and
    two at once do no more than one. The day counts as done at the very end.
    """
    now = clock.now()
    async with db.tx(org) as tx:
        today = await service.owed(tx, now=now)
        if today is None:
            return {}
        await service.look(tx, now=now, chance=chance)
    removed: dict[What, int] = {}
    for what in service.BY_AGE:
        more, total = True, 0
        while more:
            async with db.tx(org) as tx:
                gone, more = await service.remove(tx, what, now=now)
            total += gone
        removed[what] = total
    more, total = True, 0
    while more:
        async with db.tx(org) as tx:
            gone, more, facts = await service.end_unused(tx, now=now, chance=chance)
        publish(facts)
        total += gone
    removed[What.ACCOUNTS] = total
    async with db.tx(org) as tx:
        for what, gone in removed.items():
            if gone:
                await service.note(tx, what, gone, now=now, chance=chance)
        await service.finish(tx, today)
    for what, gone in removed.items():
        metrics.REMOVED.add(what.value, by=gone)
    return removed
