"""Statements of links, typed."""

from datetime import datetime
from uuid import UUID

from tihi.base.ids import AccountId
from tihi.people.links.model import StoredLink
from tihi.platform.db import Tx
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.people.links")
_ADD = Run(_SQL["add"])
_READ = One(_SQL["read"], StoredLink)
_TAKE = One(_SQL["take"], StoredLink)
_END_LINKS = Many(_SQL["end_links"], UUID)


async def add(tx: Tx, link: StoredLink, *, now: datetime, expires_at: datetime) -> None:
    """Add a link."""
    await _ADD(
        tx,
        link_id=link.link_id,
        account_id=link.account_id,
        kind=link.kind,
        created_at=now,
        expires_at=expires_at,
    )


async def read(tx: Tx, link_id: UUID, *, now: datetime) -> StoredLink | None:
    """Return a link that is still good."""
    return await _READ(tx, link_id=link_id, now=now)


async def take(tx: Tx, link_id: UUID, *, now: datetime) -> StoredLink | None:
    """Use a link up; return it if it was still good."""
    return await _TAKE(tx, link_id=link_id, now=now)


async def end_links(tx: Tx, account: AccountId) -> list[UUID]:
    """End every link of `account`; return which."""
    return await _END_LINKS(tx, account_id=account)
