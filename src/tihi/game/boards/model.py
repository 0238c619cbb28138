"""The nouns of boards."""

from datetime import date, datetime
from typing import ClassVar, Literal

from tihi.base.ids import ClassId, LearnerId, OrgId
from tihi.base.problem import Invalid
from tihi.base.value import Value

Scope = Literal["org", "class"]
PeriodName = Literal["week", "all"]


class WeekPoints(Value):
    """Points in the week that begins on Monday `week`, with its last contributing fact."""

    week: date
    points: int
    last_time: datetime


class Standing(Value):
    """A learner's absolute totals as of ledger entry `entry`; `fell`: they were higher once."""

    org_id: OrgId
    learner_id: LearnerId
    entry: int
    fell: bool
    xp: int
    last_time: datetime
    weeks: list[WeekPoints]


class Totals(Value):
    """Totals of one board on their way to it, as texts with a blank after each word.

    Attributes:
        grown: score and member of each who never fell; the higher score is the newer one.
        ordered: entry, score and member of those who did; the higher entry is the newer one. The
            score `-` takes the member off.
    """

    grown: str = ""
    ordered: str = ""


class TotalRow(Value):
    """A learner's total in one period, as the ledger has it."""

    learner_id: LearnerId
    points: int
    last_time: datetime


class BoardRow(Value):
    """A place on a board. `masked` names are made up; `hue` is 0 to 359, for the picture."""

    place: int
    you: bool
    name: str
    initials: str
    hue: int
    xp: int
    masked: bool


class Board(Value):
    """A board as one person sees it.

    Attributes:
        updating: it is being rebuilt; no rows are shown rather than wrong ones.
        off: the org shows no boards.
        upward: you see nobody but your neighbours above, as the teacher of a class of yours
            has set it: `top` is empty, and `around` is you and the two before you.
        members: how many stand on it; None where you see upward only, as the last would else
            know that they are.
        around: you and two on either side, when you are not among `top`.
    """

    scope: Scope
    period: PeriodName
    class_id: ClassId | None
    updating: bool
    off: bool
    upward: bool
    members: int | None
    top: list[BoardRow]
    around: list[BoardRow]


class Place(Value):
    """A learner's place as the sorted set has it."""

    place: int
    learner_id: LearnerId
    xp: int


class NotYourClass(Invalid):
    """A class board needs a class that you are in."""

    slug: ClassVar[str] = "boards/not-your-class"
    title: ClassVar[str] = "Choose one of your own classes"
