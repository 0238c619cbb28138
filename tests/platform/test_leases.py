"""A worker's beat."""

import asyncio
from contextlib import suppress

from tihi.platform.clock import SystemClock
from tihi.platform.http import Parts
from tihi.platform.leases import Steward


async def test_a_cancellation_that_is_lost_in_a_beat_ends_the_worker_all_the_same(
    parts: Parts,
) -> None:
    """R33: on Python 3.11 `wait_for` swallows one that comes together with its result."""
    steward = Steward(parts.db, SystemClock())
    beating = asyncio.Event()

    async def lose(_owned: frozenset[int]) -> None:
        beating.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(5)

    steward.watch("somebody", lose)
    task = asyncio.create_task(steward.run())
    await beating.wait()
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=3)
    await steward.close()
    assert done == {task}
    assert task.cancelled()
