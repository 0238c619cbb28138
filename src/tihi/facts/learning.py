"""Facts of learning and of days."""

from datetime import date
from typing import ClassVar

from tihi.base.ids import FactId, LearnerId, OrgId, derived_id
from tihi.facts.envelope import Payload


class AnswerGraded(Payload):
    """One step was answered and graded.

    Attributes:
        item: id of the item.
        credit: 0 to 1.
        right: whether the credit is full.
        nth_ever: which time this learner answers this item, from 1.
        nth_today: the same within the local date.
        right_before: whether an earlier answer to this item was right.
        run: right answers in a row over all items, this one counted; 0 after a wrong one.
        took_ms: from showing the step to the answer, as the server saw it.
        hasty: answered faster than it can be read; such an answer earns little.
        again: the step brought back an item that was missed in this attempt.
    """

    type: ClassVar[str] = "answer.graded.v1"
    attempt: str
    item: str
    lesson: str
    course: str
    kind: str
    skill: str
    difficulty: int
    credit: float
    right: bool
    nth_ever: int
    nth_today: int
    right_before: bool
    run: int
    took_ms: int
    hasty: bool
    again: bool


class LessonCompleted(Payload):
    """Every step of a lesson's attempt was answered.

    Attributes:
        items: items in the lesson.
        right_first: items that were right at the first try.
        share: right_first / items, 0 to 1.
        nth_ever: which time this learner completes this lesson, from 1.
        nth_today: the same within the local date.
        course_done: whether every lesson of the course has now been completed once.
    """

    type: ClassVar[str] = "lesson.completed.v1"
    attempt: str
    lesson: str
    course: str
    items: int
    right_first: int
    share: float
    nth_ever: int
    nth_today: int
    course_done: bool


DAY_SOURCE = "learn"
"""Source of every `DayActive`, so that a day which two ways of learning met is logged once."""


class DayActive(Payload):
    """A learner met the org's daily minimum on a local date for the first time."""

    type: ClassVar[str] = "day.active.v1"
    local_date: str
    hour: int
    weekday: int


def day_id(org_id: OrgId, learner: LearnerId, day: date) -> FactId:
    """Return the id of a learner's `DayActive` on `day`, whatever met the minimum."""
    return FactId(derived_id(org_id, learner, "day", day))


class StreakKept(Payload):
    """A day joined a run of active days; `length` is the whole run that holds the day."""

    type: ClassVar[str] = "streak.kept.v1"
    local_date: str
    length: int


class LevelReached(Payload):
    """A learner's total first reached a level."""

    type: ClassVar[str] = "level.reached.v1"
    level: int
