"""GIFT, second step: what stands between the braces, into a body.

The order of the tests and the meaning of each mark follow Moodle's importer
(`question/format/gift/format.php`). Where Moodle would take something that no author can have
meant, the question is refused with what to write instead.
"""

import re
from decimal import Decimal

from tihi.base.value import Value
from tihi.learn.imports.formats.gift_scan import show
from tihi.learn.imports.formats.parsed import Unreadable
from tihi.learn.items.kinds.text import Form, plain, render
from tihi.learn.items.model import (
    Body,
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
)

_MOST_PARTS = 100
_WEIGHT = re.compile(r"%(-?[0-9]{1,2}\.?[0-9]*)%")
_NEARLY_WEIGHT = re.compile(r"%\s{0,9}[+-]*\s{0,9}[0-9]{1,9}(?:[.,][0-9]{0,20})?\s{0,9}%")
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?"
)
_ORDER = re.compile(
    r"""
    > \s* [0-9]+ [ \t]*
    (?: (?: ALL | EXACT | RANDOM | REL | CONTIGUOUS | CONTIG ) (?! \S ) )? [ \t]*
    (?: (?: HORIZONTAL | HORI | H | VERTICAL | VERT | V | [01] ) (?! \S ) )? [ \t]*
    (?: (?: ALL_OR_NOTHING | ABSOLUTE_POSITION | ABSOLUTE | ABS | RELATIVE [A-Z_]* | REL
      | LONGEST_[A-Z_]+ ) (?! \S ) )? [ \t]*
    (?: (?: SHOW | TRUE | YES | HIDE | FALSE | NO | [01] ) (?! \S ) )? [ \t]*
    (?: (?: none | 123 | abc | ABCD | iii | IIII ) (?! \S ) )?
    """,
    re.VERBOSE,
)
"""How Moodle's ordering type begins (since 4.4 part of Moodle): `>6 ALL VERTICAL ABSOLUTE SHOW`.

What it says of layout and marking is passed over: all parts are shown, and marked our way.
"""
_CLOZE = re.compile(
    r"[0-9]*:(?:MULTI(?:CHOICE|RESPONSE)|MCH?|MCS|MR|SHORTANSWER|SAC?|NUMERICAL|NM|ESSAY)[A-Z_]*:"
)
_JUDGEMENTS = {"T": True, "TRUE": True, "F": False, "FALSE": False}

_WRONG_NUMBER = """\
In a number question `~` can carry feedback only, as `~#text`. \
Write a wrong number as `=%0%6:0#text`."""
_EMBEDDED = """\
`{1:MC:…}` is Moodle's own kind of embedded answers, which GIFT does not know. \
Ask for one gap at a time, as in {=right ~wrong}."""
_NUMBER_FORMS = "Write one like 3, 3.5, 3:0.5 or 1..5, with a point and without spaces."


class Answer(Value):
    """One answer: its text with marks still hidden, its weight when it has one, its feedback."""

    text: str
    weight: float | None
    feedback: Text | None


def body_of(answers: str, form: Form) -> Body:
    """Return the body that `answers` describe; `form` is the question's.

    Args:
        answers: what stands between the braces, hidden, trimmed, without general feedback.
        form: how texts without a format of their own are read.

    Raises:
        Unreadable: they describe none.
    """
    if _CLOZE.match(answers):
        raise Unreadable(_EMBEDDED)
    ordering = _ORDER.match(answers)
    if ordering:
        return _ordering(answers[ordering.end() :], form)
    if answers.startswith("#"):
        return _numeric(answers[1:], form)
    if "~" in answers:
        return _choice(answers, form)
    if "=" in answers and "->" in answers:
        return _matching(answers, form)
    word = answers.split("#", 1)[0].strip()
    if word in _JUDGEMENTS:
        return _true_false(answers, form)
    if word.upper() in _JUDGEMENTS:
        raise Unreadable(f"`{{{word}}}` is unclear. Write {{{word.upper()}}}, or {{={word}}}.")
    return _short_text(answers, form)


def formatted(raw: str, form: Form) -> tuple[str, Form]:
    """Return hidden `raw` as its author meant it, and its format: its own or `form`."""
    raw = raw.strip()
    for own in Form:
        mark = f"[{own}]"
        if raw.startswith(mark):
            return show(raw.removeprefix(mark)).strip(), own
    return show(raw).strip(), form


def text_of(raw: str, form: Form) -> Text:
    """Return hidden `raw` as a text."""
    return render(*formatted(raw, form))


def text_or_none(raw: str, form: Form) -> Text | None:
    """Return hidden `raw` as a text, None when it says nothing."""
    text = text_of(raw, form)
    return text if text.source else None


def _parts(answers: str, mark: str) -> list[str]:
    parts = [part.strip() for part in answers.split(mark)]
    if not parts[0]:
        parts = parts[1:]
    if len(parts) > _MOST_PARTS:
        raise Unreadable(f"It has {len(parts)} answers. Split it into smaller questions.")
    return parts


def _answer(part: str, form: Form) -> Answer:
    found = _WEIGHT.match(part)
    if found is None and _NEARLY_WEIGHT.match(part):
        raise Unreadable("A percentage is unclear. Write it like %50%, %-25% or %33.333%.")
    rest = part[found.end() :] if found else part
    text, _, feedback = rest.partition("#")
    return Answer(
        text=text.strip(),
        weight=round(float(found[1]) / 100, 9) if found else None,
        feedback=text_or_none(feedback, form),
    )


def _choice(answers: str, form: Form) -> Body:
    # Moodle drops options without words, so `~=right` is a right one and no more.
    parts = _parts(answers.replace("=", "~="), "~")
    options = [option for part in parts if (option := _option(part, form)).text.source]
    return SingleBody(options=options) if "=" in answers else MultipleBody(options=options)


def _option(part: str, form: Form) -> Option:
    right = part.startswith("=")
    answer = _answer(part[1:].strip() if right else part, form)
    if right and answer.weight not in {None, 1.0}:
        raise Unreadable("In a choice `=` is 100% already. Write `~%50%` for a part of it.")
    weight = 1.0 if right else answer.weight or 0.0
    return Option(
        text=text_of(answer.text, form),
        weight=weight,
        feedback=answer.feedback,
        misconception=None,
    )


def _ordering(lines: str, form: Form) -> OrderingBody:
    return OrderingBody(parts=[text_of(line, form) for line in lines.split("\n") if line.strip()])


def _matching(answers: str, form: Form) -> MatchingBody:
    pairs: list[Pair] = []
    decoys: list[Text] = []
    for part in _parts(answers, "="):
        left, arrow, right = part.partition("->")
        if not arrow:
            raise Unreadable("Each line of a matching question is written `=left -> right`.")
        text = render(show(right).strip(), Form.PLAIN)
        shown = text_of(left, form)
        if shown.source:
            pairs.append(Pair(left=shown, right=text))
        elif text.source:
            decoys.append(text)
    return MatchingBody(pairs=pairs, decoys=decoys)


def _true_false(answers: str, form: Form) -> TrueFalseBody:
    # The first feedback is for the wrong answer, whichever that is.
    word, wrong, right = (*answers.split("#", 2), "", "")[:3]
    return TrueFalseBody(
        answer=_JUDGEMENTS[word.strip()],
        feedback_right=text_or_none(right, form),
        feedback_wrong=text_or_none(wrong, form),
        misconception=None,
    )


def _short_text(answers: str, form: Form) -> ShortTextBody:
    parsed = [_answer(part, form) for part in _parts(answers, "=")]
    parsed = [answer for answer in parsed if answer.text] or parsed
    return ShortTextBody(
        answers=[
            TextAnswer(
                pattern=_pattern(answer.text, form),
                weight=1.0 if answer.weight is None else answer.weight,
                feedback=answer.feedback,
                misconception=None,
            )
            for answer in parsed
        ],
        case_sensitive=False,
    )


def _pattern(raw: str, form: Form) -> str:
    words, _ = formatted(raw, form)
    # Words are typed, so they are plain whatever the question is: `<b>` may be the very answer.
    # Only where the answer itself is marked as HTML do its tags and entities mean something.
    return plain(words) if raw.startswith(f"[{Form.HTML}]") else words


def _numeric(answers: str, form: Form) -> NumericBody:
    given, tilde, wrong = answers.partition("~")
    if wrong.partition("#")[0].strip():
        raise Unreadable(_WRONG_NUMBER)
    otherwise = text_or_none(wrong.partition("#")[2], form) if tilde else None
    numbers: list[NumericAnswer] = []
    for answer in (_answer(part, form) for part in _parts(given, "=")):
        number, _ = formatted(answer.text, form)
        weight = 1.0 if answer.weight is None else answer.weight
        if number != "*":
            numbers.append(_range(number, weight, answer.feedback))
        elif weight:
            raise Unreadable("`*` with credit would make every number right. Give the number.")
        else:
            otherwise = otherwise or answer.feedback
    if not numbers:
        raise Unreadable("The number is missing. Write it behind `#`, as in {#3:0.5}.")
    return NumericBody(answers=numbers, unit="", otherwise=otherwise)


def _range(words: str, weight: float, feedback: Text | None) -> NumericAnswer:
    least, dots, most = words.partition("..")
    if dots:
        low, high, shown = _number(least), _number(most), f"{least.strip()} … {most.strip()}"
    else:
        value, colon, tolerance = words.partition(":")
        room = _number(tolerance) if colon else Decimal(0)
        if room < 0:
            raise Unreadable("A tolerance cannot be negative. Write it like {#3:0.5}.")
        low, high, shown = _number(value) - room, _number(value) + room, value.strip()
    return NumericAnswer(
        low=float(low),
        high=float(high),
        shown=shown,
        weight=weight,
        feedback=feedback,
        misconception=None,
    )


def _number(words: str) -> Decimal:
    tidy = words.strip().replace("\u2212", "-")
    if not _NUMBER.fullmatch(tidy):
        raise Unreadable(f"`{tidy[:40]}` is no number. {_NUMBER_FORMS}")
    return Decimal(tidy)
