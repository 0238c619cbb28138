"""GIFT: the whole language, and a reason for each question left out."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tihi.learn.imports.formats.gift import parse
from tihi.learn.imports.formats.parsed import Parsed
from tihi.learn.items.kinds.text import Form
from tihi.learn.items.model import (
    ItemDraft,
    MatchingBody,
    MultipleBody,
    NumericBody,
    ShortTextBody,
    SingleBody,
    Text,
    TrueFalseBody,
)


def one(source: str) -> ItemDraft:
    parsed = parse(source)
    assert parsed.refused == []
    assert len(parsed.items) == 1
    return parsed.items[0]


def reason(source: str) -> str:
    parsed = parse(source)
    assert parsed.items == []
    assert len(parsed.refused) == 1
    return parsed.refused[0].reason


def said(text: Text | None) -> str:
    return text.source if text else ""


def single(source: str) -> list[tuple[str, float, str]]:
    body = one(source).body
    assert isinstance(body, SingleBody)
    return [(o.text.source, o.weight, said(o.feedback)) for o in body.options]


def multiple(source: str) -> list[tuple[str, float, str]]:
    body = one(source).body
    assert isinstance(body, MultipleBody)
    return [(o.text.source, o.weight, said(o.feedback)) for o in body.options]


def short(source: str) -> list[tuple[str, float, str]]:
    body = one(source).body
    assert isinstance(body, ShortTextBody)
    assert not body.case_sensitive
    return [(a.pattern, a.weight, said(a.feedback)) for a in body.answers]


def numeric(source: str) -> NumericBody:
    body = one(source).body
    assert isinstance(body, NumericBody)
    return body


def judged(source: str) -> tuple[bool, str, str]:
    body = one(source).body
    assert isinstance(body, TrueFalseBody)
    return body.answer, said(body.feedback_wrong), said(body.feedback_right)


def matched(source: str) -> tuple[list[tuple[str, str]], list[str]]:
    body = one(source).body
    assert isinstance(body, MatchingBody)
    pairs = [(pair.left.source, pair.right.source) for pair in body.pairs]
    return pairs, [decoy.source for decoy in body.decoys]


# Choices.


def test_one_right_option_makes_a_single_choice() -> None:
    options = single("Tallest bird ever? {\n\t~kiwi#Small.\n\t=moa # Yes!\n\t~%25%kererū\n}")

    assert options == [("kiwi", 0, "Small."), ("moa", 1, "Yes!"), ("kererū", 0.25, "")]


def test_a_choice_fits_on_one_line_without_spaces() -> None:
    assert [o[:2] for o in single("Q{=a~b~c}")] == [("a", 1), ("b", 0), ("c", 0)]


def test_two_right_options_of_a_single_choice_are_both_right() -> None:
    assert [o[1] for o in single("Q {=a =b ~c}")] == [1, 1, 0]


def test_text_before_the_first_mark_is_a_wrong_option() -> None:
    assert [o[:2] for o in single("Q {a ~b =c}")] == [("a", 0), ("b", 0), ("c", 1)]


def test_a_choice_without_equals_sign_is_multiple() -> None:
    options = multiple("Q {~%50%a#yes ~%50%b ~%-33.333%c#no ~%-100%d ~e}")

    assert [o[1] for o in options] == [0.5, 0.5, -0.33333, -1, 0]
    assert options[2] == ("c", -0.33333, "no")


def test_a_full_percentage_behind_an_equals_sign_says_nothing_new() -> None:
    assert single("Q {=%100%a ~b}")[0] == ("a", 1, "")


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ("{~a ~b}", "No option is right"),
        ("{=a ~}", "two options"),
        ("{~=a}", "two options"),
        ("{=%50%a ~b}", "100% already"),
        ("{~%33,3%a ~%66,7%b}", "percentage is unclear"),
        ("{~%+50%a ~%--50%b}", "percentage is unclear"),
        ("{~%50%a ~%25%b}", "add up to 75%"),
        ("{~%150%a ~b}", "not between"),
        ("{~%75%a ~%75%b}", "add up to 150%"),
        ("{~%100%a ~%-101%b}", "not between"),
        ("{=a ~a}", "say the same"),
        ("{~%100%a ~%-50%a}", "say the same"),
        ("{~%100%a}", "two options"),
        ("{=a" + "~b" * 30 + "}", "choices"),
        ("{=a" + "~b" * 200 + "}", "Split it"),
    ],
)
def test_a_choice_that_cannot_be_played_is_refused(answers: str, why: str) -> None:
    assert why in reason(f"Q {answers}")


def test_a_percent_sign_in_words_is_no_weight() -> None:
    assert single("Q {=5% ~%rate ~100 %}")[1][0] == "%rate"


# True and false.


@pytest.mark.parametrize(
    ("word", "answer"), [("T", True), ("TRUE", True), ("F", False), ("FALSE", False)]
)
def test_a_judgement_has_four_spellings(word: str, *, answer: bool) -> None:
    assert judged(f"Kiwi fly. {{{word}}}") == (answer, "", "")
    assert judged(f"Kiwi fly. {{ {word} }}") == (answer, "", "")
    assert judged(f"Kiwi fly. {{{word}#wrong}}") == (answer, "wrong", "")
    assert judged(f"Kiwi fly. {{{word} # wrong # right}}") == (answer, "wrong", "right")
    assert judged(f"Kiwi fly. {{{word}##right####general}}") == (answer, "", "right")


@pytest.mark.parametrize("word", ["true", "False", "t"])
def test_a_judgement_in_small_letters_is_asked_about(word: str) -> None:
    assert word.upper() in reason(f"Kiwi fly. {{{word}}}")


def test_a_typed_judgement_is_short_text() -> None:
    assert short("Q {=TRUE}") == [("TRUE", 1, "")]


# Words.


def test_answers_with_equals_signs_only_are_short_text() -> None:
    answers = short("Family? {=whānau =%70%whanau#Macron! =%0%*#No.}")

    assert answers == [("whānau", 1, ""), ("whanau", 0.7, "Macron!"), ("*", 0, "No.")]


def test_words_without_any_mark_are_short_text() -> None:
    assert short("Family? {whānau}") == [("whānau", 1, "")]


def test_a_literal_star_keeps_its_backslash() -> None:
    assert short(r"Times? {=2\*3}") == [(r"2\*3", 1, "")]


def test_a_marked_pattern_loses_its_mark() -> None:
    assert short("Q {=[html]<b>fish</b> &amp; chips =[plain]a}") == [
        ("fish & chips", 1, ""),
        ("a", 1, ""),
    ]


def test_words_without_full_credit_are_refused() -> None:
    assert "full credit" in reason("Q {=%50%a}")


# Numbers.


@pytest.mark.parametrize(
    ("answers", "low", "high"),
    [
        ("{#3}", 3, 3),
        ("{# 3 }", 3, 3),
        ("{#3:2}", 1, 5),
        ("{#3 : 0.5}", 2.5, 3.5),
        ("{#1..5}", 1, 5),
        ("{#-5 .. -1}", -5, -1),
        ("{#−2:1}", -3, -1),
        ("{#.5}", 0.5, 0.5),
        ("{#1e3:1}", 999, 1001),
        ("{#0.3:0.1}", 0.2, 0.4),
        ("{#=3:2}", 1, 5),
        ("{#3\\:2}", 1, 5),
    ],
)
def test_a_number_has_a_tolerance_or_a_range(answers: str, low: float, high: float) -> None:
    [answer] = numeric(f"Q {answers}").answers

    assert (answer.low, answer.high, answer.weight) == (low, high, 1)


def test_several_numbers_have_weights_and_feedback() -> None:
    body = numeric("Q {#\n=3:0#yes\n=%50%3:2#near\n=%0%9#times ~#no such}")

    assert [(a.low, a.high, a.weight, said(a.feedback)) for a in body.answers] == [
        (3, 3, 1, "yes"),
        (1, 5, 0.5, "near"),
        (9, 9, 0, "times"),
    ]
    assert said(body.otherwise) == "no such"
    assert body.unit == ""


def test_a_star_among_numbers_is_for_all_others() -> None:
    assert said(numeric("Q {#=3 =%0%*#others}").otherwise) == "others"


def test_a_number_is_shown_as_it_was_written() -> None:
    shown = [answer.shown for answer in numeric("Q {#=2.50:1 =%50%1..5}").answers]

    assert shown == ["2.50", "1 … 5"]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ("{#}", "missing"),
        ("{#~#no}", "missing"),
        ("{#abc}", "no number"),
        ("{#3:}", "no number"),
        ("{#3:x}", "no number"),
        ("{#3,5}", "no number"),
        ("{#nan}", "no number"),
        ("{#inf}", "no number"),
        ("{#1e999}", "infinite"),
        ("{#5..1}", "smaller number first"),
        ("{#3:-1}", "negative"),
        ("{#=*}", "every number right"),
        ("{#3 ~4#no}", "feedback only"),
        ("{#=%50%3}", "full credit"),
    ],
)
def test_what_is_no_number_is_refused(answers: str, why: str) -> None:
    assert why in reason(f"Q {answers}")


def test_feedback_for_nobody_is_no_number() -> None:
    assert "essay" in reason("Q {####only general}")


# Pairs.


def test_arrows_make_pairs_and_an_empty_left_part_a_decoy() -> None:
    pairs, decoys = matched("Match. {\n=tahi -> 1\n=rua->2\n= -> 3\n####gf}")

    assert (pairs, decoys) == ([("tahi", "1"), ("rua", "2")], ["3"])


def test_a_second_arrow_and_a_hash_belong_to_the_right_part() -> None:
    pairs, _ = matched(r"Match. {=a -> b -> c =d -> e\#f =[html]<b>g</b> -> <i>}")

    assert pairs == [("a", "b -> c"), ("d", "e#f"), ("<b>g</b>", "<i>")]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ("{=a -> b =c}", "=left -> right"),
        ("{=a -> b}", "two pairs"),
        ("{=a -> b = -> c}", "two pairs"),
        ("{=a -> =b -> c}", "no text"),
        ("{=a -> x =b -> x}", "nothing to match"),
    ],
)
def test_pairs_that_cannot_be_played_are_refused(answers: str, why: str) -> None:
    assert why in reason(f"Q {answers}")


# Texts.


def test_escapes_give_the_signs_themselves() -> None:
    item = one(r"::a\:\:b::1 \= 1 \~ \# \{x\} c\:d \\ \(y\) \frac {=\=\~\#\{\}\:\\n ~b#f\#g}")

    assert item.title == item.ref == "a::b"
    assert item.prompt.source == r"1 = 1 ~ # {x} c:d \ \(y\) \frac"
    assert isinstance(item.body, SingleBody)
    assert item.body.options[0].text.source == r"=~#{}:\n"
    assert said(item.body.options[1].feedback) == "f#g"


def test_an_escaped_n_is_a_line_end() -> None:
    assert one(r"one\ntwo {T}").prompt.html == "one<br>two"


def test_a_formula_takes_escaped_braces() -> None:
    assert "<mfrac>" in one(r"What is \(\frac\{1\}\{2\}\)? {T}").prompt.html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("[html]<b>x</b>{T}", "<b>x</b>"),
        ("[markdown]**x**{T}", "<strong>x</strong>"),
        ("[plain]<b>x</b>{T}", "&lt;b&gt;x&lt;/b&gt;"),
        ("[moodle]<b>x</b>\ny{T}", "<b>x</b><br>y"),
        ("::t::[plain]*x*{T}", "*x*"),
        ("[other]x{T}", "[other]x"),
        ("[HTML]x{T}", "[HTML]x"),
        ("*x*{T}", "*x*"),
    ],
)
def test_a_text_says_its_format(source: str, html: str) -> None:
    assert one(source).prompt.html == html


def test_answers_and_feedback_take_the_format_of_the_question_or_their_own() -> None:
    item = one("[markdown]*q*{=*a*#*f* ~[plain]*b*#[html]<i>g</i>####*h*}")

    assert isinstance(item.body, SingleBody)
    [a, b] = item.body.options
    assert [a.text.html, b.text.html] == ["<em>a</em>", "*b*"]
    assert [t.html for t in (a.feedback, b.feedback, item.feedback) if t] == [
        "<em>f</em>",
        "<i>g</i>",
        "<em>h</em>",
    ]


def test_a_gap_inside_a_sentence_is_drawn() -> None:
    assert one("Ko Aoraki te {=maunga ~awa} nei.").prompt.html == "Ko Aoraki te _____ nei."
    assert one("[markdown]{=Tahi ~Rua}\nis one.").prompt.html == "_____\nis one."
    assert one("{#5} is five.").prompt.source == "_____ is five."


def test_answers_at_the_end_draw_no_gap() -> None:
    assert one("What?\n{T}\n").prompt.source == "What?"


def test_general_feedback_is_the_last_of_its_kind() -> None:
    item = one("Q {=a#x####y ~b####general # with hash}")

    assert said(item.feedback) == "general # with hash"


# Names, comments, categories.


def test_a_question_without_a_name_gets_one_from_its_content() -> None:
    one_ref, same, other = (one(source).ref for source in ("Q? {T}", "// c\nQ?   {T}", "Q? {F}"))

    assert one_ref == same != other
    assert one_ref.startswith("q-")
    assert one("Q? {T}").title == "Q?"
    assert one("word " * 40 + "{T}").title.endswith("word …")


def test_an_id_number_is_the_ref_and_the_name_the_title() -> None:
    item = one("// [id:fr\\]1 ] [tag:Skill-Cells] [tag:difficulty-5]\n//[tag:a b]\n::n  m::Q{T}")

    assert (item.ref, item.title) == ("fr]1", "n m")
    assert item.tags == ["skill-cells", "difficulty-5", "a b"]
    assert (item.skill, item.difficulty) == ("cells", 5)


def test_comments_stand_anywhere_at_the_beginning_of_a_line() -> None:
    item = one("// before\nQ? {\n  // [tag:inside]\n=a\n// ~no option\n~b // no comment\n}")

    assert item.tags == ["inside"]
    assert isinstance(item.body, SingleBody)
    assert [option.text.source for option in item.body.options] == ["a", "b // no comment"]


def test_a_comment_on_its_own_labels_nothing() -> None:
    item = one("// [id:x] [tag:y]\n\nQ? {T}")

    assert item.tags == []
    assert item.ref.startswith("q-")
    assert item.difficulty == 3


def test_a_comment_on_its_own_may_set_the_format_of_the_rest() -> None:
    first, second = parse("*a* {T}\n\n// [format:markdown]\n\n*b* {T}").items

    assert (first.prompt.html, second.prompt.html) == ("*a*", "<em>b</em>")
    assert parse("*a* {T}", form=Form.MARKDOWN).items[0].prompt.html == "<em>a</em>"


def test_a_name_that_is_never_closed_is_text() -> None:
    assert one("::name of it {T}").prompt.source == "name of it"


@pytest.mark.parametrize(
    ("line", "path", "listed"),
    [
        ("$CATEGORY: Maths/Number", ["Maths", "Number"], "Maths/Number"),
        ("$CATEGORY:Maths / Number ", ["Maths", "Number"], "Maths/Number"),
        ("$CATEGORY: $course$/top/Maths", ["Maths"], "Maths"),
        ("$CATEGORY: $course$/Maths", ["Maths"], "Maths"),
        ("$CATEGORY: top/Maths", ["Maths"], "Maths"),
        ("$CATEGORY: $cat1$/top/a//b/c", ["a/b", "c"], "a//b/c"),
        (r"$CATEGORY: a\: b", ["a: b"], "a: b"),
        ("$CATEGORY: $course$/top", [], ""),
    ],
)
def test_a_category_line_names_a_path(line: str, path: list[str], listed: str) -> None:
    parsed = parse(f"// c\n{line}\n\nQ {{T}}")

    assert parsed.items[0].category == path
    assert parsed.categories == [listed]


def test_a_category_line_needs_no_blank_line_around_it() -> None:
    parsed = parse("A {T}\n$CATEGORY: x\nB {T}\n$CATEGORY: y\n// [id:c]\nC {T}\n$CATEGORY: x")

    assert [(item.category, item.line) for item in parsed.items] == [
        ([], 1),
        (["x"], 3),
        (["y"], 6),
    ]
    assert parsed.categories == ["x", "y"]
    assert parsed.items[2].ref == "c"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_mark_do_not_matter(end: str) -> None:
    source = "\ufeff$CATEGORY: x\n\n::a::A {\n=b\n~c\n}\n \t\n::d::D {T}"
    parsed = parse(source.replace("\n", end))

    assert [(item.ref, item.line) for item in parsed.items] == [("x/a", 3), ("x/d", 8)]
    assert parsed.categories == ["x"]


def test_a_name_used_twice_gets_a_mark_of_its_content() -> None:
    first, second = parse("::n::A {T}\n\n::n::B {T}").items
    swapped = parse("::n::A {T}\n\n::m::C {T}\n\n::n::B {T}").items

    assert first.ref == first.title == second.title == "n"
    assert second.ref.startswith("n~")
    assert swapped[2].ref == second.ref


def test_what_comes_twice_goes_in_twice_and_is_found_again() -> None:
    same = "::n::A {T}\n\n::n::B {T}\n\n::n::B {T}\n\nC {T}\n\nC {T}\n\nC {T}"
    ids = "// [id:x]\nA {T}\n\n// [id:x]\nB {T}"
    refs = [item.ref for item in parse(same).items]

    assert parse(same).refused == parse(ids).refused == []
    assert len(set(refs)) == 6
    assert [ref.rpartition("~")[2] for ref in refs[-2:]] == [refs[3].removeprefix("q-"), "2"]
    assert refs == [item.ref for item in parse(same).items]
    assert [item.ref[:2] for item in parse(ids).items] == ["x", "x~"]


def test_a_name_belongs_to_its_category() -> None:
    file = "$CATEGORY: {0}\n\n::Q1::A {{T}}\n\nB {{T}}\n\n// [id:i]\nC {{T}}"
    one_refs, others = ([i.ref for i in parse(file.format(c)).items] for c in ("a/b", "a//b"))

    assert one_refs[0] == "a/b/Q1"
    assert others[0] == "a//b/Q1"
    assert set(one_refs) & set(others) == {"i"}
    assert len(parse(file.format("c/" * 150)).items[0].ref) == 200


def test_what_stands_in_no_category_has_a_home() -> None:
    parsed = parse(
        "::Q1::A {T}\n\n$CATEGORY: x\n\nB {T}\n\n$CATEGORY: $course$\n\nC {T}", home=["h"]
    )

    assert [item.category for item in parsed.items] == [["h"], ["x"], ["h"]]
    assert parsed.items[0].ref == "h/Q1"
    assert parsed.categories == ["x", ""]


@pytest.mark.parametrize("path", ["n" * 1_001, "n/" * 501])
def test_a_category_that_nobody_could_read_is_refused_and_its_questions_go_home(path: str) -> None:
    """Its name would be a lesson's: a line of a megabyte on every learner's trail."""
    parsed = parse(f"$CATEGORY: x\n\n$CATEGORY: {path}\n\nA {{T}}", home=["h"])

    assert [item.category for item in parsed.items] == [["h"]]
    assert parsed.categories == ["x"]
    (refused,) = parsed.refused
    assert (refused.line, "1,000" in refused.reason) == (3, True)
    assert parse(f"$CATEGORY: {'n' * 1_000}\n\nA {{T}}").refused == []


# What is left out.


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("Just words.", "description"),
        ("Write. {}", "essay"),
        ("Write. { \n }", "essay"),
        ("Q {=a ~b", "not closed"),
        ("Q =a ~b}", "before any"),
        ("Q } {=a", "before any"),
        ("{T}", "The question has no text"),
        ("[html]<script>x</script>{T}", "The question has no text"),
        ("A {T}\n::b::B {=c ~d}", "two sets"),
        ("A {=a ~b} and {=c ~d} end", "two sets"),
        (r"A {=\frac{1}{2} ~b}", "braces inside"),
        ("// [id:" + "a" * 201 + "]\nQ {T}", "1 to 200"),
        ("Q {=" + "a" * 100_001 + "}", "100,000"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(source: str, why: str) -> None:
    assert why in reason(source)


def test_a_broken_question_leaves_the_others_alone() -> None:
    parsed = parse("A {T}\n\n// c\n::b::B {=a\n\n~b}\n\nC {T}\n\nWords.\n")

    assert [item.prompt.source for item in parsed.items] == ["A", "C"]
    assert [refusal.line for refusal in parsed.refused] == [4, 6, 10]


def test_braces_behind_the_gap_may_be_text() -> None:
    assert one(r"A {=a ~b} of \(\frac{1}{2}\).").prompt.source == r"A _____ of \(\frac{1}{2}\)."


def test_an_empty_file_holds_nothing() -> None:
    assert parse("") == parse("\n// only words\n\n") == Parsed(items=[], categories=[], refused=[])


@pytest.mark.parametrize(
    "source",
    [
        "Q {=" + "a" * 1_000_000 + "}",
        "Q " + "{" * 10_000 + "}" * 10_000,
        "{" * 1_000_000,
        "Q {" + "=a" * 40_000 + "}",
        "Q {" + "~%" * 40_000 + "}",
        "Q {#" + "=1..2" * 15_000 + "}",
        "Q {" + "=a->b" * 15_000 + "}",
        "::" * 40_000 + "{T}",
        "Q {T" + "#" * 90_000 + "}",
        "\\" * 1_000_000,
        "//" + "[id:" * 250_000 + "\nQ {T}",
        "//" + "[tag:a" * 150_000 + "\nQ {T}",
        "$CATEGORY: " + "/" * 1_000_000,
        "$CATEGORY: x\n" * 50_000,
        "\n" * 500_000,
        "// c\n" * 200_000,
        "x\n\n" * 100_000,
        "a {T}\n\n" * 3_000,
        "Q {>" + "9" * 90_000 + "}",
        "Q {>3 " + " " * 90_000 + "}",
    ],
)
def test_hostile_files_end_soon(source: str) -> None:
    begun = time.process_time()
    parse(source)

    assert time.process_time() - begun < 5


@settings(deadline=None)
@given(st.text("Q=~#{}:%0159.->\\nT[html] \n$/"))
def test_every_question_goes_in_or_is_refused(source: str) -> None:
    parsed = parse(source)
    lines = [item.line for item in parsed.items] + [refusal.line for refusal in parsed.refused]

    assert len(set(lines)) == len(lines)
    assert len({item.ref for item in parsed.items}) == len(parsed.items)
    assert all(1 <= line <= source.count("\n") + 1 for line in lines)
    assert all(refusal.reason for refusal in parsed.refused)


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=20), min_size=2, max_size=6, unique=True))
def test_any_words_come_through_escaped(words: list[str]) -> None:
    def escaped(text: str) -> str:
        return "".join(f"\\{char}" if char in "\\~=#{}:" else char for char in text)

    clean = [" ".join(f"x{word}x".split()) for word in words]
    answers = " ~".join(f"[plain]{escaped(word)}" for word in clean)
    parsed = parse(f"::n::Q {{={answers}}}")

    for item in parsed.items:
        assert isinstance(item.body, SingleBody)
        shown = [" ".join(option.text.source.split()) for option in item.body.options]
        assert all("\ufffd" in got or got == word for got, word in zip(shown, clean, strict=True))
