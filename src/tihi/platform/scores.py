"""Sorted sets of very many members, written from lines as the database hands them over."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from tihi.base.problem import Unavailable
from tihi.platform.cache import Cache, reachable

_SCORE = 20
_MEMBER = 36
LINE = _SCORE + _MEMBER + 2
"""Bytes of a line: a score of 20 digits, a blank, an id, the line's end."""
_LINES = 2_500
"""So many keep the store from others for 3 ms."""
_TRIES = 20
_PAUSE_S = 0.5


class ScoreLines:
    """Lines on their way to a sorted set, in pieces that the store takes at once.

    Whoever has a higher score already keeps it.
    """

    def __init__(self, cache: Cache, key: str) -> None:
        self._cache = cache
        self._key = key
        self._rest = b""
        self._written = 0

    async def take(self, lines: bytes) -> None:
        """Take more lines, the last of which may go on; return when there is room for others."""
        self._rest += lines
        size = _LINES * LINE
        while len(self._rest) >= size:
            await self._write(self._rest[:size])
            self._rest = self._rest[size:]

    async def finish(self) -> int:
        """Write what is left; return how many lines there were."""
        if self._rest:
            await self._write(self._rest)
        return self._written

    async def _write(self, piece: bytes) -> None:
        await patiently(partial(_raise, self._cache, self._key, piece))
        self._written += len(piece) // LINE


async def _raise(cache: Cache, key: str, lines: bytes) -> None:
    """Send `ZADD GT` with the scores and members of `lines`.

    They become the protocol's own bytes in two passes over the whole: a client that took each
    word by itself, or a function at the store, would cost as much again as the set does.
    """
    name = key.encode()
    count = 3 + 2 * (len(lines) // LINE)
    begin = b"*%d\r\n$4\r\nZADD\r\n$%d\r\n%b\r\n$2\r\nGT\r\n" % (count, len(name), name)
    score, member = b"\r\n$%d\r\n" % _SCORE, b"\r\n$%d\r\n" % _MEMBER
    words = lines[:-1].replace(b"\n", score).replace(b" ", member)
    with reachable():
        pool = cache.client.connection_pool
        connection = await pool.get_connection("ZADD")
        try:
            await connection.send_packed_command([begin, score[2:], words, b"\r\n"])
            await connection.read_response()
        finally:
            await pool.release(connection)


async def patiently(write: Callable[[], Awaitable[None]]) -> None:
    """Write though the store is slow at times, as when it writes its own file anew.

    Raises:
        Unavailable: it did not answer for ten seconds.
    """
    for left in reversed(range(_TRIES)):
        try:
            await write()
        except Unavailable:
            if not left:
                raise
            await asyncio.sleep(_PAUSE_S)
        else:
            return
