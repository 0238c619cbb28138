"""Valkey: a copy for speed, never the truth. Losing it loses no point and no answer."""

import asyncio
from collections import OrderedDict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Self

from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from tihi.base.problem import TooMany, Unavailable

_TIMEOUT_S = 0.5
_MOST_FREE = 20_000

_BOARDS_LUA = """#!lua name=tihi
-- Writes absolute totals, of which older ones may come late. KEYS: for each board a sorted set, and
-- a hash of the members whose totals fell once, with the entry that each was last written as of.
-- ARGV: for each board two texts, with blanks between words. One of score and member, repeated, of
-- members who never fell: the higher score is the newer one, and one who has fallen meanwhile is
-- newer than this. One of entry, score and member of those who did: an entry that is not lower is
-- as new or newer; the score '-' takes the member off. A text is one string to pass and no number
-- to convert, which is most of the time.
local function grow(set, fallen, text)
  local scores, n = {}, 0
  for score, member in string.gmatch(text, '(%S+)%s(%S+)') do
    scores[n + 1], scores[n + 2] = score, member
    n = n + 2
  end
  if n > 0 and server.call('EXISTS', fallen) == 1 then
    local members = {}
    for i = 1, n / 2 do members[i] = scores[2 * i] end
    local fell = server.call('HMGET', fallen, unpack(members))
    n = 0
    for i = 1, #members do
      if not fell[i] then
        scores[n + 1], scores[n + 2] = scores[2 * i - 1], members[i]
        n = n + 2
      end
    end
  end
  if n > 0 then server.call('ZADD', set, 'GT', unpack(scores, 1, n)) end
end
local function board_set(keys, args)
  for board = 1, #args / 2 do
    local set, fallen = keys[2 * board - 1], keys[2 * board]
    grow(set, fallen, args[2 * board - 1])
    for entry, score, member in string.gmatch(args[2 * board], '(%S+)%s(%S+)%s(%S+)') do
      local seen = server.call('HGET', fallen, member)
      if not seen or tonumber(seen) <= tonumber(entry) then
        server.call('HSET', fallen, member, entry)
        if score == '-' then
          server.call('ZREM', set, member)
        else
          server.call('ZADD', set, score, member)
        end
      end
    end
  end
end
-- Takes members off a board for good who were meant to be off it, whatever was written since. KEYS:
-- its sorted set and its hash. ARGV: the entry that they were taken off as of.
local function board_clear(keys, args)
  local fell = server.call('HGETALL', keys[2])
  for i = 1, #fell, 2 do
    if fell[i + 1] == args[1] then server.call('ZREM', keys[1], fell[i]) end
  end
end
-- Reads a board at one moment. KEYS: its sorted set, and the mark that it is whole. ARGV: a member,
-- how many first places, how many to each side of the member. Gives whether it is whole, how many
-- stand on it, the first ones, the member's place from 0 (-1: on the board it is not) and, unless
-- the member is among the first, those around it from the first of them on; scores with them.
local function board_read(keys, args)
  local set, top, side = keys[1], tonumber(args[2]), tonumber(args[3])
  local first = server.call('ZREVRANGE', set, 0, top - 1, 'WITHSCORES')
  local rank = server.call('ZREVRANK', set, args[1]) or -1
  local near = {}
  if rank >= top then
    near = server.call('ZREVRANGE', set, math.max(0, rank - side), rank + side, 'WITHSCORES')
  end
  return {server.call('EXISTS', keys[2]), server.call('ZCARD', set), first, rank, near}
end
-- Counts tries in a window; KEYS: counter. ARGV: window in seconds, how many. Gives their count
-- and the seconds left.
local function count_try(keys, args)
  local many = tonumber(args[2] or 1)
  local count = server.call('INCRBY', keys[1], many)
  if count == many then
    server.call('EXPIRE', keys[1], args[1])
  end
  return {count, server.call('TTL', keys[1])}
end
server.register_function('tihi_board_set', board_set)
server.register_function('tihi_board_clear', board_clear)
server.register_function{
  function_name = 'tihi_board_read', callback = board_read, flags = {'no-writes'}
}
server.register_function('tihi_count_try', count_try)
"""


class Cache:
    """A connection pool to Valkey with short deadlines."""

    def __init__(self, client: Valkey) -> None:
        self.client = client
        self._free: OrderedDict[str, tuple[float, int]] = OrderedDict()

    @classmethod
    async def connect(cls, url: str) -> Self:
        """Connect to `url` and load the server functions."""
        cache = cls(
            Valkey.from_url(
                url,
                socket_timeout=_TIMEOUT_S,
                socket_connect_timeout=_TIMEOUT_S,
                max_connections=64,
            )
        )
        await cache.load_functions()
        return cache

    async def load_functions(self) -> None:
        """Put our functions on the server, which forgets them when it loses its data."""
        with reachable():
            await self._load()

    async def call(self, function: str, keys: Sequence[str], args: Sequence[object]) -> object:
        """Call a server function, loading it first where the server has lost it."""
        with reachable():
            try:
                return await self._fcall(function, keys, args)
            except ValkeyError as error:
                if "Function not found" not in str(error):
                    raise
            await self._load()
            return await self._fcall(function, keys, args)

    async def _load(self) -> None:
        await self.client.execute_command("FUNCTION", "LOAD", "REPLACE", _BOARDS_LUA)

    async def _fcall(self, function: str, keys: Sequence[str], args: Sequence[object]) -> object:
        return await self.client.execute_command("FCALL", function, len(keys), *keys, *args)

    async def limit(self, name: str, most: int, window_s: int, *, free: int = 0) -> None:
        """Count a try of `name`; at most `most` are let through in `window_s` seconds.

        Args:
            name: of what is counted, and whose.
            most: how many are let through, by all processes together.
            window_s: how long they are counted.
            free: so many this process lets through without a word to Valkey, for what people do
                all day; those count too once there are more. Beyond them it fails closed:
                without Valkey nobody gets through.

        Raises:
            TooMany: there were more; `retry_after` says when to come back.
            Unavailable: Valkey does not answer.
        """
        tries = self._owed(name, window_s, free)
        if not tries:
            return
        answer = await self.call("tihi_count_try", [f"limit:{name}"], [window_s, tries])
        count, left = (int(part) for part in answer) if isinstance(answer, list) else (most + 1, 1)
        if count > most:
            raise TooMany(f"{most} tries in {window_s} s", retry_after=max(left, 1))

    async def give_back(self, name: str, window_s: int) -> None:
        """Take back a try of `name` that `limit` counted and that was none."""
        await self.call("tihi_count_try", [f"limit:{name}"], [window_s, -1])

    def _owed(self, name: str, window_s: int, free: int) -> int:
        """Return how many tries must be counted now: none while they are free."""
        if not free:
            return 1
        now = monotonic()
        begun, count = self._free.get(name, (now, 0))
        if now - begun >= window_s:
            begun, count = now, 0
        self._free[name] = begun, count + 1
        self._free.move_to_end(name)
        while len(self._free) > _MOST_FREE:
            self._free.popitem(last=False)
        if count < free:
            return 0
        return count + 1 if count == free else 1

    async def allow(self, name: str, most: int) -> None:
        """Let nobody through whose tries of `name` have reached `most`; counts none.

        Raises:
            TooMany: they have; `retry_after` says when to come back.
            Unavailable: Valkey does not answer.
        """
        with reachable():
            pipe = self.client.pipeline(transaction=False)
            pipe.get(f"limit:{name}")
            pipe.ttl(f"limit:{name}")
            count, left = await pipe.execute()
        if int(count or 0) >= most:
            raise TooMany("too many wrong tries", retry_after=max(int(left), 1))

    async def tally(self, name: str, window_s: int) -> None:
        """Count a try of `name` for `count`; nobody is kept out by it."""
        await self.call("tihi_count_try", [f"limit:{name}"], [window_s])

    async def count(self, name: str) -> int:
        """Return how many tries of `name` there were in its window."""
        with reachable():
            return int(await self.client.get(f"limit:{name}") or 0)

    async def turn(self, name: str, every_s: float, wait_s: float) -> None:
        """Wait for a turn of `name`: one in `every_s` seconds, for whoever asks at that moment.

        Raises:
            TooMany: no turn came within `wait_s` seconds.
            Unavailable: Valkey does not answer.
        """
        deadline = monotonic() + wait_s
        while True:
            with reachable():
                if await self.client.set(f"turn:{name}", "1", nx=True, px=int(every_s * 1000)):
                    return
            if monotonic() > deadline:
                raise TooMany("many tries for this name; yours had no turn", retry_after=1)
            await asyncio.sleep(every_s / 8)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()


@contextmanager
def reachable() -> Generator[None]:
    """Turn a Valkey that is away or slow into a refusal that says so."""
    try:
        yield
    except (ValkeyError, OSError, TimeoutError) as error:
        raise Unavailable("the ranking store does not answer", retry_after=1) from error
