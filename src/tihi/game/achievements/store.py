"""Statements of achievements, typed."""

from collections.abc import Mapping, Sequence

from tihi.base.ids import LearnerId, OrgId
from tihi.base.value import Value
from tihi.game.achievements.model import Award, Touch
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, Run, load

CounterKey = tuple[LearnerId, str, str]
"""Learner, counter's key, span."""


class _Count(Value):
    learner_id: LearnerId
    criterion: str
    span: str
    value: float


class _Met(Value):
    learner_id: LearnerId
    criterion: str
    span: str
    seen: str


class _Progress(Value):
    criterion: str
    value: float


_SQL = load("tihi.game.achievements")
_COUNTS = Many(_SQL["counts"], _Count)
_PUT_COUNTS = Run(_SQL["put_counts"])
_MEET = Many(_SQL["meet"], _Met)
_PROGRESS = Many(_SQL["progress"], _Progress)
_AWARDS = Many(_SQL["awards"], Award)
_ADD_AWARDS = Run(_SQL["add_awards"])


async def counts(
    tx: Batch, org_of: Mapping[LearnerId, OrgId], keys: Sequence[CounterKey]
) -> dict[CounterKey, float]:
    """Return counters that are kept already."""
    rows = await _COUNTS(
        tx,
        org_ids=[org_of[key[0]] for key in keys],
        learner_ids=[key[0] for key in keys],
        criteria=[key[1] for key in keys],
        spans=[key[2] for key in keys],
    )
    return {(row.learner_id, row.criterion, row.span): row.value for row in rows}


async def put_counts(
    tx: Batch, org_of: Mapping[LearnerId, OrgId], values: Mapping[CounterKey, float]
) -> None:
    """Store counters."""
    keys = sorted(values)
    await _PUT_COUNTS(
        tx,
        org_ids=[org_of[key[0]] for key in keys],
        learner_ids=[key[0] for key in keys],
        criteria=[key[1] for key in keys],
        spans=[key[2] for key in keys],
        values=[values[key] for key in keys],
    )


async def meet(
    tx: Batch, org_of: Mapping[LearnerId, OrgId], touches: Sequence[Touch]
) -> set[tuple[LearnerId, str, str, str]]:
    """Note the values that distinct criteria met; return those met for the first time."""
    rows = await _MEET(
        tx,
        org_ids=[org_of[one.learner_id] for one in touches],
        learner_ids=[one.learner_id for one in touches],
        criteria=[one.key for one in touches],
        spans=[one.span for one in touches],
        seens=[one.seen for one in touches],
    )
    return {(row.learner_id, row.criterion, row.span, row.seen) for row in rows}


async def progress(tx: Tx, learner: LearnerId) -> dict[str, float]:
    """Return the best values of all counters of `learner`."""
    rows = await _PROGRESS(tx, learner_id=learner)
    return {row.criterion: row.value for row in rows}


async def awards(tx: Batch, org_of: Mapping[LearnerId, OrgId]) -> list[Award]:
    """Return all awards of learners."""
    return await _AWARDS(tx, org_ids=list(set(org_of.values())), learner_ids=list(org_of))


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
