"""Statements of second factors, typed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tihi.base.ids import AccountId, SessionId
from tihi.people.factors.model import FactorCard, Passkey, Totp
from tihi.platform.db import Tx
from tihi.platform.passkeys import Registered
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.people.factors")
_ADD_TOTP = Run(_SQL["add_totp"])
_DROP_UNCONFIRMED = Run(_SQL["drop_unconfirmed"])
_TOTPS = Many(_SQL["totps"], Totp)
_USE_TOTP = Run(_SQL["use_totp"])
_ADD_PASSKEY = Run(_SQL["add_passkey"])
_PASSKEYS = Many(_SQL["passkeys"], Passkey)
_USE_PASSKEY = Run(_SQL["use_passkey"])
_CARDS = Many(_SQL["cards"], FactorCard)
_REMOVE = Run(_SQL["remove"])
_REMOVE_ALL = Run(_SQL["remove_all"])
_ADD_RECOVERY_CODES = Run(_SQL["add_recovery_codes"])
_USE_RECOVERY_CODE = Run(_SQL["use_recovery_code"])
_DROP_RECOVERY_CODES = Run(_SQL["drop_recovery_codes"])
_RECOVERY_LEFT = One(_SQL["recovery_left"], int)
_PUT_CHALLENGE = Run(_SQL["put_challenge"])
_TAKE_CHALLENGE = One(_SQL["take_challenge"], bytes)


async def add_totp(
    tx: Tx, factor_id: UUID, account: AccountId, *, name: str, sealed: bytes, now: datetime
) -> None:
    """Add one-time codes that are not confirmed yet."""
    await _ADD_TOTP(tx, factor_id=factor_id, account_id=account, name=name, sealed=sealed, now=now)


async def drop_unconfirmed(tx: Tx, account: AccountId) -> None:
    """Forget what was begun and never confirmed."""
    await _DROP_UNCONFIRMED(tx, account_id=account)


async def totps(tx: Tx, account: AccountId, *, confirmed: bool) -> list[Totp]:
    """Return the account's one-time codes, locked."""
    return await _TOTPS(tx, account_id=account, confirmed=confirmed)


async def use_totp(tx: Tx, factor_id: UUID, *, step: int, now: datetime) -> None:
    """Note that the code of `step` was used; the first use confirms the factor."""
    await _USE_TOTP(tx, factor_id=factor_id, step=step, now=now)


async def add_passkey(
    tx: Tx, factor_id: UUID, account: AccountId, *, name: str, found: Registered, now: datetime
) -> None:
    """Add a passkey."""
    await _ADD_PASSKEY(
        tx,
        factor_id=factor_id,
        account_id=account,
        name=name,
        credential_id=found.credential_id,
        public_key=found.public_key,
        sign_count=found.sign_count,
        now=now,
    )


async def passkeys(tx: Tx, account: AccountId) -> list[Passkey]:
    """Return the account's passkeys."""
    return await _PASSKEYS(tx, account_id=account)


async def use_passkey(tx: Tx, factor_id: UUID, *, sign_count: int, now: datetime) -> bool:
    """Note a use; return False when the count did not grow."""
    return await _USE_PASSKEY(tx, factor_id=factor_id, sign_count=sign_count, now=now) == 1


async def cards(tx: Tx, account: AccountId) -> list[FactorCard]:
    """Return the account's confirmed factors."""
    return await _CARDS(tx, account_id=account)


async def remove(tx: Tx, account: AccountId, factor_id: UUID) -> bool:
    """Remove a confirmed factor; return whether there was one."""
    return await _REMOVE(tx, account_id=account, factor_id=factor_id) == 1


async def remove_all(tx: Tx, account: AccountId) -> None:
    """Remove all factors and recovery codes of the account."""
    await _REMOVE_ALL(tx, account_id=account)
    await _DROP_RECOVERY_CODES(tx, account_id=account)


async def replace_recovery_codes(tx: Tx, account: AccountId, hashes: Sequence[bytes]) -> None:
    """Let these recovery codes count and none from before."""
    await _DROP_RECOVERY_CODES(tx, account_id=account)
    await _ADD_RECOVERY_CODES(tx, account_id=account, code_hashes=list(hashes))


async def use_recovery_code(tx: Tx, account: AccountId, code_hash: bytes) -> bool:
    """Use up a recovery code; return whether there was one."""
    return await _USE_RECOVERY_CODE(tx, account_id=account, code_hash=code_hash) == 1


async def recovery_left(tx: Tx, account: AccountId) -> int:
    """Return how many recovery codes are left."""
    return await _RECOVERY_LEFT(tx, account_id=account) or 0


async def put_challenge(
    tx: Tx, session: SessionId, challenge: bytes, *, expires_at: datetime
) -> None:
    """Keep the challenge that `session` is to answer; an older one no longer counts."""
    await _PUT_CHALLENGE(tx, session_id=session, challenge=challenge, expires_at=expires_at)


async def take_challenge(tx: Tx, session: SessionId, *, now: datetime) -> bytes | None:
    """Return the challenge that `session` is to answer, once."""
    return await _TAKE_CHALLENGE(tx, session_id=session, now=now)
