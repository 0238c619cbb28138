"""What can be done with achievements: count a batch of facts, read a learner's badges."""

from collections.abc import Mapping, Sequence

from tihi.base.ids import LearnerId, OrgId
from tihi.facts.envelope import Fact
from tihi.game.achievements import rules, store
from tihi.game.achievements.model import Badge, Earned, Sheet
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
    """The sheets that a batch of facts moves, read once and written once.

    The caller keeps other batches of the same learners out until it commits.
    """

    def __init__(self, sets: Mapping[tuple[OrgId, int], RuleSet]) -> None:
        self._sets = sets
        self._found: list[list[rules.Entry]] = []
        # By the learner's id as a number, which hashes faster than a UUID, and by bucket.
        self._sheets: dict[tuple[int, int], Sheet] = {}
        self._keys: dict[tuple[int, int], store.SheetKey] = {}
        self._moved: set[tuple[int, int]] = set()
        self._earned: list[Earned] = []

    async def read(self, tx: Batch, facts: Sequence[Fact]) -> None:
        """Read the sheets that `facts` may move."""
        for fact in facts:
            index = _index(fact.org_id, self._sets[fact.org_id, fact.rule_set])
            found = index.candidates(fact)
            self._found.append(found)
            number = fact.subject.int
            for entry in found:
                for bucket in entry[0].buckets:
                    self._keys[number, bucket] = fact.org_id, fact.subject, bucket
        if not self._keys:
            return
        for (_, learner, bucket), sheet in await store.sheets(tx, list(self._keys.values())):
            self._sheets[learner.int, bucket] = sheet
        for key in self._keys:
            self._sheets.setdefault(key, Sheet())

    def count(self, number: int, fact: Fact) -> list[Earned]:
        """Count the batch's fact `number`; return the tiers that it completes."""
        learner = fact.subject.int
        earned: list[Earned] = []
        touched: set[str] = set()
        met: dict[str, rules.Watched] = {}
        for entry in self._found[number]:
            watched, _, key, bucket = entry
            met[watched.achievement.id] = watched
            if key not in touched:
                # Criteria that count the same share a counter, which moves once a fact.
                touched.add(key)
                if rules.count(self._sheets[learner, bucket], entry, fact):
                    self._moved.add((learner, bucket))
        for watched in met.values():
            tiers = self._award(watched, learner)
            earned.extend(rules.earned(watched, tier, fact) for tier in tiers)
        self._earned.extend(earned)
        return earned

    def _award(self, one: rules.Watched, learner: int) -> Sequence[int]:
        """Return the tiers that are newly reached, and hold the highest of them."""
        achievement = one.achievement
        home = (learner, one.buckets[0])
        sheet = self._sheets[home]
        held = sheet.held.get(achievement.id, 0)
        if held >= len(achievement.tiers):
            return ()
        if one.steps is not None and sheet.counts.get(one.keys[0], 0.0) < one.steps[held]:
            return ()
        counts = [
            self._sheets[learner, bucket].counts.get(key, 0.0)
            for key, bucket in zip(one.keys, one.buckets, strict=True)
        ]
        numbers = rules.reached(one, counts, above=held)
        if numbers:
            sheet.held[achievement.id] = numbers[-1]
            self._moved.add(home)
        return numbers

    async def write(self, tx: Batch) -> None:
        """Write what moved."""
        if self._moved:
            await store.put_sheets(
                tx, [(self._keys[key], self._sheets[key]) for key in sorted(self._moved)]
            )
        if self._earned:
            await store.add_awards(tx, [one.award for one in self._earned])


async def badges(tx: Tx, learner: LearnerId) -> list[Badge]:
    """Return all achievements as `learner` sees them, in the order of the rules."""
    rule_set = await packs.in_force(tx)
    counts = {
        key: value
        for sheet in await store.sheets_of(tx, learner)
        for key, value in sheet.counts.items()
    }
    awards = await store.awards(tx, learner)
    return [rules.badge(one, counts, awards) for one in rule_set.achievements]
