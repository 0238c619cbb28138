"""What can be done with accounts and sessions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from asyncpg import UniqueViolationError

from tihi.base.chance import Random
from tihi.base.ids import AccountId, OrgId, SessionId, fresh_id
from tihi.base.problem import Missing
from tihi.people.accounts import rules, store
from tihi.people.accounts.model import (
    Account,
    Changes,
    Credential,
    DemoPerson,
    Me,
    NamedAccount,
    NameTaken,
    NewAccount,
    OrgCard,
    Passphrase,
    Present,
    SessionCard,
    SignIn,
)
from tihi.people.classes import service as classes
from tihi.people.orgs import service as orgs
from tihi.platform import passwords
from tihi.platform.cache import Cache
from tihi.platform.db import Tx
from tihi.platform.directory import lookup

SESSION_LASTS = timedelta(days=30)
HALF_LASTS = timedelta(minutes=10)
_TRIES_BY_NAME = 10
_TRIES_BY_PEER = 100
_TRY_WINDOW_S = 300
_TRIES_EVERYWHERE = 30
_EVERYWHERE_WINDOW_S = 900
_TURN_S = 1.0
_SEEN_EVERY = timedelta(minutes=5)
_TURN_WAIT_S = 5.0


async def create(tx: Tx, new: NewAccount, *, now: datetime, chance: Random) -> AccountId:
    """Create an account; return its id.

    Raises:
        UnfitName, UnknownZone: as they say.
        NameTaken: somebody in the org signs in with that name.
    """
    account = AccountId(fresh_id(now, chance))
    clean = NewAccount(
        role=new.role,
        display_name=rules.clean_name(new.display_name),
        sign_in_name=None if new.sign_in_name is None else rules.clean_sign_in(new.sign_in_name),
        password_hash=new.password_hash,
        zone=rules.check_zone(new.zone),
        locale=new.locale,
        notice=new.notice[:40],
    )
    try:
        await store.add(tx, account, clean, now=now)
    except UniqueViolationError as error:
        raise NameTaken from error
    return account


async def credential(tx: Tx, sign_in_name: str) -> Credential | None:
    """Return what a sign-in is checked against, if anybody has that name."""
    return await store.credential(tx, rules.clean_sign_in(sign_in_name))


async def open_session(  # who, where, when, and whether wholly
    tx: Tx,
    account: AccountId,
    *,
    device: str,
    now: datetime,
    chance: Random,
    half: bool = False,
) -> str:
    """Sign `account` in; return the token, which is stored nowhere but as a hash.

    A `half` session still owes its second step and lasts ten minutes.
    """
    session = SessionId(fresh_id(now, chance))
    token = passwords.token(chance)
    expires_at = now + (HALF_LASTS if half else SESSION_LASTS)
    await store.add_session(
        tx, session, account, device=device[:80], now=now, expires_at=expires_at, half=half
    )
    await lookup.add_session(tx, token, session, expires_at=expires_at)
    return token


async def present(
    tx: Tx, sessions: Sequence[SessionId], *, now: datetime
) -> dict[SessionId, Present]:
    """Return who sessions belong to, where they are open and the account active.

    That a session is in use is noted every five minutes, so that looking costs no write.
    """
    found = await store.present(tx, sessions, now=now)
    stale = [one.session_id for one in found if now - one.seen_at > _SEEN_EVERY]
    if stale:
        await store.seen(tx, stale, now=now)
    return {one.session_id: one for one in found}


async def sessions(
    tx: Tx, account: AccountId, *, this: SessionId, now: datetime
) -> list[SessionCard]:
    """Return where `account` is signed in, last seen first."""
    return [
        SessionCard(
            session_id=row.session_id,
            created_at=row.created_at,
            seen_at=row.seen_at,
            device=row.device,
            this=row.session_id == this,
        )
        for row in await store.sessions(tx, account, now=now)
    ]


async def end_session(tx: Tx, account: AccountId, session: SessionId) -> None:
    """Sign `account` out of one place.

    Raises:
        Missing: it is not signed in there.
    """
    ended = await store.end_sessions(tx, account, only=session, kept=None)
    if not ended:
        raise Missing
    await lookup.end_sessions(tx, ended)


async def end_all_sessions(
    tx: Tx, account: AccountId, *, kept: SessionId | None = None
) -> list[SessionId]:
    """Sign `account` out everywhere, but for `kept`; return which sessions ended."""
    ended = await store.end_sessions(tx, account, only=None, kept=kept)
    await lookup.end_sessions(tx, ended)
    return ended


async def end_every_session(tx: Tx) -> int:
    """Sign everybody in the org out; return how many sessions ended."""
    ended = await store.end_every_session(tx)
    await lookup.end_sessions(tx, ended)
    return len(ended)


async def by_sign_in(tx: Tx, sign_in_name: str) -> AccountId:
    """Return who signs in under `sign_in_name`.

    Raises:
        Missing: nobody does.
    """
    found = await store.by_sign_in(tx, rules.clean_sign_in(sign_in_name))
    if found is None:
        raise Missing(f"nobody signs in as {sign_in_name} there")
    return found


async def me(tx: Tx, account: AccountId) -> Me:
    """Return who `account` is here.

    Raises:
        Missing: the org has no such account.
    """
    found = await _read(tx, account)
    org = await orgs.read(tx)
    return Me(
        account_id=found.account_id,
        org=OrgCard(org_id=org.org_id, slug=org.slug, name=org.name, zone=org.zone),
        role=found.role,
        display_name=found.display_name,
        sign_in_name=found.sign_in_name,
        zone=found.zone,
        locale=found.locale,
        public_rank=found.public_rank,
        theme=found.theme,
        calm_motion=found.calm_motion,
        daily_goal=found.daily_goal,
        classes=await classes.classes_of(tx, account),
        has_password=found.has_password,
    )


async def change(tx: Tx, account: AccountId, changes: Changes) -> Me:
    """Change what a person may change of themselves; return what they are now.

    Raises:
        UnfitName, UnknownZone: as they say.
    """
    await store.change(tx, rules.changed(await _read(tx, account), changes))
    return await me(tx, account)


async def issue_passphrase(
    tx: Tx, account: AccountId, *, chance: Random
) -> tuple[Passphrase, Account]:
    """Draw a passphrase for `account`; `keep_passphrase` stores it once it is hashed."""
    found = await _read(tx, account)
    name = found.sign_in_name or rules.draw_sign_in(found.display_name, chance)
    return Passphrase(sign_in_name=name, words=rules.draw_words(chance)), found


async def keep_password(
    tx: Tx, account: AccountId, *, sign_in_name: str, password_hash: str, kept: SessionId | None
) -> None:
    """Let `account` sign in so from now on, and end its other sessions.

    Raises:
        NameTaken: somebody in the org signs in with that name.
    """
    try:
        await store.set_password(
            tx, account, sign_in_name=sign_in_name, password_hash=password_hash
        )
    except UniqueViolationError as error:
        raise NameTaken from error
    await end_all_sessions(tx, account, kept=kept)


async def password_hash(tx: Tx, account: AccountId) -> str:
    """Return the account's password hash, '' when it has none."""
    return await store.password_hash(tx, account)


def check_password(password: str) -> None:
    """Refuse a password that is too short to be safe or too long to hash.

    Raises:
        UnfitPassword: it has not 12 to 200 characters.
    """
    rules.check_password(password)


async def names(tx: Tx, accounts: Sequence[AccountId]) -> dict[AccountId, NamedAccount]:
    """Return the names of `accounts`."""
    return {row.account_id: row for row in await store.names(tx, accounts)}


async def learner_zones(tx: Tx, accounts: Sequence[AccountId]) -> dict[AccountId, str]:
    """Return the time zones of those `accounts` that are active learners."""
    return {row.account_id: row.zone for row in await store.learner_zones(tx, accounts)}


async def people_by_sign_in(tx: Tx, sign_in_names: Sequence[str]) -> list[DemoPerson]:
    """Return the people who sign in under `sign_in_names`, in that order."""
    return await store.people_by_sign_in(tx, sign_in_names)


async def _read(tx: Tx, account: AccountId) -> Account:
    found = await store.read(tx, account)
    if found is None:
        raise Missing
    return found


class SignInLimits:
    """What wrong tries count against (S30).

    By address and name, so that one guesser stops soon; by address, generously, because a
    school may share one; and by name over all addresses. That last one never shuts anybody
    out: it lets one try through at a time, and who wins the turn is chance.
    """

    def __init__(self, cache: Cache, peer: str, org_id: OrgId | None, data: SignIn) -> None:
        # By the account that is tried, in however many ways its name and its org can be written.
        name = lookup.digest(f"{org_id or data.org}\x1f{rules.clean_sign_in(data.name)}").hex()
        self._cache = cache
        self._everywhere = f"signin-everywhere:{name}"
        self._limits = (
            (f"signin-peer:{peer}", _TRIES_BY_PEER),
            (f"signin-name:{peer}:{name}", _TRIES_BY_NAME),
        )

    async def check(self) -> None:
        """Let a try through, perhaps later.

        Raises:
            TooMany: this address tried too often, or the name's turn did not come.
        """
        await self.check_again()
        if await self._cache.count(self._everywhere) >= _TRIES_EVERYWHERE:
            await self._cache.turn(f"{self._everywhere}:turn", _TURN_S, _TURN_WAIT_S)

    async def check_again(self) -> None:
        """Let a try through whose turn has come: those that came at once were not counted before.

        Raises:
            TooMany: this address tried too often meanwhile.
        """
        for name, most in self._limits:
            await self._cache.allow(name, most)

    async def count(self) -> None:
        """Count a wrong try."""
        for name, most in self._limits:
            await self._cache.limit(name, most, _TRY_WINDOW_S)
        await self._cache.tally(self._everywhere, _EVERYWHERE_WINDOW_S)
