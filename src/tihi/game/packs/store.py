"""Statements of packs, typed."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from tihi.base.ids import OrgId
from tihi.base.value import Value
from tihi.game.packs.model import Backfill, PackCard, RuleSet
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, One, Run, load


class _Version(Value):
    org_id: OrgId
    rule_set: int


class _Row(Value):
    org_id: OrgId
    version: int
    document: dict[str, object]


_SQL = load("tihi.game.packs")
_LATEST = One(_SQL["latest"], dict)
_SETS = Many(_SQL["sets"], _Row)
_ADD = Run(_SQL["add"])
_CARDS = Many(_SQL["cards"], PackCard)
_VERSIONS = Many(_SQL["versions"], _Version)
_ADD_BACKFILL = Run(_SQL["add_backfill"])
_NEXT_BACKFILL = One(_SQL["next_backfill"], Backfill)
_OPEN_BACKFILLS = One(_SQL["open_backfills"], int)
_PUT_BACKFILL = Run(_SQL["put_backfill"])
_LOCK_ORG = One(_SQL["lock_org"], int)


async def lock(tx: Tx) -> None:
    """Let nobody else change the org's rules until the transaction ends."""
    await _LOCK_ORG(tx)


async def latest(tx: Tx) -> RuleSet | None:
    """Return the org's newest rule set, if it has any."""
    found = await _LATEST(tx)
    return None if found is None else msgspec.convert(found, RuleSet)


async def sets(tx: Batch, keys: Sequence[tuple[OrgId, int]]) -> dict[tuple[OrgId, int], RuleSet]:
    """Return rule sets by org and version."""
    rows = await _SETS(tx, org_ids=[org for org, _ in keys], versions=[v for _, v in keys])
    return {(row.org_id, row.version): msgspec.convert(row.document, RuleSet) for row in rows}


async def add(tx: Tx, rules: RuleSet, *, pack: str, now: datetime) -> None:
    """Store a rule set."""
    await _ADD(
        tx,
        version=rules.version,
        pack=pack,
        document=msgspec.to_builtins(rules),
        applied_at=now,
    )


async def cards(tx: Tx) -> list[PackCard]:
    """Return the packs that were applied, newest first."""
    return await _CARDS(tx)


async def versions(tx: Batch, orgs: Collection[OrgId]) -> dict[OrgId, int]:
    """Return the versions in force."""
    return {row.org_id: row.rule_set for row in await _VERSIONS(tx, org_ids=list(orgs))}


async def add_backfill(tx: Tx, version: int, *, now: datetime) -> None:
    """Let history be counted for `version`."""
    await _ADD_BACKFILL(tx, version=version, begun_at=now)


async def next_backfill(tx: Tx) -> Backfill | None:
    """Return the oldest that is not finished, locked."""
    return await _NEXT_BACKFILL(tx)


async def open_backfills(tx: Tx) -> int:
    """Return how many are not finished."""
    return await _OPEN_BACKFILLS(tx) or 0


async def put_backfill(tx: Tx, moved: Backfill) -> None:
    """Store how far a back-fill has come."""
    await _PUT_BACKFILL(
        tx,
        version=moved.version,
        after=moved.after,
        done=moved.done,
        total=moved.total,
        awards=moved.awards,
        finished_at=moved.finished_at,
    )
