"""What can be done with API keys."""

from datetime import datetime
from uuid import UUID

from tihi.base.chance import Random
from tihi.base.ids import AccountId, fresh_id
from tihi.base.problem import Missing
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind, Note
from tihi.people.keys import rules, store
from tihi.people.keys.model import IssuedKey, KeyCard, LiveKey, NewKey
from tihi.platform import passwords
from tihi.platform.db import Tx
from tihi.platform.directory import lookup


async def issue(
    tx: Tx, asked: NewKey, *, by: AccountId, now: datetime, chance: Random
) -> IssuedKey:
    """Make a key; its secret is returned and stored nowhere but as a hash.

    Raises:
        UnfitKey, TooManyKeys: as they say.
    """
    working = [one for one in await store.cards(tx) if _works(one, now)]
    clean = rules.check(asked, len(working))
    card = KeyCard(
        key_id=fresh_id(now, chance),
        name=clean.name,
        scopes=clean.scopes,
        created_at=now,
        expires_at=rules.ends(clean, now),
        used_at=None,
        revoked_at=None,
    )
    secret = rules.PREFIX + passwords.token(chance)
    await store.add(tx, card)
    await lookup.add_key(tx, secret, card.key_id)
    note = Note(kind=Kind.KEY_ADDED, actor=by, detail=f"{card.key_id} {' '.join(card.scopes)}")
    await audit.note(tx, note, now=now, chance=chance)
    return IssuedKey(key=card, secret=secret)


async def cards(tx: Tx) -> list[KeyCard]:
    """Return the org's keys, newest first."""
    return await store.cards(tx)


async def use(tx: Tx, key_id: UUID, *, now: datetime) -> LiveKey | None:
    """Note that a key is used, and return what it may do; None when it is over."""
    return await store.use(tx, key_id, now=now)


async def revoke(
    tx: Tx, key_id: UUID, *, by: AccountId | None, now: datetime, chance: Random
) -> None:
    """End a key at once.

    Raises:
        Missing: the org has no such key that works.
    """
    if not await store.revoke(tx, key_id, now=now):
        raise Missing
    await lookup.end_keys(tx, [key_id])
    note = Note(kind=Kind.KEY_REVOKED, actor=by, detail=str(key_id))
    await audit.note(tx, note, now=now, chance=chance)


def _works(card: KeyCard, now: datetime) -> bool:
    return card.revoked_at is None and card.expires_at > now
