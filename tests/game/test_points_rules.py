"""XP by rules: what the starter pack gives, and what no rule can give."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.happen import answer, day_active, fact, lesson
from tihi.facts.envelope import Payload
from tihi.facts.outcomes import Bilingual
from tihi.game.packs.model import Condition, Drive, Factor, LevelCurve, RuleSet, XpRule
from tihi.game.packs.rules import EMPTY, join
from tihi.game.packs.service import read
from tihi.game.rewards import rules
from tihi.roles.school import starter_pack

RULES = join(EMPTY, read(starter_pack()))
NAME = Bilingual(en="x", mi="x")
counts = st.integers(1, 200)
shares = st.floats(0, 1)
anything = st.one_of(
    st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.none(), st.just(10**400)
)


def points(data: Payload, *, nth: int = 1) -> dict[str, int]:
    """Return what the starter pack gives, by rule."""
    found = rules.entries(fact(data, nth_today=nth), RULES)
    return {entry.rule: entry.points for entry in found}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        # Base, per correct, bonus for the first time.
        (answer(), {"correct-answer": 10, "first-mastery": 2}),
        (answer(credit=0.5, right=False), {"correct-answer": 5}),
        (answer(credit=0.0, right=False), {}),
        # Mastery: kept until another day; after the eighth time it is known.
        (
            answer(right_before=True, nth_ever=2),
            {"correct-answer": 10, "kept-in-mind": 3},
        ),
        (answer(right_before=True, nth_ever=6), {"correct-answer": 10, "kept-in-mind": 2}),
        (answer(right_before=True, nth_ever=9), {"correct-answer": 10}),
        # The same item again within a day pays less and less.
        (answer(right_before=True, nth_ever=2, nth_today=2), {"correct-answer": 5}),
        (answer(right_before=True, nth_ever=3, nth_today=3), {"correct-answer": 2}),
        (answer(right_before=True, nth_ever=4, nth_today=4), {}),
        (answer(right_before=True, nth_ever=90, nth_today=40), {}),
        # An item that was missed and came back is worth trying again.
        (
            answer(again=True, nth_ever=2, nth_today=2),
            {"correct-answer": 5, "first-mastery": 2, "came-back": 2},
        ),
        # Haste pays little.
        (answer(hasty=True), {"hasty-answer": 4}),
        (answer(hasty=True, nth_today=2), {}),
        # Lessons and days.
        (lesson(), {"lesson-done": 10, "clean-lesson": 15}),
        (lesson(share=0.75, right_first=3), {"lesson-done": 10}),
        (lesson(nth_ever=2, nth_today=2), {"lesson-done": 4, "clean-lesson": 6}),
        (lesson(nth_ever=3, nth_today=3), {}),
        (day_active(date(2026, 11, 25)), {"day-begun": 5}),
    ],
)
def test_the_starter_pack_gives(data: Payload, expected: dict[str, int]) -> None:
    assert points(data) == expected


@pytest.mark.parametrize(("nth", "given_"), [(1, 4), (20, 4), (21, 2), (41, 1), (61, 0), (999, 0)])
def test_haste_pays_less_with_every_twenty_answers_of_a_day(nth: int, given_: int) -> None:
    """The daily soft cap for what costs no effort."""
    assert sum(points(answer(hasty=True), nth=nth).values()) == given_


@given(counts)
def test_careful_answers_have_no_cap(nth: int) -> None:
    assert sum(points(answer(), nth=nth).values()) == 12


@given(shares, shares)
def test_more_credit_never_pays_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    paid = [sum(points(answer(credit=c, right=c >= 1)).values()) for c in (low, high)]

    assert paid == sorted(paid)


@given(counts, counts, st.booleans())
def test_a_repeat_within_a_day_never_pays_more(one: int, other: int, hasty: bool) -> None:  # noqa: FBT001
    early, late = sorted((one, other))

    def paid(nth: int) -> int:
        repeat = answer(right_before=True, nth_ever=nth, nth_today=nth, hasty=hasty)
        return sum(points(repeat, nth=nth).values())

    assert paid(late) <= paid(early)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.integers(1, 30), counts)
def test_each_step_is_for_its_width_and_the_last_holds_on(
    steps: list[float], width: int, nth: int
) -> None:
    """Diminishing by counts alone: nothing else of the day is asked."""
    factor = Factor(field="day_count", steps=steps, width=width)
    spread = [step for step in steps for _ in range(width)]

    assert rules.step_of(fact(answer(), nth_today=nth), factor) == (
        spread[nth - 1] if nth <= len(spread) else steps[-1]
    )


@given(anything, anything, st.floats(0, 10_000), st.floats(0, 10_000))
def test_no_fact_takes_points_away_or_gives_without_bound(
    told: object, also: object, base: float, rate: float
) -> None:
    """Other products may say what they like."""
    rule = XpRule(
        id="x",
        fact="external.x.v1",
        name=NAME,
        drive=Drive.MEANING,
        base=base,
        per={"told": rate, "also": rate},
        factors=[Factor(field="told", steps=[1, 0.5])],
    )
    strange = msgspec.structs.replace(fact(answer()), data={"told": told, "also": also})
    given_, inputs = rules.amount(strange, rule)

    assert 0 <= given_ <= 10_000
    assert all(abs(one.value) < float("inf") for one in inputs)


@given(counts, counts)
def test_an_amount_follows_from_the_fact_alone(nth: int, ever: int) -> None:
    """The same fact at another time, in another order, with other ids (R2)."""
    told = answer(nth_today=nth, nth_ever=ever, right_before=ever > 1)
    one = fact(told, n=1, nth_today=nth)
    other = fact(told, n=77, nth_today=nth, moment=one.time + timedelta(days=90))

    assert [entry.points for entry in rules.entries(one, RULES)] == [
        entry.points for entry in rules.entries(other, RULES)
    ]
    assert [entry.inputs for entry in rules.entries(one, RULES)] == [
        entry.inputs for entry in rules.entries(other, RULES)
    ]


@given(st.floats(1, 500), st.floats(1, 4), st.integers(1, 300))
def test_a_level_begins_where_the_curve_says(scale: float, power: float, level: int) -> None:
    """Level L begins at round(scale · (L - 1) ^ power)."""
    curve = LevelCurve(scale=scale, power=power)
    begins = curve.begins(level)

    assert curve.level(begins) == level
    assert curve.level(begins - 1) == max(1, level - 1)
    assert begins < curve.begins(level + 1)


@given(st.integers(-5, 10**9), st.integers(-5, 10**9))
def test_more_points_never_lower_a_level(one: int, other: int) -> None:
    low, high = sorted((one, other))

    assert 1 <= LevelCurve().level(low) <= LevelCurve().level(high)


def test_the_default_curve_is_the_designs() -> None:
    assert [LevelCurve().begins(level) for level in (1, 2, 3, 10)] == [0, 60, 195, 2_514]


answers = st.builds(
    answer,
    credit=st.sampled_from([0, 0.0, 0.5, 1, 1.0]),
    right=st.booleans(),
    right_before=st.booleans(),
    again=st.booleans(),
    hasty=st.booleans(),
    difficulty=st.integers(1, 5),
    nth_ever=st.integers(1, 30),
    nth_today=st.integers(1, 5),
)


@given(st.lists(st.tuples(st.one_of(answers, st.builds(lesson, share=shares)), counts)))
def test_what_is_remembered_is_what_would_be_worked_out(facts: list[tuple[Payload, int]]) -> None:
    """R2: a fact brings the same, whatever came before it."""
    tariff = rules.Tariff(RULES)
    for data, nth in facts:
        one = fact(data, nth_today=nth)
        assert tariff.entries(one) == rules.entries(one, RULES)


@given(st.lists(st.tuples(anything, st.integers(1, 3)), max_size=30))
def test_whatever_a_field_holds_is_told_apart(found: list[tuple[object, int]]) -> None:
    rule = XpRule(
        id="odd",
        fact="external.app.done",
        name=NAME,
        drive=Drive.MEANING,
        where=[Condition(field="day_count", at_most=2)],
        base=1,
        per={"field": 1},
    )
    odd = RuleSet(version=1, rules=[rule], levels=LevelCurve(), achievements=[])
    tariff = rules.Tariff(odd)
    for value, nth in found:
        one = msgspec.structs.replace(
            fact(answer(), nth_today=nth), type="external.app.done", data={"field": value}
        )
        brought = rules.entries(one, odd)
        assert [entry.points for entry in tariff.entries(one)] == [e.points for e in brought]
    assert tariff.entries(fact(answer())) == []
