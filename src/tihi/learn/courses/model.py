"""The nouns of courses."""

from typing import Literal

from tihi.base.ids import AttemptId, CourseId, LessonId, UnitId
from tihi.base.value import Value

Reason = Literal["resume", "next", "first", "again"]


class CourseCard(Value):
    """A course at a glance."""

    course_id: CourseId
    name: str
    lessons: int
    lessons_done: int
    items: int


class LessonMark(Value):
    """A lesson on the trail; `best` is the best share of items right at the first try."""

    lesson_id: LessonId
    name: str
    items: int
    state: Literal["done", "next", "open"]
    best: float | None
    minutes: int


class UnitTrail(Value):
    """A unit with its lessons in order."""

    unit_id: UnitId
    name: str
    lessons: list[LessonMark]


class CourseTrail(Value):
    """A course with its units in order."""

    course_id: CourseId
    name: str
    units: list[UnitTrail]


class LessonRow(Value):
    """A lesson as stored, with what the learner made of it."""

    course_id: CourseId
    course: str
    unit_id: UnitId
    unit: str
    unit_position: int
    lesson_id: LessonId
    lesson: str
    items: int
    best: float | None
    attempt_id: AttemptId | None


class NextLesson(Value):
    """The lesson to do next, and why."""

    lesson_id: LessonId
    lesson: str
    unit: str
    unit_position: int
    course_id: CourseId
    course: str
    items: int
    minutes: int
    reason: Reason
    attempt_id: AttemptId | None


class NextLessonReply(Value):
    """The lesson to do next; null where there is no content."""

    lesson: NextLesson | None


class LessonPlace(Value):
    """Where a lesson belongs."""

    lesson_id: LessonId
    lesson: str
    course_id: CourseId
    course: str
