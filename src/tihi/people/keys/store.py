"""Statements of API keys, typed."""

from datetime import datetime
from uuid import UUID

from tihi.people.keys.model import KeyCard, LiveKey
from tihi.platform.db import Tx
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.people.keys")
_ADD = Run(_SQL["add"])
_CARDS = Many(_SQL["cards"], KeyCard)
_USE = One(_SQL["use"], LiveKey)
_REVOKE = Run(_SQL["revoke"])


async def add(tx: Tx, card: KeyCard) -> None:
    """Add a key."""
    await _ADD(
        tx,
        key_id=card.key_id,
        name=card.name,
        scopes=card.scopes,
        created_at=card.created_at,
        expires_at=card.expires_at,
    )


async def cards(tx: Tx) -> list[KeyCard]:
    """Return the org's keys, newest first."""
    return await _CARDS(tx)


async def use(tx: Tx, key_id: UUID, *, now: datetime) -> LiveKey | None:
    """Note that a key is used, and return what it may do; None when it is over."""
    return await _USE(tx, key_id=key_id, now=now)


async def revoke(tx: Tx, key_id: UUID, *, now: datetime) -> bool:
    """End a key; return whether it had not ended before."""
    return await _REVOKE(tx, key_id=key_id, now=now) == 1
