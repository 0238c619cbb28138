"""The scheduler role: what must happen though nobody asked for it.

Every job may run in two processes at once and stop anywhere: rows are locked or marked in
the transaction that does the work.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from tihi.game.backfills.jobs import Filler
from tihi.game.boards import service as boards
from tihi.game.boards.service import Desk
from tihi.game.streaks import jobs as streaks
from tihi.people.privacy import service as privacy
from tihi.people.retention import jobs as retention
from tihi.platform import metrics
from tihi.platform.db import Database
from tihi.platform.http import Parts
from tihi.platform.log import due
from tihi.platform.push import Push
from tihi.platform.tasks import together
from tihi.roles.erased import Keeper
from tihi.roles.parts import every_org

_log = logging.getLogger(__name__)

_SWEEP_EVERY_S = 2.0
_BOARDS_EVERY_S = 2.0
_BACKFILLS_EVERY_S = 2.0
_STREAKS_EVERY_S = 60.0
_ERASURES_EVERY_S = 30.0
_ERASED_EVERY_S = 5.0
_LOOK_EVERY_S = 5.0
_AGAIN_S = 60.0
"""Whatever failed is tried again by then, as when the database was away for a moment."""
_TIDY_EVERY_S = 3600.0
"""An org is gone through once a day; more often it is only asked what day it is there."""
_ERASED_LATELY = timedelta(minutes=10)
_STALE_AFTER = timedelta(seconds=5)
_BOARDS_STALE_AFTER = timedelta(seconds=2)
_MOST = 2_000
_MOST_PAGES = 5
"""In one go: a worker is not handed much more than it can do until the next."""

Job = Callable[[], Awaitable[object]]


async def sweep(parts: Parts, sweeper: Database) -> int:
    """Publish again what is due and old; return how much that was.

    While the broker is away all of it stays as it is, so that the oldest goes first on its return.
    """
    total = 0
    for _ in range(_MOST_PAGES):
        if not parts.bus.up:
            break
        now = parts.clock.now()
        found = await due.stale(sweeper, before=now - _STALE_AFTER, now=now, most=_MOST)
        parts.bus.publish(found)
        metrics.SWEPT.add(by=len(found))
        total += len(found)
        if len(found) < _MOST:
            break
        await parts.bus.settle()
    if total:
        # What was published and is still due may have found a stream that takes nothing.
        await parts.bus.mend()
    return total


async def look(parts: Parts, sweeper: Database) -> None:
    """See what waits in all orgs, and keep it for every process to show."""
    waiting = await due.lag_everywhere(sweeper)
    async with parts.db.system() as tx:
        await due.keep_lag(tx, waiting, now=parts.clock.now())


async def write_boards(parts: Parts, sweeper: Database) -> None:
    """Write the boards that waited too long."""
    now = parts.clock.now()
    for org in await due.boards_waiting(sweeper, before=now - _BOARDS_STALE_AFTER, now=now):
        await boards.write_waiting(parts.db, parts.cache, org, now=now)


async def fill_back(parts: Parts, sweeper: Database, push: Push | None) -> None:
    """Count history for achievements that are new, one org after the other."""
    filler = Filler(parts.db, parts.bus, Desk(parts.cache), parts.clock, parts.chance, push)
    for org in await due.backfills_waiting(sweeper):
        await filler.fill(org)


async def close_days(parts: Parts, push: Push | None) -> None:
    """Close the days that are over, in every org."""
    for org in await every_org(parts):
        await streaks.close_days(parts.db, push, org, parts.clock)


async def finish_erasures(parts: Parts) -> None:
    """Delete what arrived of people while they were being erased (P12)."""
    since = parts.clock.now() - _ERASED_LATELY
    for org in await every_org(parts):
        async with parts.db.tx(org) as tx:
            for erasure in await privacy.erasures(tx, since=since):
                await privacy.erase_again(tx, erasure)


async def tidy(parts: Parts) -> None:
    """Remove what is too old to be kept, in every org (P9)."""
    for org in await every_org(parts):
        await retention.tidy(parts.db, parts.bus.publish, org, parts.clock, parts.chance)


async def run(
    parts: Parts, sweeper: Database, push: Push, *, erased: Path, stop: asyncio.Event | None = None
) -> None:
    """Do each job at its pace until cancelled, or until `stop` is set and none is under way.

    Args:
        parts: the engines, time and chance.
        sweeper: the database under the sweep's own role.
        push: tells learners.
        erased: where the list of who was erased is kept.
        stop: ends it.
    """
    told = stop or asyncio.Event()
    jobs: list[tuple[str, float, Job]] = [
        ("sweep", _SWEEP_EVERY_S, lambda: sweep(parts, sweeper)),
        ("look", _LOOK_EVERY_S, lambda: look(parts, sweeper)),
        ("boards", _BOARDS_EVERY_S, lambda: write_boards(parts, sweeper)),
        ("backfills", _BACKFILLS_EVERY_S, lambda: fill_back(parts, sweeper, push)),
        ("erasures", _ERASURES_EVERY_S, lambda: finish_erasures(parts)),
        ("erased", _ERASED_EVERY_S, Keeper(parts, erased).keep),
        ("retention", _TIDY_EVERY_S, lambda: tidy(parts)),
        ("streaks", _STREAKS_EVERY_S, lambda: close_days(parts, push)),
    ]
    await together(*(_every(name, seconds, job, told) for name, seconds, job in jobs))


async def _every(name: str, seconds: float, job: Job, told: asyncio.Event) -> None:
    while not told.is_set():
        pause_s = seconds
        try:
            await job()
            metrics.JOBS.add(name, "done")
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  # a job must come back after anything
            metrics.JOBS.add(name, "failed")
            pause_s = min(seconds, _AGAIN_S)
            _log.warning("job %s failed, it runs again in %s s: %r", name, pause_s, error)
        with suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), pause_s)
