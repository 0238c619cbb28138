"""What can be done with rewards. `apply` is the consumer's work on one batch."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from tihi.base.ids import FactId, LearnerId, OrgId, derived_id
from tihi.base.problem import Unavailable
from tihi.facts.envelope import EXTERNAL, Fact, NewFact
from tihi.facts.grades import GradeOverridden
from tihi.facts.learning import AnswerGraded, DayActive, LessonCompleted, LevelReached, StreakKept
from tihi.facts.outcomes import (
    LevelUp,
    OutcomeData,
    PointsEarned,
    RulePoints,
)
from tihi.game.achievements import service as achievements
from tihi.game.achievements.model import Earned
from tihi.game.boards.model import Standing, WeekPoints
from tihi.game.boards.service import Desk
from tihi.game.packs import service as packs
from tihi.game.packs.model import PerRuleSet, RuleSet
from tihi.game.rewards import rules, store
from tihi.game.rewards.model import (
    Entry,
    LearnerProgress,
    LedgerPage,
    NewEntry,
    Progress,
    State,
    Week,
)
from tihi.platform.consumer import Applied
from tihi.platform.db import BatchTx, Tx
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
    GradeOverridden.type,
    EXTERNAL,
]
IN_ORDER = frozenset(
    {AnswerGraded.type, LessonCompleted.type, DayActive.type, GradeOverridden.type}
)
"""Facts whose entries a learner reads in the order in which they happened."""
SOURCE = "rewards"
_ANNOUNCED = frozenset({"answer.graded.v1", "lesson.completed.v1"})
"""Facts whose counting is told even when they bring no points."""
_LAST_ENTRY = 2**62
_DAILY_GOAL = 50
_LATE = timedelta(seconds=3)
"""Far beyond what the loop takes: nobody is told to wait for what comes at once."""


_tariff = PerRuleSet(rules.Tariff).of


class OtherBatch(Unavailable):
    """Another batch wrote a learner's state meanwhile; this one is tried again."""

    slug = "rewards/other-batch"


class Rewarding:
    """A batch of facts being turned into entries, states and words."""

    def __init__(self, sets: dict[tuple[OrgId, int], RuleSet], facts: Sequence[Fact]) -> None:
        self.sets = sets
        self.tariffs = {key: _tariff(key[0], found) for key, found in sets.items()}
        self.org_of: dict[LearnerId, OrgId] = {fact.subject: fact.org_id for fact in facts}
        self.states: dict[LearnerId, State] = {}
        self.older: dict[tuple[LearnerId, date], Week] = {}
        self.touched_weeks: set[tuple[LearnerId, date]] = set()
        self.entries: list[Entry] = []
        self.said: list[Said] = []
        self.levels: list[NewFact] = []

    async def read(self, tx: BatchTx, facts: Sequence[Fact]) -> None:
        """Read the states of the batch's learners, and the older weeks that facts fall into."""
        found = await store.states(tx, [(org, one) for one, org in self.org_of.items()])
        self.states = {row.learner_id: row for row in found}
        new = self.org_of.keys() - self.states.keys()
        if new:
            latest = await packs.versions(tx, {self.org_of[one] for one in new})
            self.states.update((one, rules.beginning(one, latest[self.org_of[one]])) for one in new)
        await self.read_older(tx, facts)

    async def read_older(self, tx: BatchTx, facts: Sequence[Fact]) -> None:
        """Read the older weeks that facts fall into."""
        late = {
            (fact.org_id, fact.subject, week)
            for fact in rules.falling(facts)
            if (week := rules.week_of(fact.org_date)) < self.states[fact.subject].week
        }
        if late:
            for row in await store.older_weeks(tx, sorted(late)):
                self.older[row.learner_id, row.week] = row

    def counted(self) -> set[tuple[OrgId, int]]:
        """Return the rule sets up to which the learners' history is counted."""
        return {(self.org_of[one], state.counted) for one, state in self.states.items()}

    def reward(self, fact: Fact, earned: Sequence[Earned]) -> None:
        """Enter what `fact` brings and what it completed, and say so."""
        if fact.type == GradeOverridden.type:
            self.give(fact, [], earned, told=True, entered=self._correct(fact))
            return
        new = self.tariffs[fact.org_id, fact.rule_set].entries(fact)
        self.give(fact, new, earned, told=fact.type in _ANNOUNCED)

    def _correct(self, fact: Fact) -> list[NewEntry]:
        """Enter what a corrected grade takes and gives, each on the day of what it regrades."""
        entered: list[NewEntry] = []
        for dated, new in rules.regraded(fact, self.sets):
            self._enter(dated, new)
            entered.extend(new)
        levels = self.sets[fact.org_id, fact.rule_set].levels
        self.states[fact.subject] = rules.sunk(self.states[fact.subject], levels)
        return entered

    def give(
        self,
        fact: Fact,
        new: list[NewEntry],
        earned: Sequence[Earned],
        *,
        told: bool,
        entered: Sequence[NewEntry] = (),
    ) -> None:
        """Enter `new` and the rewards of what `fact` completed; with `told` even 0 is said."""
        rule_set = self.sets[fact.org_id, fact.rule_set]
        new.extend(
            rules.award_entry(one.award.achievement, one.award.tier, one.tier.reward)
            for one in earned
            if one.tier.reward
        )
        before = self.states[fact.subject]
        state = self._enter(fact, new)
        if state.xp >= rule_set.levels.begins(before.level + 1):
            state = msgspec.structs.replace(state, level=rule_set.levels.level(state.xp))
            self.states[fact.subject] = state
        if new or told:
            self._announce(fact, [*entered, *new], rule_set)
        for one in earned:
            self._say(fact, rules.unlocked(one))
        for reached in rules.levels_between(before.level, state.level):
            self._say(fact, LevelUp(level=reached))
            self.levels.append(_level_fact(fact, reached))

    def hush(self, told: Sequence[Fact]) -> None:
        """Say of levels only what `told` tells for the first time."""
        fresh = {(fact.subject, fact.data["level"]) for fact in told}
        self.said = [
            one
            for one in self.said
            if not isinstance(one.data, LevelUp) or (one.learner_id, one.data.level) in fresh
        ]

    def _enter(self, fact: Fact, new: Sequence[NewEntry]) -> State:
        """Enter `new` on the day of `fact`; return the state that they lead to."""
        before = self.states[fact.subject]
        if not new:
            return before
        after = rules.entered(before, fact, new)
        self.states[fact.subject] = after
        self._count_week(before, after, fact)
        balance = before.xp
        for entry, one in enumerate(new, start=before.entry + 1):
            balance += one.points
            self.entries.append(
                Entry(
                    org_id=fact.org_id,
                    learner_id=fact.subject,
                    source=one.source,
                    rule=one.rule,
                    entry=entry,
                    points=one.points,
                    balance=balance,
                    inputs=one.inputs,
                    time=fact.time,
                    local_date=fact.local_date,
                    org_date=fact.org_date,
                    cause=fact.fact_id,
                    context=fact.context,
                )
            )
        return after

    def _count_week(self, before: State, after: State, fact: Fact) -> None:
        closed = rules.closed_week(before, after)
        if closed is not None:
            key = (fact.subject, closed.week)
            self.older[key] = closed
            self.touched_weeks.add(key)
        week = rules.week_of(fact.org_date)
        if week < after.week:
            key = (fact.subject, week)
            points = after.xp - before.xp
            self.older[key] = rules.older_week(self.older.get(key), fact, points)
            self.touched_weeks.add(key)

    def _announce(self, fact: Fact, new: Sequence[NewEntry], rule_set: RuleSet) -> None:
        if fact.type == GradeOverridden.type:
            self._say(fact, rules.told(fact, self.states[fact.subject], new, rule_set))
            return
        state = self.states[fact.subject]
        names = self.tariffs[fact.org_id, fact.rule_set].names
        told = PointsEarned(
            points=sum(entry.points for entry in new),
            **rules.stands(state, rule_set.levels),
            rules=[
                RulePoints(
                    rule=entry.rule,
                    points=entry.points,
                    name=names.get(entry.rule, rules.AWARD_NAME),
                )
                for entry in new
            ],
        )
        self._say(fact, told, accepted=fact.time if fact.type == AnswerGraded.type else None)

    def _say(self, fact: Fact, data: OutcomeData, *, accepted: datetime | None = None) -> None:
        self.said.append(
            Said(
                org_id=fact.org_id,
                learner_id=fact.subject,
                time=fact.time,
                cause=fact.fact_id,
                context=fact.context,
                data=data,
                accepted=accepted,
                parent=fact.parent,
            )
        )

    async def write(self, tx: BatchTx) -> list[Standing]:
        """Write states and ledger; return the standings that boards are to show.

        Raises:
            OtherBatch: another batch was first.
        """
        # The states come first: their versions keep a second batch out until we commit.
        states = [(self.org_of[one], self.states[one]) for one in sorted(self.states)]
        if not await store.write(tx, states, self.entries):
            raise OtherBatch
        if not self.entries:
            return []
        if self.touched_weeks:
            rows = [(self.org_of[key[0]], self.older[key]) for key in sorted(self.touched_weeks)]
            await store.put_weeks(tx, rows)
        older: defaultdict[LearnerId, list[WeekPoints]] = defaultdict(list)
        for key in self.touched_weeks:
            week = self.older[key]
            older[key[0]].append(
                WeekPoints(week=week.week, points=week.points, last_time=week.last_time)
            )
        return [
            self._standing(one, older.get(one, []))
            for one in {entry.learner_id for entry in self.entries}
        ]

    def _standing(self, learner: LearnerId, older: list[WeekPoints]) -> Standing:
        state = self.states[learner]
        newest = WeekPoints(week=state.week, points=state.week_points, last_time=state.week_time)
        return Standing(
            org_id=self.org_of[learner],
            learner_id=learner,
            entry=state.entry,
            fell=state.fell,
            xp=state.xp,
            last_time=state.last_time,
            weeks=[newest, *older],
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
        org_zone=fact.org_zone,
        context=fact.context,
        parent=fact.parent,
        data=data.fields(),
    )


async def apply(tx: BatchTx, facts: Sequence[Fact], *, now: datetime, desk: Desk) -> Applied:
    """Apply a batch: ledger, states, counters, awards and outcomes, in the open transaction."""
    ordered = sorted(facts, key=lambda fact: (fact.subject.int, fact.n))
    sets = await packs.sets(tx, {key for fact in ordered for key in rules.rule_sets(fact)})
    batch = Rewarding(sets, ordered)
    await batch.read(tx, ordered)
    sets |= await packs.sets(tx, batch.counted())
    counting = achievements.Counting(sets, {one: s.counted for one, s in batch.states.items()})
    await counting.read(tx, ordered)
    for number, fact in enumerate(ordered):
        batch.reward(fact, counting.count(number, fact))
    standings = await batch.write(tx)
    await counting.write(tx)
    return await finish(tx, batch, standings, now=now, desk=desk)


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
