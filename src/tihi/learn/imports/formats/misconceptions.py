"""A table of misconceptions for the options of items: a CSV file beside the questions."""

import csv
import io
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from tihi.base.value import Value
from tihi.learn.imports.formats.parsed import ENOUGH, MOST_REFUSED, Refusal
from tihi.learn.items.kinds.marking import FULL
from tihi.learn.items.kinds.numeric import covers, read
from tihi.learn.items.kinds.text import Form, plain, render
from tihi.learn.items.model import (
    Body,
    ItemDraft,
    MultipleBody,
    NumericAnswer,
    NumericBody,
    Option,
    ShortTextBody,
    SingleBody,
    Text,
    TextAnswer,
    TrueFalseBody,
    UnfitResponse,
)

COLUMNS = ("item", "option", "misconception", "feedback")
_LONGEST_LABEL = 100
_AMBIGUOUS = """\
Several items are called `{}`. Give them id numbers, as in // [id:x], and name those."""

AnyAnswer = TypeVar("AnyAnswer", Option, TextAnswer, NumericAnswer)


class MisconceptionRow(Value):
    """One row: the option of an item, the thought behind it, and what to say to it."""

    line: int
    item: str
    option: str
    misconception: str
    feedback: str


class Misconceptions(Value):
    """A table as read, and the lines that could not be."""

    rows: list[MisconceptionRow]
    refused: list[Refusal]


class Applied(Value):
    """Items with their misconceptions, and the rows that fitted none."""

    items: list[ItemDraft]
    refused: list[Refusal]


class _Misfit(Exception):
    """A row fits nothing; the message says what to do."""


def parse_misconceptions(csv_text: str) -> Misconceptions:
    """Return the rows of a table with the columns item, option, misconception and feedback.

    The first line names the columns, in any order; others are passed over. Feedback may be empty.
    """
    rows: list[MisconceptionRow] = []
    refused: list[Refusal] = []
    reader = csv.reader(io.StringIO(csv_text.removeprefix("\ufeff"), newline=""))
    line = 1
    try:
        first = next(reader, list[str]())
        header = [name.strip().lower() for name in first]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            reason = f"The first line must name the columns {', '.join(COLUMNS)}."
            return Misconceptions(rows=[], refused=[Refusal(line=1, reason=reason)])
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _add(dict(zip(header, cells, strict=False)), line, rows, refused)
            line = reader.line_num + 1
            if len(refused) >= MOST_REFUSED:
                refused.append(Refusal(line=line, reason=ENOUGH))
                break
    except csv.Error as error:
        refused.append(Refusal(line=line, reason=f"From here on the table is broken: {error}."))
    return Misconceptions(rows=rows, refused=refused)


def _add(
    cells: dict[str, str], line: int, rows: list[MisconceptionRow], refused: list[Refusal]
) -> None:
    item, option, label, feedback = (cells.get(name, "").strip() for name in COLUMNS)
    if not (item and option and label):
        refused.append(Refusal(line=line, reason="Item, option or misconception is empty."))
    elif len(label) > _LONGEST_LABEL:
        reason = f"The misconception is longer than {_LONGEST_LABEL} characters. Shorten it."
        refused.append(Refusal(line=line, reason=reason))
    else:
        rows.append(
            MisconceptionRow(
                line=line, item=item, option=option, misconception=label, feedback=feedback
            )
        )


def apply_misconceptions(items: Sequence[ItemDraft], table: Misconceptions) -> Applied:
    """Return `items` with the misconceptions of `table`, and its rows that fit none of them.

    An item is found by its ref or, when only one bears it, by its name; one ref may stand in
    several files. An option is found by its plain text, a number by its value, a judgement by
    `true` or `false`. A row's feedback is Markdown and is used where the option has none.
    """
    labelled = list(items)
    by_ref: defaultdict[str, list[int]] = defaultdict(list)
    by_title: defaultdict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        by_ref[item.ref].append(place)
        by_title[item.title].append(place)
    refused = list(table.refused)
    for row in table.rows:
        try:
            for place in by_ref.get(row.item) or _named(row.item, by_title, items):
                item = labelled[place]
                labelled[place] = msgspec.structs.replace(item, body=_labelled(item.body, row))
        except _Misfit as why:
            refused.append(Refusal(line=row.line, reason=str(why)))
            if len(refused) >= MOST_REFUSED:
                refused.append(Refusal(line=row.line, reason=ENOUGH))
                break
    return Applied(items=labelled, refused=sorted(refused, key=lambda one: one.line))


def _named(
    name: str, by_title: Mapping[str, list[int]], items: Sequence[ItemDraft]
) -> Sequence[int]:
    places = by_title.get(name)
    if not places:
        raise _Misfit(f"There is no item `{name}` in these files.")
    if len({items[place].ref for place in places}) > 1:
        raise _Misfit(_AMBIGUOUS.format(name))
    return places


def _labelled(body: Body, row: MisconceptionRow) -> Body:
    match body:
        case SingleBody() | MultipleBody():
            hits = [_same_text(option.text, row.option) for option in body.options]
            return msgspec.structs.replace(body, options=_set(body.options, hits, row))
        case ShortTextBody():
            hits = [_flat(answer.pattern) == _flat(row.option) for answer in body.answers]
            return msgspec.structs.replace(body, answers=_set(body.answers, hits, row))
        case NumericBody():
            hits = [_same_number(answer, row.option) for answer in body.answers]
            return msgspec.structs.replace(body, answers=_set(body.answers, hits, row))
        case TrueFalseBody():
            return _judged(body, row)
        case _:
            raise _Misfit("Items of this kind have no options that could be named.")


def _judged(body: TrueFalseBody, row: MisconceptionRow) -> TrueFalseBody:
    if row.option.lower() != ("false" if body.answer else "true"):
        raise _Misfit("Name the wrong judgement: `false` for a true statement, else `true`.")
    return msgspec.structs.replace(
        body,
        misconception=row.misconception,
        feedback_wrong=body.feedback_wrong or _feedback(row),
    )


def _set(answers: Sequence[AnyAnswer], hits: list[bool], row: MisconceptionRow) -> list[AnyAnswer]:
    if not any(hits):
        raise _Misfit(f"Item `{row.item}` has no option `{row.option}`.")
    result = list(answers)
    for index, (answer, hit) in enumerate(zip(answers, hits, strict=True)):
        if hit and answer.weight >= FULL:
            raise _Misfit(f"Option `{row.option}` of item `{row.item}` is right.")
        if hit:
            result[index] = msgspec.structs.replace(
                answer,
                misconception=row.misconception,
                feedback=answer.feedback or _feedback(row),
            )
    return result


def _feedback(row: MisconceptionRow) -> Text | None:
    return render(row.feedback, Form.MARKDOWN) if row.feedback else None


def _flat(words: str) -> str:
    return " ".join(words.split())


def _same_text(text: Text, words: str) -> bool:
    return _flat(words) in {_flat(text.source), plain(text.html)}


def _same_number(answer: NumericAnswer, words: str) -> bool:
    if _flat(words) == _flat(answer.shown):
        return True
    try:
        value, _ = read(words)
    except UnfitResponse:
        return False
    return covers(answer, value) and math.isclose(answer.low + answer.high, 2 * value)
