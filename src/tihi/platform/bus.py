"""The broker: facts go out right after their commit, and come in by partition.

A publish that fails is only logged: what is due is published again by the sweep, so the
broker may lose anything without a point being lost.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby
from typing import Self

import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from tihi.facts.envelope import Fact, subject_of

STREAM = "FACTS"
_DAY_S = 24 * 3600
_PULL = 256
_PULL_EXPIRES_S = 30
_STATUS_EMPTY = {"404", "408", "409"}

_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[Fact]).decode


def pack(facts: Sequence[Fact]) -> list[tuple[str, bytes]]:
    """Return messages for `facts`: subject and body, one for each run of equal subjects."""
    ordered = sorted(facts, key=subject_of)
    return [(subject, _encode(list(run))) for subject, run in groupby(ordered, key=subject_of)]


class Bus:
    """A connection to NATS that mends itself."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._jetstream = client.jetstream(timeout=2)
        self._publishing: set[asyncio.Task[None]] = set()

    @classmethod
    async def connect(cls, url: str) -> Self:
        """Connect to `url`, for good: the client comes back by itself after any absence."""
        client = await nats.connect(
            url,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.2,
            ping_interval=5,
            max_outstanding_pings=2,
            error_cb=_log_error,
        )
        bus = cls(client)
        await bus.ensure_stream()
        return bus

    @property
    def up(self) -> bool:
        """Whether the broker is connected now."""
        return self._client.is_connected

    @property
    def version(self) -> str:
        """The broker's version."""
        found = self._client.connected_server_version
        return f"{found.major}.{found.minor}.{found.patch}"

    async def ensure_stream(self) -> None:
        """Make the stream where it is missing, as after a lost disk."""
        config = StreamConfig(
            name=STREAM,
            subjects=["facts.>"],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            discard=DiscardPolicy.NEW,
            max_bytes=1 << 30,
            max_age=7 * _DAY_S,
            duplicate_window=600,
        )
        try:
            await self._jetstream.stream_info(STREAM)
        except NotFoundError:
            await self._jetstream.add_stream(config)

    def publish(self, facts: Sequence[Fact]) -> None:
        """Send `facts` in the background. Call it after the commit, never before."""
        if facts:
            task = asyncio.create_task(self._publish(facts))
            self._publishing.add(task)
            task.add_done_callback(self._publishing.discard)

    async def _publish(self, facts: Sequence[Fact]) -> None:
        for subject, body in pack(facts):
            try:
                await self._jetstream.publish(subject, body)
            except (NatsError, TimeoutError, OSError) as error:
                _log.warning("publish failed, the sweep repeats it: %r", error)

    async def consume(
        self,
        service: str,
        partition: int,
        types: Sequence[str],
        handle: Callable[[list[Fact]], Awaitable[None]],
    ) -> None:
        """Hand facts of one partition to `handle`, in micro-batches, until cancelled.

        What waits goes into one batch; the batch is acknowledged once `handle` returns.
        When `handle` raises, the batch comes again after the acknowledgement's deadline,
        and sooner through the sweep.
        """
        durable = f"{service}-{partition}"
        await self._ensure_consumer(durable, partition, types)
        inbox = self._client.new_inbox()
        subscription = await self._client.subscribe(inbox)
        next_subject = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{durable}"
        request = msgspec.json.encode({"batch": _PULL, "expires": _PULL_EXPIRES_S * 10**9})
        try:
            while True:
                await self._client.publish(next_subject, request, reply=inbox)
                if not await self._drain_pull(subscription.next_msg, handle):
                    await self._ensure_consumer(durable, partition, types)
        finally:
            await subscription.unsubscribe()

    async def _drain_pull(
        self,
        next_msg: Callable[[float], Awaitable[Msg]],
        handle: Callable[[list[Fact]], Awaitable[None]],
    ) -> bool:
        """Work off one pull request; return False when the broker did not answer it."""
        taken = 0
        while taken < _PULL:
            try:
                first = await next_msg(_PULL_EXPIRES_S + 2.0)
            except (NatsError, TimeoutError):
                return False
            batch = [first]
            while len(batch) < _PULL:
                try:
                    batch.append(await next_msg(0.0005))
                except (NatsError, TimeoutError):
                    break
            messages = [message for message in batch if not _is_status(message)]
            if messages:
                taken += len(messages)
                await handle([fact for message in messages for fact in _decode(message.data)])
                await messages[-1].ack()
            if len(messages) < len(batch):
                return True
        return True

    async def _ensure_consumer(self, durable: str, partition: int, types: Sequence[str]) -> None:
        await self.ensure_stream()
        await self._jetstream.add_consumer(
            STREAM,
            ConsumerConfig(
                durable_name=durable,
                filter_subjects=[f"facts.{partition}.{kind}" for kind in types],
                ack_policy=AckPolicy.ALL,
                ack_wait=30,
                max_ack_pending=10_000,
            ),
        )

    async def settle(self) -> None:
        """Wait until everything handed to `publish` has been sent or given up."""
        while self._publishing:
            await asyncio.gather(*self._publishing)

    async def close(self) -> None:
        """Send what waits, then close."""
        await self.settle()
        await self._client.close()


def _is_status(message: Msg) -> bool:
    return bool(message.headers) and message.headers.get("Status") in _STATUS_EMPTY


async def _log_error(error: Exception) -> None:
    _log.warning("broker: %r", error)
