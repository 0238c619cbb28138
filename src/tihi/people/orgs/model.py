"""The nouns of orgs."""

from typing import ClassVar

from tihi.base.ids import OrgId
from tihi.base.problem import Conflict, Invalid
from tihi.base.value import Value


class Org(Value):
    """An org.

    Attributes:
        zone: IANA time zone by which boards count weeks.
        rest_days: ISO weekdays, 1 to 7, on which no streak is asked for.
        boards_on: whether boards are shown at all.
        rule_set: version of the rules in force.
        activity_types: types of other products' facts that meet the daily minimum.
        frozen: only administrators are let in, and API keys do nothing.
        class_size: more learners no class takes by its code.
    """

    org_id: OrgId
    name: str
    slug: str
    zone: str
    rest_days: list[int]
    boards_on: bool
    rule_set: int
    activity_types: list[str]
    frozen: bool
    class_size: int


class ClassSize(Value):
    """How many learners a class takes by its code."""

    most: int


class UnfitSize(Invalid):
    """No class can hold so few or so many."""

    slug: ClassVar[str] = "orgs/unfit-size"
    title: ClassVar[str] = "A class holds 1 to 2,000 learners"


class SlugTaken(Conflict):
    """Another org has that short name."""

    slug: ClassVar[str] = "orgs/slug-taken"
    title: ClassVar[str] = "Another organisation has that short name"


class UnfitOrg(Invalid):
    """A name that no org can have."""

    slug: ClassVar[str] = "orgs/unfit"
    title: ClassVar[str] = "No organisation can have that name"
