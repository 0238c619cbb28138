"""HTTP for courses."""

from uuid import UUID

from litestar import get
from litestar.params import FromPath

from tihi.base.ids import CourseId
from tihi.base.problem import Missing
from tihi.learn.courses import service
from tihi.learn.courses.model import CourseCard, CourseTrail, NextLessonReply
from tihi.platform.http import EVERYONE, LEARNERS, Given, may, problems


@get("/api/v1/courses", opt=may(EVERYONE), responses=problems())
async def list_courses(call: Given) -> list[CourseCard]:
    """List the courses of your org, with how far you have come."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.cards(tx, call.actor.learner)


@get("/api/v1/courses/{course_id:uuid}", opt=may(EVERYONE), responses=problems(Missing))
async def read_course(call: Given, course_id: FromPath[UUID]) -> CourseTrail:
    """Read the trail of a course."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.trail(
            tx, call.actor.learner, CourseId(course_id), now=call.clock.now()
        )


@get("/api/v1/me/next-lesson", opt=may(LEARNERS), responses=problems())
async def read_next_lesson(call: Given) -> NextLessonReply:
    """Read which lesson is next for you, and why."""
    async with call.db.tx(call.actor.org_id) as tx:
        found = await service.next_lesson(tx, call.actor.learner, now=call.clock.now())
    return NextLessonReply(lesson=found)


handlers = [list_courses, read_course, read_next_lesson]
