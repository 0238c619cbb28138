"""The nouns of achievements."""

from datetime import datetime

import msgspec

from tihi.base.ids import FactId, LearnerId, OrgId
from tihi.base.value import Value
from tihi.facts.outcomes import Bilingual
from tihi.game.packs.model import Achievement, Drive, Tier

MOST_DISTINCT = 500
"""So many values of a distinct criterion are told apart; a pack may not ask for more."""
SPANS_KEPT_DAYS = 36
"""Longer than an attempt stays open, so that a late fact finds the day that it belongs to."""


class Sheet(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Counters of one learner, kept in one row. Unlike a value it is moved in place.

    Attributes:
        counts: by counter's key: the value, or the best value of any span.
        spans: by counter's key and span, the newest spans only.
        seen: by counter's key (and span): marks of the values met.
        held: by achievement: the highest tier that was awarded.
    """

    counts: dict[str, float] = msgspec.field(default_factory=dict)
    spans: dict[str, dict[str, float]] = msgspec.field(default_factory=dict)
    seen: dict[str, list[str]] = msgspec.field(default_factory=dict)
    held: dict[str, int] = msgspec.field(default_factory=dict)


class Award(Value):
    """A tier that a learner reached. Its key is what is awarded; `cause` is the fact."""

    org_id: OrgId
    learner_id: LearnerId
    achievement: str
    tier: int
    version: int
    cause: FactId
    time: datetime


class Earned(Value):
    """An award with the words and the reward that go with it."""

    award: Award
    achievement: Achievement
    tier: Tier


class TierCard(Value):
    """A tier as a learner sees it."""

    tier: int
    name: Bilingual
    threshold: float
    reward: int
    earned_at: datetime | None


class Badge(Value):
    """An achievement as a learner sees it; a hidden one keeps its secret until it is earned.

    A past one is given no more; those who have it keep it.
    """

    achievement: str
    name: Bilingual
    description: Bilingual
    drive: Drive
    hidden: bool
    past: bool
    icon: str
    tiers: list[TierCard]
    progress: float
