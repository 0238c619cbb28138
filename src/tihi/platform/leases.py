"""Which worker owns which partitions, and how a worker that fell silent loses them.

Every worker process has a row that it moves on with each beat, and its database sessions bear
its name. A worker is dead when another one has seen its row stand still for 15 s of its own
monotonic clock, so that no wall clock is asked, or for 2.5 s with no session left. A dead
one's sessions are terminated, which frees every lock it holds; its partitions are taken over.
Statements that take due rows name the owner, so that one that wakes up late changes nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID, uuid4

from tihi.base.problem import Problem
from tihi.base.value import Value
from tihi.facts.envelope import PARTITIONS
from tihi.platform.clock import Clock
from tihi.platform.db import Database, SystemTx
from tihi.platform.sql import Many, Run, load

BEAT_S = 1.0
_AWAY_S = 2 * BEAT_S
SILENT_S = 15.0
GONE_S = 2.5
"""Longer than PostgreSQL takes to come back with everybody's sessions."""

_SQL = load("tihi.platform.log")
_log = logging.getLogger(__name__)


class _Peer(Value):
    """A worker's row; `here` while its session lives."""

    worker_id: UUID
    consumers: list[str]
    beat: int
    here: bool


class _Lease(Value):
    consumer: str
    partition: int
    owner: UUID | None


_JOIN = Run(_SQL["join_workers"])
_BEAT = Run(_SQL["beat"])
_PEERS = Many(_SQL["peers"], _Peer)
_TERMINATE = Many(_SQL["terminate"], bool)
_LEAVE = Run(_SQL["leave"])
_FREE = Run(_SQL["free_leases"])
_LEASES = Many(_SQL["leases"], _Lease)
_ADD_LEASES = Run(_SQL["add_leases"])
_CLAIM = Many(_SQL["claim"], int)
_RELEASE = Run(_SQL["release"])


class Fenced(Exception):
    """This worker was taken for dead, and others have its partitions."""


Changed = Callable[[frozenset[int]], Awaitable[None]]


def session_name(worker: UUID) -> str:
    """Return the name that all database sessions of `worker` bear."""
    return f"tihi-worker-{worker}"


class Steward:
    """Keeps one worker process among the living, and its share of the partitions."""

    def __init__(self, db: Database, clock: Clock, worker: UUID | None = None) -> None:
        self.worker = worker or uuid4()
        self._db = db
        self._clock = clock
        self._changed: dict[str, Changed] = {}
        self._owned: dict[str, frozenset[int]] = {}
        self._beats: dict[UUID, tuple[int, float]] = {}
        self._joined = False
        self._looked = 0.0

    def watch(self, consumer: str, changed: Changed) -> None:
        """Let `changed` hear which partitions of `consumer` are owned, at every change."""
        self._changed[consumer] = changed
        self._owned[consumer] = frozenset()

    async def run(self) -> None:
        """Beat until cancelled.

        Raises:
            Fenced: this worker was taken for dead; it must begin anew.
        """
        while True:
            begun = self._clock.monotonic()
            try:
                await self.beat()
            except Problem as error:
                _log.warning("no beat: %r", error)
            spent = self._clock.monotonic() - begun
            await asyncio.sleep(max(0.1, BEAT_S - spent))

    async def beat(self) -> None:
        """Show that we live, bury the dead, and take or give up partitions."""
        async with self._db.system() as tx:
            await self._show(tx)
            peers = await _PEERS(tx)
            dead = self._dead(peers)
            for one in dead:
                await self._bury(tx, one)
            living = [one for one in peers if one.worker_id not in dead]
            held = await _LEASES(tx)
        for consumer in self._changed:
            await self._settle(consumer, living, held)

    async def _show(self, tx: SystemTx) -> None:
        consumers = sorted(self._changed)
        if not self._joined:
            name = session_name(self.worker)
            await _JOIN(tx, worker_id=self.worker, name=name, consumers=consumers)
            await _ADD_LEASES(tx, consumers=consumers, partitions=list(range(PARTITIONS)))
            self._joined = True
        elif await _BEAT(tx, worker_id=self.worker) != 1:
            raise Fenced(str(self.worker))

    def _dead(self, peers: Sequence[_Peer]) -> set[UUID]:
        now = self._clock.monotonic()
        # Whoever could not look for a while, as when the database stood still, has not seen
        # others stand still: they could not beat either.
        away = now - self._looked > _AWAY_S
        self._looked = now
        dead: set[UUID] = set()
        for one in peers:
            seen = self._beats.get(one.worker_id)
            if away or seen is None or seen[0] != one.beat:
                self._beats[one.worker_id] = one.beat, now
            elif now - seen[1] > (SILENT_S if one.here else GONE_S):
                dead.add(one.worker_id)
        return dead - {self.worker}

    async def _bury(self, tx: SystemTx, worker: UUID) -> None:
        await _TERMINATE(tx, name=session_name(worker))
        await _FREE(tx, worker_id=worker)
        await _LEAVE(tx, worker_id=worker)
        self._beats.pop(worker, None)
        _log.warning("worker %s is gone, its partitions are free", worker)

    async def _settle(self, consumer: str, living: Sequence[_Peer], held: Sequence[_Lease]) -> None:
        peers = sum(consumer in one.consumers for one in living)
        share = -(-PARTITIONS // max(1, peers))
        mine = {
            one.partition for one in held if one.consumer == consumer and one.owner == self.worker
        }
        surplus = sorted(mine)[share:]
        if surplus:
            # First stop working on them, then let others have them.
            mine -= set(surplus)
            await self._tell(consumer, frozenset(mine))
            async with self._db.system() as tx:
                await _RELEASE(tx, consumer=consumer, worker_id=self.worker, partitions=surplus)
        elif len(mine) < share:
            async with self._db.system() as tx:
                most = share - len(mine)
                claimed = await _CLAIM(tx, consumer=consumer, worker_id=self.worker, most=most)
            mine |= set(claimed)
        await self._tell(consumer, frozenset(mine))

    async def _tell(self, consumer: str, owned: frozenset[int]) -> None:
        if self._owned[consumer] != owned:
            self._owned[consumer] = owned
            await self._changed[consumer](owned)

    async def close(self) -> None:
        """Give everything up, so that others need not wait."""
        async with self._db.system() as tx:
            await _FREE(tx, worker_id=self.worker)
            await _LEAVE(tx, worker_id=self.worker)
