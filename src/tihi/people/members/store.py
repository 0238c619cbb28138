"""Statements of looking after people, typed."""

from tihi.base.ids import AccountId
from tihi.people.members.model import PersonCard
from tihi.people.retention.model import Ages
from tihi.platform.db import Tx
from tihi.platform.sql import Many, Run, load

_SQL = load("tihi.people.members")
_CARDS = Many(_SQL["cards"], PersonCard)
_CHANGE = Run(_SQL["change"])


async def cards(
    tx: Tx, *, search: str, role: str, account: AccountId | None, most: int, ages: Ages
) -> list[PersonCard]:
    """Return people by name; `search` is how a name begins, '' for any."""
    return await _CARDS(
        tx,
        search=search,
        role=role,
        account=account,
        most=most,
        unused_days=ages.unused.days,
        warning_days=ages.warning.days,
    )


async def change(tx: Tx, card: PersonCard) -> None:
    """Store a person's role, and whether they are let in."""
    await _CHANGE(tx, account_id=card.account_id, role=card.role, active=card.active)
