"""Group commit: what arrives while a write is under way goes into the next one.

Each caller gets its own result after the commit. A refusal is a value in the batch, so
one bad request spoils no other's; a failure that nobody foresaw is narrowed down to its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import Generic, TypeVar

from tihi.base.ids import OrgId
from tihi.base.problem import Problem, Unavailable
from tihi.platform import metrics
from tihi.platform.db import BatchTx, Database
from tihi.platform.tasks import Distance
from tihi.platform.telemetry import crash_point

Q = TypeVar("Q")
R = TypeVar("R")

MOST_IN_BATCH = 256
MOST_WAITING = 5_000
PATIENCE_S = 2.0
"""With the database frozen, a request would wait for a write that waits for its deadline."""
_DRAIN_S = 10.0
_DISTANCE_S = 0.008
_ENOUGH = 64
"""So much makes a batch that need not wait."""

Write = Callable[[BatchTx, Sequence[Q]], Awaitable[Sequence[R | Problem]]]


class Writer(Generic[Q, R]):
    """Collects requests and hands them to one service call in one transaction a flush."""

    def __init__(
        self,
        db: Database,
        org_of: Callable[[Q], OrgId],
        write: Write[Q, R],
        committed: Callable[[Sequence[R]], None],
    ) -> None:
        """Make a writer.

        Args:
            db: where batches are written.
            org_of: tells the org of a request.
            write: handles a batch; returns one result or refusal for each request, in order.
            committed: is told the results of a batch once it is committed.
        """
        self._db = db
        self._org_of = org_of
        self._write = write
        self._committed = committed
        self._waiting: list[tuple[Q, asyncio.Future[R]]] = []
        self._flushing: asyncio.Task[None] | None = None
        self._distance = Distance(_DISTANCE_S)

    async def submit(self, request: Q) -> R:
        """Write `request` with whatever else waits; return its result once it is committed.

        Raises:
            Problem: the service refused it.
            Unavailable: too much waits already, or the database is away or slow. The request may be
                written all the same, so whoever sends it again uses the same key.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable("too many answers at once", retry_after=1)
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, future))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await future
        except TimeoutError:
            raise Unavailable("the database does not answer", retry_after=1) from None

    async def _flush(self) -> None:
        try:
            while self._waiting:
                if len(self._waiting) < _ENOUGH:
                    await self._distance.turn()
                batch = self._waiting[:MOST_IN_BATCH]
                del self._waiting[:MOST_IN_BATCH]
                await self._write_batch(batch)
        finally:
            self._flushing = None

    async def _write_batch(self, batch: Sequence[tuple[Q, asyncio.Future[R]]]) -> None:
        requests = [request for request, _ in batch]
        begun = perf_counter()
        orgs = list({self._org_of(request) for request in requests})
        try:
            async with self._db.batch(orgs) as tx:
                results = await self._write(tx, requests)
                crash_point("before_commit")
            crash_point("after_commit")
        except Exception as error:  # noqa: BLE001  # every waiter must hear of it, whatever it is
            if len(batch) > 1 and not isinstance(error, Problem):
                # A refusal is for all: the database is away. Anything else one of them brought.
                middle = len(batch) // 2
                await self._write_batch(batch[:middle])
                await self._write_batch(batch[middle:])
                return
            metrics.write_failed(len(batch))
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        done = [result for result in results if not isinstance(result, Problem)]
        metrics.wrote(perf_counter() - begun, len(done), len(results) - len(done))
        self._committed(done)
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue
            if isinstance(result, Problem):
                future.set_exception(result)
            else:
                future.set_result(result)

    async def close(self) -> None:
        """Write what waits, at most 10 s long."""
        if self._flushing is not None:
            await asyncio.wait_for(asyncio.shield(self._flushing), _DRAIN_S)
