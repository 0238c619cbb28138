"""An achievement added to a running system: history counts, once, beside what happens."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from game.happen import answer, new, record
from heard import heard
from tihi.base.chance import SeededRandom, below, shuffled
from tihi.base.ids import LearnerId
from tihi.facts.envelope import Fact, NewFact
from tihi.game.backfills import service
from tihi.game.backfills.jobs import Filler
from tihi.game.boards.service import Desk
from tihi.game.rewards.rewarding import OtherBatch
from tihi.platform import db
from tihi.platform.db import Tx
from tihi.platform.engines import Endpoints
from tihi.platform.log import due
from tihi.roles import scheduler, verify
from tihi.roles.worker import workers
from world import World

RULES = """
pack: rules
version: 1
rules:
  - {id: base, fact: answer.graded.v1, name: {en: x, mi: x}, drive: meaning, base: 10}
"""
CRITERION = "{kind: count, fact: answer.graded.v1, where: [{field: right, eq: true}]}"


def pack(
    name: str = "climber", tiers: tuple[int, ...] = (3, 6), criterion: str = CRITERION
) -> bytes:
    """Return a pack with one achievement; tier n brings n · 100 XP."""
    steps = ", ".join(
        f"{{threshold: {need}, name: {{en: x, mi: x}}, reward: {n * 100}}}"
        for n, need in enumerate(tiers, 1)
    )
    return f"""
pack: {name}
version: 1
achievements:
  - id: {name}
    name: {{en: {name}, mi: {name}}}
    description: {{en: x, mi: x}}
    icon: x
    drive: meaning
    criteria: [{criterion}]
    tiers: [{steps}]
""".encode()


@pytest.fixture(autouse=True)
async def rules(world: World) -> None:
    """Let every answer bring 10 XP."""
    await world.apply(RULES.encode())


def filler(world: World) -> Filler:
    here = world.here
    return Filler(here.db, here.bus, Desk(here.cache), here.clock, here.chance)


class KilledError(Exception):
    """A process ended in the middle."""


async def killed(world: World) -> None:
    """Take a step that is cut off before it commits."""
    async with world.here.db.batch([world.org_id]) as tx:
        desk = Desk(world.here.cache)
        one = Tx(tx.connection, world.org_id)
        await service.step(tx, one, now=world.clock.now(), desk=desk, chance=world.here.chance)
        raise KilledError


async def answers(world: World, learner: LearnerId, count: int, **told: object) -> list[NewFact]:
    found = [new(world, learner, answer(**told)) for _ in range(count)]
    await record(world, *found)
    return found


async def awards(world: World) -> list[tuple[LearnerId, str, int]]:
    query = "SELECT learner_id, achievement, tier FROM awards ORDER BY 1, 2, 3"
    return await world.rows(query)


async def xp(world: World, learner: LearnerId) -> int:
    query = "SELECT coalesce(sum(points), 0)::int FROM ledger WHERE learner_id = $1"
    return (await world.rows(query, learner))[0][0]


async def sound(world: World) -> None:
    """Nothing differs, and every tier was told once."""
    await world.deliver()
    assert await verify.differences(world.here, world.org_id) == []
    told = [
        (learner, data["achievement"], data["tier"])
        for learner, _, data in await heard(world, "badge_unlocked")
    ]
    assert sorted(told) == await awards(world)


async def test_history_earns_what_it_would_have_earned(world: World) -> None:
    much, little = await world.learner(), await world.learner("Ben")
    await answers(world, much, 7)
    await answers(world, little, 3, right=False)
    await answers(world, little, 3)
    await world.deliver()
    world.clock.advance(timedelta(days=30))
    await world.apply(pack())
    await filler(world).fill(world.org_id)

    assert await awards(world) == sorted(
        [(much, "climber", 1), (much, "climber", 2), (little, "climber", 1)]
    )
    assert (await xp(world, much), await xp(world, little)) == (7 * 10 + 300, 6 * 10 + 100)
    await sound(world)


async def test_points_for_history_are_given_now_and_name_their_cause(world: World) -> None:
    learner = await world.learner()
    await answers(world, learner, 3)
    await world.deliver()
    world.clock.advance(timedelta(days=30))
    await world.apply(pack())
    await filler(world).fill(world.org_id)
    ((time, cause),) = await world.rows("SELECT time, cause FROM ledger WHERE rule = 'award'")

    assert time == world.clock.now()
    assert cause in {fact.fact_id for fact in await world.facts()}
    await sound(world)


async def test_what_happens_from_then_on_goes_on_counting(world: World) -> None:
    learner = await world.learner()
    await answers(world, learner, 5)
    await world.deliver()
    await world.apply(pack())
    await filler(world).fill(world.org_id)
    await answers(world, learner, 1)
    await world.deliver()

    assert [tier for _, _, tier in await awards(world)] == [1, 2]
    await sound(world)


async def test_what_happened_but_is_still_due_counts_when_it_is_applied(world: World) -> None:
    """Recorded before the achievement was there, worked on after its history was counted."""
    learner = await world.learner()
    await answers(world, learner, 2)
    await world.deliver()
    await answers(world, learner, 1)
    await world.apply(pack())
    await filler(world).fill(world.org_id)
    assert await awards(world) == []

    await world.deliver()
    assert await awards(world) == [(learner, "climber", 1)]
    await sound(world)


async def test_a_learner_whose_first_fact_waited_is_counted_too(world: World) -> None:
    learner = await world.learner()
    await answers(world, learner, 3)
    await world.apply(pack())
    await filler(world).fill(world.org_id)
    await world.deliver()

    assert await awards(world) == [(learner, "climber", 1)]
    await sound(world)


async def test_a_dead_letter_counts_once_when_it_is_replayed(world: World) -> None:
    learner = await world.learner()
    await answers(world, learner, 2)
    await world.deliver()
    await answers(world, learner, 1)
    for fact in await world.owed("rewards"):
        async with world.here.db.tx(world.org_id) as tx:
            await due.bury(tx, "rewards", fact, error="ValueError", tries=5, now=world.clock.now())
    await world.apply(pack())
    await filler(world).fill(world.org_id)
    assert [one.kind for one in await verify.differences(world.here, world.org_id)] == ["due"]
    assert await awards(world) == []

    async with world.here.db.tx(world.org_id) as tx:
        (letter,) = await due.letters(tx)
        await due.exhume(tx, letter.letter_id, now=world.clock.now())
    await world.deliver()
    assert await awards(world) == [(learner, "climber", 1)]
    await sound(world)


async def test_the_same_pack_again_counts_nothing_again(world: World) -> None:
    learner = await world.learner()
    await answers(world, learner, 3)
    await world.deliver()
    for _ in range(3):
        await world.apply(pack())
        await filler(world).fill(world.org_id)

    assert await world.rows("SELECT version FROM backfills WHERE total > 0") == [(2,)]
    assert await xp(world, learner) == 130
    await sound(world)


async def test_an_easier_edit_gives_and_a_harder_one_takes_nothing(world: World) -> None:
    learner = await world.learner()
    await world.apply(pack(tiers=(5,)))
    await answers(world, learner, 3)
    await world.deliver()
    for tiers, expected in (((3,), [1]), ((9,), [1]), ((2, 3), [1, 2])):
        await world.apply(pack(tiers=tiers))
        await filler(world).fill(world.org_id)
        assert [tier for _, _, tier in await awards(world)] == expected
    await sound(world)


async def test_a_criterion_that_was_gone_for_a_while_counts_all_of_history(world: World) -> None:
    learner = await world.learner()
    other = "{kind: max, fact: answer.graded.v1, field: run}"
    for criterion in (CRITERION, other, CRITERION):
        await world.apply(pack(tiers=(6,), criterion=criterion))
        await filler(world).fill(world.org_id)
        await answers(world, learner, 2)
        await world.deliver()

    assert await awards(world) == [(learner, "climber", 1)]
    await sound(world)


async def test_distinct_values_and_best_spans_come_from_history_too(world: World) -> None:
    learner = await world.learner()
    for day, skills in enumerate(("abc", "ab", "cd")):
        world.clock.advance(timedelta(days=day))
        for skill in skills:
            await answers(world, learner, 1, skill=skill)
    await world.deliver()
    await world.apply(
        pack("skills", (4,), "{kind: distinct, fact: answer.graded.v1, field: skill}")
    )
    await world.apply(pack("day", (3,), "{kind: count, fact: answer.graded.v1, span: day}"))
    await filler(world).fill(world.org_id)
    await answers(world, learner, 1, skill="a")
    await world.deliver()

    assert [name for _, name, _ in await awards(world)] == ["day", "skills"]
    await sound(world)


async def test_it_goes_on_where_it_was_cut_off(world: World) -> None:
    """45 learners are three steps; each may be the last before a kill."""
    learners = [await world.learner(f"Learner {n}") for n in range(45)]
    for learner in learners:
        await answers(world, learner, 3)
    await world.deliver()
    await world.apply(pack())
    seen: list[tuple[int, int | None]] = []
    while (found := await filler(world).step(world.org_id)) is not None:
        seen.append((found.done, found.total))
        with pytest.raises(KilledError):
            await killed(world)

    assert [done for done, total in seen if total] == [20, 40, 45, 45]
    assert len(await awards(world)) == 45
    await sound(world)


async def test_several_processes_count_everybody_once(world: World) -> None:
    learners = [await world.learner(f"Learner {n}") for n in range(45)]
    for learner in learners:
        await answers(world, learner, 3)
    await world.deliver()
    await world.apply(pack())
    await asyncio.gather(*(filler(world).fill(world.org_id) for _ in range(4)))

    assert len(await awards(world)) == 45
    await sound(world)


@pytest.mark.parametrize("seed", range(6))
async def test_live_facts_and_history_at_the_same_time_count_once(world: World, seed: int) -> None:
    """Facts of before and after, delivered while history is counted, in any order."""
    chance = SeededRandom("backfill", seed)
    learners = [await world.learner(f"Learner {n}") for n in range(30)]
    for learner in learners:
        await answers(world, learner, 1 + below(chance, 4))
    await world.deliver()
    waiting = [
        fact for learner in learners for fact in await answers(world, learner, below(chance, 3))
    ]
    await world.apply(pack(tiers=(2, 4, 6)))
    later = [
        fact for learner in learners for fact in await answers(world, learner, below(chance, 3))
    ]
    assert len(await world.owed("rewards")) == len(waiting) + len(later)
    (rewards,) = await workers(world.here, None, only=frozenset({"rewards"}))
    owed = shuffled(await world.owed("rewards"), chance)

    async def live(facts: list[Fact]) -> None:
        for start in range(0, len(facts), 3):
            for _ in range(20):
                with suppress(OtherBatch):
                    await rewards.handle(facts[start : start + 3])
                    break

    half = len(owed) // 2
    await asyncio.gather(live(owed[:half]), live(owed[half:]), filler(world).fill(world.org_id))
    await filler(world).fill(world.org_id)
    await world.deliver()
    counts = await world.rows(
        "SELECT subject, count(*) FROM facts WHERE type = 'answer.graded.v1' GROUP BY 1"
    )
    expected = sorted(
        (learner, "climber", tier)
        for learner, count in counts
        for tier, need in enumerate((2, 4, 6), 1)
        if count >= need
    )

    assert await awards(world) == expected
    await sound(world)


async def test_the_scheduler_finds_what_is_to_be_counted(
    world: World, other: World, endpoints: Endpoints
) -> None:
    sweeper = await db.connect(endpoints.sweep_url, most=1)
    for one in (world, other):
        await one.apply(RULES.encode())
        learner = await one.learner()
        await answers(one, learner, 3)
        await one.deliver()
        await one.apply(pack())
    await scheduler.fill_back(world.here, sweeper, None)
    await sweeper.close()

    assert len(await awards(world)) == len(await awards(other)) == 1
    assert await world.rows("SELECT 1 FROM backfills WHERE finished_at IS NULL") == []
