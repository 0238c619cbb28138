"""Statements of achievements, typed."""

from collections.abc import Sequence

import msgspec

from tihi.base.ids import LearnerId, OrgId
from tihi.base.value import Value
from tihi.game.achievements.model import Award, Sheet
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, Run, load

SheetKey = tuple[OrgId, LearnerId, int]
"""Org, learner and bucket."""


class Paid(Value):
    """Points for an award, as the ledger has them."""

    learner_id: LearnerId
    source: str
    points: int


class _Row(Value):
    org_id: OrgId
    learner_id: LearnerId
    bucket: int
    sheet: str


_SQL = load("tihi.game.achievements")
_SHEETS = Many(_SQL["sheets"], _Row)
_SHEETS_OF = Many(_SQL["sheets_of"], _Row)
_PUT_SHEETS = Run(_SQL["put_sheets"])
_AWARDS = Many(_SQL["awards"], Award)
_PAID = Many(_SQL["paid"], Paid)
_ADD_AWARDS = Run(_SQL["add_awards"])
_decode = msgspec.json.Decoder(Sheet).decode
_encode = msgspec.json.Encoder().encode


async def sheets(tx: Batch, keys: Sequence[SheetKey]) -> list[tuple[SheetKey, Sheet]]:
    """Return the sheets that are kept already."""
    rows = await _SHEETS(
        tx,
        org_ids=[key[0] for key in keys],
        learner_ids=[key[1] for key in keys],
        buckets=[key[2] for key in keys],
    )
    return [((row.org_id, row.learner_id, row.bucket), _decode(row.sheet)) for row in rows]


async def sheets_of(tx: Tx, learners: Sequence[LearnerId]) -> list[tuple[SheetKey, Sheet]]:
    """Return all sheets of `learners`."""
    rows = await _SHEETS_OF(tx, learner_ids=list(learners))
    return [((row.org_id, row.learner_id, row.bucket), _decode(row.sheet)) for row in rows]


async def put_sheets(tx: Batch, sheets: Sequence[tuple[SheetKey, Sheet]]) -> None:
    """Store sheets."""
    await _PUT_SHEETS(
        tx,
        org_ids=[key[0] for key, _ in sheets],
        learner_ids=[key[1] for key, _ in sheets],
        buckets=[key[2] for key, _ in sheets],
        sheets=[_encode(sheet).decode() for _, sheet in sheets],
    )


async def awards(tx: Tx, learners: Sequence[LearnerId]) -> list[Award]:
    """Return all awards of `learners`."""
    return await _AWARDS(tx, learner_ids=list(learners))


async def paid(tx: Tx, learners: Sequence[LearnerId]) -> list[Paid]:
    """Return what the ledger gave `learners` for awards."""
    return await _PAID(tx, learner_ids=list(learners))


async def add_awards(tx: Batch, new: Sequence[Award]) -> None:
    """Store awards."""
    await _ADD_AWARDS(
        tx,
        org_ids=[award.org_id for award in new],
        learner_ids=[award.learner_id for award in new],
        achievements=[award.achievement for award in new],
        tiers=[award.tier for award in new],
        versions=[award.version for award in new],
        causes=[award.cause for award in new],
        times=[award.time for award in new],
    )
