"""How a consumer works: micro-batches, each fact once, under a fenced lease.

One transaction a batch: due rows of owned partitions are deleted, what came back is applied,
chained facts and outcomes are written. After the commit the broker is told, then come the
effects that may be repeated (boards), then the pushes. Crash points stand between.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import perf_counter
from uuid import UUID

import msgspec

from tihi.base.problem import Problem, Unavailable
from tihi.base.value import Value
from tihi.facts.envelope import Fact, kind_of
from tihi.platform import metrics, traces
from tihi.platform.bus import Bus
from tihi.platform.clock import Clock
from tihi.platform.db import BatchTx, Database
from tihi.platform.intake import LANES, Delivery, Intake
from tihi.platform.leases import Steward
from tihi.platform.log import due
from tihi.platform.log.order import Order
from tihi.platform.log.outcomes import Addressed
from tihi.platform.push import Push
from tihi.platform.tasks import together
from tihi.platform.telemetry import crash_point
from tihi.platform.traces import Steps

_log = logging.getLogger(__name__)

MOST_TRIES = 5
MOST_IN_BATCH = 1_000
_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 2.0


class Applied(Value):
    """What a batch led to.

    Attributes:
        facts: chained facts, to be published.
        outcomes: what learners are to be told.
        effect: does what must follow the commit and may be repeated, such as board writes.
        committed: lets the consumer remember the batch, at once after the commit and only then.
    """

    facts: list[Fact]
    outcomes: list[Addressed]
    effect: Callable[[], Awaitable[None]] | None
    committed: Callable[[], None] | None = None


class Again(Unavailable):
    """What a batch was made from is no longer so; the same batch is tried again at once."""

    slug = "consumers/again"


Apply = Callable[[BatchTx, Sequence[Fact]], Awaitable[Applied]]


class Consumer(Value):
    """A service that is owed facts.

    Attributes:
        name: as in `system.consumers`.
        types: the types it is owed.
        apply: applies a batch in an open transaction; the batch holds each fact once.
        in_order: of these types a learner's facts are applied in the order of the log where that
            can be had, for the sake of those who read what comes of them.
    """

    name: str
    types: list[str]
    apply: Apply
    in_order: frozenset[str] = frozenset()


class Worker:
    """Runs one consumer over the partitions that its process owns."""

    def __init__(
        self, consumer: Consumer, *, db: Database, bus: Bus, push: Push | None, clock: Clock
    ) -> None:
        self.consumer = consumer
        self._db = db
        self._bus = bus
        self._push = push
        self._clock = clock
        self._owner: UUID | None = None
        self._intake = Intake(bus, consumer.name, consumer.types)
        self._order = Order(consumer.name, consumer.in_order) if consumer.in_order else None

    async def register(self) -> None:
        """Let facts of the consumer's types become due to it from now on."""
        async with self._db.system() as tx:
            await due.register(tx, self.consumer.name, self.consumer.types)

    async def join(self, steward: Steward) -> None:
        """Listen to the partitions that `steward` gives; call it before the first beat."""
        self._owner = steward.worker
        self._intake.open()
        steward.watch(self.consumer.name, self._intake.own)

    async def run(self) -> None:
        """Work on what is owned until cancelled, or until `end` and what was taken is finished."""
        try:
            await together(
                *(self._work(lane) for lane in range(LANES)), beside=[self._intake.watch()]
            )
        finally:
            await self._intake.close()

    def end(self) -> None:
        """Take nothing more (R33)."""
        self._intake.end()

    async def _work(self, lane: int) -> None:
        following: asyncio.Task[None] | None = None
        while taken := await self._intake.next(MOST_IN_BATCH, lane):
            applied = await self._applied([fact for one in taken for fact in one.facts])
            crash_point("before_ack")
            await self._intake.done(taken)
            crash_point("after_ack")
            if following is not None:
                # Boards and pushes of one batch go out before those of the next.
                await following
            following = asyncio.create_task(self._finish(applied, taken))
        if following is not None:
            await following

    async def _finish(self, applied: Sequence[Applied], taken: Sequence[Delivery]) -> None:
        try:
            await self._follow(applied)
        finally:
            self._intake.free(taken)

    async def _applied(self, facts: Sequence[Fact]) -> list[Applied]:
        """Apply `facts`, however long the engines are away."""
        pause_s = _PAUSE_S
        while True:
            try:
                return await self._settled(facts)
            except Problem as error:
                _log.warning("%s waits: %r", self.consumer.name, error)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def handle(self, facts: Sequence[Fact]) -> None:
        """Apply `facts` and all that follows, whatever was delivered.

        Duplicates and strangers do nothing. When a batch fails, each fact is tried alone, so
        that a poison fact holds up nobody else; after several tries it becomes a dead letter.
        """
        await self._follow(await self._settled(facts))

    async def _settled(self, facts: Sequence[Fact]) -> list[Applied]:
        wanted = [fact for fact in facts if kind_of(fact.type) in self.consumer.types]
        if not wanted:
            return []
        try:
            with suppress(Again):
                return await self._apply(wanted, self._order)
            return await self._apply(wanted, self._order)
        except Problem:
            raise
        except Exception:  # noqa: BLE001  # any failure of a rule or a statement is met alike
            _log.exception("%s: a batch failed, trying one by one", self.consumer.name)
        return [one for fact in wanted for one in await self._apply_alone(fact)]

    async def _apply(self, facts: Sequence[Fact], order: Order | None) -> list[Applied]:
        crash_point("before_consumer")
        begun = perf_counter()
        with traces.steps(f"consume {self.consumer.name}") as steps:
            async with self._db.batch(list({fact.org_id for fact in facts})) as tx:
                taken = await self._taken(tx, facts, order)
                applied = await self.consumer.apply(tx, _traced(steps, taken)) if taken else None
                crash_point("before_consumer_commit")
        crash_point("after_consumer_commit")
        if applied is None:
            return []
        if applied.committed is not None:
            applied.committed()
        if order is not None:
            order.applied(taken)
        metrics.applied(self.consumer.name, len(taken), perf_counter() - begun)
        return [applied]

    async def _taken(self, tx: BatchTx, facts: Sequence[Fact], order: Order | None) -> list[Fact]:
        if order is None:
            return await due.take(tx, self.consumer.name, facts, owner=self._owner)
        taken: list[Fact] = []
        left = [*await order.earlier(tx, facts), *facts]
        while left:
            found = await due.take(tx, self.consumer.name, left, owner=self._owner)
            if not found:
                break
            # A row that a sweep touched at this very moment has moved, and was not seen.
            taken += found
            keys = {due.key(fact) for fact in taken}
            left = [fact for fact in left if due.key(fact) not in keys]
        return taken

    async def _follow(self, applied: Sequence[Applied]) -> None:
        """Publish, write boards and push; what fails here is repaired by sweep and resume."""
        for one in applied:
            self._bus.publish(one.facts)
            crash_point("before_effect")
            if one.effect is not None:
                with suppress(Problem):
                    await one.effect()
            crash_point("after_effect")
            if self._push is not None:
                await self._push.send(one.outcomes)
            crash_point("after_push")

    async def _apply_alone(self, fact: Fact) -> list[Applied]:
        try:
            return await self._apply([fact], None)
        except Problem:
            raise
        except Exception as error:  # noqa: BLE001  # likewise
            metrics.FAILURES.add(self.consumer.name)
            async with self._db.tx(fact.org_id) as tx:
                tries = await due.fail(tx, self.consumer.name, fact)
                if tries >= MOST_TRIES:
                    metrics.BURIED.add(self.consumer.name)
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
            return []


def _traced(steps: Steps, facts: list[Fact]) -> list[Fact]:
    """Return `facts` with the consumer's own step as parent of all that they lead to."""
    if not any(fact.parent for fact in facts):
        return facts
    parents = steps.under([fact.parent for fact in facts])
    return [
        msgspec.structs.replace(fact, parent=parent)
        for fact, parent in zip(facts, parents, strict=True)
    ]
