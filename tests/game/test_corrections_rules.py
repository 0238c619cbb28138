"""Corrected grades: what they take and give, and what no correction can do."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from game import happen
from game.happen import NOWHERE, answer, fact
from tihi.facts.envelope import Fact
from tihi.facts.grades import GradeOverridden, regradings
from tihi.facts.learning import AnswerGraded
from tihi.game.achievements import rules as achievements
from tihi.game.achievements.rules import Index, Tally
from tihi.game.packs.model import LevelCurve
from tihi.game.packs.rules import EMPTY, join
from tihi.game.packs.service import read
from tihi.game.rewards import rules
from tihi.game.rewards.model import State
from tihi.roles.school import starter_pack
from world import START

RULES = join(EMPTY, read(starter_pack()))
SETS = {(NOWHERE, 1): RULES}
INDEX = Index(RULES.achievements)

credits_ = st.sampled_from([0.0, 0.25, 0.5, 1.0])
chains = st.lists(credits_, max_size=6)


@st.composite
def answers(draw: st.DrawFn) -> Fact:
    """An answer of any kind, a while ago, in any number of its day."""
    credit = draw(credits_)
    data = answer(
        credit=credit,
        right=credit == 1,
        run=draw(st.integers(1, 9)) if credit == 1 else 0,
        nth_today=draw(st.integers(1, 5)),
        nth_ever=draw(st.integers(5, 12)),
        right_before=draw(st.booleans()),
        hasty=draw(st.booleans()),
        again=draw(st.booleans()),
    )
    moment = START - timedelta(hours=draw(st.integers(0, 24 * 20)))
    nth = draw(st.integers(1, 90))
    return fact(data, n=draw(st.integers(2, 99)), nth_today=nth, moment=moment)


def told(about: Fact, chain: Sequence[float]) -> list[Fact]:
    """Return the facts of a chain of corrections, told today; what changes nothing is left out."""
    credit, kept = about.data["credit"], list[float]()
    for one in chain:
        if one != credit:
            kept.append(one)
            credit = one
    return [
        fact(one, n=1_000 + about.n * 10 + number)
        for number, one in enumerate(happen.corrections(about, kept))
    ]


def brought(facts: Sequence[Fact]) -> Counter[str]:
    """Return the points of each rule; what a correction takes back counts for the rule."""
    sums: Counter[str] = Counter()
    for one in facts:
        for _, entries in rules.dated_entries(one, SETS):
            for entry in entries:
                sums[entry.rule.removeprefix("reverse:")] += entry.points
    return Counter({rule: points for rule, points in sums.items() if points})


def state(facts: Sequence[Fact]) -> State:
    """Return where a learner stands after `facts`, one after another."""
    found = rules.beginning(happen.NOBODY)
    for one in facts:
        for dated, entries in rules.dated_entries(one, SETS):
            found = rules.entered(found, dated, entries) if entries else found
        found = rules.sunk(found, LevelCurve())
    return msgspec.structs.replace(found, entry=0, level=LevelCurve().level(found.xp))


def days(facts: Sequence[Fact]) -> Counter[tuple[date, date]]:
    """Return the points of each day, on the learner's calendar and by the org's weeks."""
    sums: Counter[tuple[date, date]] = Counter()
    for one in facts:
        for dated, entries in rules.dated_entries(one, SETS):
            for entry in entries:
                sums[dated.local_date, rules.week_of(dated.org_date)] += entry.points
    return Counter({day: points for day, points in sums.items() if points})


def counts(facts: Sequence[Fact]) -> dict[str, float]:
    """Return the counters of all achievements after `facts`."""
    tally = Tally()
    for one in facts:
        tally.take(one, INDEX.candidates(one))
        for new, before in achievements.raised(one):
            tally.take(new, INDEX.candidates(new), before)
    return {key: value for sheet in tally.sheets.values() for key, value in sheet.counts.items()}


def graded(about: Fact, credit: float) -> Fact:
    """Return the answer as if it had been graded so from the first."""
    right = credit == 1
    data = msgspec.convert(about.data, AnswerGraded)
    run = data.run if credit == data.credit else int(right)
    new = msgspec.structs.replace(data, credit=credit, right=right, run=run)
    return msgspec.structs.replace(about, data=new.fields())


@given(answers(), chains)
def test_after_any_corrections_the_points_are_those_of_the_last_grade(
    about: Fact, chain: list[float]
) -> None:
    last = chain[-1] if chain else about.data["credit"]
    assert isinstance(last, float)

    assert brought([about, *told(about, chain)]) == brought([graded(about, last)])


@given(answers(), chains, answers())
def test_there_and_back_is_as_if_nothing_had_been(
    about: Fact, chain: list[float], other: Fact
) -> None:
    credit = about.data["credit"]
    assert isinstance(credit, float)
    before, after = [other, about], [other, about, *told(about, [*chain, credit])]

    assert days(after) == days(before)
    assert state(after).xp == state(before).xp
    if brought([about]):
        # Else an answer that brought nothing has brought something for a while, which settles ties.
        # That points were taken back meanwhile is remembered.
        assert state(after) == msgspec.structs.replace(state(before), fell=state(after).fell)


@given(answers(), answers(), chains, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(
    one: Fact, other: Fact, chain: list[float], chance: object
) -> None:
    facts = [one, *told(one, chain), other]
    mixed = list(facts)
    chance.shuffle(mixed)  # pyright: ignore[reportAttributeAccessIssue]  # hypothesis's own
    before, after = state(facts), state(mixed)

    assert after == before
    assert counts(mixed) == counts(facts)


@given(answers(), chains)
def test_no_correction_takes_from_a_counter(about: Fact, chain: list[float]) -> None:
    facts = [about, *told(about, chain)]
    before: dict[str, float] = {}
    for end in range(1, len(facts) + 1):
        now = counts(facts[:end])
        assert all(now.get(key, 0.0) >= value for key, value in before.items())
        before = now


@given(answers(), st.integers(1, 4))
def test_back_and_forth_counts_once(about: Fact, times: int) -> None:
    wrong = graded(about, 0.0)
    once = counts([wrong, *told(wrong, [1.0])])

    assert counts([wrong, *told(wrong, [1.0, 0.0] * times + [1.0])]) == once


def test_a_wrong_answer_that_was_right_brings_what_a_right_one_brings() -> None:
    wrong = fact(answer(credit=0.0, right=False, run=0))
    (correction,) = told(wrong, [1.0])
    ((dated, entries),) = rules.regraded(correction, SETS)

    assert {one.rule: one.points for one in entries} == {"correct-answer": 10, "first-mastery": 2}
    assert {one.source for one in entries} == {f"fact:learn:{correction.fact_id}"}
    assert (dated.time, dated.local_date) == (wrong.time, wrong.local_date)


def test_a_right_answer_that_was_half_right_gives_back_the_rest() -> None:
    (correction,) = told(fact(answer()), [0.5])
    ((_, entries),) = rules.regraded(correction, SETS)

    assert [(one.rule, one.points) for one in entries] == [
        ("reverse:correct-answer", -10),
        ("reverse:first-mastery", -2),
        ("correct-answer", 5),
    ]
    assert rules.name_of("reverse:correct-answer", RULES).en == "Corrected: A right answer"


def test_a_lesson_whose_last_miss_is_right_is_clean() -> None:
    missed = fact(answer(credit=0.0, right=False, run=0), n=2)
    done = fact(happen.lesson(right_first=3, share=0.75), n=3)
    (data,) = happen.corrections(missed, [1.0], lesson=done, results=[4])
    correction = fact(data, n=4)

    assert brought([missed, done, correction]) == {
        "correct-answer": 10,
        "first-mastery": 2,
        "lesson-done": 10,
        "clean-lesson": 15,
    }
    # What the lesson brings in any case is not turned over.
    assert {entry.rule for _, entries in rules.regraded(correction, SETS) for entry in entries} == {
        "correct-answer",
        "first-mastery",
        "clean-lesson",
    }


def test_the_rules_of_the_day_of_the_answer_count() -> None:
    old = fact(answer(credit=0.0, right=False), rule_set=0)
    (correction,) = told(old, [1.0])
    sets = {(NOWHERE, 1): RULES, (NOWHERE, 0): EMPTY}

    assert rules.rule_sets(correction) == set(sets)
    assert [entries for _, entries in rules.regraded(correction, sets)] == [[]]


def test_a_level_sinks_with_the_total_and_not_below_it() -> None:
    curve = LevelCurve()
    one = msgspec.structs.replace(rules.beginning(happen.NOBODY), xp=60, level=2)

    assert rules.sunk(one, curve) is one
    assert rules.sunk(msgspec.structs.replace(one, xp=59), curve).level == 1
    assert rules.sunk(msgspec.structs.replace(one, xp=-5), curve).level == 1


@given(answers(), credits_)
def test_the_log_keeps_both_gradings_whole(about: Fact, credit: float) -> None:
    for correction in told(about, [credit]):
        assert correction.type == GradeOverridden.type
        (one,) = regradings(correction)
        assert one.old.data == about.data
        assert one.best.data == about.data
        assert one.new.data == graded(about, credit).data
        same = {"fact_id", "n", "data"}
        for name in set(Fact.__struct_fields__) - same:
            assert getattr(one.new, name) == getattr(about, name), name
