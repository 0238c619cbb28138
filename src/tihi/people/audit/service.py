"""What can be done with the record: add to it and read it. Nothing changes an entry.

What is too old is removed by retention alone, through a function of the database (P9).
"""

from datetime import datetime
from uuid import UUID

from tihi.base.chance import Random
from tihi.base.ids import AccountId, fresh_id
from tihi.people.audit import store
from tihi.people.audit.model import AuditPage, Entry, Note
from tihi.platform.db import Tx

_LONGEST_DETAIL = 200


async def note(tx: Tx, entry: Note, *, now: datetime, chance: Random) -> None:
    """Append `entry`."""
    short = Note(
        kind=entry.kind,
        actor=entry.actor,
        subject=entry.subject,
        detail=entry.detail[:_LONGEST_DETAIL],
    )
    await store.add(tx, fresh_id(now, chance), short, now=now)


async def page(
    tx: Tx, *, before: UUID | None, kind: str, account: AccountId | None, most: int
) -> AuditPage:
    """Return up to `most` entries, newest first."""
    rows = await store.page(tx, before=before, kind=kind, account=account, most=most + 1)
    entries = rows[:most]
    return AuditPage(
        entries=entries, next_before=entries[-1].event_id if len(rows) > most else None
    )


async def since(tx: Tx, *, since: datetime, until: datetime) -> list[Entry]:
    """Return the entries of a span of time, oldest first, without names."""
    return await store.since(tx, since=since, until=until)
