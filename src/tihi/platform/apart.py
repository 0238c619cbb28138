"""Pure work in a process of its own, so that it takes no turn from people who are answering.

A thread would take turns with everything else in this process. The process is started for one
order, has less right to a core than we, a limit of memory and of time, and ends with us.
"""

import asyncio
import importlib
import os
import resource
import select
import sys
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress
from threading import Thread
from typing import Any

from tihi.platform.config import child_environment

_LENGTH = 4
_NICE = 5

Work = Callable[[bytes], Iterable[bytes]]


class Broken(Exception):
    """The work came to no end: it took too long or too much memory, or failed."""


async def pieces(
    work: Work, order: bytes, *, most_s: float, most_memory: int
) -> AsyncGenerator[bytes, None]:
    """Do `work` in a process of its own; give its pieces as they come.

    Args:
        work: a function of a module, found again by its name.
        order: what it is given.
        most_s: how long it may take in all.
        most_memory: how many bytes it may hold.

    Raises:
        Broken: it did not end well.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, work.__module__, work.__qualname__, str(most_memory)),
        env=child_environment({}),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    deadline = asyncio.get_running_loop().time() + most_s
    try:
        async with asyncio.timeout_at(deadline):
            await _send(process, order)
        while True:
            async with asyncio.timeout_at(deadline):
                piece = await _next(process)
            if piece is None:
                return
            yield piece
    except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
        raise Broken from error
    finally:
        # Whoever stops listening, or is told to stop, leaves no process behind.
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _send(process: asyncio.subprocess.Process, order: bytes) -> None:
    if process.stdin is not None:
        process.stdin.write(_framed(order))
        await process.stdin.drain()


async def _next(process: asyncio.subprocess.Process) -> bytes | None:
    """Return the next piece; None behind the last."""
    if process.stdout is None:
        return None
    length = int.from_bytes(await process.stdout.readexactly(_LENGTH), "big")
    return await process.stdout.readexactly(length) if length else None


def _framed(piece: bytes) -> bytes:
    return len(piece).to_bytes(_LENGTH, "big") + piece


def _end_with_parent() -> None:
    """End at once when nobody holds the other end of our standard input any more."""
    gone = select.poll()
    gone.register(sys.stdin.fileno(), 0)
    gone.poll()
    os._exit(0)


def _main(module: str, name: str, most_memory: str) -> None:
    """Be the process."""
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_DATA, (int(most_memory), int(most_memory)))
    length = int.from_bytes(sys.stdin.buffer.read(_LENGTH), "big")
    order = sys.stdin.buffer.read(length)
    Thread(target=_end_with_parent, daemon=True).start()
    work: Any = getattr(importlib.import_module(module), name)
    for piece in work(order):
        sys.stdout.buffer.write(_framed(piece))
        sys.stdout.buffer.flush()
    sys.stdout.buffer.write(_framed(b""))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main(*sys.argv[1:])
