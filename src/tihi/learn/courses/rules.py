"""Decisions about trails: what is done, what is next, and why."""

from collections.abc import Sequence

from tihi.learn.courses.model import (
    CourseTrail,
    LessonMark,
    LessonRow,
    NextLesson,
    Reason,
    UnitTrail,
)

_SECONDS_AN_ITEM = 35
_DEPTH = 3


def minutes(items: int) -> int:
    """Return about how long a lesson of `items` takes, at 35 s each, at least 1 minute."""
    return max(1, round(items * _SECONDS_AN_ITEM / 60))


def place(category: Sequence[str]) -> tuple[str, str, str]:
    """Return course, unit and lesson for a category path of any length.

    A short path repeats its last name; what is deeper than three joins the lesson's name.
    """
    names = [name for name in category if name.strip()] or ["Imported"]
    while len(names) < _DEPTH:
        names = [*names, names[-1]]
    return names[0], names[1], " · ".join(names[2:])


def trail(rows: Sequence[LessonRow]) -> CourseTrail:
    """Return the trail of one course; `rows` are its lessons in order, at least one."""
    following = _next_in(rows)
    units: dict[str, UnitTrail] = {}
    for row in rows:
        mark = LessonMark(
            lesson_id=row.lesson_id,
            name=row.lesson,
            items=row.items,
            state="done" if row.best is not None else "next" if row is following else "open",
            best=row.best,
            minutes=minutes(row.items),
        )
        unit = units.setdefault(
            str(row.unit_id), UnitTrail(unit_id=row.unit_id, name=row.unit, lessons=[])
        )
        unit.lessons.append(mark)
    return CourseTrail(course_id=rows[0].course_id, name=rows[0].course, units=list(units.values()))


def _next_in(rows: Sequence[LessonRow]) -> LessonRow | None:
    return next((row for row in rows if row.best is None), None)


def choose_next(rows: Sequence[LessonRow], *, last_course: str | None) -> NextLesson | None:
    """Return the lesson to do next among all lessons in order, or None when there are none.

    An attempt under way comes first; then the next new lesson of the course last worked
    on; then the first new one anywhere; when all are done, the one with the most to gain.
    """
    playable = [row for row in rows if row.items]
    if not playable:
        return None
    under_way = [row for row in playable if row.attempt_id is not None]
    if under_way:
        return _chosen(under_way[0], "resume")
    same = [row for row in playable if str(row.course_id) == last_course]
    following = _next_in(same)
    if following is not None:
        return _chosen(following, "next")
    anywhere = _next_in(playable)
    if anywhere is not None:
        return _chosen(anywhere, "first" if last_course is None else "next")
    weakest = min(playable, key=lambda row: row.best or 0.0)
    return _chosen(weakest, "again")


def _chosen(row: LessonRow, reason: Reason) -> NextLesson:
    return NextLesson(
        lesson_id=row.lesson_id,
        lesson=row.lesson,
        unit=row.unit,
        unit_position=row.unit_position,
        course_id=row.course_id,
        course=row.course,
        items=row.items,
        minutes=minutes(row.items),
        reason=reason,
        attempt_id=row.attempt_id,
    )
