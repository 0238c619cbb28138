"""The log: stamps, replays, what is due, dead letters, outcomes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logged import log, new
from tihi.base.ids import FactId, LearnerId
from tihi.base.problem import Unavailable
from tihi.facts.envelope import Fact
from tihi.facts.outcomes import LevelUp
from tihi.platform import db
from tihi.platform.clock import local_date
from tihi.platform.consumer import MOST_TRIES, Applied, Consumer, Worker
from tihi.platform.db import BatchTx
from tihi.platform.engines import Endpoints
from tihi.platform.log import due
from tihi.platform.log.outcomes import MOST_MISSED, Said, missed, say
from tihi.roles import scheduler
from world import START, World


async def test_facts_are_stamped_in_order(world: World) -> None:
    one, two = await world.learner(), await world.learner("Ben")
    tomorrow = START + timedelta(days=1)
    facts = await log(
        world,
        new(world, one),
        new(world, two),
        new(world, one),
        new(world, one, kind="y.v1"),
        new(world, one, tomorrow),
    )
    assert [fact.n for fact in facts] == [1, 1, 2, 3, 4]
    assert [fact.nth_today for fact in facts] == [1, 1, 2, 1, 1]
    assert facts[0].local_date.isoformat() == "2026-11-25"
    assert facts[0].org_date.isoformat() == "2026-11-24"
    assert await world.facts() == sorted(facts, key=lambda fact: (fact.subject, fact.n))


async def test_a_replay_appends_nothing(world: World) -> None:
    first = new(world, await world.learner())
    logged = await log(world, first, first)
    assert len(logged) == 1
    assert await log(world, first) == []
    # The first body stands: same id with another body changes nothing (S38).
    assert await log(world, msgspec.structs.replace(first, data={"right": False})) == []
    assert await world.facts() == logged


async def test_the_sequence_rises_after_a_replay(world: World) -> None:
    learner = await world.learner()
    first = new(world, learner)
    await log(world, first)
    await log(world, first, new(world, learner))
    await log(world, new(world, learner))
    found = [fact.n for fact in await world.facts()]
    assert found == sorted(set(found))


async def test_the_same_id_in_two_orgs_or_sources_is_two_facts(world: World, other: World) -> None:
    one = new(world, await world.learner())
    two = msgspec.structs.replace(one, source="other")
    three = msgspec.structs.replace(one, org_id=other.org_id, subject=await other.learner())
    assert len(await log(world, one, two)) == 2
    assert len(await log(other, three)) == 1


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001  # made aware below
def test_a_local_date_is_the_wall_calendars(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    assert abs((local_date(moment, "Pacific/Kiritimati") - moment.date()).days) <= 1


class Shop:
    """A consumer that counts, and fails on facts that say so."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.name = f"shop-{uuid4().hex}"
        self.applied: list[FactId] = []
        self.broken = True
        consumer = Consumer(name=self.name, types=[self.kind], apply=self.apply)
        here = world.here
        self.worker = Worker(consumer, db=here.db, bus=here.bus, push=None, clock=here.clock)

    @property
    def kind(self) -> str:
        return f"{self.name}.v1"

    async def apply(self, _tx: BatchTx, facts: Sequence[Fact]) -> Applied:
        if self.broken and any(fact.data.get("poison") for fact in facts):
            raise ValueError("a secret value")
        self.applied.extend(fact.fact_id for fact in facts)
        return Applied(facts=[], outcomes=[], effect=None)

    async def fact(self, learner: LearnerId, *, poison: bool = False) -> Fact:
        made = msgspec.structs.replace(
            new(self.world, learner, kind=self.kind), data={"poison": poison}
        )
        (found,) = await log(self.world, made)
        return found


@pytest.fixture
async def shop(world: World) -> Shop:
    shop = Shop(world)
    await shop.worker.register()
    return shop


async def test_a_fact_is_taken_once_however_often_it_comes(shop: Shop) -> None:
    facts = [await shop.fact(await shop.world.learner()) for _ in range(3)]
    await shop.worker.handle([*facts, *facts])
    await shop.worker.handle(facts[::-1])
    assert sorted(shop.applied) == sorted(fact.fact_id for fact in facts)
    assert await shop.world.owed(shop.name) == []


async def test_a_stranger_is_taken_for_nothing(shop: Shop) -> None:
    (stranger,) = await log(shop.world, new(shop.world, await shop.world.learner()))
    await shop.worker.handle([stranger])
    assert shop.applied == []


async def test_a_poison_fact_holds_up_nobody_and_becomes_a_letter(shop: Shop) -> None:
    """R8."""
    learner = await shop.world.learner()
    good, bad = await shop.fact(learner), await shop.fact(learner, poison=True)
    await shop.worker.handle([bad, good])
    assert shop.applied == [good.fact_id]
    for _ in range(MOST_TRIES - 1):
        await shop.worker.handle([bad])
    async with shop.world.here.db.tx(shop.world.org_id) as tx:
        (letter,) = await due.letters(tx)
        assert await due.lag(tx) == []
    assert (letter.error, letter.tries) == ("ValueError", MOST_TRIES)
    assert letter.fact_id == bad.fact_id


async def test_a_letter_that_is_replayed_counts_once(shop: Shop, endpoints: Endpoints) -> None:
    """R8."""
    world = shop.world
    bad = await shop.fact(await world.learner(), poison=True)
    for _ in range(MOST_TRIES):
        await shop.worker.handle([bad])
    shop.broken = False
    await shop.worker.handle([bad])
    assert shop.applied == [], "a dead fact counts only when somebody says so"
    async with world.here.db.tx(world.org_id) as tx:
        (letter,) = await due.letters(tx)
        assert await due.exhume(tx, letter.letter_id, now=START)
        assert not await due.exhume(tx, letter.letter_id, now=START)
    world.clock.advance(timedelta(seconds=6))
    sweeper = await db.connect(endpoints.sweep_url, most=1)
    found = await due.stale(sweeper, before=world.clock.now(), now=world.clock.now(), most=10_000)
    await sweeper.close()
    assert bad in found
    await shop.worker.handle(found)
    await shop.worker.handle([bad])
    assert shop.applied == [bad.fact_id]


async def test_what_is_due_and_old_is_published_again(shop: Shop, endpoints: Endpoints) -> None:
    world = shop.world
    await shop.fact(await world.learner())
    sweeper = await db.connect(endpoints.sweep_url, most=1)
    world.clock.advance(timedelta(seconds=4))
    async with world.here.db.tx(world.org_id) as tx:
        (lag,) = await due.lag(tx)
    assert (lag.name, lag.due, lag.oldest) == (shop.name, 1, START)
    world.clock.advance(timedelta(seconds=2))
    await scheduler.sweep(world.here, sweeper)
    async with world.here.db.tx(world.org_id) as tx:
        (lag,) = await due.lag(tx)
    assert lag.oldest == START, "trying again does not make it younger"
    now = world.clock.now()
    assert await due.stale(sweeper, before=now, now=now, most=10_000) == [], (
        "what was published again waits for its turn again"
    )
    await sweeper.close()
    await shop.worker.handle(await world.owed(shop.name))


async def test_a_refusal_of_a_part_leaves_the_fact_due(shop: Shop) -> None:
    fact = await shop.fact(await shop.world.learner())

    async def refuse(_tx: BatchTx, _facts: Sequence[Fact]) -> Applied:
        raise Unavailable

    consumer = msgspec.structs.replace(shop.worker.consumer, apply=refuse)
    here = shop.world.here
    worker = Worker(consumer, db=here.db, bus=here.bus, push=None, clock=here.clock)
    with pytest.raises(Unavailable):
        await worker.handle([fact])
    assert await shop.world.owed(shop.name) == [fact]
    assert await shop.world.rows("SELECT tries FROM due") == [(0,)]


def said(world: World, learner: LearnerId, level: int) -> Said:
    return Said(
        org_id=world.org_id,
        learner_id=learner,
        time=START + timedelta(seconds=level),
        cause=None,
        context="",
        data=LevelUp(level=level),
    )


async def test_outcomes_are_numbered_for_each_learner_and_consumer(world: World) -> None:
    one, two = await world.learner(), await world.learner("Ben")
    async with world.here.db.batch([world.org_id]) as tx:
        first = await say(tx, "a", [said(world, who, 2) for who in (one, two, one)])
        second = await say(tx, "b", [said(world, one, 3)])
        third = await say(tx, "a", [said(world, one, 4)])
    numbers = [(each.learner_id == one, each.outcome.seq) for each in (*first, *second, *third)]
    assert numbers == [(True, 1), (True, 2), (False, 1), (True, 1), (True, 3)]


async def test_resuming_gives_what_was_missed_once_and_in_order(world: World) -> None:
    """R31."""
    learner = await world.learner()
    async with world.here.db.batch([world.org_id]) as tx:
        sent = [
            *await say(tx, "a", [said(world, learner, level) for level in (1, 3, 5)]),
            *await say(tx, "b", [said(world, learner, level) for level in (2, 4)]),
        ]
    outcomes = [one.outcome for one in sent]
    async with world.here.db.tx(world.org_id) as tx:
        everything = await missed(tx, learner, {}, "")
        rest = await missed(tx, learner, {"a": 2, "b": 1}, "")
        nothing = await missed(tx, learner, everything.seen, "")
    assert everything.outcomes == sorted(outcomes, key=lambda one: one.time)
    assert [(one.consumer, one.seq) for one in rest.outcomes] == [("b", 2), ("a", 3)]
    assert (nothing.outcomes, nothing.seen) == ([], {"a": 3, "b": 2})


async def test_a_late_outcome_comes_after_those_numbered_before_it(world: World) -> None:
    """R31: whoever takes only the next number loses nothing."""
    learner = await world.learner()
    async with world.here.db.batch([world.org_id]) as tx:
        await say(tx, "a", [said(world, learner, level) for level in (5, 1, 3)])
        await say(tx, "b", [said(world, learner, level) for level in (4, 2)])
    async with world.here.db.tx(world.org_id) as tx:
        found = await missed(tx, learner, {}, "")
    for consumer, count in (("a", 3), ("b", 2)):
        seqs = [one.seq for one in found.outcomes if one.consumer == consumer]
        assert seqs == list(range(1, count + 1))


async def test_who_missed_too_much_reads_everything_afresh(world: World) -> None:
    """R31."""
    learner = await world.learner()
    many = [said(world, learner, level) for level in range(MOST_MISSED + 1)]
    async with world.here.db.batch([world.org_id]) as tx:
        await say(tx, "a", many)
    async with world.here.db.tx(world.org_id) as tx:
        found = await missed(tx, learner, {}, "")
        short = await missed(tx, learner, {"a": 1}, "")
    assert (found.snapshot, found.outcomes, found.seen) == (True, [], {"a": MOST_MISSED + 1})
    assert len(short.outcomes) == MOST_MISSED


async def test_who_saw_what_a_restore_undid_reads_everything_afresh(world: World) -> None:
    """R30, R31: a number of another epoch says nothing here; who saw nothing yet just begins."""
    learner = await world.learner()
    async with world.here.db.batch([world.org_id]) as tx:
        await say(tx, "a", [said(world, learner, 1)])
    async with world.here.db.tx(world.org_id) as tx:
        found = await missed(tx, learner, {"a": 9}, str(uuid4()))
        begins = await missed(tx, learner, {}, "")
    assert (found.snapshot, found.outcomes, found.seen) == (True, [], {"a": 1})
    assert (found.epoch, begins.snapshot, len(begins.outcomes)) == ("", False, 1)
