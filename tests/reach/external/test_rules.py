"""S38: what a fact from outside may say, and when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tihi.base.ids import LearnerId, OrgId
from tihi.facts.envelope import Scalar
from tihi.reach.external import rules
from tihi.reach.external.model import NewExternal, OutOfWindow, StoredFact, TooManyFacts, UnfitFact

NOW = datetime(2026, 11, 25, tzinfo=UTC)
LEARNER = UUID(int=1)
ORG, OTHER = OrgId(UUID(int=2)), OrgId(UUID(int=3))


def fact(
    *,
    own_id: str = "a",
    kind: str = "external.quiz.passed.v1",
    ago: timedelta = NOW - NOW,
    data: dict[str, Scalar] | None = None,
) -> NewExternal:
    return NewExternal(id=own_id, type=kind, subject=LEARNER, time=NOW - ago, data=data or {})


@pytest.mark.parametrize(
    "kind",
    [
        "answer.graded.v1",
        "day.active.v1",
        "external",
        "external.v1",
        "external.>",
        "external.*.v1",
        "external.a b.v1",
        "external.a..v1",
        "external.A.v1",
        "external.quiz",
        "external.quiz.v0",
        "external.quiz.v1\n",
        "external." + "a" * 41 + ".v1",
    ],
)
def test_only_types_of_its_own_are_taken(kind: str) -> None:
    with pytest.raises(UnfitFact):
        rules.check(fact(kind=kind), NOW)


@pytest.mark.parametrize(
    ("ago", "late"),
    [
        (timedelta(minutes=-5), False),
        (timedelta(0), False),
        (timedelta(days=2), False),
        (timedelta(days=2, seconds=1), True),
        (timedelta(days=30), True),
    ],
)
def test_a_late_fact_is_marked(ago: timedelta, late: bool) -> None:  # noqa: FBT001  # a column
    rules.check(fact(ago=ago), NOW)
    assert rules.is_late(NOW - ago, NOW) is late
    assert rules.fields(fact(ago=ago), late=late)["late"] is late


@pytest.mark.parametrize("ago", [timedelta(minutes=-5, seconds=-1), timedelta(days=30, seconds=1)])
def test_the_future_and_the_long_past_are_refused(ago: timedelta) -> None:
    with pytest.raises(OutOfWindow):
        rules.check(fact(ago=ago), NOW)


@pytest.mark.parametrize(
    "data",
    [
        {"name": "Aroha Ngata"},
        {"note": "x" * 65},
        {"Score": 1},
        {"x y": 1},
        {"late": True},
        {"score": float("nan")},
        {"score": float("inf")},
        {"score": 10**400},
        {"score": 2**60},
        {f"f{n}": n for n in range(21)},
    ],
)
def test_text_and_odd_numbers_have_no_place(data: dict[str, Scalar]) -> None:
    with pytest.raises(UnfitFact):
        rules.check(fact(data=data), NOW)


def test_codes_numbers_and_truths_are_taken() -> None:
    data: dict[str, Scalar] = {"course": "maths-7/a:1", "score": 0.8, "passed": True, "n": None}
    rules.check(fact(data=data), NOW)


def test_a_batch_holds_one_to_a_hundred() -> None:
    rules.check_size(100)
    with pytest.raises(TooManyFacts):
        rules.check_size(101)
    with pytest.raises(UnfitFact):
        rules.check_size(0)


@given(st.text(max_size=40), st.text(max_size=40))
def test_ids_are_scoped_by_org_and_source(one: str, other: str) -> None:
    same = rules.fact_id(ORG, "key:1", one)
    assert same == rules.fact_id(ORG, "key:1", one)
    assert (same == rules.fact_id(ORG, "key:1", other)) is (one == other)
    assert same not in {rules.fact_id(ORG, "key:2", one), rules.fact_id(OTHER, "key:1", one)}


def test_a_body_is_the_same_whenever_it_was_sent() -> None:
    sent = fact(data={"score": 1})
    stored = StoredFact(
        fact_id=rules.fact_id(ORG, "key:1", "a"),
        type=sent.type,
        subject=LearnerId(LEARNER),
        time=sent.time,
        data={"score": 1, "late": True},
    )
    assert rules.same(sent, stored)
    assert not rules.same(fact(data={"score": 2}), stored)
    assert not rules.same(fact(ago=timedelta(seconds=1), data={"score": 1}), stored)
    assert not rules.same(fact(kind="external.quiz.failed.v1", data={"score": 1}), stored)
