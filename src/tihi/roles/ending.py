"""How a process ends (R33): told once it finishes what it took, told twice it ends at once."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TypeVar

import uvloop

from tihi.platform.tasks import ended

INTERRUPTED = 130
"""How a command ends that was stopped before its end."""
STOP_S = 10.0
"""What is not finished by then is left: due rows, keys and resume make up for it."""

T = TypeVar("T")
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_log = logging.getLogger(__name__)


def finished(work: Awaitable[T]) -> T:
    """Run the work of a command in a loop of its own and return what it comes to.

    SIGTERM, Ctrl-C and a terminal that is closed end it politely: engines and children are stopped
    on the way out.
    """

    async def main() -> T:
        task = asyncio.current_task()
        if task is not None:
            for number in _heard((signal.SIGTERM, signal.SIGHUP)):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        return await work

    try:
        return uvloop.run(main())
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise SystemExit(INTERRUPTED) from None


def told_to_stop(
    *, at_once: Callable[[], None] = lambda: None, limit_s: float = STOP_S
) -> asyncio.Event:
    """Return an event that SIGTERM, Ctrl-C or the end of the terminal sets.

    Args:
        at_once: runs when a second signal comes, right before the process ends by it.
        limit_s: after so many seconds the process ends, whatever is still under way.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal(number: signal.Signals) -> None:
        if told.is_set():
            at_once()
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        told.set()
        _log.info("told to stop")
        loop.call_later(limit_s, _give_up)

    for number in _heard(_SIGNALS):
        loop.add_signal_handler(number, on_signal, number)
    return told


def _heard(signals: Iterable[signal.Signals]) -> list[signal.Signals]:
    """Return those that nobody asked us to ignore, as `nohup` does of the terminal's end."""
    return [one for one in signals if signal.getsignal(one) is not signal.SIG_IGN]


def _give_up() -> None:
    _log.warning("not everything was finished in time")
    sys.stderr.flush()
    os._exit(0)


async def until_told(
    stop: asyncio.Event, *works: Coroutine[object, object, None], limit_s: float = STOP_S
) -> None:
    """Run `works`, which end by themselves once `stop` is set; a work that fails ends all.

    They get `limit_s` seconds for their end, then they are cancelled.
    """
    tasks = [asyncio.create_task(work) for work in works]
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set() and tasks:
        await asyncio.wait(tasks, timeout=limit_s)
    over = [task for task in tasks if task.done()]
    await ended([waiting, *tasks])
    for task in over:
        # A role that failed ends the process, which is then started again.
        task.result()
