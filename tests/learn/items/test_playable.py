"""Drafts that cannot be played are refused, with what to do about it."""

from collections.abc import Iterator
from uuid import UUID

import msgspec
import pytest

from tihi.base.ids import ItemId
from tihi.learn.items import rules
from tihi.learn.items.kinds.text import Form, render
from tihi.learn.items.model import (
    Body,
    ClozeBody,
    ClozeResponse,
    Gap,
    Item,
    ItemDraft,
    MatchingBody,
    MultipleBody,
    NumericAnswer,
    NumericBody,
    Option,
    OrderingBody,
    Pair,
    ShortTextBody,
    SingleBody,
    Text,
    TextAnswer,
    TrueFalseBody,
    Unplayable,
    Verdict,
)


def text(source: str) -> Text:
    return render(source, Form.PLAIN)


def draft(body: Body) -> ItemDraft:
    return ItemDraft(
        ref="r",
        title="t",
        prompt=text("Which?"),
        body=body,
        feedback=None,
        tags=["skill-cells"],
        skill="cells",
        difficulty=3,
        category=[],
        line=12,
    )


def option(words: str, weight: float) -> Option:
    return Option(text=text(words), weight=weight, feedback=None, misconception=None)


def options(*weights: float) -> list[Option]:
    return [option(f"o{index}", weight) for index, weight in enumerate(weights)]


def answers(*patterns: str, weight: float = 1.0) -> list[TextAnswer]:
    return [
        TextAnswer(pattern=p, weight=weight, feedback=text("f"), misconception=None)
        for p in patterns
    ]


def number(low: float, high: float, weight: float = 1.0) -> NumericAnswer:
    return NumericAnswer(
        low=low, high=high, shown="1", weight=weight, feedback=None, misconception=None
    )


def numeric(*numbers: NumericAnswer, unit: str = "") -> NumericBody:
    return NumericBody(answers=list(numbers), unit=unit, otherwise=None)


def short(given: list[TextAnswer]) -> ShortTextBody:
    return ShortTextBody(answers=given, case_sensitive=False)


def pairs(*parts: tuple[str, str], decoys: int = 0) -> MatchingBody:
    return MatchingBody(
        pairs=[Pair(left=text(a), right=text(b)) for a, b in parts],
        decoys=[text(f"d{index}") for index in range(decoys)],
    )


def cloze(*gaps: Gap, pieces: int | None = None, piece: str = "p") -> ClozeBody:
    count = len(gaps) + 1 if pieces is None else pieces
    return ClozeBody(pieces=[text(piece)] * count, gaps=list(gaps))


def gap(*choices: str, right: str = "waka", weight: float = 1.0) -> Gap:
    return Gap(answers=answers(right), choices=list(choices), weight=weight)


def judged(feedback: str = "f") -> TrueFalseBody:
    return TrueFalseBody(
        answer=True, feedback_right=text("f"), feedback_wrong=text(feedback), misconception=None
    )


def good() -> Iterator[Body]:
    yield SingleBody(options=options(1, 0))
    yield SingleBody(options=options(0.5, 1, -1))
    yield MultipleBody(options=options(0.33333, 0.33333, 0.33333, -0.5))
    yield judged()
    yield numeric(number(1, 2), unit="kg")
    yield short(answers("waka"))
    yield cloze(gap(), gap("waka", "moana"))
    yield pairs(("a", "1"), ("b", "2"), decoys=1)
    yield OrderingBody(parts=[text("a"), text("b")])


@pytest.mark.parametrize("body", list(good()))
def test_a_sound_draft_passes(body: Body) -> None:
    rules.check(draft(body))


def test_a_cloze_may_have_no_prompt() -> None:
    rules.check(msgspec.structs.replace(draft(cloze(gap())), prompt=text("")))


LONG = "a" * 2_001

BAD: list[tuple[Body, str]] = [
    (SingleBody(options=options(0, 0)), "No option is right"),
    (SingleBody(options=options(0.5, 0.5)), "No option is right"),
    (SingleBody(options=options(1)), "two options"),
    (SingleBody(options=options(1, *[0] * 20)), "21 choices"),
    (SingleBody(options=[option("a", 1), option("a", 0)]), "say the same"),
    (SingleBody(options=[option("a", 1), option("", 0)]), "option has no text"),
    (SingleBody(options=[option("a", 1), option(LONG, 0)]), "longer than 2000"),
    (SingleBody(options=options(1, float("nan"))), "percentage"),
    (SingleBody(options=options(1, -1.5)), "percentage"),
    (MultipleBody(options=options(0, -1)), "No option is right"),
    (MultipleBody(options=options(0.5, 0)), "add up to 50%"),
    (MultipleBody(options=options(1, 1)), "add up to 200%"),
    (judged("a" * 5_001), "feedback is longer"),
    (numeric(), "No number brings full credit"),
    (numeric(number(1, 1, 0.5)), "No number brings full credit"),
    (numeric(number(1, float("inf"))), "infinite"),
    (numeric(number(2, 1)), "backwards"),
    (numeric(number(1, 1), unit="k" * 65), "unit"),
    (numeric(*[number(1, 1)] * 51), "51 answers"),
    (short([]), "full credit"),
    (short(answers("a", weight=0.5)), "full credit"),
    (short(answers("a", " ")), "empty"),
    (short(answers("a" * 501)), "longer than 500"),
    (short(answers(*"ab" * 26)), "52 answers"),
    (cloze(), "1 to 30"),
    (cloze(gap(), pieces=1), "alternate"),
    (cloze(gap(), piece="a" * 10_001), "20000"),
    (cloze(gap(weight=0)), "weight"),
    (cloze(gap("moana", "awa")), "no right choice"),
    (cloze(gap("waka", *[str(index) for index in range(20)])), "21 choices"),
    (cloze(gap(right="")), "empty"),
    (pairs(("a", "1")), "two pairs"),
    (pairs(("a", "1"), ("b", "1")), "nothing to match"),
    (pairs(("a", "1"), ("", "2")), "left part has no text"),
    (pairs(("a", "1"), ("b", "2"), decoys=19), "21 choices"),
    (OrderingBody(parts=[text("a")]), "two parts"),
    (OrderingBody(parts=[text("a"), text("a")]), "no order"),
]


@pytest.mark.parametrize(("body", "reason"), BAD)
def test_a_draft_that_cannot_be_played_says_why(body: Body, reason: str) -> None:
    with pytest.raises(Unplayable, match=reason) as caught:
        rules.check(draft(body))

    assert caught.value.members == {"line": 12}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ref": ""}, "name"),
        ({"ref": "a" * 201}, "name"),
        ({"title": "a" * 201}, "title"),
        ({"difficulty": 0}, "difficulty"),
        ({"difficulty": 6}, "difficulty"),
        ({"tags": ["a"] * 51}, "tags"),
        ({"tags": ["a" * 101]}, "tags"),
        ({"prompt": text(" ")}, "The question has no text"),
        ({"prompt": render("<script>x</script>", Form.HTML)}, "The question has no text"),
        ({"prompt": text("a" * 20_001)}, "longer than 20000"),
        ({"feedback": text("a" * 5_001)}, "feedback is longer"),
    ],
)
def test_a_draft_needs_a_name_and_a_question(changes: dict[str, object], reason: str) -> None:
    changed = msgspec.structs.replace(draft(judged()), **changes)

    with pytest.raises(Unplayable, match=reason):
        rules.check(changed)


def test_grading_is_total_even_for_what_cannot_be_played() -> None:
    item = Item(
        item_id=ItemId(UUID(int=1)),
        version=1,
        ref="r",
        title="t",
        prompt=text("?"),
        body=ClozeBody(
            pieces=[text("a"), text("b")],
            gaps=[Gap(answers=[], choices=[], weight=0.0)],
        ),
        feedback=None,
        tags=[],
        skill="",
        difficulty=3,
    )
    marked = rules.grade(item, ClozeResponse(gaps=["x"]))

    assert (marked.verdict, marked.solution.texts) == (Verdict.WRONG, [""])
