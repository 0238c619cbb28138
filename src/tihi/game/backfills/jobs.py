"""Work on back-fills, by the scheduler or by who waits for one."""

from contextlib import suppress

from tihi.base.chance import Random
from tihi.base.ids import OrgId
from tihi.base.problem import Problem
from tihi.game.backfills import service
from tihi.game.boards.service import Desk
from tihi.game.packs.model import Backfill
from tihi.game.rewards.rewarding import OtherBatch
from tihi.platform.bus import Bus
from tihi.platform.clock import Clock
from tihi.platform.db import Database, Tx
from tihi.platform.push import Push


class Filler:
    """Takes steps, each in a transaction of its own, and tells what they led to."""

    def __init__(
        self,
        db: Database,
        bus: Bus,
        desk: Desk,
        clock: Clock,
        chance: Random,
        push: Push | None = None,
    ) -> None:
        self._db = db
        self._chance = chance
        self._bus = bus
        self._desk = desk
        self._clock = clock
        self._push = push

    async def step(self, org: OrgId) -> Backfill | None:
        """Take the next step in `org`; return how far it is, or None when nothing is left."""
        while True:
            try:
                return await self._step(org)
            except OtherBatch:
                # Live facts were first, which they may always be.
                continue

    async def _step(self, org: OrgId) -> Backfill | None:
        async with self._db.batch([org]) as tx:
            found = await service.step(
                tx,
                Tx(tx.connection, org),
                now=self._clock.now(),
                desk=self._desk,
                chance=self._chance,
            )
        if found is None:
            return None
        backfill, applied = found
        if applied is not None:
            self._bus.publish(applied.facts)
            if applied.effect is not None:
                # The scheduler writes boards that wait too long.
                with suppress(Problem):
                    await applied.effect()
            if self._push is not None:
                await self._push.send(applied.outcomes)
        return backfill

    async def fill(self, org: OrgId) -> None:
        """Take all steps that are left in `org`."""
        while await self.step(org) is not None:
            pass
