"""Decisions about grades: what corrects one, what asks for that, what the fact says of it."""

import unicodedata
from collections.abc import Sequence
from math import isfinite

import msgspec

from tihi.facts.envelope import Fact
from tihi.facts.grades import GradeOverridden, stamps_of
from tihi.facts.learning import AnswerGraded, LessonCompleted
from tihi.learn.grades.model import (
    AskedBefore,
    Correction,
    EnoughAsked,
    GradeKeyUsed,
    Keep,
    NewGrade,
    NewRequest,
    NothingOpen,
    Request,
    SameGrade,
    State,
    UnfitGrade,
    UnfitStatement,
)

MOST_OPEN = 5
"""So many requests of one learner may wait: a teacher is to look at each."""
_PLACES = 5
_LONGEST_STATEMENT = 500
_MOST_TYPED = 2_000
"""Signs that are looked at: to put marks in order takes the square of their number (S35)."""
_KEPT_SIGNS = frozenset("\n\u200c\u200d")
"""Signs without a shape that people write with: lines, and joiners within words and emoji."""


def clean(asked: NewGrade) -> NewGrade:
    """Return `asked` with its credit as items are graded, to five places.

    Raises:
        UnfitGrade: the credit is not from 0 to 1.
    """
    if not (isfinite(asked.credit) and 0 <= asked.credit <= 1):
        raise UnfitGrade
    return msgspec.structs.replace(asked, credit=round(asked.credit, _PLACES))


def repeats(asked: NewGrade, before: Sequence[Correction]) -> bool:
    """Return whether `asked` was done already.

    Raises:
        GradeKeyUsed: its key belongs to another correction of this answer.
    """
    for one in before:
        if one.key == asked.key:
            if one.credit == asked.credit and one.reason == asked.reason:
                return True
            raise GradeKeyUsed
    return False


def changes(asked: NewGrade, credit: float) -> None:
    """Check that `asked` changes a grade of `credit`.

    Raises:
        SameGrade: it does not.
    """
    if asked.credit == credit:
        raise SameGrade


def clean_request(asked: NewRequest) -> NewRequest:
    """Return `asked` with its words as they are stored: NFC, and nothing that hides or turns text.

    Raises:
        UnfitStatement: nothing is left, or more than 500 characters are.
    """
    if len(asked.statement) > _MOST_TYPED:
        raise UnfitStatement
    typed = asked.statement.replace("\r\n", "\n").replace("\t", " ")
    statement = "".join(
        sign
        for sign in unicodedata.normalize("NFC", typed)
        if sign in _KEPT_SIGNS or not unicodedata.category(sign).startswith("C")
    ).strip()
    said = any(sign.isalnum() for sign in statement)
    if not said or len(statement) > _LONGEST_STATEMENT:
        raise UnfitStatement
    return msgspec.structs.replace(asked, statement=statement)


def asks_again(asked: NewRequest, before: Request | None) -> bool:
    """Return whether `asked` was asked already.

    Raises:
        GradeKeyUsed: its key came before with other words.
        AskedBefore: there is a request about the answer.
    """
    if before is None:
        return False
    if before.key != asked.key:
        raise AskedBefore
    if before.statement != asked.statement:
        raise GradeKeyUsed
    return True


def may_ask(waiting: int) -> None:
    """Check that somebody may ask of whom `waiting` requests are open.

    Raises:
        EnoughAsked: they may not.
    """
    if waiting >= MOST_OPEN:
        raise EnoughAsked


def state(request: Request, credit: float) -> State:
    """Return how far a request is about an answer that is graded `credit` now.

    It follows from the grades: a correction meets it, and one that is taken back opens it again.
    """
    if credit != request.credit:
        return State.MET
    return State.OPEN if request.kept_at is None else State.KEPT


def keeps_again(asked: Keep, request: Request | None, credit: float) -> bool:
    """Return whether the grade was kept already for the reason that `asked` gives.

    Raises:
        NothingOpen: nobody asks about it any more, or it was kept for another reason.
    """
    if request is None:
        raise NothingOpen
    found = state(request, credit)
    if found is State.KEPT and request.reason is asked.reason:
        return True
    if found is not State.OPEN:
        raise NothingOpen
    return False


def gradings(answer: Fact, before: Sequence[Correction]) -> list[AnswerGraded]:
    """Return every grading of an answer in order, the first one as the log has it."""
    first = msgspec.convert(answer.data, AnswerGraded)
    return [first, *(regraded(first, one.credit, run=one.run) for one in before)]


def regraded(graded: AnswerGraded, credit: float, *, run: int) -> AnswerGraded:
    """Return `graded` with another credit, in a run of right answers of length `run`."""
    return msgspec.structs.replace(graded, credit=credit, right=credit == 1, run=run)


def overridden(
    answer: Fact, stood: Sequence[AnswerGraded], new: AnswerGraded, reason: str
) -> GradeOverridden:
    """Return the fact that tells of a corrected answer whose earlier gradings are `stood`."""
    return GradeOverridden(
        answer_fact=str(answer.fact_id),
        nth=len(stood),
        reason=reason,
        answer=new,
        answer_old=stood[-1],
        answer_best=max(stood, key=lambda one: one.credit),
        answer_stamps=stamps_of(answer),
        lesson=None,
        lesson_old=None,
        lesson_best=None,
        lesson_stamps=None,
    )


def with_lesson(
    told: GradeOverridden, lesson: Fact, *, before: int, best: int, now: int
) -> GradeOverridden:
    """Return `told` with the result of the lesson that the answer changed.

    Args:
        told: the corrected answer.
        lesson: the fact that told of the finished lesson.
        before: items that were right at the first try before.
        best: as many as there ever were before.
        now: as many as there are now.
    """
    first = msgspec.convert(lesson.data, LessonCompleted)
    return msgspec.structs.replace(
        told,
        lesson=_result(first, now),
        lesson_old=_result(first, before),
        lesson_best=_result(first, best),
        lesson_stamps=stamps_of(lesson),
    )


def first_result(lesson: Fact) -> int:
    """Return how many items were right at the first try when the lesson was finished."""
    return msgspec.convert(lesson.data, LessonCompleted).right_first


def _result(lesson: LessonCompleted, right: int) -> LessonCompleted:
    share = round(right / lesson.items, _PLACES)
    return msgspec.structs.replace(lesson, right_first=right, share=share)
