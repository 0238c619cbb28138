"""Facts of the owned partitions of one consumer, as the broker hands them over.

One pull request is open for each owned partition; whatever arrives on any of them waits in
one queue, so that a batch takes all that waits, whichever partition it came by. What a partition
brought that is no longer owned goes back to the broker, which hands it to the new owner at once.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from time import monotonic

import msgspec
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from tihi.base.value import Value
from tihi.facts.envelope import Fact
from tihi.platform.bus import STREAM, Bus
from tihi.platform.tasks import Distance

LANES = 2
"""So many batches are under way at once when much waits, each over its own partitions: while the
database works on one, the rules work on the other."""
_MUCH = 250
"""Fewer facts make one batch: what a batch costs hardly depends on how much is in it."""
_ACK_EVERY_S = 0.25
"""An acknowledgement costs the broker as much as a message. One that is late costs nothing: what
comes again is not due any more."""
_PULL = 64
_PULL_BYTES = 1 << 20
_EXPIRES_S = 30
_HEARTBEAT_S = 4
_SILENT_S = 10.0
_WATCH_EVERY_S = 1.0
_DISTANCE_S = 0.016
_ENOUGH = 64
"""So many facts make a batch that need not wait."""
_MOST_WAITING = 20_000
_FINISH_S = 1.0
_ACK_WAIT_S = 10
_AGAIN = 50_000
_HEARTBEAT = "100"
_NO_CONSUMER = frozenset({"404", "503"})

_log = logging.getLogger(__name__)
_decode = msgspec.json.Decoder(list[Fact]).decode


class Delivery(Value):
    """Facts of one message; `message` acknowledges them and all before it in the partition.

    `tenure` says which time it was that the partition was owned.
    """

    partition: int
    tenure: int
    facts: list[Fact]
    message: Msg


class Intake:
    """What one consumer of this process is handed."""

    def __init__(self, bus: Bus, service: str, types: Sequence[str]) -> None:
        self._bus = bus
        self._service = service
        self._types = list(types)
        self._client = bus.client
        self._inbox = bus.client.new_inbox()
        self._subscriptions: dict[int, Subscription] = {}
        self._tenures: dict[int, int] = {}
        self._waiting: deque[Delivery] = deque()
        self._distance = Distance(_DISTANCE_S)
        self._waiting_facts = 0
        self._changed = asyncio.Event()
        self._held: dict[int, tuple[int, int]] = {}
        self._left: dict[int, int] = {}
        self._done: dict[int, Msg] = {}
        self._acked: dict[int, float] = {}
        self._heard: dict[int, float] = {}
        self._lost: set[int] = set()
        self._ending = False

    def open(self) -> None:
        """Ask again whenever the broker comes back; partitions are added by `own`."""
        self._bus.came_back.append(self._ask_again)

    async def own(self, partitions: frozenset[int]) -> None:
        """Pull `partitions` and no others from now on.

        It returns when nothing of those that were given up is under way any more, so that they
        may be handed on; or after a while, as when the database is away.
        """
        gone = self._left.keys() - partitions
        for one in gone:
            del self._left[one], self._heard[one]
            # Without a listener the broker gives nothing more to the request that is still open.
            await self._deafen(one)
        dropped = [one for one in self._waiting if one.partition in gone]
        self._waiting = deque(one for one in self._waiting if one.partition not in gone)
        self._waiting_facts -= sum(len(one.facts) for one in dropped)
        await self._give_back(one.message for one in dropped)
        await self._finished(gone)
        # All at once: each takes several replies, which are slow to come on a busy machine.
        await asyncio.gather(*(self._begin(new) for new in partitions - self._left.keys()))

    async def _begin(self, partition: int) -> None:
        self._left[partition] = 0
        self._heard[partition] = monotonic()
        self._tenures.setdefault(partition, 0)
        await self._listen(partition)
        await self._renew(partition)

    async def _finished(self, partitions: Iterable[int]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_FINISH_S):
                while any(one in self._held for one in partitions):
                    await self._changed.wait()
        for one in partitions:
            self._tenures[one] += 1
            await self._acknowledge(one)

    async def _listen(self, partition: int) -> None:
        inbox = f"{self._inbox}.{partition}"
        with suppress(NatsError, OSError):
            self._subscriptions[partition] = await self._client.subscribe(inbox, cb=self._take)

    async def _deafen(self, partition: int) -> None:
        subscription = self._subscriptions.pop(partition, None)
        if subscription is not None:
            # What the broker has sent until it hears of it goes back.
            with suppress(NatsError, OSError, TimeoutError):
                async with asyncio.timeout(_FINISH_S):
                    await subscription.drain()

    async def _give_back(self, messages: Iterable[Msg]) -> None:
        """Let the broker hand `messages` to whoever owns their partitions now."""
        for one in messages:
            with suppress(NatsError, OSError):
                await one.nak()

    async def next(self, most: int, lane: int) -> list[Delivery]:
        """Return what waits, at least one message and about `most` facts; wait for it.

        While little waits lane 0 gets all of it. Nothing comes back after `end`: what waits then
        is for whoever takes the partition over.
        """
        while not self._ending:
            changed = self._changed
            taken = self._pick(most, lane)
            if taken:
                break
            await changed.wait()
            if not lane and self._waiting_facts < _ENOUGH:
                await self._distance.turn()
        else:
            return []
        count = sum(len(one.facts) for one in taken)
        full = self._waiting_facts >= _MOST_WAITING
        self._waiting_facts -= count
        if full and self._waiting_facts < _MOST_WAITING:
            for partition, left in self._left.items():
                if left <= 0:
                    await self._pull(partition)
        return taken

    def _pick(self, most: int, lane: int) -> list[Delivery]:
        """Take what waits for a lane, in order; the other lane's partitions are passed over."""
        much = self._waiting_facts >= _MUCH
        if lane and not much:
            return []
        taken: list[Delivery] = []
        left: deque[Delivery] = deque()
        count = 0
        for one in self._waiting:
            holder, batches = self._held.get(one.partition, (lane, 0))
            other = much and one.partition % LANES != lane
            if count >= most or holder != lane or (other and not batches):
                left.append(one)
            else:
                taken.append(one)
                count += len(one.facts)
        self._waiting = left
        for partition in {one.partition for one in taken}:
            self._held[partition] = lane, self._held.get(partition, (lane, 0))[1] + 1
        return taken

    def free(self, deliveries: Sequence[Delivery]) -> None:
        """Let either lane have the partitions of a batch whose effects are done."""
        for partition in {one.partition for one in deliveries}:
            lane, batches = self._held.pop(partition)
            if batches > 1:
                self._held[partition] = lane, batches - 1
        self._tell()

    def _tell(self) -> None:
        """Let both lanes look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def done(self, deliveries: Sequence[Delivery]) -> None:
        """Acknowledge, a few times a second; a partition's last message stands for those before it.

        What is not acknowledged comes again and does nothing: its due rows are gone. Where a
        partition was given up meanwhile, its rows may have been out of reach, so it goes back.
        """
        ours = [one for one in deliveries if self._owned(one)]
        await self._give_back(one.message for one in deliveries if not self._owned(one))
        self._done.update({one.partition: one.message for one in ours})
        now = monotonic()
        for partition in {one.partition for one in ours}:
            if now - self._acked.get(partition, 0.0) >= _ACK_EVERY_S:
                self._acked[partition] = now
                await self._acknowledge(partition)

    def _owned(self, one: Delivery) -> bool:
        """Return whether its partition was owned all the time since it came."""
        return self._tenures.get(one.partition) == one.tenure

    async def _acknowledge(self, partition: int) -> None:
        message = self._done.pop(partition, None)
        if message is not None:
            with suppress(NatsError, OSError):
                await message.ack()

    async def _acknowledge_all(self) -> None:
        for partition in list(self._done):
            await self._acknowledge(partition)

    async def watch(self) -> None:
        """Ask again where the broker fell silent, until cancelled."""
        while True:
            await asyncio.sleep(_WATCH_EVERY_S)
            await self._acknowledge_all()
            if self._client is not self._bus.client:
                self._client = self._bus.client
                for partition in list(self._left):
                    await self._listen(partition)
            now = monotonic()
            silent = {
                partition
                for partition, heard in self._heard.items()
                if now - heard > _SILENT_S and self._waiting_facts < _MOST_WAITING
            }
            for partition in silent | self._lost:
                self._lost.discard(partition)
                if partition in self._left:
                    await self._renew(partition)

    def end(self) -> None:
        """Hand over nothing more."""
        self._ending = True
        self._tell()

    async def close(self) -> None:
        """Acknowledge what is done, give back what waits, and listen no more."""
        for partition in list(self._subscriptions):
            await self._deafen(partition)
        await self._acknowledge_all()
        await self._give_back(one.message for one in self._waiting)
        if self._ask_again in self._bus.came_back:
            self._bus.came_back.remove(self._ask_again)

    def _ask_again(self) -> None:
        self._lost.update(self._left)

    async def _take(self, message: Msg) -> None:
        status = (message.headers or {}).get("Status")
        if status is not None:
            await self._take_status(message, status)
            return
        partition = int(message.subject.split(".", 2)[1])
        if partition not in self._left:
            await self._give_back([message])
            return
        facts = _decode(message.data)
        self._heard[partition] = monotonic()
        tenure = self._tenures[partition]
        one = Delivery(partition=partition, tenure=tenure, facts=facts, message=message)
        self._waiting.append(one)
        self._waiting_facts += len(facts)
        self._tell()
        self._left[partition] -= 1
        if self._left[partition] <= 0 and self._waiting_facts < _MOST_WAITING:
            await self._pull(partition)

    async def _take_status(self, message: Msg, status: str) -> None:
        partition = int(message.subject.rpartition(".")[2])
        if partition not in self._left:
            return
        if status == _HEARTBEAT:
            self._heard[partition] = monotonic()
        elif status in _NO_CONSUMER or "Deleted" in (message.headers or {}).get("Description", ""):
            self._lost.add(partition)
        else:
            await self._pull(partition)

    async def _pull(self, partition: int) -> None:
        request = {
            "batch": _PULL,
            "max_bytes": _PULL_BYTES,
            "expires": _EXPIRES_S * 10**9,
            "idle_heartbeat": _HEARTBEAT_S * 10**9,
        }
        self._left[partition] = _PULL
        self._heard[partition] = monotonic()
        try:
            await self._bus.client.publish(
                f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{self._service}-{partition}",
                msgspec.json.encode(request),
                reply=f"{self._inbox}.{partition}",
            )
        except (NatsError, OSError) as error:
            _log.warning("%s-%s: %r", self._service, partition, error)
            self._lost.add(partition)

    async def _renew(self, partition: int) -> None:
        """Make stream and consumer where they are missing, then pull."""
        name = f"{self._service}-{partition}"
        try:
            last = await self._bus.ensure_stream()
            if not await self._is_there(name):
                self._done.pop(partition, None)
                config = self._config(name, partition, last)
                await self._bus.jetstream.add_consumer(STREAM, config)
        except (NatsError, TimeoutError, OSError) as error:
            _log.warning("%s-%s is not to be had: %r", self._service, partition, error)
            self._lost.add(partition)
            return
        await self._pull(partition)

    async def _is_there(self, name: str) -> bool:
        try:
            found = await self._bus.jetstream.consumer_info(STREAM, name)
        except NotFoundError:
            return False
        if not found.config.mem_storage:
            await self._bus.jetstream.delete_consumer(STREAM, name)
        return bool(found.config.mem_storage)

    def _config(self, name: str, partition: int, last: int) -> ConsumerConfig:
        # What a consumer has delivered is kept in memory: on disk it is a new file several times a
        # second for each of them, which cost more than the facts. A broker that begins anew gives
        # the last messages again; what is due and older comes by the sweep.
        return ConsumerConfig(
            durable_name=name,
            filter_subjects=[f"facts.{partition}.{kind}" for kind in self._types],
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=max(1, last - _AGAIN),
            ack_policy=AckPolicy.ALL,
            ack_wait=_ACK_WAIT_S,
            max_ack_pending=10_000,
            mem_storage=True,
        )
