"""What can be done with links."""

from datetime import datetime, timedelta
from uuid import UUID

from tihi.base.chance import Random
from tihi.base.ids import AccountId, fresh_id
from tihi.people.accounts import service as accounts
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind, Note
from tihi.people.links import store
from tihi.people.links.model import (
    IssuedLink,
    LinkKind,
    LinkOver,
    LinkPage,
    NoSignInName,
    StoredLink,
)
from tihi.platform import passwords
from tihi.platform.db import Tx
from tihi.platform.directory import lookup

LASTS = timedelta(minutes=60)


async def issue(  # noqa: PLR0913  # for whom, of which kind, by whom, on which server, when
    tx: Tx,
    account: AccountId,
    kind: LinkKind,
    *,
    by: AccountId | None,
    url: str,
    now: datetime,
    chance: Random,
) -> IssuedLink:
    """Make a link for `account`; those from before no longer work.

    Args:
        tx: the org's transaction.
        account: for whom it is.
        kind: whether it lets somebody in for the first time, or in again.
        by: who hands it over; None for a command on the server.
        url: the server's own address, from its configuration.
        now: when its hour begins.
        chance: source of its secret.

    Raises:
        NoSignInName: the account has no name to sign in with.
        Missing: the org has no such account.
    """
    if (await accounts.me(tx, account)).sign_in_name is None:
        raise NoSignInName
    await end_all(tx, account)
    link = StoredLink(link_id=fresh_id(now, chance), account_id=account, kind=kind)
    token = passwords.token(chance)
    await store.add(tx, link, now=now, expires_at=now + LASTS)
    await lookup.add_link(tx, token, link.link_id, expires_at=now + LASTS)
    note = Note(kind=Kind.LINK_ISSUED, actor=by, subject=account, detail=kind)
    await audit.note(tx, note, now=now, chance=chance)
    # Behind the `#`, so that no server's log and no other site ever sees it.
    return IssuedLink(url=f"{url}/link#{token}", expires_at=now + LASTS)


async def page(tx: Tx, link_id: UUID, *, now: datetime) -> LinkPage:
    """Return what the page behind a link shows.

    Raises:
        LinkOver: it is no longer good.
    """
    link = await store.read(tx, link_id, now=now)
    if link is None:
        raise LinkOver
    who = await accounts.me(tx, link.account_id)
    return LinkPage(
        kind=link.kind,
        org_slug=who.org.slug,
        org_name=who.org.name,
        display_name=who.display_name,
        sign_in_name=who.sign_in_name or "",
    )


async def use(tx: Tx, link_id: UUID, *, password_hash: str, now: datetime, chance: Random) -> None:
    """Use a link up: the account signs in with this password from now on, and afresh everywhere.

    Raises:
        LinkOver: it is no longer good.
    """
    link = await store.take(tx, link_id, now=now)
    if link is None:
        raise LinkOver
    await lookup.end_links(tx, [link_id])
    who = await accounts.me(tx, link.account_id)
    await accounts.keep_password(
        tx,
        link.account_id,
        sign_in_name=who.sign_in_name or "",
        password_hash=password_hash,
        kept=None,
    )
    note = Note(kind=Kind.LINK_USED, actor=link.account_id, detail=link.kind)
    await audit.note(tx, note, now=now, chance=chance)


async def end_all(tx: Tx, account: AccountId) -> None:
    """Let no link of `account` work any more."""
    await lookup.end_links(tx, await store.end_links(tx, account))
