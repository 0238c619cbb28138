"""What can be done with achievements: count facts, live and from history; read badges."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tihi.base.ids import LearnerId, OrgId
from tihi.facts.envelope import Fact, kind_of
from tihi.facts.grades import GradeOverridden
from tihi.game.achievements import rules, store
from tihi.game.achievements.model import Award, Badge, Earned, Sheet
from tihi.game.packs import service as packs
from tihi.game.packs.model import PerRuleSet, RuleSet
from tihi.platform.db import Batch, Tx
from tihi.platform.log import due

_index = PerRuleSet(lambda rule_set: rules.Index(rule_set.achievements)).of


class Counting:
    """The sheets that a batch of facts moves, read once and written once.

    The caller keeps other batches of the same learners out until it commits.
    """

    def __init__(
        self,
        sets: Mapping[tuple[OrgId, int], RuleSet],
        counted: Mapping[LearnerId, int],
        *,
        known: Mapping[int, dict[int, Sheet]],
    ) -> None:
        """Begin a batch.

        Args:
            sets: rule sets, those of the facts and those of `counted`.
            counted: up to which version learners' history is counted. A fact that is older and
                was still due then counts for that version as well as for its own.
            known: sheets that need not be read, by the learner's id as a number and by bucket.
                They are moved in place.
        """
        self._sets = sets
        self._counted = counted
        self._found: list[list[rules.Entry]] = []
        # What corrections raise, by the number of their fact in the batch.
        self._raised: dict[int, list[tuple[rules.Counted, list[rules.Entry]]]] = {}
        # By the learner's id as a number, which hashes faster than a UUID, and by bucket.
        self._sheets: defaultdict[int, dict[int, Sheet]] = defaultdict(dict, known)
        self._keys: dict[tuple[int, int], store.SheetKey] = {}
        self._moved: set[tuple[int, int]] = set()
        self._earned: list[Earned] = []

    async def read(self, tx: Batch, facts: Sequence[Fact]) -> None:
        """Read the sheets that `facts` may move."""
        for number, fact in enumerate(facts):
            self._found.append(self._find(fact))
            raised = rules.raised(fact)
            if raised:
                self._raised[number] = [(one, self._find(one[0])) for one in raised]
        asked = [
            key
            for (learner, bucket), key in self._keys.items()
            if bucket not in self._sheets[learner]
        ]
        if not asked:
            return
        for (_, learner, bucket), sheet in await store.sheets(tx, asked):
            self._sheets[learner.int][bucket] = sheet
        for _, learner, bucket in asked:
            self._sheets[learner.int].setdefault(bucket, Sheet())

    def sheets(self, learner: LearnerId) -> dict[int, Sheet]:
        """Return the sheets of `learner` that are known, as they stand."""
        return self._sheets[learner.int]

    def _find(self, fact: Fact) -> list[rules.Entry]:
        """Return what `fact` can move, and ask for the sheets that keep it."""
        found = _index(fact.org_id, self._sets[fact.org_id, fact.rule_set]).candidates(fact)
        counted = self._counted.get(fact.subject, 0)
        if counted > fact.rule_set:
            newer = _index(fact.org_id, self._sets[fact.org_id, counted])
            found = [*found, *newer.candidates(fact)]
        number = fact.subject.int
        for entry in found:
            for bucket in entry[0].buckets:
                self._keys[number, bucket] = fact.org_id, fact.subject, bucket
        return found

    def count(self, number: int, fact: Fact) -> list[Earned]:
        """Count the batch's fact `number`; return the tiers that it completes."""
        met = self._count(self._found[number], fact)
        for (new, before), entries in self._raised.get(number, ()):
            met |= self._count(entries, new, before)
        earned: list[Earned] = []
        for watched in met.values():
            tiers = self._award(watched, fact.subject.int)
            earned.extend(rules.earned(watched, tier, fact) for tier in tiers)
        self._earned.extend(earned)
        return earned

    def _count(
        self, entries: Sequence[rules.Entry], fact: Fact, before: Fact | None = None
    ) -> dict[str, rules.Watched]:
        """Move the counters of `entries`; return the achievements whose counters moved."""
        learner = fact.subject.int
        sheets = self._sheets[learner]
        moved: dict[str, bool] = {}
        met: dict[str, rules.Watched] = {}
        for entry in entries:
            watched, _, key, bucket = entry
            if key not in moved:
                # Criteria that count the same share a counter, which moves once a fact.
                moved[key] = rules.count(sheets[bucket], entry, fact, before)
                if moved[key]:
                    self._moved.add((learner, bucket))
            if moved[key]:
                met[watched.achievement.id] = watched
        return met

    def _award(self, one: rules.Watched, learner: int) -> Sequence[int]:
        """Return the tiers that are newly reached, and hold the highest of them."""
        achievement = one.achievement
        sheets = self._sheets[learner]
        sheet = sheets[one.buckets[0]]
        held = sheet.held.get(achievement.id, 0)
        if held >= len(achievement.tiers):
            return ()
        if one.steps is not None and sheet.counts.get(one.keys[0], 0.0) < one.steps[held]:
            return ()
        counts = [
            sheets[bucket].counts.get(key, 0.0)
            for key, bucket in zip(one.keys, one.buckets, strict=True)
        ]
        numbers = rules.reached(one, counts, above=held)
        if numbers:
            sheet.held[achievement.id] = numbers[-1]
            self._moved.add((learner, one.buckets[0]))
        return numbers

    async def write(self, tx: Batch) -> None:
        """Write what moved."""
        if self._moved:
            await store.put_sheets(
                tx,
                [(self._keys[key], self._sheets[key[0]][key[1]]) for key in sorted(self._moved)],
            )
        if self._earned:
            await store.add_awards(tx, [one.award for one in self._earned])


class History:
    """What the history of some learners comes to: the tiers that it has earned, by their facts."""

    def __init__(
        self,
        earned: list[tuple[Fact, list[Earned]]],
        sheets: list[tuple[store.SheetKey, Sheet]],
    ) -> None:
        self.earned = earned
        self._sheets = sheets

    async def write(self, tx: Tx) -> None:
        """Write the sheets and awards."""
        await store.put_sheets(tx, self._sheets)
        await store.add_awards(tx, [one.award for _, earned in self.earned for one in earned])


async def recount(
    tx: Tx, learners: Sequence[LearnerId], rule_set: RuleSet, *, consumer: str
) -> History:
    """Count the history of `learners` for `rule_set`.

    What `consumer` has applied counts; what is still due to it will. The caller keeps batches
    of the same learners out, from before this reads the history until it commits.
    """
    counted = dict.fromkeys(learners, rule_set.version)
    tallies = await _tallies(tx, rule_set, counted, consumer=consumer)
    sheets = await _sheets(tx, learners)
    index = _index(tx.org_id, rule_set)
    # One that was retired since this version began is given to nobody any more.
    retired = {one.id for one in (await packs.in_force(tx)).retired_achievements}
    found: list[tuple[Fact, list[Earned]]] = []
    for learner, tally in tallies.items():
        own = sheets[learner]
        for bucket in {*own, *tally.sheets}:
            rules.merge(own[bucket], tally.sheets[bucket], index.keys)
        for one in index.achievements:
            tiers = [] if one.achievement.id in retired else _reached(own, one)
            fact = tally.cause(one) if tiers else None
            if fact is not None:
                own[one.buckets[0]].held[one.achievement.id] = tiers[-1]
                found.append((fact, [rules.earned(one, tier, fact) for tier in tiers]))
    return History(
        found,
        [
            ((tx.org_id, learner, bucket), sheets[learner][bucket])
            for learner in sorted(sheets)
            for bucket in sorted(sheets[learner])
        ],
    )


async def _tallies(
    tx: Tx, rule_set: RuleSet, counted: Mapping[LearnerId, int], *, consumer: str
) -> dict[LearnerId, rules.Tally]:
    """Return what the history of `counted` learners comes to, by the counters of `rule_set`.

    A fact counts for what the rules of its time count and, when it is older than the version
    up to which its learner is counted, for what that one counts.
    """
    index = _index(tx.org_id, rule_set)
    tallies = {one: rules.Tally() for one in counted}
    types = {kind_of(one.fact) for each in rule_set.achievements for one in each.criteria}
    types.add(GradeOverridden.type)
    after = due.FIRST, 0
    while True:
        facts = await due.history(
            tx, sorted(types), consumer=consumer, after=after, learners=list(counted)
        )
        if not facts:
            return tallies
        told = [one for fact in facts for one in ((fact, None), *rules.raised(fact))]
        versions = {fact.rule_set for fact, _ in told} | set(counted.values())
        sets = await packs.sets(tx, [(tx.org_id, version) for version in versions])
        keys = {version: _index(org, one).keys for (org, version), one in sets.items()}
        for fact, before in told:
            known = keys[fact.rule_set]
            if counted[fact.subject] > fact.rule_set:
                known = known | keys[counted[fact.subject]]
            tallies[fact.subject].take(
                fact, [one for one in index.candidates(fact) if one[2] in known], before
            )
        after = facts[-1].subject, facts[-1].n


async def _sheets(
    tx: Tx, learners: Sequence[LearnerId]
) -> dict[LearnerId, defaultdict[int, Sheet]]:
    sheets = {one: defaultdict[int, Sheet](Sheet) for one in learners}
    for (_, learner, bucket), sheet in await store.sheets_of(tx, learners):
        sheets[learner][bucket] = sheet
    return sheets


def _reached(sheets: Mapping[int, Sheet], one: rules.Watched) -> list[int]:
    held = sheets[one.buckets[0]].held.get(one.achievement.id, 0)
    counts = [
        sheets[bucket].counts.get(key, 0.0)
        for key, bucket in zip(one.keys, one.buckets, strict=True)
    ]
    return rules.reached(one, counts, above=held)


Found = tuple[str, str, str, str]
"""What `differences` finds: kind, subject, stored, expected."""


async def differences(tx: Tx, counted: Mapping[LearnerId, int], *, consumer: str) -> list[Found]:
    """Return what differs among `counted` learners.

    Compared are the counters of the rules in force with the facts that `consumer` has applied,
    awards with counters, and the points of awards with what was promised for them.

    Args:
        tx: the org's transaction.
        counted: up to which version each learner's history is counted.
        consumer: whose work is verified.
    """
    ever = await packs.every_set(tx)
    if not ever:
        return []
    learners = list(counted)
    tallies = await _tallies(tx, ever[-1], counted, consumer=consumer)
    sheets = await _sheets(tx, learners)
    awards = await store.awards(tx, learners)
    index = _index(tx.org_id, ever[-1])
    found: list[Found] = []
    for learner in learners:
        for bucket in sorted({*sheets[learner], *tallies[learner].sheets}):
            kept, right = sheets[learner][bucket], tallies[learner].sheets[bucket]
            found.extend(
                ("counter", f"{learner} {key}", *rules.told(kept, right, key))
                for key in rules.unlike(kept, right, index.keys)
            )
    found.extend(_wrong_held(sheets, awards))
    found.extend(_wrong_paid(ever, awards, await store.paid(tx, learners)))
    if await packs.all_counted(tx):
        found.extend(
            ("award", f"{learner} {one.achievement.id}", "nothing", f"tier {tiers[-1]}")
            for learner in learners
            for one in index.achievements
            if (tiers := _reached(sheets[learner], one))
        )
    return found


def _wrong_held(
    sheets: Mapping[LearnerId, Mapping[int, Sheet]], awards: Sequence[Award]
) -> list[Found]:
    """Return where the tiers that sheets hold are not those that were awarded."""
    held = {
        (learner, achievement): tier
        for learner, own in sheets.items()
        for sheet in own.values()
        for achievement, tier in sheet.held.items()
    }
    awarded: dict[tuple[LearnerId, str], int] = {}
    for one in awards:
        key = (one.learner_id, one.achievement)
        awarded[key] = max(one.tier, awarded.get(key, 0))
    return [
        ("award", f"{key[0]} {key[1]}", f"tier {awarded.get(key)}", f"tier {held.get(key)}")
        for key in sorted({*held, *awarded})
        if held.get(key) != awarded.get(key)
    ]


def _wrong_paid(
    ever: Sequence[RuleSet], awards: Sequence[Award], paid: Sequence[store.Paid]
) -> list[Found]:
    """Return where the ledger paid other than the awards promised."""
    promised = {(one.id, one.version): one.tiers for each in ever for one in each.achievements}
    due_ = {
        (one.learner_id, f"award:{one.achievement}:{one.tier}"): tiers[one.tier - 1].reward
        for one in awards
        if len(tiers := promised.get((one.achievement, one.version), [])) >= one.tier
    }
    expected = {key: points for key, points in due_.items() if points}
    stored = {(one.learner_id, one.source): one.points for one in paid}
    return [
        ("award", f"{key[0]} {key[1]}", str(stored.get(key)), str(expected.get(key)))
        for key in sorted({*expected, *stored})
        if expected.get(key) != stored.get(key)
    ]


async def badges(tx: Tx, learner: LearnerId) -> list[Badge]:
    """Return all achievements as `learner` sees them, in the order of the rules, past ones last."""
    rule_set = await packs.in_force(tx)
    counts = {
        key: value
        for _, sheet in await store.sheets_of(tx, [learner])
        for key, value in sheet.counts.items()
    }
    awards = await store.awards(tx, [learner])
    return rules.badges(rule_set, counts, awards)
