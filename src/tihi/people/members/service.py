"""What can be done for the people of an org."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from tihi.base.chance import Random
from tihi.base.ids import AccountId, ClassId, SessionId
from tihi.base.problem import Missing
from tihi.people.accounts import service as accounts
from tihi.people.accounts.model import NewAccount, Passphrase
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind, Note
from tihi.people.classes import service as classes
from tihi.people.links import service as links
from tihi.people.members import store
from tihi.people.members.model import (
    Invited,
    MemberChanges,
    NewPerson,
    NoSignInNameGiven,
    PersonCard,
    Yourself,
)
from tihi.people.retention import service as retention
from tihi.platform.db import Tx

_SIGN_IN_LENGTHS = range(2, 81)
_MOST = 200


async def people(tx: Tx, *, search: str, role: str) -> list[PersonCard]:
    """Return people by name, at most 200; `search` is how a name begins."""
    ages = retention.schedule().ages
    return await store.cards(tx, search=search[:80], role=role, account=None, most=_MOST, ages=ages)


async def person(tx: Tx, account: AccountId) -> PersonCard:
    """Return one person.

    Raises:
        Missing: the org has no such person.
    """
    ages = retention.schedule().ages
    found = await store.cards(tx, search="", role="", account=account, most=1, ages=ages)
    if not found:
        raise Missing
    return found[0]


async def invite(
    tx: Tx, new: NewPerson, *, by: AccountId | None, url: str, now: datetime, chance: Random
) -> Invited:
    """Add somebody and make the link that lets them choose a password.

    Raises:
        UnfitName, UnknownZone, NameTaken, NoSignInNameGiven: as they say.
    """
    if len(new.sign_in_name.strip()) not in _SIGN_IN_LENGTHS:
        raise NoSignInNameGiven
    account = await accounts.create(
        tx,
        NewAccount(
            role=new.role,
            display_name=new.display_name,
            sign_in_name=new.sign_in_name,
            password_hash=None,
            zone=new.zone,
            locale=new.locale,
            notice="",
        ),
        now=now,
        chance=chance,
    )
    note = Note(kind=Kind.ACCOUNT_ADDED, actor=by, subject=account, detail=new.role)
    await audit.note(tx, note, now=now, chance=chance)
    link = await links.issue(tx, account, "invite", by=by, url=url, now=now, chance=chance)
    return Invited(person=await person(tx, account), link=link)


async def change(
    tx: Tx,
    account: AccountId,
    changes: MemberChanges,
    *,
    by: AccountId,
    now: datetime,
    chance: Random,
) -> tuple[PersonCard, Sequence[SessionId]]:
    """Change somebody's role, suspend them or let them back in; return which sessions ended.

    Whoever loses or gains a right signs in afresh, so no session outlives its rights.

    Raises:
        Missing: the org has no such person.
        Yourself: it is the one who asks.
    """
    before = await person(tx, account)
    if account == by:
        raise Yourself
    after = msgspec.structs.replace(
        before,
        role=before.role if changes.role is msgspec.UNSET else changes.role,
        active=before.active if changes.active is msgspec.UNSET else changes.active,
    )
    if after == before:
        return before, []
    await store.change(tx, after)
    for note in _notes(before, after, by):
        await audit.note(tx, note, now=now, chance=chance)
    await links.end_all(tx, account)
    return after, await accounts.end_all_sessions(tx, account)


def _notes(before: PersonCard, after: PersonCard, by: AccountId) -> list[Note]:
    notes: list[Note] = []
    if after.role != before.role:
        notes.append(
            Note(
                kind=Kind.ROLE_CHANGED,
                actor=by,
                subject=after.account_id,
                detail=f"{before.role} {after.role}",
            )
        )
    if after.active != before.active:
        kind = Kind.ACCOUNT_RESTORED if after.active else Kind.ACCOUNT_SUSPENDED
        notes.append(Note(kind=kind, actor=by, subject=after.account_id))
    return notes


async def check_taught(
    tx: Tx, class_id: ClassId, learner: AccountId, *, reader: AccountId | None, today: date
) -> None:
    """Let `reader` through to a learner of a class that they teach; None reads all classes.

    Raises:
        Missing: there is no such class for `reader`, or the learner is not in it.
    """
    await classes.card(tx, class_id, reader=reader, today=today)
    if learner not in {one.learner_id for one in await classes.learners(tx, class_id)}:
        raise Missing


async def keep_words(  # noqa: PLR0913  # for whom, what, by whom, when
    tx: Tx,
    account: AccountId,
    drawn: Passphrase,
    *,
    password_hash: str,
    by: AccountId,
    now: datetime,
    chance: Random,
) -> None:
    """Let a learner sign in with words that were drawn for them, and out everywhere else."""
    await accounts.keep_password(
        tx, account, sign_in_name=drawn.sign_in_name, password_hash=password_hash, kept=None
    )
    note = Note(kind=Kind.WORDS_ISSUED, actor=by, subject=account)
    await audit.note(tx, note, now=now, chance=chance)
