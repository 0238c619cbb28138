"""Rules of items: what is shown tells nothing, and grading keeps its sentences."""

from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tihi.base.chance import SeededRandom, shuffled
from tihi.base.ids import ItemId
from tihi.learn.items import rules
from tihi.learn.items.kinds.text import Form, render
from tihi.learn.items.model import (
    Body,
    ClozeBody,
    ClozeResponse,
    Gap,
    Grade,
    Item,
    ItemView,
    Kind,
    MatchingBody,
    MatchingResponse,
    MultipleBody,
    MultipleResponse,
    NumericAnswer,
    NumericBody,
    NumericResponse,
    Option,
    OrderingBody,
    OrderingResponse,
    Pair,
    Response,
    ShortTextBody,
    ShortTextResponse,
    SingleBody,
    SingleResponse,
    Text,
    TextAnswer,
    TrueFalseBody,
    TrueFalseResponse,
    UnfitResponse,
    Verdict,
)

ITEM_ID = ItemId(UUID(int=7))
words_lists = st.lists(
    st.text("abcdeāēī", min_size=1, max_size=4), min_size=2, max_size=8, unique=True
)
seeds = st.integers(0, 2**32)


def text(source: str) -> Text:
    return render(source, Form.PLAIN)


def item(body: Body, item_id: ItemId = ITEM_ID) -> Item:
    return Item(
        item_id=item_id,
        version=1,
        ref="r",
        title="t",
        prompt=text("Which?"),
        body=body,
        feedback=text("in general"),
        tags=[],
        skill="",
        difficulty=3,
    )


def option(words: str, weight: float = 0.0) -> Option:
    return Option(
        text=text(words),
        weight=weight,
        feedback=text(f"on {words}"),
        misconception=None if weight > 0 else f"slip-{words}",
    )


def single(*words: str, right: int = 0) -> SingleBody:
    return SingleBody(options=[option(w, float(i == right)) for i, w in enumerate(words)])


def multiple(weights: dict[str, float]) -> MultipleBody:
    return MultipleBody(options=[option(words, weight) for words, weight in weights.items()])


def typed(**weights: float) -> list[TextAnswer]:
    return [
        TextAnswer(pattern=p, weight=w, feedback=text(f"on {p}"), misconception=f"slip-{p}")
        for p, w in weights.items()
    ]


def short(*patterns: str, case_sensitive: bool = False) -> ShortTextBody:
    answers = [
        TextAnswer(pattern=p, weight=1.0, feedback=None, misconception=None) for p in patterns
    ]
    return ShortTextBody(answers=answers, case_sensitive=case_sensitive)


def number(low: float, high: float, weight: float = 1.0) -> NumericAnswer:
    return NumericAnswer(
        low=low,
        high=high,
        shown=f"{low:g}",
        weight=weight,
        feedback=text(f"on {low:g}"),
        misconception=None if weight == 1 else f"slip-{low:g}",
    )


def numeric(*answers: NumericAnswer, unit: str = "") -> NumericBody:
    return NumericBody(answers=list(answers), unit=unit, otherwise=text("otherwise"))


def matching(pairs: list[tuple[str, str]], *decoys: str) -> MatchingBody:
    return MatchingBody(
        pairs=[Pair(left=text(a), right=text(b)) for a, b in pairs],
        decoys=[text(decoy) for decoy in decoys],
    )


def ordering(*parts: str) -> OrderingBody:
    return OrderingBody(parts=[text(part) for part in parts])


def present(body: Body, seed: int = 1) -> ItemView:
    return rules.present(item(body), SeededRandom(seed))


def choice_of(body: Body, words: str) -> int:
    return next(c.choice for c in present(body).choices if c.html == text(words).html)


def choices_of(body: Body, *words: str) -> list[int]:
    return [choice_of(body, each) for each in words]


def grade(body: Body, response: Response) -> Grade:
    return rules.grade(item(body), response)


def type_words(body: ShortTextBody, words: str) -> float:
    return grade(body, ShortTextResponse(text=words)).credit


def type_number(body: NumericBody, words: str) -> Grade:
    return grade(body, NumericResponse(text=words))


def order_credit(body: OrderingBody, *words: str) -> float:
    return grade(body, OrderingResponse(choices=choices_of(body, *words))).credit


# What a learner sees tells nothing.


@settings(deadline=None)
@given(words_lists, seeds, st.data())
def test_two_choices_that_differ_only_in_solution_look_the_same(
    words: list[str], seed: int, data: st.DataObject
) -> None:
    """S9."""
    one, other = (data.draw(st.integers(0, len(words) - 1)) for _ in range(2))
    mixed = shuffled(words, SeededRandom(seed, "mixed"))

    assert present(single(*words, right=one), seed) == present(single(*mixed, right=other), seed)
    assert present(multiple(dict.fromkeys(words, 0.5)), seed) == present(
        multiple(dict.fromkeys(mixed, -0.5)), seed
    )


@settings(deadline=None)
@given(words_lists, seeds)
def test_two_orderings_of_the_same_parts_look_the_same(words: list[str], seed: int) -> None:
    """S9."""
    other = shuffled(words, SeededRandom(seed, "other"))

    assert present(ordering(*words), seed) == present(ordering(*other), seed)


@settings(deadline=None)
@given(words_lists, seeds)
def test_two_matchings_of_the_same_parts_look_the_same(words: list[str], seed: int) -> None:
    """S9."""
    lefts = [f"left {index}" for index in range(len(words) - 1)]
    other = shuffled(words, SeededRandom(seed, "other"))
    one_body = matching(list(zip(lefts, words[:-1], strict=True)), words[-1])
    other_body = matching(list(zip(lefts, other[:-1], strict=True)), other[-1])

    assert present(one_body, seed) == present(other_body, seed)


@settings(deadline=None)
@given(words_lists, seeds, st.data())
def test_two_clozes_that_differ_only_in_solution_look_the_same(
    words: list[str], seed: int, data: st.DataObject
) -> None:
    """S9."""

    def cloze(right: str, choices: list[str]) -> ClozeBody:
        gap = Gap(answers=typed(**{right: 1.0}), choices=choices, weight=1.0)
        return ClozeBody(pieces=[text("a"), text("b")], gaps=[gap])

    one, other = (data.draw(st.sampled_from(words)) for _ in range(2))
    assert present(cloze(one, words), seed) == present(cloze(other, words[::-1]), seed)


def test_typed_kinds_and_judgements_show_nothing_of_the_answer() -> None:
    """S9."""

    def judged(answer: bool) -> TrueFalseBody:  # noqa: FBT001 - it is the subject
        return TrueFalseBody(
            answer=answer, feedback_right=None, feedback_wrong=None, misconception=None
        )

    assert present(judged(answer=True)) == present(judged(answer=False))
    assert present(short("waka")) == present(short("a much longer answer", "and another"))
    assert present(numeric(number(1, 1))) == present(numeric(number(20000, 30000), number(0, 0)))


@settings(deadline=None)
@given(words_lists)
def test_the_right_option_gets_every_number_over_many_items(words: list[str]) -> None:
    seen = {
        choice.choice
        for index in range(25 * len(words))
        for choice in rules.present(
            item(single(*words), ItemId(UUID(int=index))), SeededRandom(1)
        ).choices
        if choice.html == words[0]
    }

    assert seen == set(range(len(words)))


def test_an_item_view_has_no_word_of_weight_feedback_or_misconception() -> None:
    """S9."""
    body = single("kererū", "tūī", "kākā")
    wire = msgspec.json.encode(present(body)).decode()

    assert not any(word in wire for word in ("weight", "slip-", "on kererū", "in general"))


def test_shuffling_follows_chance_and_keeps_numbers() -> None:
    body = single("a", "b", "c", "d")
    orders = {tuple(c.html for c in present(body, seed).choices) for seed in range(200)}
    named = {(c.choice, c.html) for seed in range(20) for c in present(body, seed).choices}

    assert len(orders) == 24
    assert len(named) == 4


def test_right_parts_that_say_the_same_are_one_choice() -> None:
    body = matching([("kiwi", "bird"), ("tūī", "bird"), ("weta", "insect")], "bird", "fish")

    assert sorted(c.html for c in present(body).choices) == ["bird", "fish", "insect"]
    assert present(body).lefts == ["kiwi", "tūī", "weta"]


def test_a_cloze_shows_its_pieces_and_a_number_its_unit() -> None:
    gaps = [
        Gap(answers=typed(a=1.0), choices=[], weight=1.0),
        Gap(answers=typed(b=1.0), choices=["b", "c"], weight=1.0),
    ]
    view = present(ClozeBody(pieces=[text("x"), text("y"), text("z")], gaps=gaps))

    assert view.kind is Kind.CLOZE
    assert view.pieces == ["x", "y", "z"]
    assert [sorted(gap.choices) for gap in view.gaps] == [[], ["b", "c"]]
    assert present(numeric(number(1, 1), unit="kg")).unit == "kg"


# Single and multiple.


def test_a_single_choice_brings_the_weight_of_its_option() -> None:
    body = single("a", "b", "c")
    right = grade(body, SingleResponse(choice=choice_of(body, "a")))
    wrong = grade(body, SingleResponse(choice=choice_of(body, "c")))

    assert (right.credit, right.verdict, right.misconceptions) == (1.0, Verdict.RIGHT, [])
    assert (wrong.credit, wrong.verdict, wrong.misconceptions) == (0.0, Verdict.WRONG, ["slip-c"])
    assert wrong.feedback_html == ["on c", "in general"]
    assert wrong.solution.choices == choices_of(body, "a")


def test_a_single_choice_below_nothing_brings_nothing() -> None:
    body = SingleBody(options=[option("a", 1.0), option("b", -0.5), option("c", 0.5)])

    assert grade(body, SingleResponse(choice=choice_of(body, "b"))).credit == 0
    assert grade(body, SingleResponse(choice=choice_of(body, "c"))).verdict is Verdict.PARTIAL


def test_right_options_add_up_and_wrong_ones_take_away() -> None:
    body = multiple({"a": 0.5, "b": 0.5, "c": -0.5})

    def credit(*words: str) -> float:
        return grade(body, MultipleResponse(choices=choices_of(body, *words))).credit

    assert [credit(), credit("a"), credit("a", "b")] == [0, 0.5, 1]
    assert [credit("a", "b", "c"), credit("a", "c"), credit("c")] == [0.5, 0, 0]


def test_three_thirds_make_a_whole() -> None:
    body = multiple({"a": 0.33, "b": 0.33, "c": 0.33, "d": 0.0})
    marked = grade(body, MultipleResponse(choices=choices_of(body, "a", "b", "c")))

    assert (marked.credit, marked.verdict) == (1.0, Verdict.RIGHT)
    assert marked.solution.choices == sorted(choices_of(body, "a", "b", "c"))


@settings(deadline=None)
@given(
    st.dictionaries(st.text("abcd", min_size=1), st.floats(-1, 1), min_size=2, max_size=6), seeds
)
def test_the_order_of_ticks_does_not_matter(weights: dict[str, float], seed: int) -> None:
    body = multiple(weights)
    ticks = list(range(len(weights)))
    mixed = shuffled(ticks, SeededRandom(seed))
    one = grade(body, MultipleResponse(choices=ticks))

    assert one == grade(body, MultipleResponse(choices=mixed))
    assert 0 <= one.credit <= 1


# True or false.


@pytest.mark.parametrize(("said", "credit"), [(True, 0.0), (False, 1.0)])
def test_a_judgement_is_right_or_wrong(*, said: bool, credit: float) -> None:
    body = TrueFalseBody(
        answer=False,
        feedback_right=text("yes"),
        feedback_wrong=text("no"),
        misconception="slip",
    )
    marked = grade(body, TrueFalseResponse(value=said))

    assert marked.credit == credit
    assert marked.feedback_html == ["yes" if credit else "no", "in general"]
    assert marked.misconceptions == ([] if credit else ["slip"])
    assert marked.solution.texts == ["false"]


# Numbers.


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("7.5", 7.5),
        ("7,5", 7.5),
        ("0,125", 0.125),
        ("1,000", 1000),
        ("1,234,567.5", 1234567.5),
        ("12 000", 12000),
        ("12\u202f000", 12000),
        ("−3", -3),
        ("- 5", -5),
        ("+3", 3),
        (".5", 0.5),
        ("5.", 5),
        ("1e3", 1000),
        ("1.5×10^3", 1500),
        ("3/4", 0.75),
        ("-1 1/2", -1.5),
        ("$45", 45),
        ("  8  ", 8),
        ("15%", 15),
    ],
)
def test_a_number_may_be_typed_in_many_ways(words: str, value: float) -> None:
    assert type_number(numeric(number(value, value)), words).credit == 1


@pytest.mark.parametrize(
    "words",
    [
        "",
        "abc",
        "nan",
        "inf",
        "-inf",
        "1e999",
        "1/0",
        "1 1/0",
        "1.000,5",
        "1,00,000",
        "--3",
        "0x10",
    ],
)
def test_what_is_no_number_is_refused(words: str) -> None:
    with pytest.raises(UnfitResponse):
        type_number(numeric(number(1, 1)), words)


@pytest.mark.parametrize("words", ["1 2", "½", "٣", "1" * 65, "9" * 1_000_000])
def test_what_might_be_a_number_elsewhere_is_refused(words: str) -> None:
    with pytest.raises(UnfitResponse):
        type_number(numeric(number(1, 1)), words)


def test_bounds_belong_to_the_answer() -> None:
    body = numeric(number(0.1 + 0.2, 0.7))

    assert [type_number(body, w).credit for w in ("0.3", "0.7", "0.29999", "0.70001")] == [
        1,
        1,
        0,
        0,
    ]


def test_a_unit_may_be_left_out_but_not_be_wrong() -> None:
    body = numeric(number(5, 5), unit="m²")

    assert [type_number(body, w).credit for w in ("5", "5 m²", "5m^2", "5 m2")] == [1, 1, 1, 1]
    assert [type_number(body, w).credit for w in ("5 m", "5 M2", "5 kg")] == [0, 0, 0]
    assert type_number(body, "5").solution.texts == ["5 m²"]
    assert type_number(numeric(number(5, 5)), "5 kg").credit == 1


def test_the_heaviest_number_that_fits_counts() -> None:
    body = numeric(number(0, 10, 0.5), number(4, 6), number(20, 20, 0.0))

    assert [type_number(body, w).credit for w in ("5", "9", "20", "30")] == [1, 0.5, 0, 0]
    assert type_number(body, "20").misconceptions == ["slip-20"]
    assert type_number(body, "30").feedback_html == ["otherwise", "in general"]
    assert type_number(body, "1").solution.texts == ["4"]


@settings(deadline=None)
@given(st.floats(-1e9, 1e9), st.floats(0, 1e6))
def test_a_wider_tolerance_never_takes_credit_away(value: float, room: float) -> None:
    narrow, wide = numeric(number(value, value)), numeric(number(value - room, value + room))

    assert type_number(narrow, repr(value)).credit == 1
    assert type_number(wide, repr(value)).credit == 1


# Words.


@pytest.mark.parametrize(
    ("pattern", "words", "fits"),
    [
        ("whānau", "WHĀNAU", True),
        ("whānau", "wha\u0304nau", True),
        ("wha\u0304nau", "whānau", True),
        ("whānau", "whanau", False),
        ("whanau", "whānau", False),
        ("it's", "it’s", True),
        ("ngā whare", "  ngā   whare. ", True),
        ("ngā whare", "ngā\u00a0whare", True),
        ("ngāwhare", "ngā whare", False),
        ("e.g.", "e.g", True),
        (".", ".", True),
        (".", "", False),
        ("*", "anything", True),
        ("*", "", True),
        ("a*", "abc", True),
        ("*c", "abc", True),
        ("a*c", "ac", True),
        ("aba*aba", "aba", False),
        ("a*b*c", "axxbyyc", True),
        ("a*b*c", "axxc", False),
        ("a*b*b", "ab", False),
        ("**", "x", True),
        (r"2\*3", "2*3", True),
        (r"2\*3", "2x3", False),
        (r"\**", "*x", True),
        ("(a+)+$", "aaaa", False),
        ("(a+)+$", "(a+)+$", True),
    ],
)
def test_words_fit_a_pattern(pattern: str, words: str, fits: bool) -> None:  # noqa: FBT001 - a table
    assert type_words(short(pattern), words) == float(fits)


def test_case_counts_only_where_asked() -> None:
    assert type_words(short("Aotearoa"), "aotearoa") == 1
    assert type_words(short("Aotearoa", case_sensitive=True), "aotearoa") == 0


@settings(deadline=None)
@given(st.lists(st.text("ab*", max_size=5), max_size=8), st.text("ab", max_size=30))
def test_wildcards_mean_what_the_plain_definition_says(parts: list[str], words: str) -> None:
    pattern = "".join(parts)
    reach: set[int] = {0}
    for mark in pattern:
        if mark == "*":
            reach = set(range(min(reach), len(words) + 1)) if reach else reach
        else:
            reach = {at + 1 for at in reach if words[at : at + 1] == mark}

    assert type_words(short(pattern), words) == float(len(words) in reach)


def test_a_hostile_pattern_takes_no_time() -> None:
    """S35."""
    assert type_words(short("*a" * 249 + "b"), "a" * 1000) == 0


def test_too_many_words_are_refused() -> None:
    with pytest.raises(UnfitResponse):
        type_words(short("*"), "a" * 1_000_001)


def test_the_heaviest_words_that_fit_count() -> None:
    body = ShortTextBody(answers=typed(**{"w*": 0.2, "waka": 1.0, "x": 0.0}), case_sensitive=False)

    assert [type_words(body, w) for w in ("waka", "wai", "x", "y")] == [1, 0.2, 0, 0]
    assert grade(body, ShortTextResponse(text="x")).misconceptions == ["slip-x"]
    assert grade(body, ShortTextResponse(text="y")).solution.texts == ["waka"]


def test_the_solution_of_a_pattern_can_be_read() -> None:
    marked = grade(short(r"2\*3*"), ShortTextResponse(text=""))

    assert marked.solution.texts == ["2*3…"]


# Gaps.


def cloze_body() -> ClozeBody:
    gaps = [
        Gap(answers=typed(waka=1.0, boat=0.5), choices=[], weight=1.0),
        Gap(answers=typed(te=1.0, he=-1.0), choices=["te", "he", "ngā"], weight=0.5),
    ]
    return ClozeBody(pieces=[text("a"), text("b"), text("c")], gaps=gaps)


@pytest.mark.parametrize(
    ("gaps", "credit"),
    [
        (["waka", "te"], 1.0),
        (["Waka.", "he"], 0.66667),
        (["boat", "te"], 0.66667),
        (["", "te"], 0.33333),
        (["", ""], 0.0),
        (["x", "ngā"], 0.0),
    ],
)
def test_gaps_bring_their_weighted_mean(gaps: list[str], credit: float) -> None:
    assert grade(cloze_body(), ClozeResponse(gaps=gaps)).credit == credit


def test_a_cloze_tells_one_word_for_each_gap() -> None:
    marked = grade(cloze_body(), ClozeResponse(gaps=["boat", ""]))

    assert marked.solution.texts == ["waka", "te"]
    assert marked.misconceptions == ["slip-boat"]


# Pairs and order.


def test_each_right_pair_brings_its_share() -> None:
    body = matching([("tahi", "1"), ("rua", "2"), ("toru", "3")], "4")
    right = choices_of(body, "1", "2", "3")

    def credit(choices: list[int | None]) -> float:
        return grade(body, MatchingResponse(choices=choices)).credit

    assert credit([*right]) == 1
    assert credit([right[0], right[2], right[1]]) == 0.33333
    assert credit([None, None, choice_of(body, "4")]) == 0
    assert grade(body, MatchingResponse(choices=[None] * 3)).solution.choices == right


def test_a_right_part_may_belong_to_two_left_ones() -> None:
    body = matching([("kiwi", "bird"), ("tūī", "bird"), ("weta", "insect")])
    bird, insect = choices_of(body, "bird", "insect")

    assert grade(body, MatchingResponse(choices=[bird, bird, insect])).credit == 1


def test_one_part_moved_costs_one_step() -> None:
    body = ordering("a", "b", "c", "d", "e")

    assert order_credit(body, *"abcde") == 1
    assert order_credit(body, *"bcdea") == 0.75
    assert order_credit(body, *"edcba") == 0
    assert grade(body, OrderingResponse(choices=[0, 1, 2, 3, 4])).solution.choices == choices_of(
        body, *"abcde"
    )


def test_parts_that_say_the_same_may_change_places() -> None:
    body = ordering("left", "right", "left")
    left, other, right = sorted(
        present(body).choices, key=lambda choice: (choice.html, choice.choice)
    )

    for first, last in ((left, other), (other, left)):
        response = OrderingResponse(choices=[first.choice, right.choice, last.choice])
        assert grade(body, response).credit == 1


def test_a_single_part_is_in_order() -> None:
    assert grade(ordering("a"), OrderingResponse(choices=[0])).credit == 1


@settings(deadline=None)
@given(words_lists, seeds)
def test_the_solution_shown_is_graded_right(words: list[str], seed: int) -> None:
    order = ordering(*shuffled(words, SeededRandom(seed)))
    pairs = matching([(f"l{index}", word) for index, word in enumerate(words)], "decoy")
    choice = single(*words, right=seed % len(words))
    given_order = grade(order, OrderingResponse(choices=list(range(len(words))))).solution
    given_pairs = grade(pairs, MatchingResponse(choices=[None] * len(words))).solution
    given_choice = grade(choice, SingleResponse(choice=0)).solution

    assert grade(order, OrderingResponse(choices=given_order.choices)).credit == 1
    assert grade(pairs, MatchingResponse(choices=[*given_pairs.choices])).credit == 1
    assert grade(choice, SingleResponse(choice=given_choice.choices[0])).credit == 1


# What does not fit.

BODIES: list[tuple[Body, Response]] = [
    (single("a", "b"), SingleResponse(choice=0)),
    (multiple({"a": 1.0, "b": 0.0}), MultipleResponse(choices=[0])),
    (
        TrueFalseBody(answer=True, feedback_right=None, feedback_wrong=None, misconception=None),
        TrueFalseResponse(value=True),
    ),
    (numeric(number(1, 1)), NumericResponse(text="1")),
    (short("a"), ShortTextResponse(text="a")),
    (cloze_body(), ClozeResponse(gaps=["a", "te"])),
    (matching([("a", "b"), ("c", "d")]), MatchingResponse(choices=[0, 1])),
    (ordering("a", "b"), OrderingResponse(choices=[0, 1])),
]


def test_every_kind_takes_its_own_response_and_no_other() -> None:
    for at, (body, own) in enumerate(BODIES):
        assert 0 <= grade(body, own).credit <= 1
        for other in (response for index, (_, response) in enumerate(BODIES) if index != at):
            with pytest.raises(UnfitResponse):
                grade(body, other)


@pytest.mark.parametrize(
    ("body", "response"),
    [
        (single("a", "b"), SingleResponse(choice=2)),
        (single("a", "b"), SingleResponse(choice=-1)),
        (multiple({"a": 1.0, "b": 0.0}), MultipleResponse(choices=[0, 0])),
        (multiple({"a": 1.0, "b": 0.0}), MultipleResponse(choices=[0, 2])),
        (matching([("a", "b"), ("c", "d")]), MatchingResponse(choices=[0])),
        (matching([("a", "b"), ("c", "d")]), MatchingResponse(choices=[0, 2])),
        (ordering("a", "b"), OrderingResponse(choices=[0, 0])),
        (ordering("a", "b"), OrderingResponse(choices=[0])),
        (ordering("a", "b"), OrderingResponse(choices=[0, 5])),
        (cloze_body(), ClozeResponse(gaps=["waka"])),
        (cloze_body(), ClozeResponse(gaps=["waka", "not offered"])),
    ],
)
def test_a_choice_that_the_item_has_not_is_refused(body: Body, response: Response) -> None:
    with pytest.raises(UnfitResponse):
        grade(body, response)
