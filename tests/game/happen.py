"""Facts as learning tells them, for tests of the game, and a way to record them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import msgspec

from tihi.base.ids import FactId, LearnerId, OrgId
from tihi.facts.envelope import Fact, NewFact, Payload
from tihi.facts.grades import GradeOverridden, stamps_of
from tihi.facts.learning import AnswerGraded, DayActive, LessonCompleted
from tihi.platform.clock import local_date, zone
from tihi.platform.log.append import append
from world import START, ZONE, World

NOBODY = LearnerId(UUID(int=7))
NOWHERE = OrgId(UUID(int=9))


def answer(**told: object) -> AnswerGraded:
    """Return a careful, right, first answer, but for what is told."""
    usual: dict[str, object] = {
        "attempt": "a",
        "item": "i",
        "lesson": "l",
        "course": "c",
        "kind": "single",
        "skill": "adding",
        "difficulty": 3,
        "credit": 1.0,
        "right": True,
        "nth_ever": 1,
        "nth_today": 1,
        "right_before": False,
        "run": 1,
        "took_ms": 9_000,
        "hasty": False,
        "again": False,
    }
    return AnswerGraded(**(usual | told))  # pyright: ignore[reportArgumentType]  # by its names


def lesson(**told: object) -> LessonCompleted:
    """Return a lesson done, but for what is told."""
    usual: dict[str, object] = {
        "attempt": "a",
        "lesson": "l",
        "course": "c",
        "items": 4,
        "right_first": 4,
        "share": 1.0,
        "nth_ever": 1,
        "nth_today": 1,
        "course_done": False,
    }
    return LessonCompleted(**(usual | told))  # pyright: ignore[reportArgumentType]  # likewise


def corrections(
    told: Fact,
    credits_: Sequence[float],
    *,
    lesson: Fact | None = None,
    results: Sequence[int] = (),
) -> list[GradeOverridden]:
    """Return corrections of an answer, one after another, as learning tells them.

    Args:
        told: the answer's fact.
        credits_: what it is worth after each.
        lesson: the fact of its lesson, when that is finished.
        results: how many items of the lesson are right at the first try after each.
    """
    stood = [msgspec.convert(told.data, AnswerGraded)]
    ends = [msgspec.convert(lesson.data, LessonCompleted)] if lesson else []
    found: list[GradeOverridden] = []
    for number, credit in enumerate(credits_):
        right = credit == 1
        new = msgspec.structs.replace(stood[0], credit=credit, right=right, run=int(right))
        end = None
        if lesson and results[number] != ends[-1].right_first:
            share = round(results[number] / ends[0].items, 5)
            end = msgspec.structs.replace(ends[0], right_first=results[number], share=share)
        found.append(
            GradeOverridden(
                answer_fact=str(told.fact_id),
                nth=len(stood),
                reason="mismarked",
                answer=new,
                answer_old=stood[-1],
                answer_best=max(stood, key=lambda one: one.credit),
                answer_stamps=stamps_of(told),
                lesson=end,
                lesson_old=ends[-1] if end else None,
                lesson_best=max(ends, key=lambda one: one.right_first) if end else None,
                lesson_stamps=stamps_of(lesson) if lesson and end else None,
            )
        )
        stood.append(new)
        ends += [end] if end else []
    return found


def day_active(day: date) -> DayActive:
    """Return that a day's minimum was met."""
    return DayActive(local_date=day.isoformat(), hour=12, weekday=day.isoweekday())


def noon(day: date, zone_name: str = ZONE) -> datetime:
    """Return noon of `day` in a zone."""
    return datetime.combine(day, time(12), tzinfo=zone(zone_name)).astimezone(UTC)


def fact(
    data: Payload,
    *,
    n: int = 1,
    nth_today: int = 1,
    moment: datetime = START,
    rule_set: int = 1,
    learner: LearnerId = NOBODY,
) -> Fact:
    """Return a fact as the log would stamp it."""
    return Fact(
        org_id=NOWHERE,
        source="learn",
        fact_id=FactId(UUID(int=n)),
        type=data.type,
        subject=learner,
        time=moment,
        zone=ZONE,
        org_zone=ZONE,
        n=n,
        local_date=local_date(moment, ZONE),
        org_date=local_date(moment, ZONE),
        nth_today=nth_today,
        rule_set=rule_set,
        context="",
        parent="",
        data=data.fields(),
    )


def new(
    world: World,
    learner: LearnerId,
    data: Payload,
    *,
    moment: datetime | None = None,
    zone_name: str = ZONE,
    fact_id: UUID | None = None,
) -> NewFact:
    """Return a fact before it is recorded."""
    return NewFact(
        org_id=world.org_id,
        source="learn",
        fact_id=FactId(fact_id or uuid4()),
        type=data.type,
        subject=learner,
        time=moment or world.clock.now(),
        zone=zone_name,
        org_zone=ZONE,
        context="",
        parent="",
        data=data.fields(),
    )


def active_on(
    world: World, learner: LearnerId, day: date, *, zone_name: str = ZONE, at: int = 12
) -> NewFact:
    """Return that `learner` met the minimum of `day`, at an hour of its zone."""
    moment = datetime.combine(day, time(at), tzinfo=zone(zone_name)).astimezone(UTC)
    return new(world, learner, day_active(day), moment=moment, zone_name=zone_name)


async def record(world: World, *facts: NewFact) -> Sequence[Fact]:
    """Append facts to the log."""
    async with world.here.db.batch([world.org_id]) as tx:
        return await append(tx, facts, now=world.clock.now())


def days(first: date, count: int) -> list[date]:
    """Return `count` days from `first`."""
    return [first + timedelta(days=n) for n in range(count)]
