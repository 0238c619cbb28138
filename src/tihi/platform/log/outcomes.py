"""Outcomes: numbered for each learner and consumer, so that a client can ask for the rest."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tihi.base.ids import FactId, LearnerId, OrgId
from tihi.base.value import Value
from tihi.facts.envelope import Outcome
from tihi.facts.outcomes import OutcomeData
from tihi.platform import traces
from tihi.platform.db import BatchTx, Tx
from tihi.platform.sql import Many, Run, load

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
        snapshot: it missed too much: read everything afresh, then go on from `seen`.
        seen: last number of each consumer.
    """

    outcomes: list[Outcome]
    snapshot: bool
    seen: dict[str, int]


class _Counted(Value):
    learner_id: LearnerId
    n: int


class _Last(Value):
    consumer: str
    seq: int


class _New(Value):
    org_id: OrgId
    learner_id: LearnerId
    seq: int
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


_COUNT = Many(_SQL["count_outcomes"], _Counted)
_ADD = Run(_SQL["add_outcomes"])
_MISSED = Many(_SQL["missed"], _Row)
_LAST = Many(_SQL["last_seen"], _Last)


async def say(tx: BatchTx, consumer: str, said: Sequence[Said]) -> list[Addressed]:
    """Number and store `said`; return it for the push that follows the commit."""
    if not said:
        return []
    with traces.steps("outcomes") as steps:
        parents = steps.under([one.parent for one in said])
        rows = await _stored(tx, consumer, said)
    return [
        _addressed(row, consumer, one.accepted, parent)
        for row, one, parent in zip(rows, said, parents, strict=True)
    ]


async def _stored(tx: BatchTx, consumer: str, said: Sequence[Said]) -> list[_New]:
    counts = Counter((one.org_id, one.learner_id) for one in said)
    counted = await _COUNT(
        tx,
        consumer=consumer,
        org_ids=[org for org, _ in counts],
        learner_ids=[learner for _, learner in counts],
        counts=list(counts.values()),
    )
    following: dict[UUID, int] = {row.learner_id: row.n for row in counted}
    left = Counter(one.learner_id for one in said)
    numbered: list[tuple[Said, int]] = []
    for one in said:
        left[one.learner_id] -= 1
        numbered.append((one, following[one.learner_id] - left[one.learner_id]))
    rows = [
        _New(
            org_id=one.org_id,
            learner_id=one.learner_id,
            seq=seq,
            type=one.data.type,
            time=one.time,
            cause=one.cause,
            context=one.context,
            data=msgspec.Raw(_JSON.encode(one.data)),
        )
        for one, seq in numbered
    ]
    await _ADD(
        tx,
        consumer=consumer,
        org_ids=list({one.org_id for one in rows}),
        rows=_JSON.encode(rows).decode(),
    )
    return rows


def _addressed(row: _New, consumer: str, accepted: datetime | None, parent: str) -> Addressed:
    return Addressed(
        org_id=row.org_id,
        learner_id=row.learner_id,
        outcome=Outcome(
            id=_id(row.learner_id, consumer, row.seq),
            type=row.type,
            time=row.time,
            consumer=consumer,
            seq=row.seq,
            cause=row.cause,
            context=row.context or None,
            data=row.data,
        ),
        accepted=accepted,
        parent=parent,
    )


def _id(learner: LearnerId, consumer: str, seq: int) -> str:
    return f"{learner}/{consumer}/{seq}"


async def missed(tx: Tx, learner: LearnerId, seen: dict[str, int]) -> Missed:
    """Return what `learner` has not seen, given the last number seen of each consumer."""
    last = {row.consumer: row.seq for row in await _LAST(tx, learner_id=learner)}
    behind = {consumer: seq for consumer, seq in last.items() if seen.get(consumer, 0) < seq}
    if sum(seq - seen.get(consumer, 0) for consumer, seq in behind.items()) > MOST_MISSED:
        return Missed(outcomes=[], snapshot=True, seen=last)
    outcomes: list[Outcome] = []
    for consumer in behind:
        rows = await _MISSED(
            tx,
            learner_id=learner,
            consumer=consumer,
            seen=seen.get(consumer, 0),
            most=MOST_MISSED,
        )
        outcomes.extend(_outcome(row) for row in rows)
    outcomes.sort(key=lambda outcome: (outcome.time, outcome.consumer, outcome.seq))
    return Missed(outcomes=outcomes, snapshot=False, seen=last)


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
