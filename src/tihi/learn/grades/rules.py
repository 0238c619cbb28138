"""Decisions about corrected grades: what is one, and what the fact says that tells of it."""

from collections.abc import Sequence
from math import isfinite

import msgspec

from tihi.facts.envelope import Fact
from tihi.facts.grades import GradeOverridden, stamps_of
from tihi.facts.learning import AnswerGraded, LessonCompleted
from tihi.learn.grades.model import Correction, GradeKeyUsed, NewGrade, SameGrade, UnfitGrade

_PLACES = 5


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
