"""The language of rules: what a pack may say."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import ClassVar, Generic, Literal, TypeVar
from uuid import UUID

import msgspec

from tihi.base.problem import Invalid
from tihi.base.value import Value
from tihi.facts.envelope import Fact, Scalar
from tihi.facts.outcomes import Bilingual

T = TypeVar("T")

_DAY_COUNT = "day_count"
_MOST_KNOWN = 10_000
_MOST_MADE = 64
_FAR = 10**15
"""Sums of what is nearer stay exact."""

MOST_POINTS = 10_000
"""What one rule gives for one fact, or one tier, at most."""

REVERSE = "reverse:"
"""Before a rule's id in an entry that takes back what the rule gave."""


class Drive(StrEnum):
    """The eight core drives of Octalysis (Chou 2015)."""

    MEANING = "meaning"
    ACCOMPLISHMENT = "accomplishment"
    EMPOWERMENT = "empowerment"
    OWNERSHIP = "ownership"
    INFLUENCE = "influence"
    SCARCITY = "scarcity"
    UNPREDICTABILITY = "unpredictability"
    AVOIDANCE = "avoidance"


def value_of(fact: Fact, field: str) -> Scalar:
    """Return what `fact` says in `field`: its data, or `day_count`, the log's own stamp."""
    if field == _DAY_COUNT:
        return fact.nth_today
    found = fact.data.get(field)
    return None if isinstance(found, list) else found


def number_of(fact: Fact, field: str) -> float:
    """Return a field as a number; true counts 1, what is no number or beyond 10¹⁵ counts 0."""
    found = value_of(fact, field)
    # Comparing with a bound is safe for whole numbers too large to become a float, and for NaN.
    return float(found) if isinstance(found, int | float) and -_FAR < found < _FAR else 0.0


class Condition(Value):
    """A test of one field of a fact. Every bound that is given must hold."""

    field: str
    eq: Scalar | msgspec.UnsetType = msgspec.UNSET
    one_of: list[str | int | float | bool] | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def asks(self) -> bool:
        """Whether it asks for anything that a fact can say."""
        bounds = (self.one_of or None, self.at_least, self.at_most)
        return self.eq is not msgspec.UNSET or any(bound is not None for bound in bounds)

    def holds(self, fact: Fact) -> bool:
        """Return whether `fact` passes."""
        # Read for every fact and rule, so it asks no function for the value.
        found = fact.nth_today if self.field == _DAY_COUNT else fact.data.get(self.field)
        if self.eq is not msgspec.UNSET and found != self.eq:
            return False
        if self.one_of is not None and found not in self.one_of:
            return False
        if self.at_least is None and self.at_most is None:
            return True
        if not isinstance(found, int | float):
            return False
        return (self.at_least is None or found >= self.at_least) and (
            self.at_most is None or found <= self.at_most
        )


def holds(conditions: Sequence[Condition], fact: Fact) -> bool:
    """Return whether `fact` passes all of `conditions`."""
    # Asked for every fact and rule: `all` over a generator takes three times as long.
    for condition in conditions:  # noqa: SIM110
        if not condition.holds(fact):
            return False
    return True


class Remembered(Generic[T]):
    """What facts come to by rules, remembered by the fields that those rules read.

    Rules see nothing but the fact and read few of its fields, so most facts come to what one
    before them came to.
    """

    def __init__(
        self, reads: Mapping[str, Collection[str]], work_out: Callable[[Fact], list[T]]
    ) -> None:
        """Remember nothing yet.

        Args:
            reads: by the type of fact, the fields that its rules read.
            work_out: says what a fact comes to; nobody may change what it returns.
        """
        self._reads = {kind: sorted(fields) for kind, fields in reads.items()}
        self._by_day = {kind for kind, fields in reads.items() if _DAY_COUNT in fields}
        self._work_out = work_out
        self._known: dict[tuple[object, ...], list[T]] = {}

    def of(self, fact: Fact) -> list[T]:
        """Return what `fact` comes to; nothing where no rule is for its type."""
        kind, data = fact.type, fact.data
        fields = self._reads.get(kind)
        if fields is None:
            return []
        key = (
            kind,
            fact.nth_today if kind in self._by_day else 0,
            *[None if isinstance(found := data.get(one), list) else found for one in fields],
        )
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = self._work_out(fact)
        return known


class Factor(Value):
    """Multiplies by the step of a counting field, from 1; the last step holds on.

    With a width of 20 the first step is for 1 to 20, the second for 21 to 40, and so on: a
    soft cap.
    """

    field: str
    steps: list[float]
    width: int = 1


class XpRule(Value):
    """How many points a fact brings: (base + Σ field · rate) · Π factors, rounded half even.

    It depends on the fact alone, so an amount never depends on when a fact is worked on. It is
    never below 0 nor above 10,000, whatever a fact says.
    """

    id: str
    fact: str
    name: Bilingual
    drive: Drive
    where: list[Condition] = msgspec.field(default_factory=list)
    base: float = 0.0
    per: dict[str, float] = msgspec.field(default_factory=dict)
    factors: list[Factor] = msgspec.field(default_factory=list)


class LevelCurve(Value):
    """Level L begins at a total of round(scale · (L − 1) ^ power) XP."""

    scale: float = 60.0
    power: float = 1.7

    def begins(self, level: int) -> int:
        """Return the total at which `level` begins; 0 for level 1."""
        return round(self.scale * (level - 1) ** self.power)

    def level(self, total: int) -> int:
        """Return the level that holds `total`; at least 1."""
        if total <= 0:
            return 1
        guess = 1 + int((total / self.scale) ** (1 / self.power))
        while self.begins(guess + 1) <= total:
            guess += 1
        while guess > 1 and self.begins(guess) > total:
            guess -= 1
        return guess


def _digest(told: bytes) -> str:
    return blake2b(told, digest_size=9).hexdigest()


class Criterion(Value):
    """Something counted over facts.

    Attributes:
        kind: count of facts, sum or max of `field`, or distinct values of it. What is below 0
            adds nothing to a sum, so that it only grows and no order of facts matters.
        fact: type of the facts.
        where: all must hold.
        span: counted over all time, or afresh each local day or each week.
        need: what this criterion needs; None takes the tier's threshold.
    """

    kind: Literal["count", "sum", "max", "distinct"]
    fact: str
    where: list[Condition] = msgspec.field(default_factory=list)
    field: str = ""
    span: Literal["all", "day", "week"] = "all"
    need: float | None = None

    @property
    def key(self) -> str:
        """Name of its counter: criteria that count the same share one."""
        same = msgspec.structs.replace(self, need=None)
        return _digest(msgspec.json.encode(same))


class Tier(Value):
    """A step of an achievement; `reward` is in XP."""

    threshold: float
    name: Bilingual
    reward: int


class Achievement(Value):
    """Something to be proud of.

    Attributes:
        version: grows with each edit; an edit never takes a badge away.
        hidden: its name shows only once it is earned.
        join: whether all criteria must reach the tier, or any.
        since: facts before it do not count; None for no bound. `until` likewise.
    """

    id: str
    name: Bilingual
    description: Bilingual
    icon: str
    drive: Drive
    criteria: list[Criterion]
    tiers: list[Tier]
    version: int = 1
    hidden: bool = False
    join: Literal["all", "any"] = "all"
    since: datetime | None = None
    until: datetime | None = None

    @property
    def keys(self) -> list[str]:
        """Names of the counters of its criteria, in order.

        One that counts in a window has counters of its own, since others count what is outside.
        """
        if self.since is None and self.until is None:
            return [criterion.key for criterion in self.criteria]
        window = f"{self.since} {self.until}"
        return [_digest(f"{criterion.key} {window}".encode()) for criterion in self.criteria]


class Retire(Value):
    """Ids of rules and achievements that are to be given no more."""

    rules: list[str] = msgspec.field(default_factory=list)
    achievements: list[str] = msgspec.field(default_factory=list)


class Pack(Value):
    """Rules and achievements to be taken together; `levels` None keeps the curve in force."""

    pack: str
    version: int
    rules: list[XpRule] = msgspec.field(default_factory=list)
    levels: LevelCurve | None = None
    achievements: list[Achievement] = msgspec.field(default_factory=list)
    retire: Retire = msgspec.field(default_factory=Retire)


class RuleSet(Value, omit_defaults=True):
    """All rules of an org in one version.

    What is retired gives nothing for facts of this version. It is kept for the words of what it
    gave, and for its version, should it come back.
    """

    version: int
    rules: list[XpRule]
    levels: LevelCurve
    achievements: list[Achievement]
    retired_rules: list[XpRule] = msgspec.field(default_factory=list)
    retired_achievements: list[Achievement] = msgspec.field(default_factory=list)


class PerRuleSet(Generic[T]):
    """What is made of rule sets, each made once: those of a version never change."""

    def __init__(self, make: Callable[[RuleSet], T]) -> None:
        self._make = make
        self._made: dict[tuple[UUID, int], T] = {}

    def of(self, org: UUID, rule_set: RuleSet) -> T:
        """Return what is made of `rule_set` of `org`."""
        key = (org, rule_set.version)
        if key not in self._made:
            if len(self._made) >= _MOST_MADE:
                self._made.clear()
            self._made[key] = self._make(rule_set)
        return self._made[key]


class Backfill(Value):
    """How far the counting of history for one version of the rules has come.

    Attributes:
        after: the last learner who is counted.
        done: learners who are counted, of `total`; None before it has begun.
        awards: tiers that it has awarded.
    """

    version: int
    after: UUID
    done: int
    total: int | None
    awards: int
    finished_at: datetime | None


class AppliedPack(Value):
    """What applying a pack led to; `version` is the rule set's.

    `retired` is how many rules and achievements the pack takes out of it. `counting` says that
    history is being counted for it, in the background.
    """

    pack: str
    version: int
    rules: int
    achievements: int
    retired: int
    counting: bool


class PackCard(Value):
    """A pack that was applied once, and the rules in force after it.

    Attributes:
        retired: rules and achievements that are given no more.
        counted: learners whose history is counted for it.
        to_count: how many there are in all; None where there is nothing to count.
        awards: tiers that history has earned.
    """

    pack: str
    version: int
    applied_at: datetime
    rules: int
    achievements: int
    retired: int
    counted: int
    to_count: int | None
    awards: int


class UnfitPack(Invalid):
    """A pack that cannot be read, or says something impossible."""

    slug: ClassVar[str] = "packs/unfit"
    title: ClassVar[str] = "That pack cannot be applied"
