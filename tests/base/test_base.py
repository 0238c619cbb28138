"""Values, ids, chance and problems."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tihi.base.chance import SeededRandom, SystemRandom, below, shuffled
from tihi.base.ids import derived_id, fresh_id
from tihi.base.problem import Missing, Problem, TooMany
from tihi.base.value import Value

NOW = datetime(2026, 11, 25, tzinfo=UTC)


class Point(Value):
    x: int


def test_a_value_is_frozen_and_refuses_unknown_fields() -> None:
    with pytest.raises(AttributeError):
        setattr(Point(x=1), "x", 2)  # noqa: B010  # a checker would refuse it earlier
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.json.decode(b'{"x": 1, "y": 2}', type=Point)


def test_a_fresh_id_is_of_version_7_and_rises_with_time() -> None:
    ids = [fresh_id(NOW + timedelta(milliseconds=n), SystemRandom()) for n in range(50)]
    assert ids == sorted(ids)
    assert {(one.version, one.variant) for one in ids} == {(7, "specified in RFC 4122")}
    assert len({fresh_id(NOW, SystemRandom()) for _ in range(1000)}) == 1000


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_a_derived_id_always_belongs_to_its_parts(one: list[str], two: list[str]) -> None:
    assert derived_id(*one) == derived_id(*one)
    same = "\x1f".join(one) == "\x1f".join(two)
    assert (derived_id(*one) == derived_id(*two)) is same


def test_seeded_chance_gives_the_same_draws_for_ever() -> None:
    chance = SeededRandom("order", 7)
    assert [below(chance, 1000) for _ in range(4)] == [
        below(again, 1000) for again in [SeededRandom("order", 7)] for _ in range(4)
    ]
    # Written down: another release must not shuffle an attempt that is under way.
    written = [4, 6, 1, 3, 0, 7, 5, 2]
    assert shuffled(list(range(8)), SeededRandom("written", 1)) == written


@given(st.lists(st.integers()), st.integers())
def test_shuffling_keeps_what_there_is(items: list[int], seed: int) -> None:
    mixed = shuffled(items, SeededRandom(seed))
    assert sorted(mixed) == sorted(items)
    assert mixed == shuffled(items, SeededRandom(seed))


@given(st.integers(1, 10**6), st.integers())
def test_a_draw_lies_below_its_limit(limit: int, seed: int) -> None:
    assert 0 <= below(SeededRandom(seed), limit) < limit


def test_a_problem_says_itself_in_the_words_of_rfc_9457() -> None:
    assert TooMany("3 tries in 10 s", retry_after=7).body() == {
        "type": "urn:tihi:problem:request/too-many",
        "title": TooMany.title,
        "status": 429,
        "detail": "3 tries in 10 s",
        "retry_after": 7,
    }
    assert Missing().detail == Missing.title


def kinds(of: type[Problem]) -> set[type[Problem]]:
    return {of, *(deeper for one in of.__subclasses__() for deeper in kinds(one))}


def test_every_kind_of_problem_has_a_slug_of_its_own() -> None:
    found = [
        kind
        for kind in kinds(Problem)
        if kind.__module__.startswith("tihi.") and hasattr(kind, "slug")
    ]
    assert len({kind.slug for kind in found}) == len(found) > 10
    assert all("/" in kind.slug and kind.title and kind.status >= 400 for kind in found)
