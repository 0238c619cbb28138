"""The nouns of items: what a question is, what a learner sees of it, what comes back."""

from enum import StrEnum
from typing import ClassVar

from tihi.base.ids import ItemId
from tihi.base.problem import Invalid
from tihi.base.value import Value


class Kind(StrEnum):
    """The kinds of item."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    NUMERIC = "numeric"
    SHORT_TEXT = "short_text"
    CLOZE = "cloze"
    MATCHING = "matching"
    ORDERING = "ordering"


class Verdict(StrEnum):
    """What a grading says in one word."""

    RIGHT = "right"
    PARTIAL = "partial"
    WRONG = "wrong"


class Text(Value):
    """A text as its author wrote it, and as a browser may safely show it.

    Attributes:
        source: the author's words, in their own format.
        html: sanitised HTML with MathML, made when the item was written.
    """

    source: str
    html: str


class Option(Value):
    """One option of a single or multiple choice.

    Attributes:
        text: what it says.
        weight: share of the full credit it brings, -1 to 1.
        feedback: what a learner reads who chose it.
        misconception: label of the thought that leads here, for wrong options.
    """

    text: Text
    weight: float
    feedback: Text | None
    misconception: str | None


class SingleBody(Value, tag_field="kind", tag="single"):
    """One option may be chosen."""

    options: list[Option]


class MultipleBody(Value, tag_field="kind", tag="multiple"):
    """Any number of options may be chosen; weights add up, never below 0."""

    options: list[Option]


class TrueFalseBody(Value, tag_field="kind", tag="true_false"):
    """A statement is true or false."""

    answer: bool
    feedback_right: Text | None
    feedback_wrong: Text | None
    misconception: str | None


class NumericAnswer(Value):
    """A number, or range, that brings `weight`. Bounds are inclusive.

    Attributes:
        low: least value that counts.
        high: greatest value that counts.
        shown: how the answer is written in a solution.
    """

    low: float
    high: float
    shown: str
    weight: float
    feedback: Text | None
    misconception: str | None


class NumericBody(Value, tag_field="kind", tag="numeric"):
    """A number is typed. `unit` may follow it, and is then checked; an empty unit checks none.

    `otherwise` is the feedback for a number that no answer covers.
    """

    answers: list[NumericAnswer]
    unit: str
    otherwise: Text | None


class TextAnswer(Value):
    r"""A pattern that brings `weight`; `*` stands for any run of characters, `\*` for a star."""

    pattern: str
    weight: float
    feedback: Text | None
    misconception: str | None


class ShortTextBody(Value, tag_field="kind", tag="short_text"):
    """Words are typed. Of the answers that match, the first with the highest weight counts."""

    answers: list[TextAnswer]
    case_sensitive: bool


class Gap(Value):
    """One gap of a cloze: typed when `choices` is empty, else chosen from them.

    `answers` holds patterns as in short text; a chosen gap's patterns are its choices' words.
    """

    answers: list[TextAnswer]
    choices: list[str]
    weight: float


class ClozeBody(Value, tag_field="kind", tag="cloze"):
    """Text with gaps: `pieces` has one text more than `gaps`, and they alternate."""

    pieces: list[Text]
    gaps: list[Gap]


class Pair(Value):
    """A left part and the right part that belongs to it."""

    left: Text
    right: Text


class MatchingBody(Value, tag_field="kind", tag="matching"):
    """Right parts are to be found for left ones. `decoys` are right parts that fit nothing."""

    pairs: list[Pair]
    decoys: list[Text]


class OrderingBody(Value, tag_field="kind", tag="ordering"):
    """Parts are to be put in order; they stand here in the right one."""

    parts: list[Text]


Body = (
    SingleBody
    | MultipleBody
    | TrueFalseBody
    | NumericBody
    | ShortTextBody
    | ClozeBody
    | MatchingBody
    | OrderingBody
)


class ItemDraft(Value):
    """An item as an importer or an editor makes it; the bank gives it an id and a version.

    Attributes:
        ref: the author's own name for it, unique in an org; a re-import finds the item by it.
        title: a short name for teachers.
        prompt: the question.
        body: kind and answers.
        feedback: general feedback, shown after every answer.
        tags: labels such as `skill-cells`, in lower case.
        skill: the skill it shows, '' when not said.
        difficulty: 1 to 5; 3 when not said.
        category: path of names, course first.
        line: where it begins in its file, 1-based; 0 when it has no file.
    """

    ref: str
    title: str
    prompt: Text
    body: Body
    feedback: Text | None
    tags: list[str]
    skill: str
    difficulty: int
    category: list[str]
    line: int


class Item(Value):
    """An item of the bank in one version."""

    item_id: ItemId
    version: int
    ref: str
    title: str
    prompt: Text
    body: Body
    feedback: Text | None
    tags: list[str]
    skill: str
    difficulty: int


# What a learner sees before the answer: nothing here tells the solution.


class ChoiceView(Value):
    """Something to choose. `choice` is its number in the item, which says nothing of its worth."""

    choice: int
    html: str


class GapView(Value):
    """A gap to fill; `choices` empty means that words are typed."""

    choices: list[str]


class ItemView(Value):
    """An item as shown.

    Attributes:
        choices: options, right parts of a matching, or parts of an ordering, shuffled.
        lefts: left parts of a matching, in order; else empty.
        pieces: HTML around the gaps of a cloze; else empty.
        gaps: gaps of a cloze; else empty.
        unit: unit to write beside a numeric answer, or ''.
    """

    item_id: ItemId
    kind: Kind
    prompt_html: str
    choices: list[ChoiceView]
    lefts: list[str]
    pieces: list[str]
    gaps: list[GapView]
    unit: str


# What a learner sends. Choices are named by the numbers of `ChoiceView.choice`.


class SingleResponse(Value, tag_field="kind", tag="single"):
    """The option chosen."""

    choice: int


class MultipleResponse(Value, tag_field="kind", tag="multiple"):
    """The options chosen, in any order."""

    choices: list[int]


class TrueFalseResponse(Value, tag_field="kind", tag="true_false"):
    """True or false."""

    value: bool


class NumericResponse(Value, tag_field="kind", tag="numeric"):
    """The number as typed, perhaps with a unit."""

    text: str


class ShortTextResponse(Value, tag_field="kind", tag="short_text"):
    """The words as typed."""

    text: str


class ClozeResponse(Value, tag_field="kind", tag="cloze"):
    """One text for each gap, in order."""

    gaps: list[str]


class MatchingResponse(Value, tag_field="kind", tag="matching"):
    """One right part for each left one, in order; null where none was chosen."""

    choices: list[int | None]


class OrderingResponse(Value, tag_field="kind", tag="ordering"):
    """All parts, in the learner's order."""

    choices: list[int]


Response = (
    SingleResponse
    | MultipleResponse
    | TrueFalseResponse
    | NumericResponse
    | ShortTextResponse
    | ClozeResponse
    | MatchingResponse
    | OrderingResponse
)


class Solution(Value):
    """The right answer, sent only after the learner's own.

    Attributes:
        choices: numbers of the right options; for matching one for each left part; for
            ordering all in order; empty for other kinds.
        texts: right words or numbers: one for numeric and short text (the best answer),
            one for each gap of a cloze, `true` or `false`; empty for other kinds.
    """

    choices: list[int]
    texts: list[str]


class Grade(Value):
    """What the grader says of one response.

    Attributes:
        credit: 0 to 1, rounded to 5 places.
        verdict: right from credit 1, wrong at 0.
        feedback_html: feedback of what was chosen, in order; then the general feedback.
        misconceptions: labels of what was chosen.
    """

    credit: float
    verdict: Verdict
    feedback_html: list[str]
    misconceptions: list[str]
    solution: Solution


class UnfitResponse(Invalid):
    """The response does not fit the item: another kind, or a choice that it has not."""

    slug: ClassVar[str] = "items/unfit-response"
    title: ClassVar[str] = "That answer does not fit this question"


class Unplayable(Invalid):
    """The draft cannot be played: nothing is right in it, or too much, or too long."""

    slug: ClassVar[str] = "items/unplayable"
    title: ClassVar[str] = "That question cannot be played"


class ItemVersion(Value):
    """Which item, in which version."""

    item_id: ItemId
    version: int


class Kept(Value):
    """How many drafts make, or would make, a new item, change one, or leave one as it is."""

    created: int
    updated: int
    unchanged: int


class ItemCard(Value):
    """An item at a glance, for teachers; the prompt may be shown as it is."""

    item_id: ItemId
    ref: str
    title: str
    kind: Kind
    prompt_html: str
    skill: str
    difficulty: int
    course: str
    unit: str
    lesson: str
    version: int
