"""The nouns of corrected grades."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from tihi.base.ids import AccountId, AttemptId, FactId, ItemId, LearnerId
from tihi.base.problem import Conflict, Invalid
from tihi.base.value import Value
from tihi.learn.items.model import Kind, Response, Verdict


class Reason(StrEnum):
    """Why a grade was corrected. A word and no text: facts and ledger hold nothing typed."""

    RIGHT_TOO = "right-too"
    UNCLEAR_QUESTION = "unclear-question"
    MISMARKED = "mismarked"
    SHOWN_OTHERWISE = "shown-otherwise"
    CORRECTED_BACK = "corrected-back"


class NewGrade(Value):
    """What a teacher sends: the credit from 0 to 1, why, and a key that makes it count once."""

    credit: float
    reason: Reason
    key: UUID


class Correction(Value):
    """A correction as stored; `run` is the run of right answers that the answer belongs to."""

    answer_id: FactId
    nth: int
    fact_id: FactId
    key: UUID
    learner_id: LearnerId
    corrected_by: AccountId
    corrected_at: datetime
    old_credit: float
    credit: float
    run: int
    reason: Reason


class Given(Value):
    """An answer as stored, with its place in the log."""

    n: int
    answer_id: FactId
    attempt_id: AttemptId
    item_id: ItemId
    version: int
    again: bool
    lesson: str | None
    response: Response
    verdict: Verdict
    credit: float
    answered_at: datetime


class CorrectionCard(Value):
    """A correction as staff see it; `by` is None when that person was erased."""

    at: datetime
    by: str | None
    old_credit: float
    credit: float
    reason: Reason


class AnswerCard(Value):
    """An answer as staff see it: what was asked, what was answered, how it is graded.

    Attributes:
        answer_id: the fact that told of it.
        given_html: what was answered, part by part; `true` or `false` for a judgement.
        solution_html: the right answer, likewise.
        corrections: the first one first.
    """

    answer_id: FactId
    lesson: str | None
    again: bool
    kind: Kind
    prompt_html: str
    given_html: list[str]
    solution_html: list[str]
    verdict: Verdict
    credit: float
    answered_at: datetime
    corrections: list[CorrectionCard]


class AnswersPage(Value):
    """A learner's answers, newest first; `next_before` asks for older ones."""

    learner_id: LearnerId
    display_name: str
    answers: list[AnswerCard]
    next_before: int | None


class UnfitGrade(Invalid):
    """A grade lies between 0 and 1."""

    slug: ClassVar[str] = "grades/unfit"
    title: ClassVar[str] = "A grade lies between 0 and 1"


class SameGrade(Conflict):
    """The answer is graded so already."""

    slug: ClassVar[str] = "grades/same"
    title: ClassVar[str] = "That answer is graded so already"


class GradeKeyUsed(Conflict):
    """The idempotency key came before with another grade."""

    slug: ClassVar[str] = "grades/key-used"
    title: ClassVar[str] = "That key was used for another correction"
