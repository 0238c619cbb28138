"""Statements of courses, typed."""

from datetime import datetime

from tihi.base.ids import CourseId, LearnerId, LessonId, UnitId
from tihi.learn.courses.model import CourseCard, LessonPlace, LessonRow
from tihi.platform.db import Tx
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.learn.courses")
_CARDS = Many(_SQL["cards"], CourseCard)
_LESSONS = Many(_SQL["lessons"], LessonRow)
_LAST_COURSE = One(_SQL["last_course"], str)
_PLACE = One(_SQL["place"], LessonPlace)
_PUT_COURSE = Run(_SQL["put_course"])
_PUT_UNIT = Run(_SQL["put_unit"])
_PUT_LESSON = Run(_SQL["put_lesson"])


async def cards(tx: Tx, learner: LearnerId) -> list[CourseCard]:
    """Return the org's courses in order, with how far `learner` has come."""
    return await _CARDS(tx, learner_id=learner)


async def lessons(
    tx: Tx, learner: LearnerId, *, only: CourseId | None, now: datetime
) -> list[LessonRow]:
    """Return the lessons of one course or of all, in order."""
    return await _LESSONS(tx, learner_id=learner, one_course=only, now=now)


async def last_course(tx: Tx, learner: LearnerId) -> str | None:
    """Return the course of the learner's latest attempt."""
    return await _LAST_COURSE(tx, learner_id=learner)


async def place(tx: Tx, lesson: LessonId) -> LessonPlace | None:
    """Return where `lesson` belongs, if the org has it."""
    return await _PLACE(tx, lesson_id=lesson)


async def put_course(tx: Tx, course: CourseId, name: str) -> None:
    """Add a course at the end, unless it is there."""
    await _PUT_COURSE(tx, course_id=course, name=name)


async def put_unit(tx: Tx, unit: UnitId, course: CourseId, name: str) -> None:
    """Add a unit at the end of its course, unless it is there."""
    await _PUT_UNIT(tx, unit_id=unit, course_id=course, name=name)


async def put_lesson(tx: Tx, lesson: LessonId, unit: UnitId, course: CourseId, name: str) -> None:
    """Add a lesson at the end of its unit, unless it is there."""
    await _PUT_LESSON(tx, lesson_id=lesson, unit_id=unit, course_id=course, name=name)
