"""Decisions about achievements. Count, sum, max and distinct commute, so order does not matter."""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from math import isclose
from zlib import crc32

from tihi.base.value import Value
from tihi.facts.envelope import Fact, Scalar
from tihi.facts.grades import GradeOverridden, regradings
from tihi.facts.outcomes import Bilingual
from tihi.game.achievements.model import (
    MOST_DISTINCT,
    SPANS_KEPT_DAYS,
    Award,
    Badge,
    Earned,
    Sheet,
    TierCard,
)
from tihi.game.packs.model import (
    Achievement,
    Criterion,
    Remembered,
    RuleSet,
    holds,
    number_of,
    value_of,
)

_BUCKETS = 32
_SLACK = 1e-9
_SECRET = Bilingual(en="A hidden badge", mi="He tohu huna")
_SECRET_HINT = Bilingual(
    en="Keep climbing. It shows itself when it is yours.",
    mi="Kia piki tonu. Ka kitea ina riro i a koe.",
)


class Watched(Value):
    """An achievement with the keys of its counters and the sheets that keep them, in order.

    The sheet of its first criterion also keeps which of its tiers are held.

    Attributes:
        steps: what reaches the thresholds, where its one criterion must; else None.
    """

    achievement: Achievement
    keys: list[str]
    buckets: list[int]
    steps: list[float] | None


Entry = tuple[Watched, Criterion, str, int]
"""An achievement, a criterion of it, and the key and bucket of the criterion's counter."""


def watched(one: Achievement) -> Watched:
    """Return `one` with its keys, which cost a hash each to make."""
    return Watched(
        achievement=one,
        keys=one.keys,
        buckets=[bucket_of(criterion) for criterion in one.criteria],
        steps=[_least(tier.threshold) for tier in one.tiers]
        if len(one.criteria) == 1 and one.criteria[0].need is None
        else None,
    )


def narrowing(criterion: Criterion) -> tuple[str, Scalar] | None:
    """Return the first field that `criterion` wants to have one certain value, with it."""
    for condition in criterion.where:
        if isinstance(condition.eq, str):
            return condition.field, condition.eq
    return None


def bucket_of(criterion: Criterion) -> int:
    """Return which of a learner's sheets keeps the counter of `criterion`.

    Those that only facts with a certain value can move are spread, so that a thousand badges
    for a thousand skills do not make the sheet long that every fact must read.
    """
    found = narrowing(criterion)
    return 0 if found is None else 1 + crc32(f"{found[0]}={found[1]}".encode()) % _BUCKETS


class Index:
    """Finds the achievements that a fact can move without looking at the others.

    Those of one fact type are split by the value that they want some field to have, so that
    a thousand badges for a thousand skills cost one look-up.
    """

    def __init__(self, achievements: Sequence[Achievement]) -> None:
        self.achievements = [watched(one) for one in achievements]
        self.keys = frozenset(key for one in self.achievements for key in one.keys)
        self._open: defaultdict[str, list[Entry]] = defaultdict(list)
        self._keyed: defaultdict[tuple[str, str, Scalar], list[Entry]] = defaultdict(list)
        self._fields: defaultdict[str, set[str]] = defaultdict(set)
        reads: defaultdict[str, set[str]] = defaultdict(set)
        for known in self.achievements:
            criteria = known.achievement.criteria
            for criterion, key, bucket in zip(criteria, known.keys, known.buckets, strict=True):
                self._add((known, criterion, key, bucket))
                reads[criterion.fact].update(one.field for one in criterion.where)
        self._met = Remembered(reads, self._meet)
        self._timed = any(one.since or one.until for one in achievements)

    def _add(self, entry: Entry) -> None:
        criterion = entry[1]
        found = narrowing(criterion)
        if found is None:
            self._open[criterion.fact].append(entry)
            return
        self._fields[criterion.fact].add(found[0])
        self._keyed[criterion.fact, *found].append(entry)

    def candidates(self, fact: Fact) -> list[Entry]:
        """Return achievements with a criterion that `fact` meets, with its counter's key."""
        found = self._met.of(fact)
        if not self._timed:
            return found
        return [entry for entry in found if in_force(entry[0].achievement, fact)]

    def _meet(self, fact: Fact) -> list[Entry]:
        found = list(self._open.get(fact.type, ()))
        for field in self._fields.get(fact.type, ()):
            found.extend(self._keyed.get((fact.type, field, value_of(fact, field)), ()))
        return [entry for entry in found if holds(entry[1].where, fact)]


def in_force(one: Achievement, fact: Fact) -> bool:
    """Return whether `fact` lies in the time in which `one` counts."""
    return (one.since is None or fact.time >= one.since) and (
        one.until is None or fact.time < one.until
    )


def span_of(criterion: Criterion, fact: Fact) -> str:
    """Return the span in which `fact` counts for `criterion`; '' is all time."""
    if criterion.span == "all":
        return ""
    day = fact.local_date.toordinal()
    return str(day if criterion.span == "day" else day - fact.local_date.weekday())


Counted = tuple[Fact, Fact | None]
"""A fact that may move counters, and as what it was counted before, if it was."""


def raised(fact: Fact) -> list[Counted]:
    """Return what a corrected grade makes better than it ever stood; nothing for other facts.

    Counters only grow, so a correction takes nothing away, and one that goes back and forth
    counts once.
    """
    if fact.type != GradeOverridden.type:
        return []
    return [(one.new, one.best) for one in regradings(fact) if _worth(one.new) > _worth(one.best)]


def _worth(graded: Fact) -> float:
    return number_of(graded, "credit") + number_of(graded, "right_first")


def count(sheet: Sheet, entry: Entry, fact: Fact, before: Fact | None = None) -> bool:
    """Move the counter of `entry` in `sheet` by `fact`; return whether anything changed.

    Args:
        sheet: keeps the counter; it is changed in place.
        entry: a criterion that `fact` meets.
        fact: what happened.
        before: as what `fact` was counted already, before its grade was corrected.
    """
    _, criterion, key, _ = entry
    if criterion.kind == "count" and criterion.span == "all" and before is None:
        # Most criteria are so, and this is done for each of them at every fact.
        sheet.counts[key] = sheet.counts.get(key, 0.0) + 1.0
        return True
    span = span_of(criterion, fact)
    if criterion.kind == "distinct":
        if not _meet(sheet, f"{key}@{span}" if span else key, str(value_of(fact, criterion.field))):
            return False
        amount = 1.0
    else:
        amount = _amount(criterion, fact)
        if before is not None and criterion.kind != "max" and holds(criterion.where, before):
            amount = max(0.0, amount - _amount(criterion, before))
    stood = sheet.spans.get(key, {}).get(span, 0.0) if span else sheet.counts.get(key, 0.0)
    value = moved(criterion.kind, stood, amount)
    if value == stood:
        return False
    if span:
        _enter_span(sheet, key, span, value)
        value = max(value, sheet.counts.get(key, 0.0))
    sheet.counts[key] = value
    return True


def _amount(criterion: Criterion, fact: Fact) -> float:
    # What only grows cannot depend on the order of facts.
    return 1.0 if criterion.kind == "count" else max(0.0, number_of(fact, criterion.field))


def _meet(sheet: Sheet, slot: str, seen: str) -> bool:
    marks = sheet.seen.setdefault(slot, [])
    mark = mark_of(seen)
    if mark in marks or len(marks) >= MOST_DISTINCT:
        return False
    marks.append(mark)
    return True


def _enter_span(sheet: Sheet, key: str, span: str, value: float) -> None:
    """Enter a span's value; a new span lets those go that no late fact can reach any more."""
    spans = sheet.spans.setdefault(key, {})
    if span not in spans:
        oldest = max([int(span), *map(int, spans)]) - SPANS_KEPT_DAYS
        for gone in [one for one in spans if int(one) < oldest]:
            del spans[gone]
            sheet.seen.pop(f"{key}@{gone}", None)
    spans[span] = value


@lru_cache(maxsize=10_000)
def mark_of(seen: str) -> str:
    """Return the mark of a value that a distinct criterion met: 48 bits of BLAKE2b."""
    return b64encode(blake2b(seen.encode(), digest_size=6).digest()).decode()


def moved(kind: str, before: float, amount: float) -> float:
    """Return a counter after `amount`."""
    return max(before, amount) if kind == "max" else before + amount


def reached(watched: Watched, counts: Sequence[float], *, above: int = 0) -> list[int]:
    """Return the numbers, from 1, of the tiers over `above` that `counts` reach.

    Args:
        watched: the achievement.
        counts: its counters, in the order of its criteria.
        above: a tier that is held, so that it need not be looked at.
    """
    one = watched.achievement
    tiers: list[int] = []
    for number, tier in enumerate(one.tiers[above:], start=above + 1):
        met = (
            count >= _least(tier.threshold if criterion.need is None else criterion.need)
            for criterion, count in zip(one.criteria, counts, strict=True)
        )
        if all(met) if one.join == "all" else any(met):
            tiers.append(number)
    return tiers


def _least(need: float) -> float:
    """Return what counts as `need`: sums of fractions differ a little with their order."""
    return need - _SLACK * max(1.0, need)


def earned(watched: Watched, number: int, fact: Fact) -> Earned:
    """Return tier `number` as earned by `fact`."""
    one = watched.achievement
    award = Award(
        org_id=fact.org_id,
        learner_id=fact.subject,
        achievement=one.id,
        tier=number,
        version=one.version,
        cause=fact.fact_id,
        time=fact.time,
    )
    return Earned(award=award, achievement=one, tier=one.tiers[number - 1])


class Tally:
    """What a learner's facts come to, counted from the first: for history and for verifying."""

    def __init__(self) -> None:
        self.sheets: defaultdict[int, Sheet] = defaultdict(Sheet)
        self.last: dict[str, Fact] = {}

    def take(self, fact: Fact, entries: Iterable[Entry], before: Fact | None = None) -> None:
        """Count `fact` for `entries`; a counter that several share moves once."""
        for entry in {entry[2]: entry for entry in entries}.values():
            if count(self.sheets[entry[3]], entry, fact, before):
                self.last[entry[2]] = fact

    def cause(self, one: Watched) -> Fact | None:
        """Return the last fact that moved a counter of `one`."""
        found = [self.last[key] for key in one.keys if key in self.last]
        return max(found, key=lambda fact: fact.n, default=None)


def merge(kept: Sheet, counted: Sheet, keys: Collection[str]) -> None:
    """Put the counters called `keys` as `counted` has them in place of those in `kept`."""
    for key in keys:
        for old, new in ((kept.counts, counted.counts), (kept.spans, counted.spans)):
            old.pop(key, None)
            if key in new:
                old[key] = new[key]  # pyright: ignore[reportArgumentType]  # of the same kind
    for slot in [slot for slot in kept.seen if slot.partition("@")[0] in keys]:
        del kept.seen[slot]
    kept.seen.update(
        (slot, marks) for slot, marks in counted.seen.items() if slot.partition("@")[0] in keys
    )


def unlike(kept: Sheet, counted: Sheet, keys: Collection[str]) -> list[str]:
    """Return the counters called `keys` that `kept` has otherwise than `counted`.

    Old spans may have been let go in the one and not in the other.
    """
    return [
        key
        for key in sorted(keys)
        if not isclose(kept.counts.get(key, 0.0), counted.counts.get(key, 0.0), rel_tol=_SLACK)
        or set(kept.seen.get(key, ())) != set(counted.seen.get(key, ()))
        or any(
            not isclose(value, counted.spans[key][span], rel_tol=_SLACK)
            for span, value in kept.spans.get(key, {}).items()
            if span in counted.spans.get(key, {})
        )
    ]


def told(kept: Sheet, counted: Sheet, key: str) -> tuple[str, str]:
    """Return what two sheets have for a counter, in words that differ where the sheets do."""
    return _words(kept, counted, key), _words(counted, kept, key)


def _words(sheet: Sheet, other: Sheet, key: str) -> str:
    """Return what `sheet` has for a counter, with the spans and marks that `other` has not."""
    words = [f"{sheet.counts.get(key, 0.0):g}"]
    theirs = other.spans.get(key, {})
    words.extend(
        f"{value:g} in span {span}"
        for span, value in sorted(sheet.spans.get(key, {}).items())
        if theirs.get(span) != value
    )
    for slot, marks in sorted(sheet.seen.items()):
        if slot.partition("@")[0] == key:
            words.append(f"{len(marks)} seen")
            words.extend(mark for mark in sorted(marks) if mark not in other.seen.get(slot, ()))
    return ", ".join(words)


def badges(rule_set: RuleSet, counts: Mapping[str, float], awards: Sequence[Award]) -> list[Badge]:
    """Return all achievements as their learner sees them: of the past, those that are held."""
    held = {award.achievement for award in awards}
    now = [badge(one, counts, awards) for one in rule_set.achievements]
    past = [one for one in rule_set.retired_achievements if one.id in held]
    return [*now, *(badge(one, counts, awards, past=True) for one in past)]


def badge(
    one: Achievement,
    counts: Mapping[str, float],
    awards: Sequence[Award],
    *,
    past: bool = False,
) -> Badge:
    """Return an achievement as its learner sees it."""
    earned = {award.tier: award.time for award in awards if award.achievement == one.id}
    secret = one.hidden and not earned
    open_ended = [
        counts.get(key, 0.0)
        for criterion, key in zip(one.criteria, one.keys, strict=True)
        if criterion.need is None
    ]
    progress = (min if one.join == "all" else max)(open_ended) if open_ended else float(len(earned))
    return Badge(
        achievement=one.id,
        name=_SECRET if secret else one.name,
        description=_SECRET_HINT if secret else one.description,
        drive=one.drive,
        hidden=secret,
        past=past,
        icon="secret" if secret else one.icon,
        tiers=[
            TierCard(
                tier=number,
                name=_SECRET if secret else tier.name,
                threshold=0.0 if secret else tier.threshold,
                reward=tier.reward,
                earned_at=earned.get(number),
            )
            for number, tier in enumerate(one.tiers, start=1)
        ],
        progress=0.0 if secret else progress,
    )
