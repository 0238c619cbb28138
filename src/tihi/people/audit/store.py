"""Statements of the record, typed."""

from datetime import datetime
from uuid import UUID

from tihi.base.ids import AccountId
from tihi.people.audit.model import Entry, Note
from tihi.platform.db import Tx
from tihi.platform.sql import Many, Run, load

_SQL = load("tihi.people.audit")
_ADD = Run(_SQL["add"])
_PAGE = Many(_SQL["page"], Entry)
_SINCE = Many(_SQL["since"], Entry)


async def add(tx: Tx, event_id: UUID, note: Note, *, now: datetime) -> None:
    """Append `note`."""
    await _ADD(
        tx,
        event_id=event_id,
        actor=note.actor,
        subject=note.subject,
        kind=note.kind.value,
        detail=note.detail,
        time=now,
    )


async def page(
    tx: Tx, *, before: UUID | None, kind: str, account: AccountId | None, most: int
) -> list[Entry]:
    """Return entries, newest first; all kinds for '', all people for None."""
    return await _PAGE(tx, before=before, kind=kind, account=account, most=most)


async def since(tx: Tx, *, since: datetime, until: datetime) -> list[Entry]:
    """Return the entries of a span of time, oldest first, without names."""
    return await _SINCE(tx, since=since, until=until)
