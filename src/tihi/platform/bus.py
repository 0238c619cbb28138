"""The broker: facts go out right after their commit, in messages by partition and type.

A publish that fails is only logged: what is due is published again by the sweep, so the
broker may lose anything without a point being lost. `intake` is the other direction.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from itertools import groupby
from time import monotonic
from typing import Any, Self

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from tihi.base.value import Value
from tihi.facts.envelope import Fact, subject_of
from tihi.platform import metrics, traces
from tihi.platform.tasks import ended
from tihi.platform.telemetry import crash_point

STREAM = "FACTS"
MAX_AGE_S = 7 * 24 * 3600
"""How long the stream keeps a fact; `content/retention.yaml` says the same."""
_LOOK_EVERY_S = 2.0
_DEAF_S = 8.0
_NEW_S = 4.0
_MOST_IN_MESSAGE = 100
_PROBE = "facts.probe"
_REFUSES_S = 5.0
"""Longer than a broker that is only busy keeps a message waiting."""

_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


class Message(Value):
    """Facts of one partition and type on their way; `parents` are their traces'."""

    subject: str
    body: bytes
    parents: list[str]


def pack(facts: Sequence[Fact]) -> list[Message]:
    """Return messages for `facts`, one for each run of equal subjects.

    A message holds at most 100 facts, so that it stays far below the broker's limit of 1 MiB.
    """
    ordered = sorted(facts, key=subject_of)
    packed: list[Message] = []
    for subject, run in groupby(ordered, key=subject_of):
        whole = list(run)
        for start in range(0, len(whole), _MOST_IN_MESSAGE):
            part = whole[start : start + _MOST_IN_MESSAGE]
            parents = [fact.parent for fact in part]
            packed.append(Message(subject=subject, body=_encode(part), parents=parents))
    return packed


class Bus:
    """A connection to NATS that mends itself."""

    def __init__(self, url: str, client: Client, came_back: list[Callable[[], None]]) -> None:
        self._url = url
        self.client = client
        self.jetstream = client.jetstream(timeout=2)
        self.came_back = came_back
        self._publishing: set[asyncio.Task[None]] = set()
        self._refused_since: float | None = None
        self._watching = asyncio.create_task(self._watch())

    @classmethod
    async def connect(cls, url: str) -> Self:
        """Connect to `url`, for good: the client comes back by itself after any absence."""
        came_back: list[Callable[[], None]] = []
        client = Client()
        # Whoever does not wait that long leaves nothing behind that goes on trying.
        async with AsyncExitStack() as left:
            left.push_async_callback(_close, client)
            await client.connect(url, **_options(came_back))
            bus = cls(url, client, came_back)
            left.push_async_callback(ended, [bus._watching])
            await bus.ensure_stream()
            left.pop_all()
        return bus

    async def _watch(self) -> None:
        """Take a new client where ours hears nothing though the broker can be reached.

        The library's client does not survive everything: an answer that comes after its time was
        up, or an error in the middle of coming back, leaves it deaf, sometimes for good.
        """
        heard = monotonic()
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            if await self.answers() or (monotonic() - heard > _DEAF_S and await self._renew()):
                heard = monotonic()

    async def _renew(self) -> bool:
        """Put a new client in the place of ours; return False when no broker answers it."""
        client = Client()
        try:
            await asyncio.wait_for(client.connect(self._url, **_options(self.came_back)), _NEW_S)
        except (NatsError, TimeoutError, OSError):
            await _close(client)
            return False
        old, self.client = self.client, client
        self.jetstream = client.jetstream(timeout=2)
        _log.warning("the broker's client heard nothing for %s s and was replaced", _DEAF_S)
        await _close(old)
        for tell in self.came_back:
            tell()
        return True

    @property
    def up(self) -> bool:
        """Whether the broker is connected now."""
        return self.client.is_connected

    async def answers(self) -> bool:
        """Return whether the broker answers within 2 s; a frozen one stays connected.

        Not by a flush: one that times out ends the client's reading when its answer comes late.
        """
        try:
            await self.jetstream.stream_info(STREAM)
        except NotFoundError:
            return True
        except (NatsError, TimeoutError, OSError):
            return False
        return self.up

    @property
    def version(self) -> str:
        """The broker's version."""
        found = self.client.connected_server_version
        return f"{found.major}.{found.minor}.{found.patch}"

    async def ensure_stream(self) -> int:
        """Make the stream where it is missing, as after a lost disk; return its last number."""
        config = StreamConfig(
            name=STREAM,
            subjects=["facts.>"],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            discard=DiscardPolicy.NEW,
            max_bytes=1 << 30,
            max_age=MAX_AGE_S,
            duplicate_window=600,
        )
        try:
            found = await self.jetstream.stream_info(STREAM)
        except NotFoundError:
            found = await self.jetstream.add_stream(config)
        return found.state.last_seq

    def publish(self, facts: Sequence[Fact]) -> None:
        """Send `facts` in the background. Call it after the commit, never before."""
        if facts:
            task = asyncio.create_task(self._publish(pack(facts)))
            self._publishing.add(task)
            task.add_done_callback(self._publishing.discard)

    async def _publish(self, messages: Sequence[Message]) -> None:
        """Hand messages over, and ask for no receipt: what is due decides, not the broker (R3)."""
        parents = [parent for message in messages for parent in message.parents]
        crash_point("before_publish")
        with traces.steps("publish") as steps:
            steps.under(parents)
            try:
                for message in messages:
                    await self.client.publish(message.subject, message.body)
                crash_point("after_publish")
            except (NatsError, OSError) as error:
                metrics.PUBLISH_FAILED.add()
                _log.warning("publish failed, the sweep repeats it: %r", error)
            else:
                metrics.PUBLISHED.add(by=len(parents))

    async def mend(self) -> None:
        """Make the stream anew where it takes nothing for a while though the broker answers.

        After a full disk NATS refuses every message of a stream until it is started again. What
        was in the stream and not applied is due, so the sweep publishes it again (R3, R24).
        """
        try:
            await self.jetstream.publish(_PROBE, b"")
        except (NatsError, TimeoutError, OSError):
            self._refused_since = self._refused_since or monotonic()
        else:
            self._refused_since = None
        if self._refused_since is None or monotonic() - self._refused_since < _REFUSES_S:
            return
        try:
            # One that is frozen does not answer this either, and is left in peace.
            with suppress(NotFoundError):
                await self.jetstream.delete_stream(STREAM)
            await self.ensure_stream()
        except (NatsError, TimeoutError, OSError) as error:
            _log.warning("the stream takes nothing, and cannot be made anew yet: %r", error)
            return
        self._refused_since = None
        _log.warning("the stream took nothing for %s s and was made anew", _REFUSES_S)

    async def settle(self) -> None:
        """Wait until everything handed to `publish` has reached the broker or was given up."""
        while self._publishing:
            await asyncio.gather(*self._publishing)
        # Whatever answers after it has taken them. A flush would do, but one that comes late
        # leaves this client deaf. uvloop raises RuntimeError where the line was closed meanwhile.
        with suppress(NatsError, TimeoutError, OSError, RuntimeError):
            await self.jetstream.stream_info(STREAM)

    async def close(self) -> None:
        """Send what waits, then close."""
        await self.settle()
        await ended([self._watching])
        await _close(self.client)


def _options(came_back: list[Callable[[], None]]) -> dict[str, Any]:
    """Return how a client connects; each of `came_back` hears when it has reconnected."""

    async def reconnected() -> None:
        for tell in came_back:
            tell()

    return {
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": 0.2,
        "ping_interval": 5,
        "max_outstanding_pings": 2,
        "error_cb": _log_error,
        "reconnected_cb": reconnected,
    }


async def _close(client: Client) -> None:
    """Close a client in whatever state it is."""
    with suppress(Exception):
        await asyncio.wait_for(client.close(), _NEW_S)


async def _log_error(error: Exception) -> None:
    _log.warning("broker: %r", error)
