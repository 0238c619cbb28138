"""Decisions about points. An amount follows from the fact and the rules alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypedDict
from zoneinfo import ZoneInfo

import msgspec

from tihi.base.ids import LearnerId, OrgId, spelled
from tihi.facts.envelope import Fact
from tihi.facts.grades import GradeOverridden, Regrading, regradings
from tihi.facts.outcomes import BadgeUnlocked, Bilingual, PointsReversed, RulePoints
from tihi.game.achievements.model import Earned
from tihi.game.packs.model import (
    MOST_POINTS,
    REVERSE,
    Factor,
    LevelCurve,
    Remembered,
    RuleSet,
    XpRule,
    holds,
    number_of,
)
from tihi.game.rewards.model import (
    FactRef,
    Heights,
    Input,
    LedgerEntry,
    LedgerRow,
    NewEntry,
    State,
    Week,
)

AWARD = "award"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
AWARD_NAME = Bilingual(en="Badge earned", mi="Kua riro te tohu")
_CORRECTED = Bilingual(en="Corrected: {}", mi="Kua whakatikahia: {}")


@lru_cache(maxsize=4_096)
def week_of(day: date) -> date:
    """Return the Monday of the week that holds `day`."""
    return day - timedelta(days=day.weekday())


def beginning(learner: LearnerId, counted: int = 0) -> State:
    """Return the state of a learner without entries, whose history is counted, being none."""
    return State(
        learner_id=learner,
        version=0,
        counted=counted,
        xp=0,
        level=1,
        entry=0,
        fell=False,
        last_time=_LONG_AGO,
        day=date.min,
        day_points=0,
        week=date.min,
        week_points=0,
        week_time=_LONG_AGO,
    )


def entered(before: State, fact: Fact, new: Sequence[NewEntry]) -> State:
    """Return the state after the entries of `fact`.

    A fact of an older day or week leaves the newest sums as they are, so that they do not
    depend on the order of arrival.
    """
    day, week, points, fell = fact.local_date, week_of(fact.org_date), 0, before.fell
    for entry in new:
        points += entry.points
        fell = fell or entry.points < 0
    newer_week = week > before.week
    return State(
        learner_id=before.learner_id,
        version=before.version,
        counted=before.counted,
        xp=before.xp + points,
        level=before.level,
        entry=before.entry + len(new),
        fell=fell,
        last_time=max(before.last_time, fact.time),
        day=max(day, before.day),
        day_points=_sum(before.day, before.day_points, day, points),
        week=max(week, before.week),
        week_points=_sum(before.week, before.week_points, week, points),
        week_time=fact.time
        if newer_week
        else max(before.week_time, fact.time)
        if week == before.week
        else before.week_time,
    )


def _sum(newest: date, so_far: int, day: date, points: int) -> int:
    if day > newest:
        return points
    return so_far + points if day == newest else so_far


def closed_week(before: State, after: State) -> Week | None:
    """Return the week that was the newest and is no longer, if it had points."""
    if after.week == before.week or before.entry == 0:
        return None
    return Week(
        learner_id=before.learner_id,
        week=before.week,
        points=before.week_points,
        last_time=before.week_time,
    )


def older_week(before: Week | None, fact: Fact, points: int) -> Week:
    """Return an older week after entries of `fact` that come to `points`."""
    return Week(
        learner_id=fact.subject,
        week=week_of(fact.org_date),
        points=points + (before.points if before else 0),
        last_time=max(before.last_time, fact.time) if before else fact.time,
    )


def source_of(fact: Fact) -> str:
    """Return the ledger source of entries that `fact` itself brings."""
    return f"fact:{fact.source}:{spelled(fact.fact_id)}"


def name_of(rule: str, rules: RuleSet) -> Bilingual:
    """Return what an entry's rule is called."""
    if rule == AWARD:
        return AWARD_NAME
    if rule.startswith(REVERSE):
        whole = name_of(rule.removeprefix(REVERSE), rules)
        return Bilingual(en=_CORRECTED.en.format(whole.en), mi=_CORRECTED.mi.format(whole.mi))
    every = (*rules.rules, *rules.retired_rules)
    found = next((one.name for one in every if one.id == rule), None)
    return found or Bilingual(en=rule, mi=rule)


def entries(fact: Fact, rules: RuleSet) -> list[NewEntry]:
    """Return the entries that `fact` brings: one for each rule that gives points."""
    return _entered(fact, brought(fact, rules.rules))


_Brought = tuple[str, int, list[Input]]
"""A rule, the points that it gives, and the numbers that went in."""


def brought(fact: Fact, rules: Sequence[XpRule]) -> list[_Brought]:
    """Return what `rules` give for `fact`."""
    return [
        (rule.id, *found)
        for rule in rules
        if rule.fact == fact.type and holds(rule.where, fact) and (found := amount(fact, rule))[0]
    ]


def _entered(fact: Fact, found: Sequence[_Brought]) -> list[NewEntry]:
    source = source_of(fact)
    return [
        NewEntry(source=source, rule=rule, points=points, inputs=inputs)
        for rule, points, inputs in found
    ]


class Tariff:
    """What facts bring by one set of rules, and what those are called."""

    def __init__(self, rules: RuleSet) -> None:
        self.names = {rule.id: rule.name for rule in rules.rules}
        reads: defaultdict[str, set[str]] = defaultdict(set)
        for rule in rules.rules:
            reads[rule.fact].update(
                (one.field for one in rule.where), rule.per, (one.field for one in rule.factors)
            )
        self._brought = Remembered(reads, lambda fact: brought(fact, rules.rules))

    def entries(self, fact: Fact) -> list[NewEntry]:
        """Return the entries that `fact` brings, as `entries` does."""
        return _entered(fact, self._brought.of(fact))


def rule_sets(fact: Fact) -> set[tuple[OrgId, int]]:
    """Return the rule sets by which `fact` is counted: its own, and of what it regrades."""
    found = {(fact.org_id, fact.rule_set)}
    if fact.type == GradeOverridden.type:
        found.update((fact.org_id, one.new.rule_set) for one in regradings(fact))
    return found


def falling(facts: Sequence[Fact]) -> list[Fact]:
    """Return `facts` on whose days entries may fall: a corrected grade counts on its answer's."""
    return [
        *facts,
        *(
            one.new
            for fact in facts
            if fact.type == GradeOverridden.type
            for one in regradings(fact)
        ),
    ]


def dated_entries(
    fact: Fact, sets: Mapping[tuple[OrgId, int], RuleSet]
) -> list[tuple[Fact, list[NewEntry]]]:
    """Return the entries that `fact` brings, by the fact on whose day they fall."""
    if fact.type == GradeOverridden.type:
        return regraded(fact, sets)
    return [(fact, entries(fact, sets[fact.org_id, fact.rule_set]))]


def regraded(
    fact: Fact, sets: Mapping[tuple[OrgId, int], RuleSet]
) -> list[tuple[Fact, list[NewEntry]]]:
    """Return the entries that a corrected grade brings, by the fact on whose day they fall.

    They take back what the old grading brought and give what the new one brings, by the rules
    of that time and on that day, as if it had been graded so from the first. A rule that gives
    the same for both is left alone.
    """
    return [
        (one.new, _turned(one, sets[fact.org_id, one.new.rule_set])) for one in regradings(fact)
    ]


def _turned(one: Regrading, rules: RuleSet) -> list[NewEntry]:
    before = {entry.rule: entry for entry in entries(one.old, rules)}
    after = {entry.rule: entry for entry in entries(one.new, rules)}
    taken = [entry for entry in before.values() if after.get(entry.rule) != entry]
    given = [entry for entry in after.values() if before.get(entry.rule) != entry]
    return [
        msgspec.structs.replace(entry, rule=REVERSE + entry.rule, points=-entry.points)
        for entry in taken
    ] + given


def amount(fact: Fact, rule: XpRule) -> tuple[int, list[Input]]:
    """Return the points of `rule` for `fact`, and the numbers that went in."""
    inputs: list[Input] = []
    if rule.base:
        inputs.append(Input(name="base", value=rule.base))
    total = rule.base
    for field, rate in rule.per.items():
        number = number_of(fact, field)
        inputs.extend((Input(name=field, value=number), Input(name=f"{field}.rate", value=rate)))
        total += number * rate
    for factor in rule.factors:
        step = step_of(fact, factor)
        inputs.append(Input(name=f"{factor.field}.factor", value=step))
        total *= step
    return round(max(0.0, min(total, MOST_POINTS))), inputs


def step_of(fact: Fact, factor: Factor) -> float:
    """Return the multiplier of `factor` for `fact`; the last step holds on."""
    place = (max(1, int(number_of(fact, factor.field))) - 1) // factor.width
    return factor.steps[min(place, len(factor.steps) - 1)]


def award_entry(achievement: str, tier: int, reward: int) -> NewEntry:
    """Return the entry of an award; its key is what is awarded, not the fact behind it."""
    return NewEntry(
        source=f"award:{achievement}:{tier}",
        rule=AWARD,
        points=reward,
        inputs=[Input(name="tier", value=float(tier)), Input(name="reward", value=float(reward))],
    )


def unlocked(one: Earned) -> BadgeUnlocked:
    """Return what a learner is told of a badge."""
    return BadgeUnlocked(
        achievement=one.award.achievement,
        tier=one.award.tier,
        name=one.achievement.name,
        tier_name=one.tier.name,
        reward=one.tier.reward,
    )


def brought_to(fact: Fact, now: datetime, version: int) -> Fact:
    """Return `fact` as if it happened `now`, under `version`: what history earned, is given now."""
    return msgspec.structs.replace(
        fact,
        time=now,
        local_date=now.astimezone(ZoneInfo(fact.zone)).date(),
        org_date=now.astimezone(ZoneInfo(fact.org_zone)).date(),
        rule_set=version,
        context="",
    )


def fits(one: Heights, curves: Sequence[LevelCurve]) -> bool:
    """Return whether the level is one that some curve gives, now or at the highest total."""
    least = min(curve.level(one.xp) for curve in curves)
    return least <= one.level <= max(curve.level(one.most) for curve in curves)


class Stands(TypedDict):
    """Where somebody stands, as what is told of points says it."""

    xp: int
    level: int
    level_floor: int
    level_next: int
    today_xp: int
    week_xp: int


def stands(state: State, levels: LevelCurve) -> Stands:
    """Return where somebody stands."""
    return Stands(
        xp=state.xp,
        level=state.level,
        level_floor=levels.begins(state.level),
        level_next=levels.begins(state.level + 1),
        today_xp=state.day_points,
        week_xp=state.week_points,
    )


def told(fact: Fact, state: State, new: Sequence[NewEntry], rule_set: RuleSet) -> PointsReversed:
    """Return what a learner is told of a corrected grade."""
    return PointsReversed(
        points=sum(entry.points for entry in new),
        credit=number_of(fact, "answer.credit"),
        reason=str(fact.data["reason"]),
        **stands(state, rule_set.levels),
        rules=[
            RulePoints(rule=entry.rule, points=entry.points, name=name_of(entry.rule, rule_set))
            for entry in new
        ],
    )


def sunk(state: State, levels: LevelCurve) -> State:
    """Return `state` at the level of its total, where a correction has taken it below its own."""
    if state.xp >= levels.begins(state.level):
        return state
    return msgspec.structs.replace(state, level=levels.level(state.xp))


def levels_between(before: int, after: int) -> Sequence[int]:
    """Return the levels that were reached on the way from `before` to `after`."""
    return range(before + 1, after + 1)


def receipt(row: LedgerRow, rules: RuleSet) -> LedgerEntry:
    """Return an entry as its learner reads it: rule, numbers, fact and time."""
    name = name_of(row.rule, rules)
    badge = None
    if row.rule == AWARD:
        badge = row.source.split(":")[1]
        every = (*rules.achievements, *rules.retired_achievements)
        found = {one.id: one.name for one in every}
        name = found.get(badge, AWARD_NAME)
    fact = None
    if row.fact_id and row.fact_source and row.fact_type and row.fact_time:
        fact = FactRef(
            source=row.fact_source, id=row.fact_id, type=row.fact_type, time=row.fact_time
        )
    corrected = row.fact_type == GradeOverridden.type
    return LedgerEntry(
        entry=row.entry,
        # It counts on the day of the answer; here it stands where its learner meets it.
        time=row.fact_time if corrected and row.fact_time else row.time,
        points=row.points,
        balance=row.balance,
        rule=row.rule,
        name=name,
        inputs=row.inputs,
        fact=fact,
        badge=badge,
        reason=row.fact_reason if corrected else None,
        context=row.context or None,
    )
