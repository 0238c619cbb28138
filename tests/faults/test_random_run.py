"""A random term of answers, packs, late facts, replays, deaths and losses, then the proof.

Everything happens in one process, so that a death may fall between any two steps: whatever is
under way is cancelled there, and its transaction is gone as the one of a killed process is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from time import monotonic

import pytest

from game import happen
from game.test_backfills import pack
from tihi.base.chance import SeededRandom, below, shuffled
from tihi.base.ids import AccountId, LearnerId, LessonId
from tihi.game.boards import rules as board_rules
from tihi.game.boards import service as boards
from tihi.game.packs import service as packs
from tihi.game.rewards import rules as reward_rules
from tihi.game.rewards.service import TYPES
from tihi.platform import db
from tihi.platform.engines import Endpoints
from tihi.platform.log import due
from tihi.roles import scheduler, school, verify
from world import World

STEPS = 60
_STATE = {
    "ledger": "SELECT learner_id, source, rule, points, inputs::text FROM ledger",
    "state": "SELECT learner_id, xp, level, entry, last_time FROM reward_states",
    "weeks": "SELECT learner_id, week, points FROM reward_weeks",
    "awards": "SELECT learner_id, achievement, tier FROM awards",
    "streaks": "SELECT learner_id, day, mark FROM streak_days",
    "log": "SELECT source, fact_id FROM facts",
}


class Term:
    """A random term of one org."""

    def __init__(self, world: World, lesson: LessonId, sweeper: db.Database, seed: int) -> None:
        self.world = world
        self.lesson = lesson
        self.sweeper = sweeper
        self.chance = SeededRandom("term", seed)
        self.learners: list[LearnerId] = []
        self.teacher = AccountId(world.org_id)
        self.packs = 0

    async def begin(self) -> None:
        """Found the school."""
        await self.world.apply(school.starter_pack())
        self.teacher = await self.world.person("teacher", "Whaea Hana")
        self.learners = [await self.world.learner(f"Learner {n}") for n in range(6)]

    def somebody(self) -> LearnerId:
        return self.learners[below(self.chance, len(self.learners))]

    async def step(self) -> None:
        """Let something happen."""
        acts: list[Callable[[], Awaitable[None]]] = [
            *[self.play] * 4,
            *[self.deliver] * 3,
            *[self.tell_late] * 2,
            *[self.correct] * 2,
            *[self.die] * 2,
            self.replay,
            self.apply,
            self.sleep,
            self.close,
            self.write,
            self.lose,
        ]
        self.world.clock.advance(timedelta(minutes=below(self.chance, 90)))
        await acts[below(self.chance, len(acts))]()

    async def play(self) -> None:
        """Somebody plays a lesson, missing some."""
        missed = below(self.chance, 4)
        await self.world.play(self.somebody(), self.lesson, right=lambda step: step != missed)

    async def tell_late(self) -> None:
        """An answer and a day come in, days late."""
        moment = self.world.clock.now() - timedelta(hours=below(self.chance, 24 * 12))
        learner = self.somebody()
        await happen.record(
            self.world,
            happen.new(self.world, learner, happen.answer(credit=0.5), moment=moment),
            happen.active_on(self.world, learner, moment.date()),
        )

    async def correct(self) -> None:
        """A teacher corrects a grade, perhaps of an answer whose points are still due."""
        answers = await self.world.rows(
            "SELECT fact_id, learner_id, credit FROM answers ORDER BY fact_id"
        )
        if not answers:
            return
        answer, learner, credit = answers[below(self.chance, len(answers))]
        worth = (0.0, 0.5, 1.0)[below(self.chance, 3)]
        if worth != credit:
            await self.world.correct(learner, answer, worth, by=self.teacher)

    async def deliver(self) -> None:
        """All that is due is handed over in any order, some of it twice."""
        await self.world.deliver(self.chance, times=1 + below(self.chance, 2))

    async def die(self) -> None:
        """Whoever delivers dies somewhere on the way."""
        with suppress(TimeoutError):
            async with asyncio.timeout(below(self.chance, 60) / 1000):
                await self.world.deliver(self.chance)

    async def replay(self) -> None:
        """The broker hands out all of the log again."""
        await self.world.hand(shuffled(await self.world.facts(), self.chance))

    async def apply(self) -> None:
        """An achievement is added or changed, and history is counted, perhaps not to its end."""
        self.packs += 1
        tiers = (2 + below(self.chance, 4), 8 + below(self.chance, 9))
        await self.world.apply(pack(f"climber-{self.packs % 3}", tiers))
        with suppress(TimeoutError):
            async with asyncio.timeout(below(self.chance, 200) / 1000):
                await scheduler.fill_back(self.world.here, self.sweeper, None)

    async def sleep(self) -> None:
        """Days go by."""
        self.world.clock.advance(timedelta(days=below(self.chance, 4)))

    async def close(self) -> None:
        """The scheduler closes days, twice at once."""
        await asyncio.gather(*(scheduler.close_days(self.world.here, None) for _ in range(2)))

    async def write(self) -> None:
        """The scheduler writes the boards that wait."""
        self.world.clock.advance(timedelta(seconds=5))
        await scheduler.write_boards(self.world.here, self.sweeper)

    async def lose(self) -> None:
        """Valkey loses the boards; their next reader rebuilds them."""
        client = self.world.here.cache.client
        async for key in client.scan_iter(match=f"board:{{{self.world.org_id}}}:*"):
            await client.delete(key)
        here = self.world.here
        await boards.rebuild(here.db, here.cache, self.world.org_id, now=self.world.clock.now())

    async def end(self) -> None:
        """Let everything come to rest."""
        await self.world.deliver(self.chance)
        await scheduler.fill_back(self.world.here, self.sweeper, None)
        await self.world.deliver(self.chance)
        await self.write()

    async def state(self) -> dict[str, list[tuple[object, ...]]]:
        """Return all that the game has stored."""
        return {name: sorted(await self.world.rows(query)) for name, query in _STATE.items()}

    async def unexplained(self) -> list[str]:
        """Return entries whose numbers do not follow from their fact and the rules of its time."""
        world = self.world
        stored = {
            (source, rule): inputs
            for source, rule, inputs in await world.rows(
                "SELECT source, rule, inputs::jsonb FROM ledger"
            )
        }
        wrong: list[str] = []
        async with world.here.db.tx(world.org_id) as tx:
            facts = [one for one in await world.facts() if one.type in TYPES]
            sets = await packs.sets(
                tx, {key for one in facts for key in reward_rules.rule_sets(one)}
            )
            for fact in facts:
                brought = reward_rules.dated_entries(fact, sets)
                for entry in (entry for _, entries in brought for entry in entries):
                    expected = [{"name": one.name, "value": one.value} for one in entry.inputs]
                    if stored.get((entry.source, entry.rule)) != expected:
                        wrong.append(f"{entry.source} {entry.rule}")
        return wrong

    async def ranks(self) -> list[str]:
        """Return the order of the board of all times."""
        key = board_rules.key(self.world.org_id, None)
        return [one.decode() for one in await self.world.here.cache.client.zrevrange(key, 0, -1)]

    async def sums(self) -> list[str]:
        """Return the order that the ledger gives: more points first, then who had them earlier."""
        return [
            str(learner)
            for (learner,) in await self.world.rows("""
                SELECT l.learner_id FROM ledger AS l
                JOIN reward_states AS s USING (org_id, learner_id)
                GROUP BY l.learner_id, s.last_time
                ORDER BY sum(l.points) DESC, date_trunc('second', s.last_time), l.learner_id DESC
            """)
        ]


async def _lived(world: World, sweeper: db.Database, seed: int) -> None:
    term = Term(world, await world.lesson(3), sweeper, seed)
    await term.begin()
    for _ in range(STEPS):
        await term.step()
    await term.lose()
    await term.end()
    assert await verify.differences(world.here, world.org_id) == []
    assert await term.unexplained() == []
    ranks, state = await term.ranks(), await term.state()
    assert len(ranks) == len(state["state"])
    # Once more, all of it: the log again, and every board from nothing.
    await term.replay()
    await term.lose()
    await term.end()
    assert await term.state() == state
    assert await term.ranks() == ranks == await term.sums()


@pytest.mark.endless
async def test_a_random_term_leaves_what_facts_and_ledger_say(
    world: World, endpoints: Endpoints, seed: int, minutes: float
) -> None:
    """R7, R15."""
    ends = monotonic() + 60 * minutes / 4
    sweeper = await db.connect(endpoints.sweep_url, most=2)
    await _lived(world, sweeper, seed)
    while monotonic() < ends:
        seed += 1
        print(f"seed {seed}")
        await _lived(await World.founded(world.here), sweeper, seed)
    await sweeper.close()
    async with world.here.db.tx(world.org_id) as tx:
        assert await due.letters(tx) == []
