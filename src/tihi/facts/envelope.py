"""The envelope around every fact and outcome: CloudEvents 1.0 attributes and our stamps."""

from datetime import date, datetime
from typing import ClassVar
from zlib import crc32

import msgspec

from tihi.base.ids import FactId, LearnerId, OrgId
from tihi.base.value import Value

Scalar = str | int | float | bool | None
Fields = dict[str, Scalar | list[str]]
"""What a fact says, flat, so that a rule written as data can read it. No names, no free text."""

PARTITIONS = 16
"""Fixed for the life of an installation: a learner's facts always go through one partition."""

EXTERNAL = "external.>"
"""Every type of other products, as consumers are registered for them and the broker filters."""


class Payload(Value):
    """What one type of fact says. Subclasses name the type; their fields are its data."""

    type: ClassVar[str]

    def fields(self) -> Fields:
        """Return the data as a flat mapping."""
        return msgspec.convert(msgspec.to_builtins(self), Fields)


class NewFact(Value):
    """A fact on its way into the log, before it is stamped.

    Attributes:
        source: who says it; ids are unique in (org, source).
        time: when it happened, aware UTC.
        zone: the learner's IANA time zone at that moment.
        org_zone: the org's IANA time zone, by which boards count weeks.
        context: what it belongs to, such as an attempt, so that its entries can be found; or ''.
        parent: W3C traceparent of the press that led to it, or ''.
    """

    org_id: OrgId
    source: str
    fact_id: FactId
    type: str
    subject: LearnerId
    time: datetime
    zone: str
    org_zone: str
    context: str
    parent: str
    data: Fields


class Fact(Value):
    """A fact in the log.

    Attributes:
        n: the learner's own sequence, from 1, over all types.
        local_date: the date on the learner's calendar when it happened.
        org_date: the date on the org's calendar when it happened.
        nth_today: which one of its type it is on `local_date`, from 1.
        rule_set: version of the org's rules that was in force when it was recorded.
    """

    org_id: OrgId
    source: str
    fact_id: FactId
    type: str
    subject: LearnerId
    time: datetime
    zone: str
    org_zone: str
    n: int
    local_date: date
    org_date: date
    nth_today: int
    rule_set: int
    context: str
    parent: str
    data: Fields

    @property
    def partition(self) -> int:
        """Which partition its learner belongs to."""
        return partition_of(self.subject)


def chained(cause: Fact, data: Payload, *, source: str, fact_id: FactId) -> NewFact:
    """Return what a consumer adds to the log because of `cause`: of the same learner and moment."""
    return NewFact(
        org_id=cause.org_id,
        source=source,
        fact_id=fact_id,
        type=data.type,
        subject=cause.subject,
        time=cause.time,
        zone=cause.zone,
        org_zone=cause.org_zone,
        context=cause.context,
        parent=cause.parent,
        data=data.fields(),
    )


class Outcome(Value):
    """What a consumer made of a fact, as the learner's browser gets it.

    Attributes:
        id: unique over all outcomes: learner, consumer and sequence.
        seq: this consumer's own sequence for this learner, from 1, with no gap.
        cause: the fact that completed it.
        data: an `OutcomeData` as JSON, written once and passed on as it is.
    """

    id: str
    type: str
    time: datetime
    consumer: str
    seq: int
    cause: FactId | None
    context: str | None
    data: msgspec.Raw


def partition_of(learner: LearnerId) -> int:
    """Return the partition of `learner`, the same on every machine: CRC-32 of the id."""
    return crc32(learner.bytes) % PARTITIONS


def kind_of(fact_type: str) -> str:
    """Return the name under which consumers are owed facts of a type: their type, or `EXTERNAL`.

    Other products name their own types, which nobody can register one by one.
    """
    return EXTERNAL if fact_type.startswith("external.") else fact_type


def subject_of(fact: Fact) -> str:
    """Return the broker subject that carries `fact`."""
    return f"facts.{fact.partition}.{fact.type}"
