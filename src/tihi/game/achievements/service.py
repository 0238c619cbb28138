"""What can be done with achievements: count a batch of facts, read a learner's badges."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tihi.base.ids import LearnerId, OrgId
from tihi.facts.envelope import Fact
from tihi.game.achievements import rules, store
from tihi.game.achievements.model import EVER, Badge, Earned, Touch
from tihi.game.packs import service as packs
from tihi.game.packs.model import RuleSet
from tihi.platform.db import Batch, Tx

_MOST_INDEXES = 64
_indexes: dict[tuple[OrgId, int], rules.Index] = {}


def _index(org: OrgId, rule_set: RuleSet) -> rules.Index:
    key = (org, rule_set.version)
    if key not in _indexes:
        if len(_indexes) >= _MOST_INDEXES:
            _indexes.clear()
        _indexes[key] = rules.Index(rule_set.achievements)
    return _indexes[key]


class Counting:
    """The counters that a batch of facts moves, read once and written once."""

    def __init__(self, sets: Mapping[tuple[OrgId, int], RuleSet]) -> None:
        self._sets = sets
        self._touches: dict[int, list[Touch]] = {}
        self._candidates: dict[int, list[rules.Watched]] = {}
        self._org_of: dict[LearnerId, OrgId] = {}
        self._values: dict[store.CounterKey, float] = {}
        self._changed: set[store.CounterKey] = set()
        self._fresh: set[tuple[LearnerId, str, str, str]] = set()
        self._held: defaultdict[LearnerId, set[tuple[str, int]]] = defaultdict(set)
        self._earned: list[Earned] = []

    async def read(self, tx: Batch, facts: Sequence[Fact]) -> None:
        """Read the counters and awards that `facts` may move."""
        keys: set[store.CounterKey] = set()
        for number, fact in enumerate(facts):
            index = _index(fact.org_id, self._sets[fact.org_id, fact.rule_set])
            found = index.candidates(fact)
            if not found:
                continue
            self._org_of[fact.subject] = fact.org_id
            touches = {key: rules.touch(criterion, key, fact) for _, criterion, key in found}
            self._touches[number] = list(touches.values())
            self._candidates[number] = list(
                {one.achievement.id: one for one, _, _ in found}.values()
            )
            keys.update((fact.subject, one.key, one.span) for one in touches.values())
            keys.update(
                (fact.subject, key, EVER) for key in rules.keys_of(self._candidates[number])
            )
        if not keys:
            return
        self._values = await store.counts(tx, self._org_of, sorted(keys))
        distinct = [
            one
            for touches in self._touches.values()
            for one in touches
            if one.criterion.kind == "distinct"
        ]
        if distinct:
            self._fresh = await store.meet(tx, self._org_of, distinct)
        for award in await store.awards(tx, self._org_of):
            self._held[award.learner_id].add((award.achievement, award.tier))

    def count(self, number: int, fact: Fact) -> list[Earned]:
        """Count the batch's fact `number`; return the tiers that it completes."""
        for one in self._touches.get(number, ()):
            self._move(one)
        candidates = self._candidates.get(number, ())
        counts = {
            key: self._values.get((fact.subject, key, EVER), 0.0)
            for key in rules.keys_of(candidates)
        }
        earned = rules.newly_earned(candidates, counts, self._held[fact.subject], fact)
        self._earned.extend(earned)
        return earned

    def _move(self, one: Touch) -> None:
        if one.criterion.kind == "distinct":
            met = (one.learner_id, one.key, one.span, one.seen)
            if met not in self._fresh:
                return
            self._fresh.remove(met)
        key = (one.learner_id, one.key, one.span)
        value = rules.moved(one.criterion.kind, self._values.get(key, 0.0), one.amount)
        self._set(key, value)
        if one.span != EVER:
            best = (one.learner_id, one.key, EVER)
            self._set(best, max(self._values.get(best, 0.0), value))

    def _set(self, key: store.CounterKey, value: float) -> None:
        if self._values.get(key) != value:
            self._values[key] = value
            self._changed.add(key)

    async def write(self, tx: Batch) -> None:
        """Write what moved."""
        if self._changed:
            values = {key: self._values[key] for key in self._changed}
            await store.put_counts(tx, self._org_of, values)
        if self._earned:
            await store.add_awards(tx, [one.award for one in self._earned])


async def badges(tx: Tx, learner: LearnerId) -> list[Badge]:
    """Return all achievements as `learner` sees them, in the order of the rules."""
    rule_set = await packs.in_force(tx)
    counts = await store.progress(tx, learner)
    awards = await store.awards(tx, {learner: tx.org_id})
    return [rules.badge(one, counts, awards) for one in rule_set.achievements]
