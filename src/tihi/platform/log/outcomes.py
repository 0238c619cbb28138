"""Outcomes: numbered for each learner and consumer, so that a client can ask for the rest."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

import msgspec

from tihi.base.ids import FactId, LearnerId, OrgId
from tihi.base.value import Value
from tihi.facts.envelope import Outcome
from tihi.facts.outcomes import OutcomeData
from tihi.platform import traces
from tihi.platform.db import BatchTx, Tx
from tihi.platform.sql import Many, One, load

_SQL = load("tihi.platform.log")
_JSON = msgspec.json.Encoder()
MOST_MISSED = 200
"""A client that missed more than this gets a fresh snapshot instead."""


class Said(Value):
    """An outcome on its way to a learner, before it is numbered.

    Attributes:
        accepted: when the answer arrived that led to it, where somebody waits for it.
        parent: the trace it belongs to, or ''.
    """

    org_id: OrgId
    learner_id: LearnerId
    time: datetime
    cause: FactId | None
    context: str
    data: OutcomeData
    accepted: datetime | None = None
    parent: str = ""


class Addressed(Value):
    """A numbered outcome and whom it is for; `accepted` and `parent` are as they were said."""

    org_id: OrgId
    learner_id: LearnerId
    outcome: Outcome
    accepted: datetime | None = None
    parent: str = ""


class Missed(Value):
    """What a client has not seen.

    Attributes:
        snapshot: it missed too much, or what it saw was undone by a restore: read everything
            afresh, then go on from `seen`.
        seen: last number of each consumer.
        epoch: in which those numbers count; '' before any restore.
    """

    outcomes: list[Outcome]
    snapshot: bool
    seen: dict[str, int]
    epoch: str


class _Last(Value):
    consumer: str
    seq: int


class _Counted(Value):
    """The number of the last outcome of a learner."""

    org_id: OrgId
    learner_id: LearnerId
    seq: int


class _New(Value):
    """An outcome on its way to its row.

    Attributes:
        nth: which one of its learner's it is here, from 1.
        back: how many of them follow.
    """

    nth: int
    back: int
    org_id: OrgId
    learner_id: LearnerId
    type: str
    time: datetime
    cause: FactId | None
    context: str
    data: msgspec.Raw


class _Row(Value):
    learner_id: LearnerId
    consumer: str
    seq: int
    type: str
    time: datetime
    cause: FactId | None
    context: str
    data: str


_ADD = Many(_SQL["add_outcomes"], _Counted)
_MISSED = Many(_SQL["missed"], _Row)
_LAST = Many(_SQL["last_seen"], _Last)
_EPOCH = One(_SQL["epoch"], str)


async def say(tx: BatchTx, consumer: str, said: Sequence[Said]) -> list[Addressed]:
    """Number and store `said`; return it for the push that follows the commit."""
    if not said:
        return []
    rows = _placed(said)
    with traces.steps("outcomes") as steps:
        parents = steps.under([one.parent for one in said])
        counted = await _ADD(
            tx,
            consumer=consumer,
            org_ids=list({one.org_id for one in said}),
            rows=_JSON.encode(rows).decode(),
        )
    last = {_key(one): one.seq for one in counted}
    return [
        Addressed(
            org_id=one.org_id,
            learner_id=one.learner_id,
            outcome=_numbered(row, consumer, last[_key(one)] - row.back),
            accepted=one.accepted,
            parent=parent,
        )
        for row, one, parent in zip(rows, said, parents, strict=True)
    ]


def _placed(said: Sequence[Said]) -> list[_New]:
    """Return the rows of `said`, each with its place among its learner's."""
    many = Counter(_key(one) for one in said)
    left = many.copy()
    rows: list[_New] = []
    for one in said:
        key = _key(one)
        left[key] -= 1
        rows.append(
            _New(
                nth=many[key] - left[key],
                back=left[key],
                org_id=one.org_id,
                learner_id=one.learner_id,
                type=one.data.type,
                time=one.time,
                cause=one.cause,
                context=one.context,
                data=msgspec.Raw(_JSON.encode(one.data)),
            )
        )
    return rows


def _key(one: Said | _Counted) -> tuple[int, int]:
    """Return whose it is, as numbers, which hash faster than UUIDs."""
    return one.org_id.int, one.learner_id.int


def _numbered(row: _New, consumer: str, seq: int) -> Outcome:
    return Outcome(
        id=_id(row.learner_id, consumer, seq),
        type=row.type,
        time=row.time,
        consumer=consumer,
        seq=seq,
        cause=row.cause,
        context=row.context or None,
        data=row.data,
    )


def _id(learner: LearnerId, consumer: str, seq: int) -> str:
    return f"{learner}/{consumer}/{seq}"


async def missed(tx: Tx, learner: LearnerId, seen: dict[str, int], epoch: str) -> Missed:
    """Return what `learner` has not seen.

    Args:
        tx: the org's transaction.
        learner: who asks.
        seen: the last number seen of each consumer.
        epoch: in which they were seen.
    """
    now = await _EPOCH(tx) or ""
    last = {row.consumer: row.seq for row in await _LAST(tx, learner_id=learner)}
    if seen and epoch != now:
        return Missed(outcomes=[], snapshot=True, seen=last, epoch=now)
    behind = {consumer: seq for consumer, seq in last.items() if seen.get(consumer, 0) < seq}
    if sum(seq - seen.get(consumer, 0) for consumer, seq in behind.items()) > MOST_MISSED:
        return Missed(outcomes=[], snapshot=True, seen=last, epoch=now)
    outcomes: list[tuple[datetime, Outcome]] = []
    for consumer in behind:
        rows = await _MISSED(
            tx,
            learner_id=learner,
            consumer=consumer,
            seen=seen.get(consumer, 0),
            most=MOST_MISSED,
        )
        if len(rows) < last[consumer] - seen.get(consumer, 0):
            # Some are too old to be kept: what they told is in the pages only.
            return Missed(outcomes=[], snapshot=True, seen=last, epoch=now)
        # By time, but never against a consumer's numbers: a late fact is told of later.
        times = accumulate((row.time for row in rows), max)
        outcomes.extend(zip(times, (_outcome(row) for row in rows), strict=True))
    outcomes.sort(key=lambda one: (one[0], one[1].consumer, one[1].seq))
    told = [outcome for _, outcome in outcomes]
    return Missed(outcomes=told, snapshot=False, seen=last, epoch=now)


def _outcome(row: _Row) -> Outcome:
    return Outcome(
        id=_id(row.learner_id, row.consumer, row.seq),
        type=row.type,
        time=row.time,
        consumer=row.consumer,
        seq=row.seq,
        cause=row.cause,
        context=row.context or None,
        data=msgspec.Raw(row.data.encode()),
    )
