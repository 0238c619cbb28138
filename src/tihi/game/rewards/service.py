"""What can be done with rewards. `apply` is the consumer's work on one batch."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime

import msgspec

from tihi.base.ids import FactId, LearnerId, OrgId, derived_id
from tihi.facts.envelope import Fact, NewFact
from tihi.facts.learning import AnswerGraded, DayActive, LessonCompleted, LevelReached, StreakKept
from tihi.facts.outcomes import (
    BadgeUnlocked,
    Bilingual,
    LevelUp,
    OutcomeData,
    PointsEarned,
    RulePoints,
)
from tihi.game.achievements import service as achievements
from tihi.game.achievements.model import Earned
from tihi.game.boards import service as boards
from tihi.game.boards.model import Standing, WeekPoints
from tihi.game.packs import service as packs
from tihi.game.packs.model import RuleSet
from tihi.game.rewards import rules, store
from tihi.game.rewards.model import (
    Difference,
    Entry,
    LearnerProgress,
    LedgerPage,
    NewEntry,
    Period,
    Progress,
    State,
)
from tihi.platform.cache import Cache
from tihi.platform.consumer import Applied
from tihi.platform.db import BatchTx, Database, Tx
from tihi.platform.log import due
from tihi.platform.log.append import append
from tihi.platform.log.outcomes import Said, say

CONSUMER = "rewards"
TYPES = [
    AnswerGraded.type,
    LessonCompleted.type,
    DayActive.type,
    StreakKept.type,
    LevelReached.type,
]
SOURCE = "rewards"
_ANNOUNCED = frozenset({"answer.graded.v1", "lesson.completed.v1"})
"""Facts whose counting is told even when they bring no points."""
_LAST_ENTRY = 2**62


class _Batch:
    """A batch of facts being turned into entries, state and words."""

    def __init__(
        self, sets: dict[tuple[OrgId, int], RuleSet], states: dict[LearnerId, State]
    ) -> None:
        self.sets = sets
        self.states = states
        self.days: dict[tuple[LearnerId, date], Period] = {}
        self.weeks: dict[tuple[LearnerId, date], Period] = {}
        self.entries: list[Entry] = []
        self.said: list[Said] = []
        self.levels: list[NewFact] = []
        self.org_of: dict[LearnerId, OrgId] = {}

    async def read(self, tx: BatchTx, facts: Sequence[Fact]) -> None:
        """Read the days and weeks that `facts` fall into."""
        self.org_of = {fact.subject: fact.org_id for fact in facts}
        day_keys = {(fact.org_id, fact.subject, fact.local_date) for fact in facts}
        week_keys = {(fact.org_id, fact.subject, rules.week_of(fact.org_date)) for fact in facts}
        for row in await store.days(tx, list(day_keys)):
            self.days[row.learner_id, row.begins] = row
        for row in await store.weeks(tx, list(week_keys)):
            self.weeks[row.learner_id, row.begins] = row

    def reward(self, fact: Fact, earned: Sequence[Earned]) -> None:
        """Enter what `fact` brings and what it completed, and say so."""
        rule_set = self.sets[fact.org_id, fact.rule_set]
        new = rules.entries(fact, rule_set)
        by_rule = {rule.id: rule.name for rule in rule_set.rules}
        new.extend(
            rules.award_entry(one.award.achievement, one.award.tier, one.tier.reward)
            for one in earned
            if one.tier.reward
        )
        before = self.states[fact.subject]
        for entry in new:
            self._enter(fact, entry)
        state = self.states[fact.subject]
        level = rule_set.levels.level(state.xp)
        if level != before.level:
            state = msgspec.structs.replace(state, level=max(level, 1))
            self.states[fact.subject] = state
        self._announce(fact, new, rule_set, by_rule)
        for one in earned:
            self._say(fact, _unlocked(one))
        for reached in rules.levels_between(before.level, state.level):
            self._say(fact, LevelUp(level=reached))
            self.levels.append(_level_fact(fact, reached))

    def _enter(self, fact: Fact, new: NewEntry) -> None:
        before = self.states[fact.subject]
        after = State(
            learner_id=fact.subject,
            xp=before.xp + new.points,
            level=before.level,
            entry=before.entry + 1,
            last_time=max(before.last_time, fact.time) if before.entry else fact.time,
        )
        self.states[fact.subject] = after
        self._grow(self.days, fact, fact.local_date, new.points)
        self._grow(self.weeks, fact, rules.week_of(fact.org_date), new.points)
        self.entries.append(
            Entry(
                org_id=fact.org_id,
                learner_id=fact.subject,
                source=new.source,
                rule=new.rule,
                entry=after.entry,
                points=new.points,
                balance=after.xp,
                inputs=new.inputs,
                time=fact.time,
                local_date=fact.local_date,
                org_date=fact.org_date,
                cause=fact.fact_id,
                context=fact.context,
            )
        )

    def _grow(
        self, periods: dict[tuple[LearnerId, date], Period], fact: Fact, begins: date, points: int
    ) -> None:
        before = periods.get((fact.subject, begins))
        periods[fact.subject, begins] = Period(
            learner_id=fact.subject,
            begins=begins,
            points=points + (before.points if before else 0),
            last_time=max(before.last_time, fact.time) if before else fact.time,
        )

    def _announce(
        self,
        fact: Fact,
        new: Sequence[NewEntry],
        rule_set: RuleSet,
        names: dict[str, Bilingual],
    ) -> None:
        if not new and fact.type not in _ANNOUNCED:
            return
        state = self.states[fact.subject]
        today = self.days.get((fact.subject, fact.local_date))
        week = self.weeks.get((fact.subject, rules.week_of(fact.org_date)))
        told = PointsEarned(
            points=sum(entry.points for entry in new),
            xp=state.xp,
            level=state.level,
            level_floor=rule_set.levels.begins(state.level),
            level_next=rule_set.levels.begins(state.level + 1),
            today_xp=today.points if today else 0,
            week_xp=week.points if week else 0,
            rules=[
                RulePoints(
                    rule=entry.rule,
                    points=entry.points,
                    name=names.get(entry.rule, rules.AWARD_NAME),
                )
                for entry in new
            ],
        )
        self._say(fact, told)

    def _say(self, fact: Fact, data: OutcomeData) -> None:
        self.said.append(
            Said(
                org_id=fact.org_id,
                learner_id=fact.subject,
                time=fact.time,
                cause=fact.fact_id,
                context=fact.context,
                data=data,
            )
        )

    async def write(self, tx: BatchTx, *, now: datetime) -> list[Standing]:
        """Write ledger, state and periods; return the standings that boards are to show."""
        if not self.entries:
            return []
        touched = sorted({entry.learner_id for entry in self.entries})
        await store.add_entries(tx, self.entries)
        await store.put_states(tx, [(self.org_of[one], self.states[one]) for one in touched])
        days = {(entry.learner_id, entry.local_date) for entry in self.entries}
        weeks = {(entry.learner_id, rules.week_of(entry.org_date)) for entry in self.entries}
        await store.put_days(tx, [(self.org_of[key[0]], self.days[key]) for key in sorted(days)])
        await store.put_weeks(tx, [(self.org_of[key[0]], self.weeks[key]) for key in sorted(weeks)])
        await store.put_boards_due(
            tx, [(self.org_of[one], one, self.states[one].entry) for one in touched], now=now
        )
        return [self._standing(one, weeks) for one in touched]

    def _standing(self, learner: LearnerId, weeks: set[tuple[LearnerId, date]]) -> Standing:
        state = self.states[learner]
        return Standing(
            org_id=self.org_of[learner],
            learner_id=learner,
            entry=state.entry,
            xp=state.xp,
            last_time=state.last_time,
            weeks=[_week_points(self.weeks[key]) for key in sorted(weeks) if key[0] == learner],
        )


def _week_points(period: Period) -> WeekPoints:
    return WeekPoints(week=period.begins, points=period.points, last_time=period.last_time)


def _unlocked(one: Earned) -> BadgeUnlocked:
    return BadgeUnlocked(
        achievement=one.award.achievement,
        tier=one.award.tier,
        name=one.achievement.name,
        tier_name=one.tier.name,
        reward=one.tier.reward,
    )


def _level_fact(fact: Fact, level: int) -> NewFact:
    data = LevelReached(level=level)
    return NewFact(
        org_id=fact.org_id,
        source=SOURCE,
        fact_id=FactId(derived_id(fact.org_id, fact.subject, "level", level)),
        type=data.type,
        subject=fact.subject,
        time=fact.time,
        zone=fact.zone,
        org_zone=fact.zone,
        context=fact.context,
        parent=fact.parent,
        data=data.fields(),
        org_date=fact.org_date,
    )


async def apply(
    tx: BatchTx, facts: Sequence[Fact], *, now: datetime, db: Database, cache: Cache
) -> Applied:
    """Apply a batch: ledger, state, counters, awards and outcomes, in the open transaction."""
    ordered = sorted(facts, key=lambda fact: (fact.subject, fact.n))
    sets = await packs.sets(tx, [(fact.org_id, fact.rule_set) for fact in ordered])
    learners = sorted({(fact.subject, fact.org_id) for fact in ordered})
    states = await store.lock_states(tx, [(org, learner) for learner, org in learners], now=now)
    batch = _Batch(sets, states)
    await batch.read(tx, ordered)
    counting = achievements.Counting(sets)
    await counting.read(tx, ordered)
    for number, fact in enumerate(ordered):
        batch.reward(fact, counting.count(number, fact))
    standings = await batch.write(tx, now=now)
    await counting.write(tx)
    chained = await append(tx, batch.levels, now=now)
    outcomes = await say(tx, CONSUMER, batch.said)
    return Applied(facts=chained, outcomes=outcomes, effect=_board_effect(db, cache, standings))


def _board_effect(
    db: Database, cache: Cache, standings: list[Standing]
) -> Callable[[], Awaitable[None]] | None:
    if not standings:
        return None

    async def effect() -> None:
        await boards.write(db, cache, standings)

    return effect


async def progress(tx: Tx, learner: LearnerId, *, today: date, org_today: date) -> Progress:
    """Return where `learner` stands; `today` is on their calendar, `org_today` on the org's."""
    state = await store.state(tx, learner)
    points = await store.points_on(tx, learner, day=today, week=rules.week_of(org_today))
    levels = (await packs.in_force(tx)).levels
    xp = state.xp if state else 0
    level = levels.level(xp)
    return Progress(
        xp=xp,
        level=level,
        level_floor=levels.begins(level),
        level_next=levels.begins(level + 1),
        today_xp=points.today,
        week_xp=points.week,
        daily_goal=points.daily_goal or 50,
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


async def differences(tx: Tx) -> list[Difference]:
    """Return where what is stored differs from the ledger."""
    return await store.wrong(tx)


async def wrong_points(tx: Tx) -> list[Difference]:
    """Return entries that do not follow from their facts under the rules of their time.

    Facts that are still due are left out: their entries are on the way.
    """
    found: list[Difference] = []
    after = due.FIRST, 0
    while True:
        facts = await due.history(tx, TYPES, consumer=CONSUMER, after=after)
        if not facts:
            return found
        sets = await packs.sets(tx, [(fact.org_id, fact.rule_set) for fact in facts])
        stored = {
            (row.learner_id, row.source, row.rule): row.points
            for row in await store.ledger_of_facts(tx, [fact.fact_id for fact in facts])
        }
        for fact in facts:
            for entry in rules.entries(fact, sets[fact.org_id, fact.rule_set]):
                kept = stored.pop((fact.subject, entry.source, entry.rule), None)
                if kept != entry.points:
                    found.append(_wrong(f"{entry.source} {entry.rule}", kept, entry.points))
        found.extend(_wrong(f"{key[1]} {key[2]}", points, None) for key, points in stored.items())
        after = facts[-1].subject, facts[-1].n


def _wrong(subject: str, stored: int | None, expected: int | None) -> Difference:
    return Difference(kind="points", subject=subject, stored=str(stored), expected=str(expected))
