"""Statements of privacy, typed."""

from datetime import datetime

from tihi.base.ids import AccountId
from tihi.people.privacy.model import Erasure
from tihi.platform.db import Tx
from tihi.platform.sql import Many, Run, load

_SQL = load("tihi.people.privacy")
_LOCK = Run(_SQL["lock"])
_ADD_ERASURE = Run(_SQL["add_erasure"])
_ERASURES = Many(_SQL["erasures"], Erasure)


async def lock(tx: Tx, account: AccountId) -> None:
    """Let nobody else write what is learned by `account` until the transaction ends."""
    await _LOCK(tx, account_id=account)


async def add_erasure(tx: Tx, account: AccountId, *, erased_at: datetime) -> None:
    """List `account` as erased."""
    await _ADD_ERASURE(tx, account_id=account, erased_at=erased_at)


async def erasures(tx: Tx, *, since: datetime) -> list[Erasure]:
    """Return who was erased since then, oldest first."""
    return await _ERASURES(tx, since=since)
