"""Scheduled work of streaks: closing days that are over."""

from tihi.base.ids import OrgId
from tihi.game.streaks import service
from tihi.platform.clock import Clock
from tihi.platform.db import Database, Tx
from tihi.platform.push import Push


async def close_days(db: Database, push: Push | None, org: OrgId, clock: Clock) -> None:
    """Close the days that are over for the org's learners, zone by zone."""
    async with db.tx(org) as tx:
        found = await service.zones(tx)
    for zone in found:
        async with db.batch([org]) as tx:
            outcomes = await service.close(tx, Tx(tx.connection, org), zone, now=clock.now())
        if push is not None:
            await push.send(outcomes)
