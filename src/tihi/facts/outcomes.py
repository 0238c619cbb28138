"""Outcomes: what a learner is told. Socket.IO events carry these very names."""

from typing import ClassVar

from tihi.base.value import Value


class Bilingual(Value):
    """A text in English and in te reo Māori."""

    en: str
    mi: str


class OutcomeData(Value):
    """What one type of outcome says."""

    type: ClassVar[str]


class RulePoints(Value):
    """Points of one rule, for the learner's eyes."""

    rule: str
    points: int
    name: Bilingual


class PointsEarned(OutcomeData):
    """A fact was counted; it may have brought 0 points."""

    type: ClassVar[str] = "points_earned"
    points: int
    xp: int
    level: int
    level_floor: int
    level_next: int
    today_xp: int
    week_xp: int
    rules: list[RulePoints]


class PointsReversed(OutcomeData):
    """A teacher corrected a grade, and the points follow it.

    Attributes:
        points: what the correction brings in all; below 0 where it takes some back.
        credit: what the answer is worth now, 0 to 1.
        reason: why, in one of a few words.
    """

    type: ClassVar[str] = "points_reversed"
    points: int
    credit: float
    reason: str
    xp: int
    level: int
    level_floor: int
    level_next: int
    today_xp: int
    week_xp: int
    rules: list[RulePoints]


class LevelUp(OutcomeData):
    """A level was reached."""

    type: ClassVar[str] = "level_up"
    level: int


class BadgeUnlocked(OutcomeData):
    """A tier of an achievement was reached."""

    type: ClassVar[str] = "badge_unlocked"
    achievement: str
    tier: int
    name: Bilingual
    tier_name: Bilingual
    reward: int


class StreakExtended(OutcomeData):
    """A day joined the streak."""

    type: ClassVar[str] = "streak_extended"
    local_date: str
    length: int


class StreakSaved(OutcomeData):
    """A freeze carried the streak over a missed day."""

    type: ClassVar[str] = "streak_saved"
    local_date: str
    freezes: int
