"""Facts of grades that a teacher corrected."""

from datetime import date, datetime
from typing import ClassVar

import msgspec
from typing_extensions import override

from tihi.base.value import Value
from tihi.facts.envelope import Fact, Fields, Payload
from tihi.facts.learning import AnswerGraded, LessonCompleted


class Stamps(Value):
    """How the log stamped a fact whose grading was corrected."""

    time: str
    local_date: str
    org_date: str
    nth_today: int
    rule_set: int


class GradeOverridden(Payload):
    """A teacher corrected the grade of an answer: the old and the new grading, whole.

    What follows from it follows from it alone. In the log it lies flat: each part's fields with
    the part's name before them, such as `answer.credit` and `answer_old.credit`.

    Attributes:
        answer_fact: the fact that told of the answer.
        nth: which correction of this answer it is, from 1.
        reason: why, in one of a few words.
        answer: the new grading.
        answer_old: what stood before; `answer_best` is the best that ever did.
        lesson: the lesson's new result, where the correction changed one; None elsewhere.
    """

    type: ClassVar[str] = "grade.overridden.v1"
    answer_fact: str
    nth: int
    reason: str
    answer: AnswerGraded
    answer_old: AnswerGraded
    answer_best: AnswerGraded
    answer_stamps: Stamps
    lesson: LessonCompleted | None
    lesson_old: LessonCompleted | None
    lesson_best: LessonCompleted | None
    lesson_stamps: Stamps | None

    @override
    def fields(self) -> Fields:
        """Return the data as a flat mapping."""
        flat: dict[str, object] = {}
        for name, value in msgspec.to_builtins(self).items():
            if isinstance(value, dict):
                flat.update((f"{name}.{field}", one) for field, one in value.items())
            elif value is not None:
                flat[name] = value
        return msgspec.convert(flat, Fields)


class Regrading(Value):
    """A fact as it was graded, as it is graded now, and as it was graded at its best before.

    Each is as the log would have it, had it been graded so from the first.
    """

    old: Fact
    new: Fact
    best: Fact


def stamps_of(fact: Fact) -> Stamps:
    """Return how the log stamped `fact`."""
    return Stamps(
        time=fact.time.isoformat(),
        local_date=fact.local_date.isoformat(),
        org_date=fact.org_date.isoformat(),
        nth_today=fact.nth_today,
        rule_set=fact.rule_set,
    )


def regradings(fact: Fact) -> list[Regrading]:
    """Return what a `GradeOverridden` regrades: an answer, and its lesson where it changed.

    They keep the id of `fact`, which is their cause.
    """
    return [
        Regrading(
            old=_as_graded(fact, kind, f"{name}_old", f"{name}_stamps"),
            new=_as_graded(fact, kind, name, f"{name}_stamps"),
            best=_as_graded(fact, kind, f"{name}_best", f"{name}_stamps"),
        )
        for name, kind in (("answer", AnswerGraded.type), ("lesson", LessonCompleted.type))
        if f"{name}_stamps.time" in fact.data
    ]


def _as_graded(fact: Fact, kind: str, name: str, stamps: str) -> Fact:
    found = msgspec.convert(_part(fact, stamps), Stamps)
    return msgspec.structs.replace(
        fact,
        type=kind,
        time=datetime.fromisoformat(found.time),
        local_date=date.fromisoformat(found.local_date),
        org_date=date.fromisoformat(found.org_date),
        nth_today=found.nth_today,
        rule_set=found.rule_set,
        data=_part(fact, name),
    )


def _part(fact: Fact, name: str) -> Fields:
    begin = f"{name}."
    return {
        field.removeprefix(begin): value
        for field, value in fact.data.items()
        if field.startswith(begin)
    }
