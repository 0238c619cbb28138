"""The nouns of classes."""

from datetime import datetime
from typing import ClassVar

import msgspec

from tihi.base.ids import ClassId, LearnerId
from tihi.base.problem import Conflict, Missing
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
        code_open: whether its code lets anybody in.
        boards_upward: its boards show learners nobody but their neighbours above.
    """

    class_id: ClassId
    name: str
    learners: int
    active_this_week: int | None
    join_code: str
    code_open: bool
    boards_upward: bool


class Door(Value):
    """What a class code leads to, as whoever has it may know before they join."""

    class_name: str
    org_name: str


class Room(Value):
    """How much room a class has: its learners, and whether its code lets anybody in."""

    name: str
    code_open: bool
    learners: int


class ClassLearner(Value):
    """A learner in a class, under the name that they chose."""

    learner_id: LearnerId
    display_name: str
    joined_at: datetime


class ClassPage(Value):
    """A class with its learners, by name; `most` is how many its code lets in."""

    class_id: ClassId
    name: str
    join_code: str
    code_open: bool
    most: int
    boards_upward: bool
    learners: list[ClassLearner]


class NewClass(Value):
    """What a teacher gives to make a class."""

    name: str


class ClassChanges(Value):
    """What a teacher may change of a class; what is left out stays as it is."""

    boards_upward: bool | msgspec.UnsetType = msgspec.UNSET
    code_open: bool | msgspec.UnsetType = msgspec.UNSET


class CodeOnly(Value):
    """A class code."""

    code: str


class UnknownCode(Missing):
    """No class lets anybody in by that code: there is none, or it is closed."""

    slug: ClassVar[str] = "classes/unknown-code"
    title: ClassVar[str] = "No class lets you in by that code. Ask your teacher to show it again"


class ClassFull(Conflict):
    """The class takes nobody more by its code."""

    slug: ClassVar[str] = "classes/full"
    title: ClassVar[str] = "That class is full. Ask your teacher"
