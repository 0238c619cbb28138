"""Numeric: a number is typed, perhaps with a unit.

Taken: `7.5`, `.5`, `+3`, `−3`, `1e3`, `1.5×10^3`, `3/4`, `1 1/2`, `$45`. A comma before three
digits at a time parts thousands, as in `1,000`, and so does a space; any other single comma is a
decimal comma, as in `7,5` and `0,125`. `1.000,5` could mean two numbers and is refused.
"""

import math
import re
import unicodedata
from collections.abc import Sequence

from tihi.learn.items.kinds.marking import FULL, Marking
from tihi.learn.items.model import (
    NumericAnswer,
    NumericBody,
    NumericResponse,
    Solution,
    UnfitResponse,
)

LONGEST = 64
_SLACK = 1e-12
"""Relative room at a bound, for what binary fractions lose; far below any tolerance meant."""

_MINUS = str.maketrans(dict.fromkeys("−–—‐‑﹣-", "-"))
_GROUPED = r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?:[ ][0-9]{3})+)(?:\.[0-9]+)?"
_PLAIN = r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+"
_NUMBER = re.compile(
    rf"""
    (?P<cash> [$€£]?[ ]? ) (?P<sign> [+-]?[ ]? ) (?P<cash2> [$€£]?[ ]? )
    (?: (?P<whole> [0-9]{{1,12}} )[ ](?P<part> [0-9]{{1,12}} )[ ]?/[ ]?(?P<of> [0-9]{{1,12}} )
      | (?: (?P<grouped> {_GROUPED} ) | (?P<plain> {_PLAIN} ) ) (?! [0-9.,] )
        (?: [ ]?/[ ]?(?P<below> [0-9]{{1,12}} )
          | (?: [ ]?[\u00d7x*\u00b7][ ]?10[ ]?\^[ ]? | [eE] ) (?P<power> [+-]?[0-9]{{1,4}} )
        )?
    )
    (?P<unit> (?: [ ]?(?: [^\W\d_] | [°%$€£/·²³\u2032\u2033] )(?: \^?-?[0-9](?![0-9]) )? )* ) \.?
    """,
    re.VERBOSE,
)


def grade(body: NumericBody, response: NumericResponse) -> Marking:
    """Mark a number: the weight of the best answer that covers it.

    A unit may be left out; a wrong one brings nothing, for `5 g` is not `5 kg`. Where the item
    names no unit, none is checked.

    Raises:
        UnfitResponse: no number can be read from the text.
    """
    value, unit = read(response.text)
    fits = not unit or not body.unit or _same_unit(unit) == _same_unit(body.unit)
    hit = _best(body.answers, value) if fits else None
    top = max(body.answers, key=lambda answer: answer.weight, default=None)
    return Marking(
        credit=hit.weight if hit else 0.0,
        feedback=[hit.feedback if hit else body.otherwise],
        misconceptions=[hit.misconception if hit else None],
        solution=Solution(choices=[], texts=[_with_unit(top, body.unit)] if top else []),
    )


def read(text: str) -> tuple[float, str]:
    """Return the number that `text` says, and the unit behind or before it, or ''.

    Raises:
        UnfitResponse: it says none, an infinite one, or too much.
    """
    tidy = " ".join(text[: LONGEST + 1].translate(_MINUS).split())
    found = _NUMBER.fullmatch(tidy) if len(text) <= LONGEST else None
    if found is None:
        raise UnfitResponse("Type a number, such as 7.5, 3/4 or -2")
    value = _value(found.groupdict(default=""))
    if not math.isfinite(value):
        raise UnfitResponse("That number is too large")
    return value, (found["unit"] or found["cash"] or found["cash2"]).strip()


def _value(part: dict[str, str]) -> float:
    below = int(part["of"] or part["below"] or 1)
    if below == 0:
        raise UnfitResponse("Nothing can be divided by 0")
    if part["whole"]:
        value = int(part["whole"]) + int(part["part"]) / below
    else:
        digits = re.sub("[, ]", "", part["grouped"]) or part["plain"].replace(",", ".")
        value = float(f"{digits}e{part['power'] or 0}") / below
    return -value if part["sign"].strip() == "-" else value


def covers(answer: NumericAnswer, value: float) -> bool:
    """Return whether `value` lies within the answer's bounds, which belong to it."""
    slack = _SLACK * max(abs(answer.low), abs(answer.high))
    return answer.low - slack <= value <= answer.high + slack


def _best(answers: Sequence[NumericAnswer], value: float) -> NumericAnswer | None:
    fitting = [answer for answer in answers if covers(answer, value)]
    return max(fitting, key=lambda answer: answer.weight, default=None)


def _same_unit(unit: str) -> str:
    return re.sub(r"[\s^]", "", unicodedata.normalize("NFKC", unit))


def _with_unit(answer: NumericAnswer, unit: str) -> str:
    return f"{answer.shown} {unit}".strip()


def flaw(body: NumericBody) -> str:
    """Return why the number cannot be asked for, or ''."""
    if all(answer.weight < FULL for answer in body.answers):
        return "No number brings full credit. Write the right one without a percentage."
    if not all(math.isfinite(a.low) and math.isfinite(a.high) for a in body.answers):
        return "A number is infinite, or is none."
    if any(answer.low > answer.high for answer in body.answers):
        return "A range runs backwards. Write the smaller number first."
    if len(body.unit) > LONGEST:
        return "The unit is too long."
    return ""
