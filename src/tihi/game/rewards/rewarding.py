"""A batch of facts on its way to entries, states and words: the work of the consumer `rewards`.

What a worker remembers of learners from one batch to the next is true as long as the version in a
learner's row is the one that is remembered, for every batch writes a version of its own (ADR 79).
A batch that finds another one there is undone, and reads anew.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from tihi.base.chance import Random
from tihi.base.ids import FactId, LearnerId, OrgId, derived_id
from tihi.facts.envelope import Fact, NewFact, chained
from tihi.facts.grades import GradeOverridden
from tihi.facts.learning import AnswerGraded, LessonCompleted, LevelReached
from tihi.facts.outcomes import LevelUp, OutcomeData, PointsEarned, RulePoints
from tihi.game.achievements.model import Earned
from tihi.game.boards.model import Standing, WeekPoints
from tihi.game.packs import service as packs
from tihi.game.packs.model import PerRuleSet, RuleSet
from tihi.game.rewards import rules, store
from tihi.game.rewards.model import Entered, Known, NewEntry, State, Week
from tihi.platform.consumer import Again
from tihi.platform.db import BatchTx
from tihi.platform.log.outcomes import Said

SOURCE = "rewards"
_ANNOUNCED = frozenset({AnswerGraded.type, LessonCompleted.type})
"""Facts whose counting is told even when they bring no points."""
_MARK_BITS = 62
_MOST = 8_192
"""Some kilobytes each; whoever was longest away is forgotten first."""

_tariff = PerRuleSet(rules.Tariff).of


class Memory:
    """Learners as the last batches left them."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._known: OrderedDict[tuple[int, int], Known] = OrderedDict()

    def take(self, learners: Iterable[tuple[LearnerId, OrgId]]) -> dict[LearnerId, Known]:
        """Return what is known of `learners` and forget it: a batch that fails leaves nothing."""
        found: dict[LearnerId, Known] = {}
        for learner, org in learners:
            known = self._known.pop((org.int, learner.int), None)
            if known is not None:
                found[learner] = known
        return found

    def keep(self, known: Mapping[LearnerId, Known], orgs: Mapping[LearnerId, OrgId]) -> None:
        """Remember what a batch has committed."""
        for learner, one in known.items():
            self._known[orgs[learner].int, learner.int] = one
        while len(self._known) > self._most:
            self._known.popitem(last=False)


class OtherBatch(Again):
    """Another batch wrote a learner's state meanwhile; this one is tried again."""

    slug = "rewards/other-batch"


class Rewarding:
    """A batch of facts being turned into entries, states and words."""

    def __init__(
        self, sets: dict[tuple[OrgId, int], RuleSet], facts: Sequence[Fact], chance: Random
    ) -> None:
        self._chance = chance
        self.sets = sets
        self.tariffs = {key: _tariff(key[0], found) for key, found in sets.items()}
        self.org_of: dict[LearnerId, OrgId] = {fact.subject: fact.org_id for fact in facts}
        self.states: dict[LearnerId, State] = {}
        self.older: dict[tuple[LearnerId, date], Week] = {}
        self.touched_weeks: set[tuple[LearnerId, date]] = set()
        self.entered: list[Entered] = []
        self.said: list[Said] = []
        self.levels: list[NewFact] = []

    async def read(
        self, tx: BatchTx, facts: Sequence[Fact], known: Mapping[LearnerId, Known]
    ) -> None:
        """Read the states of learners who are not `known`, and the older weeks of `facts`."""
        self.states = {one: kept.state for one, kept in known.items()}
        asked = [(org, one) for one, org in self.org_of.items() if one not in known]
        if asked:
            self.states.update((row.learner_id, row) for row in await store.states(tx, asked))
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
        self.entered.append(Entered(fact=fact, new=new, first=before.entry + 1, before=before.xp))
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
        version = self._chance.bits(_MARK_BITS)
        if not await store.write(tx, states, self.entered, version=version):
            raise OtherBatch
        self.states = {
            one: msgspec.structs.replace(state, version=version)
            for one, state in self.states.items()
        }
        if not self.entered:
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
            for one in {entered.fact.subject for entered in self.entered}
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
    fact_id = FactId(derived_id(fact.org_id, fact.subject, "level", level))
    return chained(fact, LevelReached(level=level), source=SOURCE, fact_id=fact_id)
