"""Decisions about points. An amount follows from the fact and the rules alone."""

from collections.abc import Sequence
from datetime import date, timedelta

from tihi.facts.envelope import Fact
from tihi.facts.outcomes import Bilingual
from tihi.game.packs.model import Factor, RuleSet, XpRule, number_of
from tihi.game.rewards.model import FactRef, Input, LedgerEntry, LedgerRow, NewEntry

AWARD = "award"
AWARD_NAME = Bilingual(en="Badge earned", mi="Kua riro te tohu")


def week_of(day: date) -> date:
    """Return the Monday of the week that holds `day`."""
    return day - timedelta(days=day.weekday())


def entries(fact: Fact, rules: RuleSet) -> list[NewEntry]:
    """Return the entries that `fact` brings: one for each rule that gives points."""
    source = f"fact:{fact.source}:{fact.fact_id}"
    found: list[NewEntry] = []
    for rule in rules.rules:
        if rule.fact != fact.type or not all(one.holds(fact) for one in rule.where):
            continue
        points, inputs = amount(fact, rule)
        if points:
            found.append(NewEntry(source=source, rule=rule.id, points=points, inputs=inputs))
    return found


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
    return round(total), inputs


def step_of(fact: Fact, factor: Factor) -> float:
    """Return the multiplier of `factor` for `fact`; the last step holds on."""
    position = max(1, int(number_of(fact, factor.field)))
    return factor.steps[min(position, len(factor.steps)) - 1]


def award_entry(achievement: str, tier: int, reward: int) -> NewEntry:
    """Return the entry of an award; its key is what is awarded, not the fact behind it."""
    return NewEntry(
        source=f"award:{achievement}:{tier}",
        rule=AWARD,
        points=reward,
        inputs=[Input(name="tier", value=float(tier)), Input(name="reward", value=float(reward))],
    )


def levels_between(before: int, after: int) -> Sequence[int]:
    """Return the levels that were reached on the way from `before` to `after`."""
    return range(before + 1, after + 1)


def receipt(row: LedgerRow, rules: RuleSet) -> LedgerEntry:
    """Return an entry as its learner reads it: rule, numbers, fact and time."""
    names = {rule.id: rule.name for rule in rules.rules}
    name = names.get(row.rule, Bilingual(en=row.rule, mi=row.rule))
    badge = None
    if row.rule == AWARD:
        badge = row.source.split(":")[1]
        found = {one.id: one.name for one in rules.achievements}
        name = found.get(badge, AWARD_NAME)
    fact = None
    if row.fact_id and row.fact_source and row.fact_type and row.fact_time:
        fact = FactRef(
            source=row.fact_source, id=row.fact_id, type=row.fact_type, time=row.fact_time
        )
    return LedgerEntry(
        entry=row.entry,
        time=row.time,
        points=row.points,
        balance=row.balance,
        rule=row.rule,
        name=name,
        inputs=row.inputs,
        fact=fact,
        badge=badge,
        context=row.context or None,
    )
