"""The nouns of streaks."""

from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, Literal

from tihi.base.ids import LearnerId, OrgId
from tihi.base.problem import Invalid
from tihi.base.value import Value
from tihi.people.calendar.model import Pause


class DayMark(StrEnum):
    """What a local date is to a streak. A date with no mark is a missed or open day."""

    ACTIVE = "active"
    FROZEN = "frozen"
    PAUSED = "paused"


class StreakDay(Value):
    """A marked local date."""

    learner_id: LearnerId
    day: date
    mark: DayMark


class WeekDay(Value):
    """A day of the week that ends today; `rest` days never break a streak."""

    day: date
    mark: Literal["active", "frozen", "paused", "missed", "open"]
    rest: bool


class Streak(Value):
    """A streak as it stands today. Lengths count active days only."""

    length: int
    active_today: bool
    longest: int
    freezes: int
    today: date
    week: list[WeekDay]
    pause: Pause | None


class Unclosed(Value):
    """A learner whose days after `closed_until` the closing job has not looked at."""

    org_id: OrgId
    learner_id: LearnerId
    closed_until: date


class LearnerStreak(Value):
    """A learner's streak, for their teacher."""

    learner_id: LearnerId
    length: int
    active_today: bool


class Closed(Value):
    """Up to which day the closing job has looked at a learner."""

    learner_id: LearnerId
    closed_until: date


class Spent(Value):
    """A learner's frozen days, and the freezes that were earned."""

    learner_id: LearnerId
    frozen: int
    earned: int


class Pardoned(Value):
    """What an amnesty led to: how many freezes came back, over all learners."""

    freezes: int


class UnfitAmnesty(Invalid):
    """An amnesty for days that are not over yet, are long past, or are more than 31."""

    slug: ClassVar[str] = "streaks/unfit-amnesty"
    title: ClassVar[str] = "An amnesty is for days up to today, and for 31 at most"


LONGEST_AMNESTY = timedelta(days=31)
OLDEST_AMNESTY = timedelta(days=92)
"""Every day since then is looked at again, for everybody."""
ACTIVE_DAYS_A_FREEZE = 7
"""A freeze is earned with every seventh active day; it is never sold."""
