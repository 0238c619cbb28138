"""The nouns of corrected grades."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from tihi.base.ids import AccountId, AttemptId, ClassId, FactId, ItemId, LearnerId
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


class KeepReason(StrEnum):
    """Why a grade stays that a learner asked about. A word and no text, in either language."""

    LOOKED_AGAIN = "looked-again"
    PART_MISSING = "part-missing"
    OTHER_QUESTION = "other-question"
    LOOK_TOGETHER = "look-together"


class NewGrade(Value):
    """What a teacher sends: the credit from 0 to 1, why, and a key that makes it count once."""

    credit: float
    reason: Reason
    key: UUID


class NewRequest(Value):
    """What a learner sends who asks that a grade be looked at again; a key makes it count once."""

    statement: str
    key: UUID


class Keep(Value):
    """What a teacher sends who looked again and keeps a grade."""

    reason: KeepReason


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


class Request(Value):
    """A request as stored, with the word that the grade stays, if there is one.

    Attributes:
        credit: the grade that it is about.
    """

    answer_id: FactId
    key: UUID
    statement: str
    credit: float
    asked_at: datetime
    kept_at: datetime | None
    kept_by: AccountId | None
    reason: KeepReason | None


class Given(Value):
    """An answer as stored, with its place in the log."""

    n: int
    answer_id: FactId
    learner_id: LearnerId
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


class State(StrEnum):
    """How far a request is."""

    OPEN = "open"
    KEPT = "kept"
    MET = "met"


class RequestCard(Value):
    """What a learner says of a grade, beside it; `kept_by` is None when that person was erased."""

    statement: str
    asked_at: datetime
    credit: float
    state: State
    kept_at: datetime | None
    kept_by: str | None
    reason: KeepReason | None


class AnswerCard(Value):
    """An answer as its learner and staff see it: what was asked and answered, how it is graded.

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
    request: RequestCard | None


class AnswersPage(Value):
    """A learner's answers, newest first; `next_before` asks for older ones."""

    learner_id: LearnerId
    display_name: str
    answers: list[AnswerCard]
    next_before: int | None


class OwnAnswers(Value):
    """Your answers in one attempt, in order."""

    attempt_id: AttemptId
    answers: list[AnswerCard]


class AskedAnswer(Value):
    """An answer whose learner asks for another look."""

    learner_id: LearnerId
    display_name: str
    answer: AnswerCard


class OpenRequests(Value):
    """How many grades somebody in a class asks about."""

    class_id: ClassId
    open: int


class UnfitStatement(Invalid):
    """A statement that says nothing or too much."""

    slug: ClassVar[str] = "grades/unfit-statement"
    title: ClassVar[str] = "Say in 1 to 500 characters why the grade is not right"


class AskedBefore(Conflict):
    """There is a request about that answer, in other words."""

    slug: ClassVar[str] = "grades/asked-before"
    title: ClassVar[str] = "You asked about that answer before"


class EnoughAsked(Conflict):
    """Too many requests of one learner are open."""

    slug: ClassVar[str] = "grades/enough-asked"
    title: ClassVar[str] = "Five of your answers wait for another look. Ask again after that"


class NobodyToAsk(Conflict):
    """The learner is in no class, so that no teacher would see the request."""

    slug: ClassVar[str] = "grades/nobody-to-ask"
    title: ClassVar[str] = "You are in no class, so no teacher would see it"


class NothingOpen(Conflict):
    """Nobody asks about that grade, or it was settled."""

    slug: ClassVar[str] = "grades/nothing-open"
    title: ClassVar[str] = "Nobody waits for another look at that answer"


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
