"""Group commit: one transaction a flush, and a refusal that spoils nobody else's answer."""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Any

import pytest

from tihi.base.problem import Conflict, Problem, Unavailable
from tihi.platform import writer as writers
from tihi.platform.db import BatchTx
from tihi.platform.writer import Writer
from world import World


class Desk:
    """Writes runs into `learner_memory`, refuses odd numbers, and breaks at 1,000."""

    def __init__(self, world: World) -> None:
        self.batches: list[list[int]] = []
        self.transactions: list[int] = []
        self.told: list[int] = []
        self.writer: Writer[int, int] = Writer(
            world.here.db, lambda _number: world.org_id, self.write, self.told.extend
        )

    async def write(self, tx: BatchTx, numbers: Sequence[int]) -> list[int | Problem]:
        self.batches.append(list(numbers))
        connection: Any = tx.connection
        self.transactions.append(await connection.fetchval("SELECT txid_current()"))
        if 1000 in numbers:
            raise ZeroDivisionError
        return [Conflict(str(one)) if one % 2 else one * 10 for one in numbers]


async def test_what_waits_goes_into_one_transaction(world: World) -> None:
    desk = Desk(world)
    assert await asyncio.gather(*(desk.writer.submit(2 * n) for n in range(100))) == [
        20 * n for n in range(100)
    ]
    assert sum(len(batch) for batch in desk.batches) == 100
    assert len(desk.batches) <= 2
    assert len(set(desk.transactions)) == len(desk.batches)
    assert sorted(desk.told) == [20 * n for n in range(100)]


async def test_a_batch_has_at_most_256_requests(world: World) -> None:
    desk = Desk(world)
    await asyncio.gather(*(desk.writer.submit(2000 + 2 * n) for n in range(600)))
    assert [len(batch) for batch in desk.batches] == [256, 256, 88]


async def test_a_refusal_spoils_no_other(world: World) -> None:
    desk = Desk(world)
    found = await asyncio.gather(*(desk.writer.submit(n) for n in range(6)), return_exceptions=True)
    assert [one for one in found if not isinstance(one, Problem)] == [0, 20, 40]
    assert [one.detail for one in found if isinstance(one, Problem)] == ["1", "3", "5"]
    assert desk.told == [0, 20, 40]


async def test_a_failure_reaches_whoever_brought_it_and_nobody_else(world: World) -> None:
    """Two hundred people's answers do not fail because one of them meets a mistake of ours."""
    desk = Desk(world)
    numbers = [*range(2, 200, 2), 1000, *range(200, 400, 2)]
    found = await asyncio.gather(
        *(desk.writer.submit(one) for one in numbers), return_exceptions=True
    )
    for number, one in zip(numbers, found, strict=True):
        if number == 1000:
            assert isinstance(one, ZeroDivisionError)
        else:
            assert one == 10 * number
    assert sorted(desk.told) == [10 * one for one in numbers if one != 1000]
    # Narrowed down by halves, and not one by one.
    assert len(desk.batches) < 30
    assert await desk.writer.submit(4) == 40


async def test_a_failure_of_everybody_reaches_everybody(world: World) -> None:
    desk = Desk(world)
    found = await asyncio.gather(
        *(desk.writer.submit(1000) for _ in range(5)), return_exceptions=True
    )
    assert all(isinstance(one, ZeroDivisionError) for one in found)
    assert desk.told == []


async def test_who_hung_up_does_not_stop_the_others(world: World) -> None:
    desk = Desk(world)
    gone = asyncio.create_task(desk.writer.submit(2))
    stays = asyncio.create_task(desk.writer.submit(4))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 40
    # The one who hung up is written all the same: the key of a retry finds it.
    assert desk.told == [20, 40]


async def test_too_many_waiting_are_turned_away(world: World) -> None:
    desk = Desk(world)
    waiting = [asyncio.create_task(desk.writer.submit(2)) for _ in range(writers.MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as refused:
        await desk.writer.submit(2)
    assert refused.value.members["retry_after"] == 1
    await asyncio.gather(*waiting)


async def test_closing_writes_what_waits(world: World) -> None:
    desk = Desk(world)
    waiting = asyncio.create_task(desk.writer.submit(2))
    await asyncio.sleep(0)
    await desk.writer.close()
    assert await waiting == 20


async def test_nobody_waits_longer_than_two_seconds(world: World) -> None:
    """R12: a write that hangs is refused in time, and so is what waits behind it."""
    hanging = asyncio.Event()

    async def hang(_tx: BatchTx, numbers: Sequence[int]) -> list[int | Problem]:
        await hanging.wait()
        return list(numbers)

    writer: Writer[int, int] = Writer(world.here.db, lambda _: world.org_id, hang, lambda _: None)
    first = asyncio.create_task(writer.submit(2))
    await asyncio.sleep(0)
    begun = monotonic()
    refused = await asyncio.gather(first, writer.submit(4), return_exceptions=True)
    assert [type(one) for one in refused] == [Unavailable, Unavailable]
    assert monotonic() - begun < writers.PATIENCE_S + 0.5
    hanging.set()
    await writer.close()
