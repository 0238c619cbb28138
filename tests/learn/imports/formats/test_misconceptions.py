"""Misconceptions: a table finds its options, and a row that fits none is named."""

import pytest

from tihi.learn.imports.formats.gift import parse
from tihi.learn.imports.formats.misconceptions import (
    Applied,
    apply_misconceptions,
    parse_misconceptions,
)
from tihi.learn.items.model import (
    MultipleBody,
    NumericBody,
    ShortTextBody,
    SingleBody,
    TrueFalseBody,
)

ITEMS = """
::one::[markdown]Q {=a ~*b* and   c#has its own ~[html]<i>d</i>}

::many::Q {~%100%a ~%-100%b}

::words::Q {=a =%0%b}

::number::Q {#=1:0 =%0%2.50:0 =%0%1..5}

::yes::Q {T}

::no::Q {F#own}

::pairs::Q {=a -> b =c -> d}
"""
HEADER = "item,option,misconception,feedback\n"


def applied(rows: str) -> Applied:
    return apply_misconceptions(parse(ITEMS).items, parse_misconceptions(HEADER + rows))


def labels(rows: str, ref: str) -> list[str | None]:
    result = applied(rows)
    assert result.refused == []
    body = next(item.body for item in result.items if item.ref == ref)
    match body:
        case SingleBody() | MultipleBody():
            return [option.misconception for option in body.options]
        case ShortTextBody() | NumericBody():
            return [answer.misconception for answer in body.answers]
        case TrueFalseBody():
            return [body.misconception]
        case _:
            return []


@pytest.mark.parametrize(
    ("row", "ref", "expected"),
    [
        ("one,*b* and c,m,", "one", [None, "m", None]),
        ("one,b and c,m,", "one", [None, "m", None]),
        ("one,d,m,", "one", [None, None, "m"]),
        ("many,b,m,", "many", [None, "m"]),
        ("words,b,m,", "words", [None, "m"]),
        ("number,2.50,m,", "number", [None, "m", None]),
        ("number,2.5,m,", "number", [None, "m", None]),
        ("number,1 … 5,m,", "number", [None, None, "m"]),
        ("yes,false,m,", "yes", ["m"]),
        ("no,TRUE,m,", "no", ["m"]),
    ],
)
def test_a_row_finds_its_option(row: str, ref: str, expected: list[str | None]) -> None:
    assert labels(row, ref) == expected


def test_feedback_of_a_row_fills_only_what_is_empty() -> None:
    result = applied("one,b and c,m,*new*\none,d,m,*new*\nyes,false,m,*new*\nno,true,m,*new*\n")
    bodies = {item.ref: item.body for item in result.items}
    one, yes, no = bodies["one"], bodies["yes"], bodies["no"]

    assert isinstance(one, SingleBody)
    assert isinstance(yes, TrueFalseBody)
    assert isinstance(no, TrueFalseBody)
    feedback = [*(option.feedback for option in one.options), yes.feedback_wrong, no.feedback_wrong]
    assert [text and text.html for text in feedback] == [
        None,
        "has its own",
        "<em>new</em>",
        "<em>new</em>",
        "own",
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("none,a,m,", "no item"),
        ("one,z,m,", "no option `z`"),
        ("one,a,m,", "is right"),
        ("number,1,m,", "is right"),
        ("number,x,m,", "no option"),
        ("yes,true,m,", "wrong judgement"),
        ("pairs,b,m,", "kind"),
        ("one,,m,", "empty"),
        (",a,m,", "empty"),
        ("one,d,,", "empty"),
        ("one,d", "empty"),
        ("one,d," + "m" * 101, "longer than 100"),
    ],
)
def test_a_row_that_fits_nothing_is_refused_by_its_line(row: str, why: str) -> None:
    result = applied(f"\none,d,fine,\n{row}\n")

    assert [(refusal.line, why in refusal.reason) for refusal in result.refused] == [(4, True)]
    assert [item.ref for item in result.items] == [item.ref for item in parse(ITEMS).items]


def test_lines_are_counted_over_cells_with_line_ends() -> None:
    table = parse_misconceptions(HEADER + 'one,d,m,"two\nlines"\n\nx,y,z,\n')

    assert [row.line for row in table.rows] == [2, 5]
    assert table.rows[0].feedback == "two\nlines"


def test_columns_come_in_any_order_with_others_between() -> None:
    table = parse_misconceptions("\ufeffFeedback,x,Misconception,Option,Item\nf,-,m,o,i\n")

    [row] = table.rows
    assert (row.item, row.option, row.misconception, row.feedback) == ("i", "o", "m", "f")


@pytest.mark.parametrize("source", ["", "item,option\na,b\n", "\n"])
def test_a_table_without_its_columns_is_refused(source: str) -> None:
    table = parse_misconceptions(source)

    assert table.rows == []
    assert [refusal.line for refusal in table.refused] == [1]


def test_a_broken_table_keeps_what_came_before() -> None:
    table = parse_misconceptions(HEADER + "a,b,c,\na," + "x" * 200_000 + ",c,\n")

    assert [row.line for row in table.rows] == [2]
    assert [refusal.line for refusal in table.refused] == [3]
