"""Outcomes: numbered for each learner and consumer, so that a client can ask for the rest."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

import msgspec

from tihi.base.ids import FactId, LearnerId, OrgId, spelled
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


class _Told(Value, omit_defaults=True):
    """An outcome within its row."""

    type: str
    time: datetime
    data: msgspec.Raw
    cause: FactId | None = None
    context: str = ""


class _Row(Value):
    """Outcomes as stored; `seq` numbers the last of them."""

    seq: int
    told: str


_ADD = Many(_SQL["add_outcomes"], _Counted)
_MISSED = Many(_SQL["missed"], _Row)
_LAST = Many(_SQL["last_seen"], _Last)
_EPOCH = One(_SQL["epoch"], str)
_decode = msgspec.json.Decoder(list[_Told]).decode


async def say(tx: BatchTx, consumer: str, said: Sequence[Said]) -> list[Addressed]:
    """Number and store `said`; return it, by learner, for the push that follows the commit."""
    if not said:
        return []
    of: defaultdict[tuple[int, int], list[Said]] = defaultdict(list)
    for one in said:
        of[_key(one)].append(one)
    groups = list(of.values())
    told = [[_told(one) for one in group] for group in groups]
    with traces.steps("outcomes") as steps:
        parents = iter(steps.under([one.parent for group in groups for one in group]))
        counted = await _ADD(
            tx,
            consumer=consumer,
            org_ids=list({one.org_id for one in said}),
            orgs=[group[0].org_id for group in groups],
            learner_ids=[group[0].learner_id for group in groups],
            counts=[len(group) for group in groups],
            times=[max(one.time for one in group) for group in groups],
            told=[_JSON.encode(words).decode() for words in told],
        )
    last = {_key(one): one.seq for one in counted}
    return [
        Addressed(
            org_id=one.org_id,
            learner_id=one.learner_id,
            outcome=outcome,
            accepted=one.accepted,
            parent=parent,
        )
        for words, (key, group) in zip(told, of.items(), strict=True)
        for one, outcome, parent in zip(
            group, _numbered(group[0].learner_id, consumer, words, last[key]), parents, strict=False
        )
    ]


def _told(one: Said) -> _Told:
    return _Told(
        type=one.data.type,
        time=one.time,
        data=msgspec.Raw(_JSON.encode(one.data)),
        cause=one.cause,
        context=one.context,
    )


def _key(one: Said | _Counted) -> tuple[int, int]:
    """Return whose it is, as numbers, which hash faster than UUIDs."""
    return one.org_id.int, one.learner_id.int


def _numbered(learner: LearnerId, consumer: str, told: Sequence[_Told], last: int) -> list[Outcome]:
    """Return outcomes of a row as they are told, of which `last` numbers the last one."""
    whose = f"{spelled(learner)}/{consumer}"
    return [
        Outcome(
            id=f"{whose}/{seq}",
            type=one.type,
            time=one.time,
            consumer=consumer,
            seq=seq,
            cause=one.cause,
            context=one.context or None,
            data=one.data,
        )
        for seq, one in enumerate(told, start=last - len(told) + 1)
    ]


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
        told = [
            one
            for row in rows
            for one in _numbered(learner, consumer, _decode(row.told), row.seq)
            if one.seq > seen.get(consumer, 0)
        ]
        if len(told) < last[consumer] - seen.get(consumer, 0):
            # Some are too old to be kept: what they told is in the pages only.
            return Missed(outcomes=[], snapshot=True, seen=last, epoch=now)
        # By time, but never against a consumer's numbers: a late fact is told of later.
        times = accumulate((one.time for one in told), max)
        outcomes.extend(zip(times, told, strict=True))
    outcomes.sort(key=lambda one: (one[0], one[1].consumer, one[1].seq))
    return Missed(outcomes=[one for _, one in outcomes], snapshot=False, seen=last, epoch=now)
