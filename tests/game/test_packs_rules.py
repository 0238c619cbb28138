"""What is no pack is refused, with a reason that its author understands."""

from contextlib import nullcontext
from datetime import UTC, datetime

import msgspec
import pytest

from tihi.facts.outcomes import Bilingual
from tihi.game.packs import rules
from tihi.game.packs.model import (
    Achievement,
    Condition,
    Criterion,
    Drive,
    LevelCurve,
    Tier,
    UnfitPack,
)
from tihi.game.packs.service import read
from world import START

NAME = Bilingual(en="x", mi="x")
COUNT = Criterion(kind="count", fact="answer.graded.v1")
EMPTY = Condition(field="right")
DISTINCT = Criterion(kind="distinct", fact="answer.graded.v1", field="skill")


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


def _pack(*achievements: Achievement) -> bytes:
    found = {"pack": "p", "version": 1, "achievements": list(achievements)}
    return msgspec.json.encode(found)


BAD: list[tuple[bytes, str]] = [
    (b"", "Expected"),
    (b"pack: x\nrules: [", "line 2, column 9"),
    (b"\xff\xfe\xfa", "invalid|unacceptable|decode|Expected"),
    (b"pack: x\nversion: 1\nmore: 2", "unknown field"),
    (b"pack: ''\nversion: 1", "needs a name"),
    (b"pack: &a x\nversion: 1\nrules: [*a]", "anchor"),
    (b"pack: x\nversion: 1\nlevels: {scale: .nan}", "infinite"),
    (b"pack: x\nversion: 1\nlevels: {scale: 0}", "curve"),
    (b"pack: x\nversion: 1\nlevels: {power: 9}", "curve"),
    (b"!!python/object/apply:os.system [ls]", "constructor"),
    (b"pack: x\nversion: 1\nlevels: {scale: 1.0e+300}", "curve"),
    (b"pack: x\nversion: 1\nrules: []\nrules: []", "line 4, column 1: `rules` stands here twice"),
    (b'pack: "\\ud800"\nversion: 1', "cannot be kept"),
    (b'pack: "\\0"\nversion: 1', "cannot be kept"),
    (b"pack: " + b"x" * 1_001 + b"\nversion: 1", "longer than 1,000"),
    (b'{"pack": "x", "pack": "y", "version": 1}', "`pack` stands in one place twice"),
    (b"pack: x\nversion: " + b"9" * 5_000, "cannot be read"),
    (b"pack: " + b"[" * 2_000 + b"]" * 2_000, "too deep"),
]


@pytest.mark.parametrize(("text", "why"), BAD)
def test_what_cannot_be_read_is_refused(text: bytes, why: str) -> None:
    with pytest.raises(UnfitPack) as refused:
        read(text)
    assert any(part in refused.value.detail for part in why.split("|"))


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"criteria": []}, "a criterion and a tier"),
        ({"tiers": []}, "a criterion and a tier"),
        ({"tiers": [Tier(threshold=0, name=NAME, reward=1)]}, "above 0"),
        ({"tiers": [Tier(threshold=n, name=NAME, reward=1) for n in (3, 2)]}, "rise"),
        ({"tiers": [Tier(threshold=n, name=NAME, reward=1) for n in (3, 3)]}, "rise"),
        ({"tiers": [Tier(threshold=n, name=NAME, reward=0) for n in range(1, 52)]}, "over 50"),
        ({"criteria": [COUNT] * 51}, "over 50"),
        ({"id": "a" * 101}, "longer than 100"),
        (
            {"criteria": [msgspec.structs.replace(COUNT, where=[Condition(field="right")])]},
            "needs eq",
        ),
        ({"tiers": [Tier(threshold=1, name=NAME, reward=-1)]}, "reward"),
        ({"tiers": [Tier(threshold=1, name=NAME, reward=10_001)]}, "reward"),
        ({"criteria": [Criterion(kind="sum", fact="answer.graded.v1")]}, "needs a field"),
        ({"criteria": [msgspec.structs.replace(COUNT, fact="answer")]}, "is called answer;"),
        ({"criteria": [Criterion(kind="sum", fact="answer.graded.v1", field="x")]}, "no x"),
        ({"criteria": [msgspec.structs.replace(COUNT, need=0)]}, "above 0"),
        ({"criteria": [msgspec.structs.replace(DISTINCT, need=501)]}, "distinct"),
        ({"since": START, "until": START}, "ends before"),
        ({"since": datetime(2026, 1, 1)}, "zone"),  # noqa: DTZ001  # the very point
    ],
)
def test_an_achievement_that_nobody_could_mean_is_refused(
    told: dict[str, object], why: str
) -> None:
    with pytest.raises(UnfitPack, match=why):
        read(_pack(achievement(**({"criteria": [COUNT]} | told))))


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"base": -1}, "never taken away"),
        ({"per": {"credit": 10_001}}, "points are"),
        ({"factors": [{"field": "x", "steps": []}]}, "steps"),
        ({"factors": [{"field": "x", "steps": [2]}]}, "steps"),
        ({"factors": [{"field": "x", "steps": [1], "width": 0}]}, "1 or more"),
        ({"drive": "greed"}, "drive"),
        ({"fact": "answer.graded.v2"}, "no fact is called answer.graded.v2; there are answer"),
        ({"fact": "answer.graded.v1", "per": {"skil": 1}}, "says no skil; it says again, attempt"),
        ({"fact": "day.active.v1", "where": [{"field": "x", "eq": 1}]}, "says no x"),
        ({"fact": "day.active.v1", "factors": [{"field": "x", "steps": [1]}]}, "says no x"),
        ({"id": ""}, "id of its own"),
        ({"id": "r" * 101}, "longer than 100"),
        ({"where": [{"field": "x", "one_of": []}]}, "needs eq"),
    ],
)
def test_a_rule_that_nobody_could_mean_is_refused(rule: dict[str, object], why: str) -> None:
    usual = {"id": "r", "fact": "external.x.v1", "name": {"en": "x", "mi": "x"}, "drive": "meaning"}
    text = msgspec.json.encode({"pack": "p", "version": 1, "rules": [usual | rule]})
    with pytest.raises(UnfitPack, match=why):
        read(text)


def test_json_is_read_as_json() -> None:
    """Other programs write 1e3, and a letter beyond the first 65,536 as two escapes."""
    found = read(b'{"pack": "\\ud83c\\udfd4", "version": 1, "levels": {"scale": 1e3}}')

    assert found.pack == "\N{SNOW CAPPED MOUNTAIN}"
    assert found.levels == LevelCurve(scale=1_000)


LEVEL = {"id": "r", "fact": "level.reached.v1", "name": {"en": "x", "mi": "x"}, "drive": "meaning"}
FLAT = {"scale": 50, "power": 1}
DAILY = [{"field": "day_count", "steps": [1, 0]}]


@pytest.mark.parametrize(
    ("rule", "levels", "ends"),
    [
        ({"base": 49}, FLAT, True),
        ({"base": 50}, FLAT, False),
        ({"per": {"level": 1}}, FLAT, False),
        ({"base": 10_000}, {}, False),
        ({"base": 1_000}, {}, True),
        ({"per": {"level": 10}}, {}, True),
        ({"base": 10_000, "where": [{"field": "level", "eq": 10}]}, FLAT, True),
        ({"base": 10_000, "where": [{"field": "level", "one_of": [5, 10]}]}, FLAT, True),
        ({"base": 10_000, "where": [{"field": "level", "at_most": 20}]}, FLAT, True),
        ({"base": 10_000, "where": [{"field": "level", "at_least": 20}]}, FLAT, False),
        ({"base": 10_000, "factors": DAILY}, FLAT, True),
    ],
)
def test_a_level_that_brings_the_next_one_for_ever_is_refused(
    rule: dict[str, object], levels: dict[str, object], *, ends: bool
) -> None:
    """One such pack kept every worker busy with one learner, and nobody got points any more."""
    found = read(msgspec.json.encode({"pack": "p", "version": 1, "rules": [LEVEL | rule]}))
    curve = read(msgspec.json.encode({"pack": "p", "version": 1, "levels": levels}))
    # Each by itself is fit: together they count.
    after = rules.join(rules.join(rules.EMPTY, curve), found)
    with nullcontext() if ends else pytest.raises(UnfitPack, match="without end"):
        rules.check_ends(after)


def test_two_of_one_id_are_refused() -> None:
    with pytest.raises(UnfitPack, match="id of its own"):
        read(_pack(achievement(COUNT), achievement(DISTINCT)))


def test_the_time_of_a_window_is_of_any_zone() -> None:
    one = achievement(COUNT, since=datetime(2026, 11, 1, tzinfo=UTC))

    assert read(_pack(one)).achievements[0].since == datetime(2026, 11, 1, tzinfo=UTC)
