"""Achievements as laws: what is counted commutes, and nothing is taken away."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.happen import answer, fact, lesson
from tihi.facts.envelope import Fact
from tihi.facts.outcomes import Bilingual
from tihi.game.achievements import rules
from tihi.game.achievements.model import Sheet
from tihi.game.packs.model import (
    Achievement,
    Condition,
    Criterion,
    Drive,
    RuleSet,
    Tier,
)
from tihi.game.packs.rules import EMPTY, join
from tihi.game.packs.service import read
from tihi.roles.school import starter_pack
from world import START

STARTER = join(EMPTY, read(starter_pack()))
NAME = Bilingual(en="x", mi="x")
RIGHT = Condition(field="right", eq=True)
CRITERIA = [
    Criterion(kind="count", fact="answer.graded.v1"),
    Criterion(kind="count", fact="answer.graded.v1", where=[RIGHT], span="day"),
    Criterion(kind="count", fact="lesson.completed.v1", span="week"),
    Criterion(kind="sum", fact="answer.graded.v1", field="credit"),
    Criterion(kind="sum", fact="answer.graded.v1", field="credit", span="week"),
    Criterion(kind="max", fact="answer.graded.v1", field="run"),
    Criterion(kind="max", fact="answer.graded.v1", field="run", span="day"),
    Criterion(kind="distinct", fact="answer.graded.v1", field="skill"),
    Criterion(kind="distinct", fact="answer.graded.v1", field="skill", span="day"),
    Criterion(kind="count", fact="answer.graded.v1", where=[Condition(field="skill", eq="adding")]),
]


def achievement(*criteria: Criterion, **told: object) -> Achievement:
    usual: dict[str, object] = {
        "id": "a",
        "name": NAME,
        "description": NAME,
        "icon": "x",
        "drive": Drive.MEANING,
        "criteria": list(criteria),
        "tiers": [Tier(threshold=n, name=NAME, reward=n) for n in (1, 3, 7)],
    }
    return Achievement(**(usual | told))  # pyright: ignore[reportArgumentType]  # by its names


ALL = [
    *(achievement(one, id=f"one-{n}") for n, one in enumerate(CRITERIA)),
    achievement(CRITERIA[0], CRITERIA[7], id="both"),
    achievement(CRITERIA[5], CRITERIA[2], id="either", join="any"),
    achievement(msgspec.structs.replace(CRITERIA[0], need=4), CRITERIA[3], id="needs"),
    achievement(CRITERIA[0], id="later", since=START + timedelta(days=3)),
    achievement(CRITERIA[0], id="sooner", until=START + timedelta(days=3)),
]


class Tally:
    """One learner's counters and awards, moved fact by fact as the consumer moves them."""

    def __init__(self, achievements: Sequence[Achievement]) -> None:
        self.index = rules.Index(achievements)
        self.sheets: defaultdict[int, Sheet] = defaultdict(Sheet)
        self.met: set[int] = set()
        self.awards: set[tuple[str, int]] = set()

    def take(self, one: Fact) -> None:
        # The due row: a fact that came before does nothing.
        if one.n in self.met:
            return
        self.met.add(one.n)
        touched: set[str] = set()
        for entry in self.index.candidates(one):
            watched, _, key, bucket = entry
            if key not in touched:
                touched.add(key)
                rules.count(self.sheets[bucket], entry, one)
            counts = [
                self.sheets[b].counts.get(k, 0.0)
                for k, b in zip(watched.keys, watched.buckets, strict=True)
            ]
            self.awards.update((watched.achievement.id, n) for n in rules.reached(watched, counts))

    @property
    def counts(self) -> dict[str, float]:
        return {key: v for sheet in self.sheets.values() for key, v in sheet.counts.items()}


def tallied(achievements: Sequence[Achievement], facts: Sequence[Fact]) -> Tally:
    tally = Tally(achievements)
    for one in facts:
        tally.take(one)
    return tally


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    told = draw(
        st.lists(
            st.tuples(
                st.booleans(),
                st.integers(0, 24 * 20),
                st.sampled_from(["adding", "cells", "reo"]),
                st.sampled_from([0.0, 0.1, 0.2, 0.3, 1.0]),
                st.integers(0, 9),
            ),
            max_size=25,
        )
    )
    facts: list[Fact] = []
    for n, (answered, hours, skill, credit, run) in enumerate(told, 1):
        data = (
            answer(skill=skill, credit=credit, right=credit == 1, run=run) if answered else lesson()
        )
        facts.append(fact(data, n=n, moment=START + timedelta(hours=hours)))
    return facts


@given(histories(), st.data())
def test_any_order_and_any_repetition_gives_the_same_awards(
    facts: list[Fact], data: st.DataObject
) -> None:
    """Count, sum, max and distinct commute (R2)."""
    mixed = data.draw(st.permutations(facts))
    again = data.draw(st.lists(st.sampled_from(facts), max_size=20)) if facts else []
    here, there = tallied(ALL, facts), tallied(ALL, [*mixed, *again])

    assert here.awards == there.awards
    assert here.counts == {key: pytest.approx(v) for key, v in there.counts.items()}


@given(histories(), st.integers(0, 25))
def test_awards_only_grow(facts: list[Fact], upto: int) -> None:
    assert tallied(ALL, facts[:upto]).awards <= tallied(ALL, facts).awards


@given(histories())
def test_a_thousand_others_change_nothing(facts: list[Fact]) -> None:
    """Those that a fact cannot move are not even looked at."""
    others = [
        achievement(
            Criterion(
                kind="count",
                fact="answer.graded.v1",
                where=[Condition(field="skill", eq=f"skill-{n}")],
            ),
            id=f"other-{n}",
        )
        for n in range(1_000)
    ]
    alone, among = tallied(ALL, facts), tallied([*others, *ALL], facts)

    assert alone.awards == among.awards
    assert all(len(among.index.candidates(one)) < 25 for one in facts)


@given(histories())
def test_what_a_fact_moves_does_not_depend_on_what_came_before(facts: list[Fact]) -> None:
    index = rules.Index(ALL)
    for one in facts:
        assert index.candidates(one) == rules.Index(ALL).candidates(one)


@given(histories())
def test_what_is_counted_is_what_a_reader_would_count(facts: list[Fact]) -> None:
    counts = tallied(ALL, facts).counts
    answers = [one for one in facts if one.type == "answer.graded.v1"]
    by_day: defaultdict[object, int] = defaultdict(int)
    for one in answers:
        by_day[one.local_date] += one.data["right"] is True

    def counted(number: int) -> float:
        return counts.get(CRITERIA[number].key, 0.0)

    assert counted(0) == len(answers)
    assert counted(1) == max(by_day.values(), default=0)
    assert counted(3) == pytest.approx(sum(float(str(one.data["credit"])) for one in answers))
    assert counted(5) == max((int(str(one.data["run"])) for one in answers), default=0)
    assert counted(7) == len({str(one.data["skill"]) for one in answers})


def test_a_sum_of_fractions_reaches_its_threshold_in_every_order() -> None:
    tenths = [answer(credit=c, right=False) for c in (0.1, 0.2, 0.3, 0.4)]
    one = achievement(CRITERIA[3])
    for order in (tenths, tenths[::-1]):
        facts = [fact(data, n=n) for n, data in enumerate(order, 1)]
        assert tallied([one], facts).awards == {("a", 1)}


def test_what_is_below_nothing_takes_nothing_from_a_sum() -> None:
    """Else an award would depend on the order in which facts arrive."""
    one = achievement(Criterion(kind="sum", fact="external.x.v1", field="told"))
    facts = [
        msgspec.structs.replace(fact(answer(), n=n), type="external.x.v1", data={"told": told})
        for n, told in enumerate([3.0, -2.0, float("nan")], 1)
    ]

    assert (
        tallied([one], facts).awards == tallied([one], facts[::-1]).awards == {("a", 1), ("a", 2)}
    )


def test_an_achievement_with_a_window_counts_apart() -> None:
    """Another that counts the same has counted what lies before it."""
    ends = START + timedelta(days=3)
    facts = [fact(answer(), n=n, moment=START + timedelta(days=n)) for n in range(1, 7)]
    both = [achievement(CRITERIA[0], id="ever"), achievement(CRITERIA[0], id="new", since=ends)]
    tally = tallied(both, facts[:3])

    assert tally.awards == {("ever", 1), ("ever", 2), ("new", 1)}
    assert tallied([achievement(CRITERIA[0], until=ends)], facts).awards == {("a", 1)}


def test_criteria_that_count_the_same_share_a_counter_that_moves_once() -> None:
    one = achievement(CRITERIA[0], id="one")
    other = achievement(msgspec.structs.replace(CRITERIA[0], need=2), id="other")

    assert one.keys == other.keys
    assert tallied([one, other], [fact(answer())]).counts == {one.keys[0]: 1}


def test_all_or_any_of_the_criteria_must_reach_a_tier() -> None:
    facts = [fact(answer(run=3), n=n) for n in (1, 2)]
    two = (CRITERIA[0], CRITERIA[5])

    assert tallied([achievement(*two)], facts).awards == {("a", 1)}
    assert tallied([achievement(*two, join="any")], facts).awards == {("a", 1), ("a", 2)}


# Editing.


@given(histories(), st.integers(1, 9), st.integers(0, 25))
def test_an_edit_makes_a_version_and_takes_no_badge_away(
    facts: list[Fact], harder: int, when: int
) -> None:
    before = RuleSet(
        version=1, rules=[], levels=EMPTY.levels, achievements=[achievement(CRITERIA[0])]
    )
    tiers = [Tier(threshold=n * harder + 1, name=NAME, reward=n) for n in (1, 3, 7)]
    edit = msgspec.structs.replace(before.achievements[0], tiers=tiers)
    after = join(before, read(_pack(edit)))
    (edited,) = after.achievements
    earlier = tallied(before.achievements, facts[:when])
    later = Tally(after.achievements)
    later.sheets, later.awards = earlier.sheets, set(earlier.awards)
    for one in facts[when:]:
        later.take(one)

    assert edited.version == 2
    assert join(after, read(_pack(edit))).achievements == after.achievements
    assert earlier.awards <= later.awards


def _pack(*achievements: Achievement) -> bytes:
    found = {"pack": "p", "version": 1, "achievements": list(achievements)}
    return msgspec.json.encode(found)


def test_an_edit_that_changes_nothing_makes_no_version() -> None:
    one = achievement(CRITERIA[0])
    rule_set = join(EMPTY, read(_pack(one)))
    renamed = msgspec.structs.replace(one, version=9)

    assert join(rule_set, read(_pack(renamed))).achievements == rule_set.achievements


# Hidden ones.


def test_a_hidden_one_keeps_its_secret_until_it_is_earned() -> None:
    (secret,) = [one for one in STARTER.achievements if one.hidden]
    shown = rules.badge(secret, {secret.keys[0]: 0.5}, [])
    award = rules.earned(rules.watched(secret), 1, fact(answer())).award

    assert shown.hidden
    assert secret.name.en not in msgspec.json.encode(shown).decode()
    assert shown.progress == 0
    assert rules.badge(secret, {}, [award]).name == secret.name
