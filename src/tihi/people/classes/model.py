"""The nouns of classes."""

from datetime import datetime
from typing import ClassVar

from tihi.base.ids import ClassId, LearnerId
from tihi.base.problem import Missing
from tihi.base.value import Value


class ClassName(Value):
    """A class and its name."""

    class_id: ClassId
    name: str


class ClassCard(Value):
    """A class at a glance.

    Attributes:
        active_this_week: learners with an answer in 7 days; None of fewer than five, of whom
            such a number would tell about one (P15).
        boards_upward: its boards show learners nobody but their neighbours above.
    """

    class_id: ClassId
    name: str
    learners: int
    active_this_week: int | None
    join_code: str
    boards_upward: bool


class ClassLearner(Value):
    """A learner in a class, under the name that they chose."""

    learner_id: LearnerId
    display_name: str
    joined_at: datetime


class ClassPage(Value):
    """A class with its learners, by name."""

    class_id: ClassId
    name: str
    join_code: str
    boards_upward: bool
    learners: list[ClassLearner]


class NewClass(Value):
    """What a teacher gives to make a class."""

    name: str


class ClassChanges(Value):
    """What a teacher may change of a class."""

    boards_upward: bool


class UnknownCode(Missing):
    """No class has that code."""

    slug: ClassVar[str] = "classes/unknown-code"
    title: ClassVar[str] = "No class has that code. Ask your teacher to show it again"
