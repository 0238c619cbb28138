"""What can be done with rewards. `apply` is the consumer's work on one batch."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from tihi.base.chance import Random
from tihi.base.ids import LearnerId
from tihi.facts.envelope import EXTERNAL, Fact
from tihi.facts.grades import GradeOverridden
from tihi.facts.learning import AnswerGraded, DayActive, LessonCompleted, LevelReached, StreakKept
from tihi.game.achievements import service as achievements
from tihi.game.boards.model import Standing
from tihi.game.boards.service import Desk
from tihi.game.packs import service as packs
from tihi.game.rewards import rules, store
from tihi.game.rewards.model import (
    Known,
    LearnerProgress,
    LedgerPage,
    Progress,
)
from tihi.game.rewards.rewarding import Memory, Rewarding
from tihi.platform.consumer import Applied
from tihi.platform.db import BatchTx, Tx
from tihi.platform.log import due
from tihi.platform.log.append import append
from tihi.platform.log.outcomes import say

CONSUMER = "rewards"
TYPES = [
    AnswerGraded.type,
    LessonCompleted.type,
    DayActive.type,
    StreakKept.type,
    LevelReached.type,
    GradeOverridden.type,
    EXTERNAL,
]
IN_ORDER = frozenset(
    {AnswerGraded.type, LessonCompleted.type, DayActive.type, GradeOverridden.type}
)
"""Facts whose entries a learner reads in the order in which they happened."""
_LAST_ENTRY = 2**62
_DAILY_GOAL = 50
_LATE = timedelta(seconds=3)
"""Far beyond what the loop takes: nobody is told to wait for what comes at once."""


async def apply(
    tx: BatchTx,
    facts: Sequence[Fact],
    *,
    now: datetime,
    desk: Desk,
    memory: Memory,
    chance: Random,
) -> Applied:
    """Apply a batch: ledger, states, counters, awards and outcomes, in the open transaction."""
    ordered = sorted(facts, key=lambda fact: (fact.subject.int, fact.n))
    sets = await packs.sets(tx, {key for fact in ordered for key in rules.rule_sets(fact)})
    batch = Rewarding(sets, ordered, chance)
    known = memory.take(batch.org_of.items())
    await batch.read(tx, ordered, known)
    sets |= await packs.sets(tx, batch.counted())
    counting = achievements.Counting(
        sets,
        {one: state.counted for one, state in batch.states.items()},
        known={one.int: kept.sheets for one, kept in known.items()},
    )
    await counting.read(tx, ordered)
    for number, fact in enumerate(ordered):
        batch.reward(fact, counting.count(number, fact))
    standings = await batch.write(tx)
    await counting.write(tx)
    applied = await finish(tx, batch, standings, now=now, desk=desk)

    def committed() -> None:
        memory.keep(
            {
                one: Known(state=state, sheets=counting.sheets(one))
                for one, state in batch.states.items()
            },
            batch.org_of,
        )

    return msgspec.structs.replace(applied, committed=committed)


async def finish(
    tx: BatchTx, batch: Rewarding, standings: list[Standing], *, now: datetime, desk: Desk
) -> Applied:
    """Append the chained facts of a written batch, say its outcomes and owe its boards."""
    chained = await append(tx, batch.levels, now=now)
    if len(chained) < len(batch.levels):
        # After a correction a level may be reached once more, which is no news.
        batch.hush(chained)
    outcomes = await say(tx, CONSUMER, batch.said)
    effect = await desk.owe(tx, standings, now=now) if standings else None
    return Applied(facts=chained, outcomes=outcomes, effect=effect)


def brought_to(fact: Fact, now: datetime, version: int) -> Fact:
    """Return `fact` as if it happened `now`, under `version`."""
    return rules.brought_to(fact, now, version)


async def uncounted(tx: Tx, version: int, *, after: LearnerId, most: int) -> list[LearnerId]:
    """Return learners behind `after` whose history is not counted for `version`, in order."""
    return await store.uncounted(tx, version, after=after, most=most)


async def how_many_uncounted(tx: Tx, version: int) -> int:
    """Return how many learners' history is not counted for `version`."""
    return await store.how_many_uncounted(tx, version)


async def counted(tx: Tx, *, after: LearnerId, most: int) -> dict[LearnerId, int]:
    """Return up to which version learners behind `after` are counted, in order."""
    return await store.counted(tx, after=after, most=most)


async def progress(
    tx: Tx, learner: LearnerId, *, today: date, org_today: date, now: datetime
) -> Progress:
    """Return where `learner` stands; `today` is on their calendar, `org_today` on the org's."""
    state = await store.state(tx, learner) or rules.beginning(learner)
    goal = await store.daily_goal(tx, learner)
    levels = (await packs.in_force(tx)).levels
    level = levels.level(state.xp)
    return Progress(
        xp=state.xp,
        level=level,
        level_floor=levels.begins(level),
        level_next=levels.begins(level + 1),
        today_xp=state.day_points if state.day == today else 0,
        week_xp=state.week_points if state.week == rules.week_of(org_today) else 0,
        daily_goal=goal or _DAILY_GOAL,
        # What is on its way is the log's to say, and not in any total yet.
        waiting=await due.waits(tx, CONSUMER, learner, before=now - _LATE),
    )


async def page(
    tx: Tx, learner: LearnerId, *, before: int | None, context: str, most: int
) -> LedgerPage:
    """Return ledger entries, newest first, each with its receipt."""
    rule_set = await packs.in_force(tx)
    rows = await store.page(
        tx, learner, before=before or _LAST_ENTRY, context=context, most=most + 1
    )
    more = len(rows) > most
    entries = [rules.receipt(row, rule_set) for row in rows[:most]]
    return LedgerPage(entries=entries, next_before=entries[-1].entry if more else None)


async def progress_of(
    tx: Tx, learners: Sequence[LearnerId], *, org_today: date
) -> list[LearnerProgress]:
    """Return where learners stand, for their teacher; who has no points is left out."""
    return await store.progress_of(tx, learners, week=rules.week_of(org_today))
