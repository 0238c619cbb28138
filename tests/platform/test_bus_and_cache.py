"""The broker's messages, the whole loop over it, and limits that fail closed."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
import uvloop
from valkey.asyncio import Valkey

from tihi.base.ids import FactId
from tihi.base.problem import TooMany, Unavailable
from tihi.facts.envelope import NewFact, subject_of
from tihi.facts.learning import DayActive
from tihi.platform.bus import Bus, pack
from tihi.platform.cache import Cache
from tihi.platform.engines import Endpoints
from tihi.platform.http import Parts
from tihi.platform.log.append import append
from tihi.roles.school import settled, working
from world import School, World


async def test_one_message_for_each_run_of_equal_subjects(school: School) -> None:
    others = [await school.world.learner(f"Ben {n}") for n in range(5)]
    for learner in (school.learner, *others):
        await school.world.play(learner, school.lesson)
    facts = await school.world.facts()
    packed = pack(facts)
    assert [one.subject for one in packed] == sorted({subject_of(fact) for fact in facts})
    assert pack([]) == []


async def test_facts_go_over_the_broker_and_come_to_rest(school: School) -> None:
    world = school.world
    async with working(world.here):
        await world.play(school.learner, school.lesson)
        world.here.bus.publish(await world.facts())
        try:
            async with asyncio.timeout(20):
                await settled(world.here, world.org_id)
        except TimeoutError:
            pytest.fail(await who_has_what(world))
    assert await world.rows("SELECT count(*) > 4 FROM ledger") == [(True,)]
    assert await world.rows("SELECT count(*) FROM streak_days") == [(1,)]


async def test_what_was_never_published_comes_to_rest_without_a_sweep(school: School) -> None:
    """R3: a demo is founded by workers alone, and must not wait for a lost message for good."""
    world = school.world
    async with working(world.here), asyncio.timeout(20):
        day = DayActive(local_date=world.clock.now().date().isoformat(), hour=9, weekday=1)
        fact = NewFact(
            org_id=world.org_id,
            source="learn",
            fact_id=FactId(uuid4()),
            type=day.type,
            subject=school.learner,
            time=world.clock.now(),
            zone="Pacific/Auckland",
            org_zone="Pacific/Auckland",
            context="",
            parent="",
            data=day.fields(),
        )
        async with world.here.db.tx(world.org_id) as tx:
            await append(tx, [fact], now=world.clock.now())
        assert await world.rows("SELECT count(*) > 0 FROM due") == [(True,)]
        await settled(world.here, world.org_id)
    assert await world.rows("SELECT count(*) FROM due") == [(0,)]


async def who_has_what(world: World) -> str:
    """Return who owns partitions, who lives, what is due and how the broker's client is."""
    async with world.here.db.system() as tx:
        connection: Any = tx.connection
        leases = await connection.fetch(
            "SELECT consumer, owner, count(*) FROM system.leases GROUP BY 1, 2 ORDER BY 1"
        )
        living = await connection.fetch("SELECT worker_id, consumers, beat FROM system.workers")
    owed = await world.rows("SELECT consumer, count(*) FROM due GROUP BY 1")
    client = world.here.bus.client
    return f"{leases}\n{living}\n{owed}\n{client.is_connected} {client.stats}"


async def test_a_client_that_went_deaf_is_replaced(school: School, endpoints: Endpoints) -> None:
    """R13, R12: the loop goes on though the broker's client will never hear anything again."""
    world = school.world
    bus = await Bus.connect(endpoints.nats_url)
    here = Parts(
        db=world.here.db,
        cache=world.here.cache,
        bus=bus,
        clock=world.clock,
        chance=world.here.chance,
    )
    async with working(here):
        await asyncio.sleep(1)
        deaf: Any = bus.client
        for task in (deaf._reading_task, deaf._ping_interval_task):  # noqa: SLF001  # as a bug would
            task.cancel()
        await world.play(school.learner, school.lesson)
        renewed = asyncio.Event()
        bus.came_back.append(renewed.set)
        async with asyncio.timeout(40):
            await renewed.wait()
            assert bus.client is not deaf
            bus.publish(await world.facts())
            await settled(here, world.org_id)
    assert await world.rows("SELECT count(*) > 4 FROM ledger") == [(True,)]
    await bus.close()


def test_it_is_closed_though_the_broker_is_gone(endpoints: Endpoints) -> None:
    """A role that is told to stop then ends in order, with 0 and no trace."""

    async def closed() -> None:
        bus = await Bus.connect(endpoints.nats_url)
        gone: Any = bus.client
        for task in (gone._reading_task, gone._flusher_task):  # noqa: SLF001  # none notices in time
            task.cancel()
        gone._transport._io_writer.transport.abort()  # noqa: SLF001  # the line is lost
        await asyncio.sleep(0.1)
        gone._pending.append(b"PING\r\n")  # noqa: SLF001  # and something waits to be sent
        gone._pending_data_size = 6  # noqa: SLF001
        await bus.close()

    # The roles' own loop: unlike asyncio's it raises where a closed line is written to.
    uvloop.run(closed())


async def test_a_limit_lets_so_many_through_and_says_when_to_come_back(parts: Parts) -> None:
    name = uuid4().hex
    for _ in range(3):
        await parts.cache.limit(name, 3, 60)
    with pytest.raises(TooMany) as refused:
        await parts.cache.limit(name, 3, 60)
    assert 0 < int(refused.value.members["retry_after"]) <= 60
    await parts.cache.limit(uuid4().hex, 3, 60)


async def test_without_valkey_nobody_gets_through() -> None:
    """R14: limits fail closed."""
    away = Cache(Valkey.from_url("valkey://127.0.0.1:1", socket_connect_timeout=0.2))
    with pytest.raises(Unavailable):
        await away.limit("anything", 1000, 60)
    await away.close()


async def test_functions_come_back_when_the_server_has_lost_them(parts: Parts) -> None:
    client: Any = parts.cache.client
    await client.function_flush()
    await parts.cache.limit(uuid4().hex, 1, 60)


async def test_an_older_total_is_passed_over(parts: Parts) -> None:
    board = Board(parts)
    await board.set("500 a 100 b")
    await board.set("400 a 101 b")
    assert await board.scores() == {"a": 500, "b": 101}


async def test_of_who_fell_the_newer_entry_counts(parts: Parts) -> None:
    board = Board(parts)
    await board.set("500 a 100 b")
    await board.set("", "9 300 a")
    await board.set("700 b 600 a", "8 999 a")
    assert await board.scores() == {"a": 300, "b": 700}
    await board.set("", "10 310 a")
    assert await board.scores() == {"a": 310, "b": 700}


async def test_who_was_taken_off_does_not_come_back(parts: Parts) -> None:
    board = Board(parts)
    await board.set("500 a 100 b")
    await board.set("", "99 - a 98 - c")
    await board.set("600 a 1 c", "98 700 a")
    assert await board.scores() == {"b": 100}


class Board:
    """A board of its own at the store."""

    def __init__(self, parts: Parts) -> None:
        self._cache = parts.cache
        self._key = f"board:{{{uuid4()}}}:all"

    async def set(self, grown: str, ordered: str = "") -> None:
        keys = [self._key, f"{self._key}:fallen"]
        await self._cache.call("tihi_board_set", keys, [grown, ordered])

    async def scores(self) -> dict[str, float]:
        found = await self._cache.client.zrange(self._key, 0, -1, withscores=True)
        return {member.decode(): score for member, score in found}
