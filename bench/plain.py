"""An HTTP client that costs its machine little: one connection, one request at a time."""

import asyncio
from collections.abc import Sequence
from typing import cast

from typing_extensions import override

from bench.stand import CLOCK

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_TICK_S = 0.002


class Plain(asyncio.Protocol):
    """A connection that is kept."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._waiting: asyncio.Future[bytes] | None = None
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError(exc or "closed"))

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(_END)
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        found = head.find(_LENGTH)
        length = int(head[found + len(_LENGTH) :].split(b"\r\n", 1)[0]) if found >= 0 else 0
        if len(self._buffer) < end + len(_END) + length:
            return
        status, body = head[9:12], bytes(self._buffer[end + len(_END) :])
        self._buffer.clear()
        if self._waiting is not None and not self._waiting.done():
            if status == b"200":
                self._waiting.set_result(body)
            else:
                self._waiting.set_exception(ConnectionError(head.decode()))

    async def ask(self, request: bytes) -> bytes:
        """Send a request; return the body of its answer.

        Raises:
            ConnectionError: it was answered with anything but 200.
        """
        if self._transport is None:
            raise ConnectionError("not open")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()


async def connect(port: int) -> Plain:
    """Return an open connection to this machine."""
    _, one = await asyncio.get_running_loop().create_connection(Plain, "127.0.0.1", port)
    return one


def get(path: str, port: int, cookie: str) -> bytes:
    """Return a request for `path`."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        "Accept-Encoding: identity\r\n\r\n"
    ).encode()


async def until(due: float) -> None:
    """Return when it is `due`: the loop's own timers are late by as much as two milliseconds."""
    await asyncio.sleep(max(0.0, due - _TICK_S - CLOCK.monotonic()))
    while CLOCK.monotonic() < due:  # noqa: ASYNC110  # what else comes is to be seen to meanwhile
        await asyncio.sleep(0)


async def at_a_rate(
    lines: Sequence[Plain], asked: Sequence[bytes], *, rate: int, seconds: float
) -> list[float]:
    """Ask `rate` times a second, on whichever line is free; each line has a request of its own.

    Returns milliseconds from when each request was due, however late it was sent.
    """
    took: list[float] = []
    free = asyncio.Queue[int]()
    for number in range(len(lines)):
        free.put_nowait(number)
    waiting: set[asyncio.Task[None]] = set()

    async def ask(due: float) -> None:
        number = await free.get()
        await lines[number].ask(asked[number])
        took.append((CLOCK.monotonic() - due) * 1000)
        free.put_nowait(number)

    begun = CLOCK.monotonic()
    for count in range(int(rate * seconds)):
        due = begun + count / rate
        await until(due)
        task = asyncio.create_task(ask(due))
        waiting.add(task)
        task.add_done_callback(waiting.discard)
    await asyncio.gather(*waiting)
    return took
