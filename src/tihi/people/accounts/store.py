"""Statements of accounts, typed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tihi.base.ids import AccountId, SessionId
from tihi.people.accounts.model import (
    Account,
    Credential,
    DemoPerson,
    NamedAccount,
    NewAccount,
    Present,
    SessionRow,
    ZonedLearner,
)
from tihi.platform.db import Tx
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.people.accounts")
_ADD_ACCOUNT = Run(_SQL["add_account"])
_ADD_IDENTITY = Run(_SQL["add_identity"])
_READ = One(_SQL["read"], Account)
_CREDENTIAL = One(_SQL["credential"], Credential)
_CHANGE_ACCOUNT = Run(_SQL["change_account"])
_CHANGE_NAME = Run(_SQL["change_name"])
_SET_PASSWORD = Run(_SQL["set_password"])
_PASSWORD_HASH = One(_SQL["password_hash"], str)
_ADD_SESSION = Run(_SQL["add_session"])
_PRESENT = Many(_SQL["present"], Present)
_SEEN = Run(_SQL["seen"])
_SESSIONS = Many(_SQL["sessions"], SessionRow)
_END_SESSIONS = Many(_SQL["end_sessions"], UUID)
_NAMES = Many(_SQL["names"], NamedAccount)
_END_EVERY_SESSION = Many(_SQL["end_every_session"], UUID)
_BY_SIGN_IN = One(_SQL["by_sign_in"], UUID)
_LEARNER_ZONES = Many(_SQL["learner_zones"], ZonedLearner)
_PEOPLE_BY_SIGN_IN = Many(_SQL["people_by_sign_in"], DemoPerson)


async def add(tx: Tx, account: AccountId, new: NewAccount, *, now: datetime) -> None:
    """Add an account with its names."""
    await _ADD_ACCOUNT(
        tx, account_id=account, role=new.role, zone=new.zone, locale=new.locale, created_at=now
    )
    await _ADD_IDENTITY(
        tx,
        account_id=account,
        display_name=new.display_name,
        sign_in_name=new.sign_in_name,
        password_hash=new.password_hash,
        notice=new.notice,
        noticed_at=now if new.notice else None,
    )


async def read(tx: Tx, account: AccountId) -> Account | None:
    """Return an account, if the org has it."""
    return await _READ(tx, account_id=account)


async def credential(tx: Tx, sign_in_name: str) -> Credential | None:
    """Return what a sign-in under `sign_in_name` is checked against."""
    return await _CREDENTIAL(tx, sign_in_name=sign_in_name)


async def change(tx: Tx, changed: Account) -> None:
    """Store what a person may change of their account."""
    await _CHANGE_ACCOUNT(
        tx,
        account_id=changed.account_id,
        zone=changed.zone,
        locale=changed.locale,
        public_rank=changed.public_rank,
        theme=changed.theme,
        calm_motion=changed.calm_motion,
        daily_goal=changed.daily_goal,
    )
    await _CHANGE_NAME(tx, account_id=changed.account_id, display_name=changed.display_name)


async def set_password(
    tx: Tx, account: AccountId, *, sign_in_name: str, password_hash: str
) -> None:
    """Let `account` sign in with this from now on."""
    await _SET_PASSWORD(
        tx, account_id=account, sign_in_name=sign_in_name, password_hash=password_hash
    )


async def password_hash(tx: Tx, account: AccountId) -> str:
    """Return the account's password hash, '' when it has none."""
    return await _PASSWORD_HASH(tx, account_id=account) or ""


async def add_session(  # noqa: PLR0913  # a row
    tx: Tx,
    session: SessionId,
    account: AccountId,
    *,
    device: str,
    now: datetime,
    expires_at: datetime,
    half: bool,
) -> None:
    """Add a session of `account`."""
    await _ADD_SESSION(
        tx,
        session_id=session,
        account_id=account,
        device=device,
        now=now,
        expires_at=expires_at,
        half=half,
    )


async def present(tx: Tx, sessions: Sequence[SessionId], *, now: datetime) -> list[Present]:
    """Return who sessions belong to, where they are open."""
    return await _PRESENT(tx, session_ids=list(sessions), now=now)


async def seen(tx: Tx, sessions: Sequence[SessionId], *, now: datetime) -> None:
    """Note that sessions are in use."""
    await _SEEN(tx, session_ids=list(sessions), now=now)


async def sessions(tx: Tx, account: AccountId, *, now: datetime) -> list[SessionRow]:
    """Return the account's open sessions, last seen first."""
    return await _SESSIONS(tx, account_id=account, now=now)


async def end_sessions(
    tx: Tx, account: AccountId, *, only: SessionId | None, kept: SessionId | None
) -> list[SessionId]:
    """End sessions of `account`: `only` one, or all but `kept`; return which ended."""
    ended = await _END_SESSIONS(tx, account_id=account, one_session=only, kept=kept)
    return [SessionId(session) for session in ended]


async def names(tx: Tx, accounts: Sequence[AccountId]) -> list[NamedAccount]:
    """Return the names of `accounts`."""
    return await _NAMES(tx, account_ids=list(accounts))


async def people_by_sign_in(tx: Tx, sign_in_names: Sequence[str]) -> list[DemoPerson]:
    """Return the people who sign in under `sign_in_names`, in that order."""
    return await _PEOPLE_BY_SIGN_IN(tx, sign_in_names=list(sign_in_names))


async def learner_zones(tx: Tx, accounts: Sequence[AccountId]) -> list[ZonedLearner]:
    """Return the time zones of those `accounts` that are active learners."""
    return await _LEARNER_ZONES(tx, account_ids=list(accounts))


async def end_every_session(tx: Tx) -> list[SessionId]:
    """End every session of the org; return which."""
    return [SessionId(session) for session in await _END_EVERY_SESSION(tx)]


async def by_sign_in(tx: Tx, sign_in_name: str) -> AccountId | None:
    """Return who signs in under `sign_in_name`."""
    found = await _BY_SIGN_IN(tx, sign_in_name=sign_in_name)
    return None if found is None else AccountId(found)
