"""Work that goes on side by side, and ends when it is told to.

A cancellation can be lost: before Python 3.12 `asyncio.wait_for` swallows one that comes in the
moment in which what it waits for is done, and libraries call it. So it is repeated.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from time import monotonic
from typing import Any

_AGAIN_S = 0.5


async def together(
    *work: Coroutine[Any, Any, None], beside: Iterable[Coroutine[Any, Any, None]] = ()
) -> None:
    """Run all of `work` until it is done; when one part fails or we are cancelled, end the rest.

    Args:
        work: what is to be done.
        beside: what goes on meanwhile, and ends with the work.

    Raises:
        Exception: what the first part to fail has raised.
    """
    works = [asyncio.create_task(one) for one in work]
    tasks = [*works, *(asyncio.create_task(one) for one in beside)]
    try:
        while not all(task.done() for task in works) and not any(map(_failed, tasks)):
            left = [task for task in tasks if not task.done()]
            await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await ended(tasks)
    for task in tasks:
        if _failed(task):
            task.result()


def _failed(task: asyncio.Task[None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is not None


async def ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel `tasks` until each of them has ended, whatever it raises."""
    left = {task for task in tasks if not task.done()}
    cancelled = False
    while left:
        for task in left:
            task.cancel()
        try:
            await asyncio.wait(left, timeout=_AGAIN_S)
        except asyncio.CancelledError:
            cancelled = True
        left = {task for task in left if not task.done()}
    if cancelled:
        raise asyncio.CancelledError


class Distance:
    """Lets a batch begin a little after the one before it, so that it holds more.

    What a batch costs hardly depends on how much is in it: two cores that are half idle wait
    better than they work. Where nothing came for a while, nothing waits.
    """

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._next = 0.0

    async def turn(self) -> None:
        """Wait until the time has passed since the turn before."""
        now = monotonic()
        if now < self._next:
            await asyncio.sleep(self._next - now)
            now = monotonic()
        self._next = now + self._every_s


class Pauses:
    """How long to wait until what ended is started again: each time longer, up to a bound."""

    def __init__(self, *, first_s: float, most_s: float, steady_s: float) -> None:
        """Begin with the first pause; whatever ran for `steady_s` is given it again."""
        self._first_s, self._most_s, self._steady_s = first_s, most_s, steady_s
        self._next_s = first_s

    def after(self, ran_s: float) -> float:
        """Return the pause after something has ended that ran for `ran_s`."""
        pause_s = self._first_s if ran_s > self._steady_s else self._next_s
        self._next_s = min(pause_s * 2, self._most_s)
        return pause_s
