"""Appending facts: stamped, logged and made due in the transaction of what they tell."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tihi.base.ids import LearnerId, OrgId
from tihi.base.value import Value
from tihi.facts.envelope import Fact, NewFact
from tihi.platform.clock import local_date
from tihi.platform.db import Batch
from tihi.platform.sql import Many, Run, load

_SQL = load("tihi.platform.log")
_JSON = msgspec.json.Encoder()


class _Counted(Value):
    learner_id: UUID
    n: int
    rule_set: int


class _CountedDay(Value):
    learner_id: UUID
    type: str
    local_date: date
    n: int


class _Key(Value):
    org_id: UUID
    source: str
    fact_id: UUID


_COUNT_FACTS = Many(_SQL["count_facts"], _Counted)
_KNOWN_FACTS = Many(_SQL["known_facts"], _Key)
_COUNT_DAYS = Many(_SQL["count_days"], _CountedDay)
_ADD_FACTS = Run(_SQL["add_facts"])


async def append(tx: Batch, facts: Sequence[NewFact], *, now: datetime) -> list[Fact]:
    """Append what is new among `facts`; return it stamped, to be published after the commit.

    A fact whose (org, source, id) is in the log already is passed over, so a replay
    appends nothing. Learners' sequences stay locked until the transaction ends.
    """
    if not facts:
        return []
    counted = await _counted(tx, facts)
    new = await _unknown(tx, facts)
    if not new:
        return []
    stamped = _stamped(new, counted, await _counted_days(tx, new))
    await _ADD_FACTS(tx, since=now, **_columns(stamped))
    return stamped


async def _counted(tx: Batch, facts: Sequence[NewFact]) -> dict[UUID, _Counted]:
    counts = Counter((fact.org_id, fact.subject) for fact in facts)
    rows = await _COUNT_FACTS(
        tx,
        org_ids=[org for org, _ in counts],
        learner_ids=[learner for _, learner in counts],
        counts=list(counts.values()),
    )
    return {row.learner_id: row for row in rows}


async def _unknown(tx: Batch, facts: Sequence[NewFact]) -> list[NewFact]:
    rows = await _KNOWN_FACTS(
        tx,
        org_ids=[fact.org_id for fact in facts],
        sources=[fact.source for fact in facts],
        fact_ids=[fact.fact_id for fact in facts],
    )
    seen = {(row.org_id, row.source, row.fact_id) for row in rows}
    new: list[NewFact] = []
    for fact in facts:
        key = (fact.org_id, fact.source, fact.fact_id)
        if key not in seen:
            seen.add(key)
            new.append(fact)
    return new


_DayKey = tuple[UUID, str, date]


async def _counted_days(tx: Batch, facts: Sequence[NewFact]) -> dict[_DayKey, int]:
    counts: Counter[tuple[OrgId, LearnerId, str, date]] = Counter(
        (fact.org_id, fact.subject, fact.type, local_date(fact.time, fact.zone)) for fact in facts
    )
    rows = await _COUNT_DAYS(
        tx,
        org_ids=[key[0] for key in counts],
        learner_ids=[key[1] for key in counts],
        types=[key[2] for key in counts],
        local_dates=[key[3] for key in counts],
        counts=list(counts.values()),
    )
    return {(row.learner_id, row.type, row.local_date): row.n for row in rows}


def _stamped(
    facts: Sequence[NewFact], counted: dict[UUID, _Counted], days: dict[_DayKey, int]
) -> list[Fact]:
    left = Counter(fact.subject for fact in facts)
    left_days: Counter[_DayKey] = Counter(
        (fact.subject, fact.type, local_date(fact.time, fact.zone)) for fact in facts
    )
    stamped: list[Fact] = []
    for fact in facts:
        day = local_date(fact.time, fact.zone)
        key = (fact.subject, fact.type, day)
        left[fact.subject] -= 1
        left_days[key] -= 1
        stamped.append(
            Fact(
                org_id=fact.org_id,
                source=fact.source,
                fact_id=fact.fact_id,
                type=fact.type,
                subject=fact.subject,
                time=fact.time,
                zone=fact.zone,
                n=counted[fact.subject].n - left[fact.subject],
                local_date=day,
                org_date=fact.org_date or local_date(fact.time, fact.org_zone),
                nth_today=days[key] - left_days[key],
                rule_set=counted[fact.subject].rule_set,
                context=fact.context,
                parent=fact.parent,
                data=fact.data,
            )
        )
    return stamped


def _columns(facts: Sequence[Fact]) -> dict[str, list[object]]:
    return {
        "org_ids": [fact.org_id for fact in facts],
        "sources": [fact.source for fact in facts],
        "fact_ids": [fact.fact_id for fact in facts],
        "types": [fact.type for fact in facts],
        "subjects": [fact.subject for fact in facts],
        "times": [fact.time for fact in facts],
        "zones": [fact.zone for fact in facts],
        "ns": [fact.n for fact in facts],
        "local_dates": [fact.local_date for fact in facts],
        "org_dates": [fact.org_date for fact in facts],
        "nths": [fact.nth_today for fact in facts],
        "rule_sets": [fact.rule_set for fact in facts],
        "contexts": [fact.context for fact in facts],
        "parents": [fact.parent for fact in facts],
        "datas": [_JSON.encode(fact.data).decode() for fact in facts],
    }
