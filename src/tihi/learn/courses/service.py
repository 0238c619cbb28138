"""What can be done with courses."""

from collections.abc import Sequence
from datetime import datetime

from tihi.base.ids import CourseId, LearnerId, LessonId, UnitId, derived_id
from tihi.base.problem import Missing
from tihi.learn.courses import rules, store
from tihi.learn.courses.model import CourseCard, CourseTrail, LessonPlace, NextLesson
from tihi.platform.db import Tx


async def cards(tx: Tx, learner: LearnerId) -> list[CourseCard]:
    """Return the org's courses in order, with how far `learner` has come."""
    return await store.cards(tx, learner)


async def trail(tx: Tx, learner: LearnerId, course: CourseId, *, now: datetime) -> CourseTrail:
    """Return the trail of one course.

    Raises:
        Missing: the org has no such course, or it has no lessons.
    """
    rows = await store.lessons(tx, learner, only=course, now=now)
    if not rows:
        raise Missing
    return rules.trail(rows)


async def next_lesson(tx: Tx, learner: LearnerId, *, now: datetime) -> NextLesson | None:
    """Return the lesson to do next, or None where there is no content."""
    rows = await store.lessons(tx, learner, only=None, now=now)
    return rules.choose_next(rows, last_course=await store.last_course(tx, learner))


async def place(tx: Tx, lesson: LessonId) -> LessonPlace:
    """Return where `lesson` belongs.

    Raises:
        Missing: the org has no such lesson.
    """
    found = await store.place(tx, lesson)
    if found is None:
        raise Missing
    return found


async def put_lesson(tx: Tx, category: Sequence[str]) -> LessonId:
    """Return the lesson for a category path, made with its unit and course where missing."""
    course, unit, lesson = rules.place(category)
    course_id = CourseId(derived_id(tx.org_id, "course", course))
    unit_id = UnitId(derived_id(course_id, "unit", unit))
    lesson_id = LessonId(derived_id(unit_id, "lesson", lesson))
    await store.put_course(tx, course_id, course)
    await store.put_unit(tx, unit_id, course_id, unit)
    await store.put_lesson(tx, lesson_id, unit_id, course_id, lesson)
    return lesson_id
