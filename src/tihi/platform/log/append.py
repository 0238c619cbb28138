"""Appending facts: stamped, logged and made due in the transaction of what they tell."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tihi.base.ids import FactId, LearnerId, OrgId
from tihi.base.value import Value
from tihi.facts.envelope import Fact, NewFact
from tihi.platform.clock import local_date
from tihi.platform.db import Batch
from tihi.platform.sql import Many, load

_SQL = load("tihi.platform.log")
_JSON = msgspec.json.Encoder()


class _Counted(Value):
    learner_id: UUID
    n: int
    rule_set: int


class _New(Value):
    """A fact on its way to its row, without the number that the log gives it for its day."""

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
    rule_set: int
    context: str
    parent: str
    data: dict[str, Any]


class _Stamp(Value):
    org_id: UUID
    source: str
    fact_id: UUID
    nth_today: int


_Key = tuple[UUID, str, UUID]
_COUNT_FACTS = Many(_SQL["count_facts"], _Counted)
_ADD_FACTS = Many(_SQL["add_facts"], _Stamp)


async def append(tx: Batch, facts: Sequence[NewFact], *, now: datetime) -> list[Fact]:
    """Append what is new among `facts`; return it stamped, to be published after the commit.

    A fact whose (org, source, id) is in the log already is passed over, so a replay
    appends nothing. Learners' sequences stay locked until the transaction ends.
    """
    if not facts:
        return []
    new: dict[_Key, NewFact] = {}
    for fact in facts:
        new.setdefault((fact.org_id, fact.source, fact.fact_id), fact)
    rows = _numbered(list(new.values()), await _counted(tx, list(new.values())))
    stamps = await _ADD_FACTS(
        tx,
        since=now,
        org_ids=list({fact.org_id for fact in rows}),
        rows=_JSON.encode(rows).decode(),
    )
    nth = {(one.org_id, one.source, one.fact_id): one.nth_today for one in stamps}
    return [
        _stamped(row, nth[key])
        for row in rows
        if (key := (row.org_id, row.source, row.fact_id)) in nth
    ]


async def _counted(tx: Batch, facts: Sequence[NewFact]) -> dict[UUID, _Counted]:
    counts = Counter((fact.org_id, fact.subject) for fact in facts)
    rows = await _COUNT_FACTS(
        tx,
        org_ids=[org for org, _ in counts],
        learner_ids=[learner for _, learner in counts],
        counts=list(counts.values()),
    )
    return {row.learner_id: row for row in rows}


def _numbered(facts: Sequence[NewFact], counted: dict[UUID, _Counted]) -> list[_New]:
    """Return rows with their numbers; a fact that is known already leaves a gap in them."""
    left = Counter(fact.subject for fact in facts)
    rows: list[_New] = []
    for fact in facts:
        left[fact.subject] -= 1
        rows.append(
            _New(
                org_id=fact.org_id,
                source=fact.source,
                fact_id=fact.fact_id,
                type=fact.type,
                subject=fact.subject,
                time=fact.time,
                zone=fact.zone,
                org_zone=fact.org_zone,
                n=counted[fact.subject].n - left[fact.subject],
                local_date=local_date(fact.time, fact.zone),
                org_date=local_date(fact.time, fact.org_zone),
                rule_set=counted[fact.subject].rule_set,
                context=fact.context,
                parent=fact.parent,
                data=fact.data,
            )
        )
    return rows


def _stamped(row: _New, nth_today: int) -> Fact:
    return Fact(
        org_id=row.org_id,
        source=row.source,
        fact_id=row.fact_id,
        type=row.type,
        subject=row.subject,
        time=row.time,
        zone=row.zone,
        org_zone=row.org_zone,
        n=row.n,
        local_date=row.local_date,
        org_date=row.org_date,
        nth_today=nth_today,
        rule_set=row.rule_set,
        context=row.context,
        parent=row.parent,
        data=row.data,
    )
