"""How a process ends (R33): told once it finishes what it took, told twice it ends at once."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from types import FrameType
from typing import TypeVar

import uvloop

from tihi.platform.tasks import ended

STOP_S = 10.0
"""What is not finished by then is left: due rows, keys and resume make up for it."""

T = TypeVar("T")
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_log = logging.getLogger(__name__)


class Stopped(KeyboardInterrupt):
    """A signal told a command to stop before its end; `code` is how it ends, as a shell's does."""

    def __init__(self, number: int = signal.SIGINT, words: str = "") -> None:
        super().__init__(f"Stopped. {words}".strip())
        self.code = 128 + number


def stoppable() -> None:
    """Let signals raise `Stopped`, wherever the command is, until a loop hears them."""

    def on_signal(number: int, _frame: FrameType | None) -> None:
        raise Stopped(number)

    for number in _heard(_SIGNALS):
        # A loop has its own way with Ctrl-C where it finds it as Python sets it up.
        usual = number is signal.SIGINT
        signal.signal(number, signal.default_int_handler if usual else on_signal)


def finished(work: Awaitable[T], *, if_stopped: str = "") -> T:
    """Run the work of a command in a loop of its own and return what it comes to.

    SIGTERM, Ctrl-C and a terminal that is closed end it politely: engines and children are stopped
    on the way out.

    Args:
        work: what is to be done.
        if_stopped: what a person is told who stops it.

    Raises:
        Stopped: it was told to stop before its end.
    """
    told = [signal.SIGINT]

    async def main() -> T:
        task = asyncio.current_task()

        def tell(number: signal.Signals) -> None:
            told.append(number)
            if task is not None:
                task.cancel()

        for number in _heard((signal.SIGTERM, signal.SIGHUP)):
            asyncio.get_running_loop().add_signal_handler(number, tell, number)
        return await work

    try:
        return uvloop.run(main())
    except Stopped:
        # Before the loop heard signals: nothing has begun.
        raise
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise Stopped(told[-1], if_stopped) from None


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
