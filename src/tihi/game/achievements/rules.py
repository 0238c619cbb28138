"""Decisions about achievements. Count, sum, max and distinct commute, so order does not matter."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from tihi.base.value import Value
from tihi.facts.envelope import Fact, Scalar
from tihi.facts.outcomes import Bilingual
from tihi.game.achievements.model import EVER, Award, Badge, Earned, TierCard, Touch
from tihi.game.packs.model import (
    Achievement,
    Criterion,
    number_of,
    value_of,
)

_SECRET = Bilingual(en="A hidden badge", mi="He tohu huna")
_SECRET_HINT = Bilingual(
    en="Keep climbing. It shows itself when it is yours.",
    mi="Kia piki tonu. Ka kitea ina riro i a koe.",
)


class Watched(Value):
    """An achievement and the keys of its counters, in the order of its criteria."""

    achievement: Achievement
    keys: list[str]


Entry = tuple[Watched, Criterion, str]
"""An achievement, a criterion of it, and the key of the criterion's counter."""


def watched(one: Achievement) -> Watched:
    """Return `one` with its keys, which cost a hash each to make."""
    return Watched(achievement=one, keys=[criterion.key for criterion in one.criteria])


class Index:
    """Finds the achievements that a fact can move without looking at the others.

    Those of one fact type are split by their first `eq` condition, so that a thousand
    badges for a thousand skills cost one look-up.
    """

    def __init__(self, achievements: Sequence[Achievement]) -> None:
        self._open: defaultdict[str, list[Entry]] = defaultdict(list)
        self._keyed: defaultdict[tuple[str, str, Scalar], list[Entry]] = defaultdict(list)
        self._fields: defaultdict[str, set[str]] = defaultdict(set)
        for one in achievements:
            known = watched(one)
            for criterion, key in zip(one.criteria, known.keys, strict=True):
                self._add((known, criterion, key))

    def _add(self, entry: Entry) -> None:
        criterion = entry[1]
        for condition in criterion.where:
            if isinstance(condition.eq, str | int | float | bool):
                self._fields[criterion.fact].add(condition.field)
                self._keyed[criterion.fact, condition.field, condition.eq].append(entry)
                return
        self._open[criterion.fact].append(entry)

    def candidates(self, fact: Fact) -> list[Entry]:
        """Return achievements with a criterion that `fact` meets, with its counter's key."""
        found = list(self._open.get(fact.type, ()))
        for field in self._fields.get(fact.type, ()):
            found.extend(self._keyed.get((fact.type, field, value_of(fact, field)), ()))
        return [
            entry
            for entry in found
            if in_force(entry[0].achievement, fact)
            and all(condition.holds(fact) for condition in entry[1].where)
        ]


def in_force(one: Achievement, fact: Fact) -> bool:
    """Return whether `fact` lies in the time in which `one` counts."""
    return (one.since is None or fact.time >= one.since) and (
        one.until is None or fact.time < one.until
    )


def span_of(criterion: Criterion, fact: Fact) -> str:
    """Return the span in which `fact` counts for `criterion`."""
    if criterion.span == "day":
        return fact.local_date.isoformat()
    if criterion.span == "week":
        monday = fact.local_date - timedelta(days=fact.local_date.weekday())
        return monday.isoformat()
    return EVER


def touch(criterion: Criterion, key: str, fact: Fact) -> Touch:
    """Return how `fact` moves the counter of `criterion`."""
    seen = ""
    amount = 1.0
    if criterion.kind == "distinct":
        seen = str(value_of(fact, criterion.field))
    elif criterion.kind != "count":
        amount = number_of(fact, criterion.field)
    return Touch(
        learner_id=fact.subject,
        criterion=criterion,
        key=key,
        span=span_of(criterion, fact),
        amount=amount,
        seen=seen,
    )


def moved(kind: str, before: float, amount: float) -> float:
    """Return a counter after `amount`."""
    return max(before, amount) if kind == "max" else before + amount


def reached(watched: Watched, counts: Mapping[str, float]) -> list[int]:
    """Return the numbers, from 1, of the tiers that `counts` reach; `counts` by counter's key."""
    one = watched.achievement
    tiers: list[int] = []
    for number, tier in enumerate(one.tiers, start=1):
        met = [
            counts.get(key, 0.0) >= (tier.threshold if criterion.need is None else criterion.need)
            for criterion, key in zip(one.criteria, watched.keys, strict=True)
        ]
        if all(met) if one.join == "all" else any(met):
            tiers.append(number)
    return tiers


def newly_earned(
    candidates: Iterable[Watched],
    counts: Mapping[str, float],
    held: set[tuple[str, int]],
    fact: Fact,
) -> list[Earned]:
    """Return the tiers that `fact` completes and that are not in `held` yet."""
    earned: list[Earned] = []
    for candidate in candidates:
        one = candidate.achievement
        for number in reached(candidate, counts):
            if (one.id, number) in held:
                continue
            held.add((one.id, number))
            award = Award(
                org_id=fact.org_id,
                learner_id=fact.subject,
                achievement=one.id,
                tier=number,
                version=one.version,
                cause=fact.fact_id,
                time=fact.time,
            )
            earned.append(Earned(award=award, achievement=one, tier=one.tiers[number - 1]))
    return earned


def badge(one: Achievement, counts: Mapping[str, float], awards: Sequence[Award]) -> Badge:
    """Return an achievement as its learner sees it."""
    earned = {award.tier: award.time for award in awards if award.achievement == one.id}
    secret = one.hidden and not earned
    open_ended = [counts.get(c.key, 0.0) for c in one.criteria if c.need is None]
    progress = (min if one.join == "all" else max)(open_ended) if open_ended else float(len(earned))
    return Badge(
        achievement=one.id,
        name=_SECRET if secret else one.name,
        description=_SECRET_HINT if secret else one.description,
        drive=one.drive,
        hidden=secret,
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


def keys_of(candidates: Iterable[Watched]) -> list[str]:
    """Return the keys of all counters that `candidates` need."""
    return list({key for one in candidates for key in one.keys})
