"""How a consumer works: micro-batches, each fact once, under a fenced lease.

One transaction a batch: the lease is checked, due rows are deleted, what came back is
applied, chained facts and outcomes are written. After the commit come the effects that
may be repeated (boards), then publishing and pushing. Crash points stand between.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID, uuid4

from tihi.base.problem import Problem
from tihi.base.value import Value
from tihi.facts.envelope import PARTITIONS, Fact, kind_of
from tihi.platform.bus import Bus
from tihi.platform.clock import Clock
from tihi.platform.db import BatchTx, Database
from tihi.platform.log import due
from tihi.platform.log.outcomes import Addressed
from tihi.platform.push import Push
from tihi.platform.telemetry import crash_point

_log = logging.getLogger(__name__)

MOST_TRIES = 5


class Applied(Value):
    """What a batch led to.

    Attributes:
        facts: chained facts, to be published.
        outcomes: what learners are to be told.
        effect: does what must follow the commit and may be repeated, such as board writes.
    """

    facts: list[Fact]
    outcomes: list[Addressed]
    effect: Callable[[], Awaitable[None]] | None


Apply = Callable[[BatchTx, Sequence[Fact]], Awaitable[Applied]]


class Consumer(Value):
    """A service that is owed facts.

    Attributes:
        name: as in `system.consumers`.
        types: the types it is owed.
        apply: applies a batch in an open transaction; the batch holds each fact once.
    """

    name: str
    types: list[str]
    apply: Apply


class Worker:
    """Runs one consumer over the partitions that it owns."""

    def __init__(
        self, consumer: Consumer, *, db: Database, bus: Bus, push: Push | None, clock: Clock
    ) -> None:
        self.consumer = consumer
        self.owner: UUID = uuid4()
        self._db = db
        self._bus = bus
        self._push = push
        self._clock = clock

    async def register(self) -> None:
        """Let facts of the consumer's types become due to it from now on."""
        async with self._db.system() as tx:
            await due.register(tx, self.consumer.name, self.consumer.types)

    async def handle(self, facts: Sequence[Fact]) -> None:
        """Apply `facts`, whatever was delivered: duplicates and strangers do nothing.

        When a batch fails, each fact is tried alone, so that a poison fact holds up
        nobody else; after several tries it becomes a dead letter.
        """
        wanted = [fact for fact in facts if kind_of(fact.type) in self.consumer.types]
        if not wanted:
            return
        try:
            await self._apply(wanted)
        except Problem:
            raise
        except Exception:  # noqa: BLE001  # any failure of a rule or a statement is met alike
            _log.exception("%s: a batch failed, trying one by one", self.consumer.name)
            for fact in wanted:
                await self._apply_alone(fact)

    async def _apply(self, facts: Sequence[Fact]) -> None:
        crash_point("before_effect")
        async with self._db.batch(list({fact.org_id for fact in facts})) as tx:
            taken = await due.take(tx, self.consumer.name, facts)
            applied = await self.consumer.apply(tx, taken) if taken else None
            crash_point("before_consumer_commit")
        crash_point("after_consumer_commit")
        if applied is None:
            return
        self._bus.publish(applied.facts)
        if applied.effect is not None:
            await applied.effect()
        crash_point("after_board_write")
        if self._push is not None:
            await self._push.send(applied.outcomes)
        crash_point("after_push")

    async def _apply_alone(self, fact: Fact) -> None:
        try:
            await self._apply([fact])
        except Problem:
            raise
        except Exception as error:  # noqa: BLE001  # likewise
            async with self._db.tx(fact.org_id) as tx:
                tries = await due.fail(tx, self.consumer.name, fact)
                if tries >= MOST_TRIES:
                    await due.bury(
                        tx,
                        self.consumer.name,
                        fact,
                        # The message may quote a value, so only its kind is kept.
                        error=type(error).__name__,
                        tries=tries,
                        now=self._clock.now(),
                    )
            _log.exception("%s: fact %s failed", self.consumer.name, fact.fact_id)

    async def run(self) -> None:
        """Work on every partition until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for partition in range(PARTITIONS):
                tasks.create_task(self._run_partition(partition))

    async def _run_partition(self, partition: int) -> None:
        while True:
            try:
                await self._bus.consume(
                    self.consumer.name, partition, self.consumer.types, self.handle
                )
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001  # a partition must come back after anything
                _log.warning("%s-%s stopped: %r", self.consumer.name, partition, error)
                await asyncio.sleep(0.5)
