"""Statements of facts from outside, typed."""

from collections.abc import Sequence

from tihi.base.ids import FactId, LearnerId
from tihi.platform.db import Tx
from tihi.platform.sql import Many, load
from tihi.reach.external.model import StoredFact

_SQL = load("tihi.reach.external")
_STORED = Many(_SQL["stored"], StoredFact)
_NEWEST = Many(_SQL["newest"], StoredFact)


async def stored(tx: Tx, source: str, facts: Sequence[FactId]) -> dict[FactId, StoredFact]:
    """Return what the log holds of `facts` from `source`."""
    rows = await _STORED(tx, source=source, fact_ids=list(facts))
    return {row.fact_id: row for row in rows}


async def newest(
    tx: Tx, source: str, learners: Sequence[LearnerId], *, most: int
) -> list[StoredFact]:
    """Return the newest facts from `source` about `learners`."""
    return await _NEWEST(tx, source=source, subjects=list(learners), most=most)
