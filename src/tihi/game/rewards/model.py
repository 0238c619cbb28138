"""The nouns of rewards."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import accumulate, islice
from typing import Literal
from uuid import UUID

from tihi.base.ids import LearnerId
from tihi.base.value import Value
from tihi.facts.envelope import Fact
from tihi.facts.outcomes import Bilingual
from tihi.game.achievements.model import Sheet


class Input(Value):
    """A number that went into an amount."""

    name: str
    value: float


class NewEntry(Value):
    """A ledger entry before it is numbered.

    Attributes:
        source: `fact:<source>:<id>`, or `award:<achievement>:<tier>`; with rule and learner
            it is the key that lets each reward be given once.
        inputs: the numbers that went in, for the receipt.
    """

    source: str
    rule: str
    points: int
    inputs: list[Input]


class Entered(Value):
    """The ledger entries of one fact.

    Attributes:
        fact: it gives them their learner, their days and their cause.
        new: in the order of their numbers.
        first: number of the first one; a learner's entries are numbered from 1.
        before: the learner's balance before it.
    """

    fact: Fact
    new: Sequence[NewEntry]
    first: int
    before: int

    def numbers(self) -> range:
        """Return the entries' numbers."""
        return range(self.first, self.first + len(self.new))

    def balances(self) -> Iterable[int]:
        """Return the balance after each entry."""
        points = (one.points for one in self.new)
        return islice(accumulate(points, initial=self.before), 1, None)


class State(Value):
    """A learner's totals as of ledger entry `entry`.

    Attributes:
        version: the mark of the batch that last touched the learner; 0 before the first.
        counted: up to which version of the rules the learner's history is counted.
        last_time: time of the last contributing fact.
        day: newest local date that entries fall into, with the sum of that day.
        week: Monday of the newest week on the org's calendar that entries fall into, with its
            sum and its last contributing fact.
        fell: an entry took points back once; without one, no total was ever higher than now.
    """

    learner_id: LearnerId
    version: int
    counted: int
    xp: int
    level: int
    entry: int
    fell: bool
    last_time: datetime
    day: date
    day_points: int
    week: date
    week_points: int
    week_time: datetime


class Known(Value):
    """What a batch left behind of a learner: their state, and sheets of theirs by bucket."""

    state: State
    sheets: dict[int, Sheet]


class Week(Value):
    """Points of a learner in the week that begins on Monday `week`."""

    learner_id: LearnerId
    week: date
    points: int
    last_time: datetime


class Progress(Value):
    """Where a learner stands. The level runs from `level_floor` to below `level_next` XP.

    Attributes:
        waiting: points for something are late and on their way, as while the broker is away.
    """

    xp: int
    level: int
    level_floor: int
    level_next: int
    today_xp: int
    week_xp: int
    daily_goal: int
    waiting: bool


class FactRef(Value):
    """The fact behind an entry."""

    source: str
    id: UUID
    type: str
    time: datetime


class LedgerEntry(Value):
    """An entry as its learner reads it: the receipt for some points.

    `reason` says why a teacher corrected the grade behind it, in one of a few words.
    """

    entry: int
    time: datetime
    points: int
    balance: int
    rule: str
    name: Bilingual
    inputs: list[Input]
    fact: FactRef | None
    badge: str | None
    reason: str | None
    context: str | None


class LedgerPage(Value):
    """Entries, newest first; `next_before` asks for the rest."""

    entries: list[LedgerEntry]
    next_before: int | None


class LedgerRow(Value):
    """An entry as stored, with its fact."""

    entry: int
    time: datetime
    points: int
    balance: int
    source: str
    rule: str
    inputs: list[Input]
    context: str
    fact_source: str | None
    fact_id: UUID | None
    fact_type: str | None
    fact_time: datetime | None
    fact_reason: str | None


class LearnerProgress(Value):
    """Where a learner of a class stands, for its teacher."""

    learner_id: LearnerId
    xp: int
    level: int
    week_xp: int


class ClassProgress(Value):
    """Where a learner of a class stands, with their streak."""

    learner_id: LearnerId
    xp: int
    level: int
    week_xp: int
    streak: int
    active_today: bool


class Heights(Value):
    """A learner's level, with their total and the highest that it ever was."""

    learner_id: LearnerId
    level: int
    xp: int
    most: int


class Difference(Value):
    """What `verify` found: the subject, what is stored, what the ledger says."""

    kind: Literal[
        "state", "level", "balance", "week", "day", "board", "streak", "due", "points", "counter",
        "award",
    ]  # fmt: skip
    subject: str
    stored: str
    expected: str
