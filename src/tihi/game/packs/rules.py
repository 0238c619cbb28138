"""Decisions about packs: what is a fit one, and how one joins the rules in force."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from tihi.facts.envelope import EXTERNAL, kind_of
from tihi.facts.learning import AnswerGraded, DayActive, LessonCompleted, LevelReached, StreakKept
from tihi.game.packs.model import (
    MOST_POINTS,
    REVERSE,
    Achievement,
    Condition,
    Criterion,
    LevelCurve,
    Pack,
    RuleSet,
    UnfitPack,
    XpRule,
)

Retirable = TypeVar("Retirable", XpRule, Achievement)

_MOST = 5_000
_MOST_OF_ONE = 50
_LONGEST_ID = 100
_LONGEST_TEXT = 1_000
_MOST_SCALE = 1_000_000
_MOST_POWER = 4
_HIGH_LEVELS = (100, 1_000, 10_000)
"""From the first of them on, reaching a level may not bring the next one."""
_MOST_DISTINCT = 500
"""As `achievements.model` keeps them; that feature builds on this one."""
_OURS = {
    kind.type: {"day_count", *kind.__struct_fields__}
    for kind in (AnswerGraded, LessonCompleted, DayActive, StreakKept, LevelReached)
}
"""What our own facts say; those of other products say what they like."""
EMPTY = RuleSet(version=0, rules=[], levels=LevelCurve(), achievements=[])


def check(pack: Pack) -> None:
    """Refuse a pack that says something impossible.

    Raises:
        UnfitPack: it names what is wrong and where.
    """
    _check_leaves(pack)
    retired = len(pack.retire.rules) + len(pack.retire.achievements)
    if not pack.pack or len(pack.rules) + len(pack.achievements) + retired > _MOST:
        raise UnfitPack(f"a pack needs a name and at most {_MOST} rules and achievements")
    for name, ids in (
        ("rule", [rule.id for rule in pack.rules]),
        ("achievement", [one.id for one in pack.achievements]),
    ):
        _check_ids(name, ids)
    _check_retired(pack)
    for rule in pack.rules:
        _check_rule(rule)
    for achievement in pack.achievements:
        _check_achievement(achievement)
    _check_levels(pack.levels)


def _check_ids(name: str, ids: Sequence[str]) -> None:
    if len(set(ids)) != len(ids) or not all(ids):
        raise UnfitPack(f"every {name} needs an id of its own")
    if any(len(one) > _LONGEST_ID for one in ids):
        raise UnfitPack(f"the id of a {name} is longer than {_LONGEST_ID} characters")


def _check_leaves(pack: Pack) -> None:
    for leaf in _leaves(msgspec.to_builtins(pack)):
        if isinstance(leaf, str):
            _check_text(leaf)
        elif not math.isfinite(leaf):
            raise UnfitPack("a number in the pack is infinite, or is none")


def _check_levels(levels: LevelCurve | None) -> None:
    if levels is not None and not (
        1 <= levels.scale <= _MOST_SCALE and 1 <= levels.power <= _MOST_POWER
    ):
        raise UnfitPack("a level curve needs a scale of 1 to 1,000,000 and a power of 1 to 4")


def _check_text(text: str) -> None:
    if len(text) > _LONGEST_TEXT:
        raise UnfitPack(f"a text in the pack is longer than {_LONGEST_TEXT:,} characters")
    if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in text):
        raise UnfitPack("a text in the pack holds a character that cannot be kept")


def _check_retired(pack: Pack) -> None:
    for name, given, retired in (
        ("rule", {rule.id for rule in pack.rules}, pack.retire.rules),
        ("achievement", {one.id for one in pack.achievements}, pack.retire.achievements),
    ):
        both = sorted(given & set(retired))
        if both:
            raise UnfitPack(f"{name} {both[0]}: a pack gives it or retires it, not both")


def check_known(current: RuleSet, pack: Pack) -> None:
    """Refuse to retire what there never was: it would be a misspelt id that changes nothing.

    Raises:
        UnfitPack: it names the id.
    """
    for name, known, retired in (
        ("rule", [*current.rules, *current.retired_rules], pack.retire.rules),
        (
            "achievement",
            [*current.achievements, *current.retired_achievements],
            pack.retire.achievements,
        ),
    ):
        strange = sorted(set(retired) - {one.id for one in known})
        if strange:
            raise UnfitPack(f"no {name} is called {strange[0]}, so it cannot be retired")


def check_ends(rules: RuleSet) -> None:
    """Refuse rules by which each level brings the next one: no answer would ever be counted.

    Raises:
        UnfitPack: reaching a high level brings as many points as that level takes.
    """
    rewarding = [rule for rule in rules.rules if rule.fact == LevelReached.type]
    for level in _HIGH_LEVELS:
        brought = sum(_most_brought(rule, level) for rule in rewarding)
        if brought and brought >= rules.levels.begins(level + 1) - rules.levels.begins(level):
            told = f"at level {level} the rules for {LevelReached.type} bring {brought:g} XP"
            raise UnfitPack(f"{told}, which suffices for the next level, and so on without end")


def _most_brought(rule: XpRule, level: int) -> float:
    """Return the most that `rule` gives for reaching `level`, however often a day."""
    if not all(_allows(one, level) for one in rule.where if one.field == "level"):
        return 0.0
    total = rule.base + sum(rate * level for rate in rule.per.values())
    return min(total, MOST_POINTS) * math.prod(factor.steps[-1] for factor in rule.factors)


def _allows(asked: Condition, level: int) -> bool:
    least = level if asked.at_least is None else asked.at_least
    most = level if asked.at_most is None else asked.at_most
    given = asked.eq in {msgspec.UNSET, level} and level in (asked.one_of or [level])
    return given and least <= level <= most


def _check_read(where: str, fact: str, conditions: Sequence[Condition], *fields: str) -> None:
    """Refuse what would never count: a type that nobody tells, or a field that it has not."""
    for one in conditions:
        if not one.asks:
            needs = "eq, one_of with a value, at_least or at_most"
            raise UnfitPack(f"{where}: a condition on {one.field} needs {needs}")
    if kind_of(fact) == EXTERNAL:
        return
    if fact not in _OURS:
        known = ", ".join(sorted(_OURS))
        raise UnfitPack(f"{where}: no fact is called {fact}; there are {known}, and external.…")
    for field in (*fields, *(one.field for one in conditions)):
        if field not in _OURS[fact]:
            known = ", ".join(sorted(_OURS[fact]))
            raise UnfitPack(f"{where}: {fact} says no {field}; it says {known}")


def _check_rule(rule: XpRule) -> None:
    factors = [factor.field for factor in rule.factors]
    _check_read(f"rule {rule.id}", rule.fact, rule.where, *rule.per, *factors)
    if rule.id.startswith(REVERSE):
        raise UnfitPack(f"rule {rule.id}: {REVERSE} stands before what a correction takes back")
    amounts = [rule.base, *rule.per.values()]
    if any(not 0 <= amount <= MOST_POINTS for amount in amounts):
        raise UnfitPack(f"rule {rule.id}: points are 0 to {MOST_POINTS}; XP is never taken away")
    for factor in rule.factors:
        if not factor.steps or any(not 0 <= step <= 1 for step in factor.steps):
            raise UnfitPack(f"rule {rule.id}: a factor needs steps of 0 to 1")
        if factor.width < 1:
            raise UnfitPack(f"rule {rule.id}: a step is for 1 or more at a time")


def _check_achievement(one: Achievement) -> None:
    if not one.criteria or not one.tiers:
        raise UnfitPack(f"achievement {one.id}: it needs a criterion and a tier")
    if max(len(one.criteria), len(one.tiers)) > _MOST_OF_ONE:
        raise UnfitPack(f"achievement {one.id}: it has over {_MOST_OF_ONE} criteria or tiers")
    thresholds = [tier.threshold for tier in one.tiers]
    if thresholds != sorted(set(thresholds)) or thresholds[0] <= 0:
        raise UnfitPack(f"achievement {one.id}: thresholds are above 0 and rise from tier to tier")
    if any(not 0 <= tier.reward <= MOST_POINTS for tier in one.tiers):
        raise UnfitPack(f"achievement {one.id}: a reward is 0 to {MOST_POINTS} XP")
    _check_window(one)
    for criterion in one.criteria:
        _check_criterion(one, criterion)


def _check_window(one: Achievement) -> None:
    if any(moment is not None and moment.tzinfo is None for moment in (one.since, one.until)):
        raise UnfitPack(f"achievement {one.id}: since and until need a zone, such as Z at the end")
    if one.since is not None and one.until is not None and one.since >= one.until:
        raise UnfitPack(f"achievement {one.id}: it ends before it begins")


def _check_criterion(one: Achievement, criterion: Criterion) -> None:
    fields = [criterion.field] if criterion.field else []
    _check_read(f"achievement {one.id}", criterion.fact, criterion.where, *fields)
    if criterion.need is not None and criterion.need <= 0:
        raise UnfitPack(f"achievement {one.id}: what a criterion needs is above 0")
    if criterion.kind != "count" and not criterion.field:
        raise UnfitPack(f"achievement {one.id}: {criterion.kind} needs a field")
    needs = criterion.need if criterion.need is not None else one.tiers[-1].threshold
    if criterion.kind == "distinct" and needs > _MOST_DISTINCT:
        raise UnfitPack(f"achievement {one.id}: distinct values count up to {_MOST_DISTINCT}")


def _leaves(found: object) -> Iterator[float | str]:
    if isinstance(found, dict):
        for key, one in found.items():
            yield from _leaves(key)
            yield from _leaves(one)
    elif isinstance(found, list):
        for one in found:
            yield from _leaves(one)
    elif isinstance(found, float | str):
        yield found


def join(current: RuleSet, pack: Pack) -> RuleSet:
    """Return the rules after `pack`: same ids are replaced, the rest stays, some retire.

    An achievement that changed gets the next version; one that did not keeps its own, also when
    it was retired meanwhile.
    """
    rules = {rule.id: rule for rule in current.rules} | {rule.id: rule for rule in pack.rules}
    achievements = {one.id: one for one in current.achievements}
    past = {one.id: one for one in current.retired_achievements}
    for one in pack.achievements:
        before = achievements.get(one.id) or past.get(one.id)
        achievements[one.id] = one if before is None else _edited(before, one)
    kept_rules, retired_rules = _parted(rules, current.retired_rules, pack.retire.rules)
    kept, retired = _parted(achievements, current.retired_achievements, pack.retire.achievements)
    return RuleSet(
        version=current.version + 1,
        rules=kept_rules,
        levels=pack.levels or current.levels,
        achievements=kept,
        retired_rules=retired_rules,
        retired_achievements=retired,
    )


def _parted(
    given: Mapping[str, Retirable], past: Sequence[Retirable], retiring: Sequence[str]
) -> tuple[list[Retirable], list[Retirable]]:
    """Return which of `given` stay, and what is retired now: `past` that did not come back, too."""
    gone = set(retiring)
    stay = [one for key, one in given.items() if key not in gone]
    before = [one for one in past if one.id not in given]
    return stay, [*before, *(one for key, one in given.items() if key in gone)]


def _edited(before: Achievement, after: Achievement) -> Achievement:
    same = msgspec.structs.replace(after, version=before.version)
    return before if same == before else msgspec.structs.replace(after, version=before.version + 1)


def counts_anew(before: RuleSet, after: RuleSet) -> bool:
    """Return whether history can bring awards under `after` that it could not under `before`."""
    known = {one.id: _asked(one) for one in before.achievements}
    return any(known.get(one.id) != _asked(one) for one in after.achievements)


def _asked(one: Achievement) -> tuple[object, ...]:
    """Return what must be reached for the tiers of `one`, without words and rewards."""
    needs = [criterion.need for criterion in one.criteria]
    return one.keys, needs, [tier.threshold for tier in one.tiers], one.join
