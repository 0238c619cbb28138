"""What Moodle's own importer makes of each construct, as facts: where tools differ, it is right.

Read off `question/format/gift/format.php` and `question/format.php` of Moodle 4 and 5, and held
against both the reference and outside files when this was written; the lines are our own.
"""

import pytest

from tihi.learn.imports.formats import gift
from tihi.learn.imports.formats.gift import parse
from tihi.learn.imports.formats.misconceptions import apply_misconceptions, parse_misconceptions
from tihi.learn.imports.formats.parsed import ENOUGH, MOST_REFUSED, Refusal
from tihi.learn.imports.formats.te_reo import in_te_reo
from tihi.learn.items.model import (
    Body,
    ItemDraft,
    MatchingBody,
    MultipleBody,
    NumericBody,
    OrderingBody,
    ShortTextBody,
    SingleBody,
    TrueFalseBody,
)


def one(source: str) -> ItemDraft:
    parsed = parse(source)
    assert parsed.refused == []
    (item,) = parsed.items
    return item


def read(body: Body) -> list[tuple[str, float]]:
    """Return what can be answered and what it is worth."""
    match body:
        case SingleBody() | MultipleBody():
            return [(option.text.source, option.weight) for option in body.options]
        case ShortTextBody():
            return [(answer.pattern, answer.weight) for answer in body.answers]
        case NumericBody():
            return [(f"{a.low:g}..{a.high:g}", a.weight) for a in body.answers]
        case TrueFalseBody():
            return [(str(body.answer), 1)]
        case MatchingBody():
            pairs = [(f"{pair.left.source}>{pair.right.source}", 1.0) for pair in body.pairs]
            return pairs + [(f">{decoy.source}", 0.0) for decoy in body.decoys]
        case OrderingBody():
            return [(part.source, 1) for part in body.parts]
        case _:
            raise AssertionError(body)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        # Weights of choices. `~=` leaves an option without words, which is dropped.
        ("{~=Kea~Kiwi}", [("Kea", 1), ("Kiwi", 0)]),
        ("{~Kea~~=Kiwi}", [("Kea", 0), ("Kiwi", 1)]),
        ("{=Kea~%-50%~Kiwi}", [("Kea", 1), ("Kiwi", 0)]),
        ("{~%100%Kea ~%-33.33333%Kiwi}", [("Kea", 1), ("Kiwi", -0.3333333)]),
        ("{~%50%Kea#a ~%50%Tūī#b ~%-100%Moa#c}", [("Kea", 0.5), ("Tūī", 0.5), ("Moa", -1)]),
        ("{~%33.33333%a~%33.33333%b~%33.33333%c}", [(x, 0.3333333) for x in "abc"]),
        ("{=Kea ~% Tūī}", [("Kea", 1), ("% Tūī", 0)]),
        # `=` anywhere, also in words that forgot to escape it, begins an option.
        ("{=a ~b=c}", [("a", 1), ("b", 0), ("c", 1)]),
        # Words to be typed are plain, whatever the question's format is.
        ("{=whero =%50%kura =%0%*}", [("whero", 1), ("kura", 0.5), ("*", 0)]),
        ("{=<b> =%50%&lt;b&gt;}", [("<b>", 1), ("&lt;b&gt;", 0.5)]),
        ("{=a =}", [("a", 1)]),
        ("{five}", [("five", 1)]),
        # An arrow without `=` is words; with `=` it is a pair; the first arrow parts it.
        ("{north -> south}", [("north -> south", 1)]),
        ("{=tahi->1 =rua -> 2 -> 3 = -> 4}", [("tahi>1", 1), ("rua>2 -> 3", 1), (">4", 0)]),
        ("{=a -> 1 =b -> 2 = -> }", [("a>1", 1), ("b>2", 1)]),
        ("{=a -> 1 =b -> 2 =[html] -> 3}", [("a>1", 1), ("b>2", 1), (">3", 0)]),
        # The same words twice stay, as long as both are worth the same.
        ("{~%50%a ~%50%a ~b ~b}", [("a", 0.5), ("a", 0.5), ("b", 0), ("b", 0)]),
        # Numbers.
        ("{#3:0.5}", [("2.5..3.5", 1)]),
        ("{#-1.5}", [("-1.5..-1.5", 1)]),
        ("{#1e3}", [("1000..1000", 1)]),
        ("{#-4..-2}", [("-4..-2", 1)]),
        ("{#0.5..1.5}", [("0.5..1.5", 1)]),
        ("{#=3:1 =%50%3:2 =%-25%7}", [("2..4", 1), ("1..5", 0.5), ("7..7", -0.25)]),
        ("{#\n=1840:0#yes\n=%50%1840:5#near\n~#no}", [("1840..1840", 1), ("1835..1845", 0.5)]),
        # True and false.
        ("{T}", [("True", 1)]),
        ("{FALSE#w#r####g}", [("False", 1)]),
        ("{ TRUE\n#w }", [("True", 1)]),
        # Ordering, part of Moodle since 4.4.
        (
            "{>4 ALL VERTICAL ABSOLUTE_POSITION SHOW none\ntahi\nrua\n\\= toru\nwhā}",
            [("tahi", 1), ("rua", 1), ("= toru", 1), ("whā", 1)],
        ),
        ("{>3\na\nb}", [("a", 1), ("b", 1)]),
        ("{> 3 EXACT H 1\na -> b\nb = c}", [("a -> b", 1), ("b = c", 1)]),
        ("{>2 first\nHen\n1}", [("first", 1), ("Hen", 1), ("1", 1)]),
        ("{>be}", [(">be", 1)]),
        ("{=>3 ~<3}", [(">3", 1), ("<3", 0)]),
    ],
)
def test_answers_are_read_as_the_reference_reads_them(
    answers: str, expected: list[tuple[str, float]]
) -> None:
    body = one(f"Pātai {answers}").body

    assert [(words, pytest.approx(weight, abs=1e-6)) for words, weight in read(body)] == expected
    assert read(one(f"[html]<p>Pātai</p>{answers}").body) == read(body)


@pytest.mark.parametrize(
    ("source", "prompt"),
    [
        ("Tāne {=mahuta ~wai} stands.", "Tāne _____ stands."),
        ("{=Tāne ~Tū} stands.", "_____ stands."),
        ("Who?{=a ~b}.", "Who?_____."),
        ("Who?{=a ~b}", "Who?"),
        ("Who?\n{=a ~b}\n", "Who?"),
        ("One\n// aside\ntwo {T}", "One\n\ntwo"),
        ("1 \\= 1 \\~ \\# \\{x\\} a\\:b\\nc \\\\ \\d {T}", "1 = 1 ~ # {x} a:b\nc \\ \\d"),
        ("\\\\n is no line end {T}", "\\n is no line end"),
        ("&lt;b&gt; &amp; &eacute; {T}", "&lt;b&gt; &amp; &eacute;"),
        ("Tab\there {T}", "Tab\there"),
        ("http://a.nz // no comment {T}", "http://a.nz // no comment"),
        ("a::b::c {T}", "a::b::c"),
        ("[unknown]x {T}", "[unknown]x"),
    ],
)
def test_the_question_is_read_as_the_reference_reads_it(source: str, prompt: str) -> None:
    assert one(source).prompt.source == prompt


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("A {T}\n\nB {T}", [1, 3]),
        ("A {T}\n \t \nB {T}", [1, 3]),
        ("\n\n\nA {T}\n\n\n\n", [4]),
        ("// a\n// b\nA {T}\n\n// c\n\n// d\nB {T}", [3, 8]),
        ("A {T}\n0\nB {T}", [1, 3]),
        ("::n::\nA\n{\n=x\n~y\n}", [1]),
        # Line ends of Windows converted twice, of old Macs, and a stray one among others.
        ("A {\r\r\n=x\r\r\n~y\r\r\n}\r\r\n\r\r\nB {T}", [1, 6]),
        ("A {=x\r~y}\r\rB {T}\r", [1, 4]),
        ("A {=x\r\r~y}\n\nB {T}", [1, 3]),
    ],
)
def test_blank_lines_part_questions(source: str, lines: list[int]) -> None:
    assert [item.line for item in parse(source).items] == lines


@pytest.mark.parametrize(
    ("source", "line", "why"),
    [
        ("A {T}\n\nTell me all. {}", 3, "essay"),
        ("A {T}\n\n// x\nTell me all. {####Well?}", 4, "essay"),
        ("A {T}\n\nRead on.", 3, "description"),
        ("A {T}\n\nB {=x ~y", 3, "not closed"),
        ("A {T}\n\nB =x}", 3, "before any"),
        ("A {T}\n\nB {1:MC:=x~y} c.", 3, "Moodle's own kind"),
        ("A {T}\n\nB {:SHORTANSWER:=x}", 3, "Moodle's own kind"),
        ("A {T}\n\nB {~x ~y}", 3, "No option is right"),
        ("A {T}\n\nB {~%0%x ~%0%y}", 3, "No option is right"),
        ("A {T}\n\nB {=x -> 1 =y}", 3, "=left -> right"),
        ("A {T}\n\nB {#1,5}", 3, "no number"),
        ("A {T}\n\nB {#}", 3, "missing"),
        ("A {T}\n\nB {>3\nx}", 3, "two parts"),
        ("A {T}\n\nB {>3\nx\nx}", 3, "say the same"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_line_and_the_rest_goes_in(
    source: str, line: int, why: str
) -> None:
    parsed = parse(source)

    assert [item.line for item in parsed.items] == [1]
    assert [(one.line, why in one.reason) for one in parsed.refused] == [(line, True)]


def test_a_name_is_shown_as_words_and_known_as_it_was_written() -> None:
    item = one("::<b>Ngā manu</b> &amp; x<y::Q {T}")

    assert (item.title, item.ref) == ("Ngā manu & x<y", "<b>Ngā manu</b> &amp; x<y")


def test_the_roof_of_all_categories_is_passed_over_however_often_it_is_named() -> None:
    assert one("$CATEGORY: $course$/top/top/a//b\n\nQ {T}").category == ["a/b"]


REFUSED = [
    *("Words.", "Write. {}", "Q {=a ~b", "Q =a ~b}", "A {=a} and {=c} end", r"A {=\frac{1}{2} ~b}"),
    *("Q {1:MC:~a~=b}", "Q {=%50%a ~b}", "Q {~%33,3%a}", "Q {true}", "Q {=a -> b =c}", "Q {#abc}"),
    *("Q {#3 ~4}", "Q {#=*}", "Q {#}", "Q {#3:-1}", "Q {" + "~a" * 120 + "}", "{T}", "Q {~a ~b}"),
    *(
        "Q {=a ~a}",
        "Q {=a" + "".join(f"~{n}" for n in range(30)) + "}",
        "Q {=a ~" + "b" * 2001 + "}",
    ),
    *("Q {~%50%a ~%25%b}", "Q {~a ~%-10%b}", "Q {=%50%a}", "Q {= }", "Q {#=%50%3}", "Q {#5..1}"),
    *("Q {#1e999}", "Q {=a->b}", "Q {=a->b =c->b}", "Q {>3\nx}", "Q {>3\nx\nx}", "Q {=a->b =->}"),
    *("// [id:" + "a" * 201 + "]\nQ {T}", "::" + "n" * 201 + "::{T}", "Q {=" + "a" * 100_001 + "}"),
    *(
        "Q" + "q" * 20_001 + "{T}",
        "Q {T#" + "a" * 5_001 + "}",
        "Q {=" + "a" * 501 + "}",
        "Q {~%150%a}",
    ),
    *(
        "// " + "[tag:x]" * 1 + "[tag:" + "y" * 101 + "]\nQ {T}",
        "Q {=a->b =c->" + "d" * 2001 + "}",
    ),
    *("Q {" + "=a" * 60 + "}", "Q {#" + "=1" * 60 + "}", "Q {=" + "a" * 2001 + "->b =c->d}"),
    "$CATEGORY: " + "n" * 1_001,
]
NAMED = """
::one::Q {=a ~d}

::yes::Q {T}

::pairs::Q {=a->b =c->d}

$CATEGORY: x

::twin::Q {=a ~b}

$CATEGORY: y

::twin::Q {=a ~b}
"""
ROWS = [
    *("none,a,m,", "one,z,m,", "one,a,m,", "yes,true,m,", "pairs,b,m,", "one,,m,", "twin,b,m,"),
    "one,d," + "m" * 101,
]


@pytest.mark.parametrize("source", REFUSED)
def test_every_refusal_is_said_in_te_reo_maori_too(source: str) -> None:
    (refused,) = parse(source).refused
    said = in_te_reo(refused.reason)

    assert said != refused.reason
    assert "{}" not in said.replace("`{}`", "")


@pytest.mark.parametrize("row", ROWS)
def test_every_refused_row_is_said_in_te_reo_maori_too(row: str) -> None:
    items = parse(NAMED).items
    table = parse_misconceptions(f"item,option,misconception,feedback\n{row}\n")
    (refused,) = apply_misconceptions(items, table).refused
    said = in_te_reo(refused.reason)

    assert said != refused.reason
    assert "{" not in said


def test_a_reason_without_words_in_te_reo_stays_in_english() -> None:
    assert in_te_reo("Something new.") == "Something new."
    assert in_te_reo("Item `a` has no option `b`.") == "Kāore he kōwhiringa `b` o te tūemi `a`."


def test_a_file_that_is_something_else_is_not_read_to_its_end() -> None:
    """S35: five megabytes of other text would be a million refusals, each with its reason."""
    found = parse("words\n\n" * 50_000)
    assert found.items == []
    assert len(found.refused) == MOST_REFUSED + 1
    assert found.refused[-1] == Refusal(line=2 * MOST_REFUSED + 1, reason=ENOUGH)
    assert in_te_reo(ENOUGH) != ENOUGH


def test_a_table_that_is_something_else_is_not_read_to_its_end() -> None:
    head = "item,option,misconception,feedback\n"
    found = parse_misconceptions(head + "a,,,\n" * 50_000)
    assert [one.reason for one in found.refused[MOST_REFUSED:]] == [ENOUGH]
    strange = parse_misconceptions(head + "nowhere,a,b,c\n" * 5_000)
    assert len(apply_misconceptions([], strange).refused) == MOST_REFUSED + 1


def test_a_file_has_so_many_questions_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gift, "_MOST_ITEMS", 3)
    whole = parse("Q {=a ~b}\n\n" * 3 + "// an end\n")
    assert (len(whole.items), whole.refused) == (3, [])
    cut = parse("Q {=a ~b}\n\n" * 4)
    assert len(cut.items) == 3
    (refused,) = cut.refused
    assert refused.line == 7
    assert in_te_reo(refused.reason) != refused.reason
