"""The nouns of achievements."""

from datetime import datetime

from tihi.base.ids import FactId, LearnerId, OrgId
from tihi.base.value import Value
from tihi.facts.outcomes import Bilingual
from tihi.game.packs.model import Achievement, Criterion, Drive, Tier

EVER = "*"
"""The span of a counter's best value, whatever it is counted over."""


class Touch(Value):
    """A fact moves a counter.

    Attributes:
        span: `*` for all time, else the local day or the Monday of its week.
        amount: what a count or sum grows by, or what a max is at least.
        seen: the value that a distinct criterion met, else ''.
    """

    learner_id: LearnerId
    criterion: Criterion
    key: str
    span: str
    amount: float
    seen: str


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
    """An achievement as a learner sees it; a hidden one keeps its secret until it is earned."""

    achievement: str
    name: Bilingual
    description: Bilingual
    drive: Drive
    hidden: bool
    icon: str
    tiers: list[TierCard]
    progress: float
