"""What can be done about what is kept of a person."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import resources

import msgspec

from tihi.base.chance import Random
from tihi.base.ids import AccountId, FactId, LearnerId, derived_id
from tihi.base.problem import Missing
from tihi.facts.envelope import Fact, NewFact
from tihi.facts.people import PersonErased
from tihi.people.accounts import service as accounts
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind, Note
from tihi.people.links import service as links
from tihi.people.orgs import service as orgs
from tihi.people.privacy import rules, store
from tihi.people.privacy.model import (
    EraseYourself,
    Erasure,
    Kept,
    NotConfirmed,
    PersonalData,
)
from tihi.platform import personal
from tihi.platform.db import Tx
from tihi.platform.log.append import append
from tihi.platform.personal import Held

SOURCE = "people"
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@cache
def kept() -> Kept:
    """Return the list of what is kept of people, as it ships."""
    text = resources.files("tihi").joinpath("content/personal.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=Kept)


def _held(name: str) -> Held:
    table = kept().tables[name]
    through = None if table.through is None else _held(table.through)
    return Held(table=name, person=table.person, through=through, by=table.by)


async def collect(
    tx: Tx, account: AccountId, *, by: AccountId, now: datetime, chance: Random
) -> PersonalData:
    """Return everything that is kept of `account`, without anybody else's.

    Raises:
        Missing: the org has no such person.
    """
    who = await accounts.me(tx, account)
    note = Note(kind=Kind.PERSON_EXPORTED, actor=by, subject=account)
    await audit.note(tx, note, now=now, chance=chance)
    return PersonalData(
        account_id=account,
        org=who.org.name,
        display_name=who.display_name,
        exported_at=now,
        tables={
            name: rules.without_secrets(table, await personal.rows(tx, _held(name), account))
            for name, table in kept().tables.items()
        },
    )


def archive(data: PersonalData) -> bytes:
    """Return a ZIP file of what was collected: for machines and for people."""
    return rules.archive(kept(), data)


async def erase(
    tx: Tx,
    account: AccountId,
    *,
    typed_name: str,
    by: AccountId | None,
    now: datetime,
    chance: Random,
) -> list[Fact]:
    """Erase a person; return the fact that says so, to be published after the commit.

    Names, sign-in, answers and what was said to them are deleted. Ledger and facts stay,
    under a random id that leads to nobody any more, so that every sum stays right.

    Raises:
        Missing: the org has no such person.
        EraseYourself: it is the one who asks.
        NotConfirmed: the name that was typed is another.
    """
    # First of all, as an answer does; of two erasures at once the second finds nobody.
    await store.lock(tx, account)
    who = await accounts.me(tx, account)
    if account == by:
        raise EraseYourself
    if typed_name.strip() != who.display_name:
        raise NotConfirmed
    return await _erase(
        tx, Erasure(account_id=account, erased_at=now), by=by, now=now, chance=chance
    )


async def erase_restored(
    tx: Tx, erasure: Erasure, *, now: datetime, chance: Random
) -> list[Fact] | None:
    """Erase somebody whom a restore brought back; return the facts to publish, None if it did not.

    It may be done again and again: once they are gone, nothing is left to do.
    """
    try:
        await accounts.me(tx, erasure.account_id)
    except Missing:
        await store.add_erasure(tx, erasure.account_id, erased_at=erasure.erased_at)
        return None
    await store.lock(tx, erasure.account_id)
    return await _erase(tx, erasure, by=None, now=now, chance=chance)


async def erase_unused(tx: Tx, account: AccountId, *, now: datetime, chance: Random) -> list[Fact]:
    """Erase somebody who has not been here for very long (P9); return the facts to publish."""
    await store.lock(tx, account)
    erasure = Erasure(account_id=account, erased_at=now)
    return await _erase(tx, erasure, by=None, now=now, chance=chance)


async def _erase(
    tx: Tx, erasure: Erasure, *, by: AccountId | None, now: datetime, chance: Random
) -> list[Fact]:
    account = erasure.account_id
    org = await orgs.read(tx)
    data = PersonErased()
    facts = await append(
        tx,
        [
            NewFact(
                org_id=tx.org_id,
                source=SOURCE,
                fact_id=FactId(derived_id(tx.org_id, account, "erased")),
                type=data.type,
                subject=LearnerId(account),
                time=now,
                zone=org.zone,
                org_zone=org.zone,
                context="",
                parent="",
                data=data.fields(),
            )
        ],
        now=now,
    )
    await erase_again(tx, erasure)
    note = Note(kind=Kind.PERSON_ERASED, actor=by, subject=account)
    await audit.note(tx, note, now=now, chance=chance)
    return facts


async def erase_again(tx: Tx, erasure: Erasure) -> int:
    """Delete whatever there is of somebody who was erased; return how many rows that were.

    After a restore it does what was done before; shortly after an erasure it finds what
    arrived while that was under way.
    """
    account = erasure.account_id
    await accounts.end_all_sessions(tx, account)
    await links.end_all(tx, account)
    gone = 0
    # What hangs on a table goes before it; accounts, on which the most hangs, goes last.
    names = [name for name, table in kept().tables.items() if table.erased]
    for name in sorted(names, key=lambda name: (name == "accounts", not kept().tables[name].by)):
        gone += await personal.delete(tx, _held(name), account)
    await store.add_erasure(tx, account, erased_at=erasure.erased_at)
    return gone


async def erasures(tx: Tx, *, since: datetime = _EVER) -> Sequence[Erasure]:
    """Return who was erased since then: the list that a restore applies again."""
    return await store.erasures(tx, since=since)
