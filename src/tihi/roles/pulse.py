"""How the system is, as one process sees it: engines, schema, what waits, room on the disk.

Whoever asks, it looks at most once a second: the health pages are open to strangers.
"""

import asyncio
import os
import time
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from tihi.base.problem import Problem
from tihi.base.value import Value
from tihi.platform import metrics
from tihi.platform.cache import reachable
from tihi.platform.db import SystemTx
from tihi.platform.http import Parts
from tihi.platform.log import due
from tihi.platform.revisions import is_behind

_KEPT_S = 1.0
MOST_LAG_S = 60.0
"""What waits longer than this is a backlog and not a burst."""
MOST_UNSEEN_S = 60.0
"""When no scheduler has looked for longer, nobody knows what waits."""
LEAST_DISK = 64 << 20
"""With less room than this, PostgreSQL is about to refuse writes."""


class EngineHealth(Value):
    """An engine as this process sees it."""

    name: str
    up: bool
    version: str
    latency_ms: float


class Readiness(Value):
    """Whether this process may be sent work, and what is the matter if not.

    Attributes:
        ready: it may. For a web process that is so while the database answers with the schema
            that it was built for and has room: answers are taken and kept then, whatever else
            is away (R13). A worker is ready when no consumer lags either.
        engines: which of them answer.
        schema_current: every migration that this process knows has run.
        disk_ok: there is room to write, where the data folder is on this machine.
        lag_s: age of the oldest fact that waits for a consumer.
        lag_ok: it is under a minute, and a scheduler lives that knows.
    """

    ready: bool
    engines: dict[str, bool]
    schema_current: bool
    disk_ok: bool
    lag_s: float
    lag_ok: bool


class Seen(Value):
    """What one look found; `waiting` is as a scheduler last saw it."""

    engines: list[EngineHealth]
    schema: str
    waiting: list[due.SeenWaiting]
    at: datetime

    def lag_s(self) -> float:
        """Return the age of the oldest fact that waits."""
        return max((_age_s(self.at, one.oldest) for one in self.waiting if one.oldest), default=0.0)

    def unseen_s(self) -> float:
        """Return how long ago a scheduler looked; without end when none ever did."""
        looked = max((one.seen_at for one in self.waiting), default=None)
        return float("inf") if looked is None else _age_s(self.at, looked)


class Pulse:
    """Looks after the parts of one process."""

    def __init__(self, parts: Parts, home: Path | None = None) -> None:
        """Make a pulse.

        Args:
            parts: what to look after.
            home: the data folder, when it is on this machine.
        """
        self._parts = parts
        self._home = home if home is not None and home.is_dir() else None
        self._seen: Seen | None = None
        self._until = 0.0
        self._looking = asyncio.Lock()

    async def look(self) -> Seen:
        """Return how all is, at most a second ago."""
        async with self._looking:
            if self._seen is None or time.monotonic() >= self._until:
                self._seen = await self._look()
                self._until = time.monotonic() + _KEPT_S
            return self._seen

    async def _look(self) -> Seen:
        postgres, valkey, nats = await asyncio.gather(
            self._postgres(), self._valkey(), self._nats()
        )
        schema, waiting = "", []
        if postgres.up:
            try:
                async with self._parts.db.system() as tx:
                    schema, waiting = await _schema(tx), await due.seen_lag(tx)
            except Problem:
                postgres = EngineHealth(name=postgres.name, up=False, version="", latency_ms=0.0)
        return Seen(
            engines=[postgres, valkey, nats],
            schema=schema,
            waiting=waiting,
            at=self._parts.clock.now(),
        )

    async def _postgres(self) -> EngineHealth:
        begun = time.perf_counter()
        try:
            async with self._parts.db.system() as tx:
                told = str(await tx.connection.fetchval("SHOW server_version")).split()[0]
        except Problem:
            return _down("PostgreSQL")
        return _up("PostgreSQL", told, begun)

    async def _valkey(self) -> EngineHealth:
        begun = time.perf_counter()
        try:
            with reachable():
                found = await self._parts.cache.client.info("server")
        except Problem:
            return _down("Valkey")
        told = str(found.get("valkey_version", found.get("redis_version", "")))
        return _up("Valkey", told, begun)

    async def _nats(self) -> EngineHealth:
        begun = time.perf_counter()
        if not await self._parts.bus.answers():
            return _down("NATS")
        return _up("NATS", self._parts.bus.version, begun)

    async def readiness(self, *, works: bool) -> Readiness:
        """Return whether this process may be sent work; a worker `works` on what waits."""
        seen = await self.look()
        engines = {one.name.lower(): one.up for one in seen.engines}
        current = bool(seen.schema) and not is_behind(seen.schema)
        disk_ok = self._disk()[0] >= LEAST_DISK
        lag_ok = seen.lag_s() <= MOST_LAG_S and seen.unseen_s() <= MOST_UNSEEN_S
        serves = engines["postgresql"] and current and disk_ok
        return Readiness(
            ready=serves and (not works or (all(engines.values()) and lag_ok)),
            engines=engines,
            schema_current=current,
            disk_ok=disk_ok,
            lag_s=round(seen.lag_s(), 1),
            lag_ok=lag_ok,
        )

    async def exposition(self) -> bytes:
        """Return this process's figures for Prometheus, with what a look now finds."""
        seen = await self.look()
        metrics.BUILD.labels(version("tihi")).set(1)
        for one in seen.engines:
            metrics.ENGINE_UP.labels(one.name).set(one.up)
            metrics.ENGINE_SECONDS.labels(one.name).set(one.latency_ms / 1000)
        metrics.waits(
            {
                one.consumer: (
                    one.due,
                    _age_s(seen.at, one.oldest) if one.oldest else 0.0,
                    one.letters,
                )
                for one in seen.waiting
            }
        )
        metrics.LOOKED.set(seen.unseen_s())
        used, idle, most = self._parts.db.connections
        metrics.POOL.labels("used").set(used)
        metrics.POOL.labels("idle").set(idle)
        metrics.POOL_MOST.set(most)
        if self._home is not None:
            free, size = self._disk()
            metrics.DISK_FREE.set(free)
            metrics.DISK_SIZE.set(size)
        return metrics.exposition()

    def _disk(self) -> tuple[int, int]:
        """Return free and whole bytes; without a folder of ours, as much as is needed."""
        if self._home is None:
            return LEAST_DISK, LEAST_DISK
        found = os.statvfs(self._home)
        return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize


async def _schema(tx: SystemTx) -> str:
    return str(await tx.connection.fetchval("SELECT version_num FROM public.alembic_version"))


def _age_s(now: datetime, moment: datetime) -> float:
    return max(0.0, (now - moment).total_seconds())


def _up(name: str, told: str, begun: float) -> EngineHealth:
    latency_ms = round((time.perf_counter() - begun) * 1000, 2)
    return EngineHealth(name=name, up=True, version=told, latency_ms=latency_ms)


def _down(name: str) -> EngineHealth:
    return EngineHealth(name=name, up=False, version="", latency_ms=0.0)
