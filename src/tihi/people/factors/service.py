"""What can be done with second factors: set up, prove, recover, remove."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

import segno

from tihi.base.chance import Random
from tihi.base.ids import AccountId, SessionId, fresh_id
from tihi.base.problem import Missing
from tihi.people.accounts import service as accounts
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind, Note
from tihi.people.factors import rules, store
from tihi.people.factors.model import (
    Factors,
    NewTotp,
    PasskeysImpossible,
    StepNotOwed,
    StepState,
    WrongCode,
)
from tihi.platform import passkeys
from tihi.platform.db import Tx
from tihi.platform.directory import lookup
from tihi.platform.http import Actor
from tihi.platform.vault import Sealed, Vault

_log = logging.getLogger(__name__)

_CHALLENGE_LASTS = timedelta(minutes=5)
_TOTP_NAME = "Authenticator app"


async def state(tx: Tx, who: Actor, *, half: bool, url: str) -> StepState:
    """Return what the session of `who` still owes, and with what it can pay."""
    found = await store.cards(tx, who.account_id) if half else []
    kinds = {one.kind for one in found}
    owed = "prove" if found else "enrol"
    return StepState(
        step=owed if half else "none",
        totp="totp" in kinds,
        passkey="passkey" in kinds,
        recovery=half and await store.recovery_left(tx, who.account_id) > 0,
        passkeys_possible=passkeys.possible(url),
    )


async def may_enrol(tx: Tx, who: Actor, *, half: bool, now: datetime) -> None:
    """Let a first factor be added at the first sign-in, and more of them after a fresh one.

    Raises:
        StepNotOwed: the account has a factor, which must be proved and not gone around.
        ProveAgain: the sign-in is older than 15 minutes.
    """
    if not half:
        rules.check_fresh(who.since, now)
    elif await store.cards(tx, who.account_id):
        raise StepNotOwed
    rules.check_room(len(await store.cards(tx, who.account_id)))


async def begin_totp(tx: Tx, who: Actor, *, vault: Vault, now: datetime, chance: Random) -> NewTotp:
    """Draw a secret for an authenticator app; it counts once a code of it was given."""
    secret = rules.draw_secret(chance)
    factor = fresh_id(now, chance)
    await store.drop_unconfirmed(tx, who.account_id)
    sealed = vault.seal(secret, _owner(who, factor), chance)
    await store.add_totp(tx, factor, who.account_id, name=_TOTP_NAME, sealed=sealed, now=now)
    me = await accounts.me(tx, who.account_id)
    link = rules.link(secret, org=me.org.name, name=me.sign_in_name or me.display_name)
    return NewTotp(
        factor_id=factor,
        secret=rules.typed_secret(secret),
        uri=link,
        qr=segno.make(link, error="m").svg_data_uri(scale=5, border=2),
    )


async def confirm_totp(
    tx: Tx, who: Actor, code: str, *, vault: Vault, now: datetime, chance: Random
) -> list[str] | None:
    """Let an authenticator app count from now on; return recovery codes with the first factor.

    Returns None where the code does not fit.
    """
    first = not await store.cards(tx, who.account_id)
    if not await _use_code(tx, who, code, confirmed=False, vault=vault, now=now):
        return None
    return await _added(tx, who, first=first, detail="totp", now=now, chance=chance)


async def prove_totp(tx: Tx, who: Actor, code: str, *, vault: Vault, now: datetime) -> bool:
    """Use up a one-time code; return whether it fits and was not used before."""
    return await _use_code(tx, who, code, confirmed=True, vault=vault, now=now)


async def _use_code(
    tx: Tx, who: Actor, code: str, *, confirmed: bool, vault: Vault, now: datetime
) -> bool:
    for one in await store.totps(tx, who.account_id, confirmed=confirmed):
        try:
            secret = vault.open(one.sealed, _owner(who, one.factor_id))
        except Sealed:
            # A recovery code still lets them in.
            _log.error("a second factor does not open: the vault's key is another one")
            continue
        step = rules.matching_step(secret, code, now, one.last_step)
        if step is not None:
            await store.use_totp(tx, one.factor_id, step=step, now=now)
            return True
    return False


def _owner(who: Actor, factor: UUID) -> str:
    return f"{who.org_id}/{who.account_id}/{factor}"


async def prove_recovery(tx: Tx, who: Actor, code: str, *, now: datetime, chance: Random) -> bool:
    """Use up a recovery code; return whether there was one like it."""
    digest = lookup.digest(rules.plain_recovery_code(code))
    if not await store.use_recovery_code(tx, who.account_id, digest):
        return False
    note = Note(kind=Kind.RECOVERY_CODE_USED, actor=who.account_id)
    await audit.note(tx, note, now=now, chance=chance)
    return True


async def draw_recovery(tx: Tx, who: Actor, *, now: datetime, chance: Random) -> list[str]:
    """Return fresh recovery codes; those from before no longer count.

    Raises:
        ProveAgain: the sign-in is older than 15 minutes.
    """
    rules.check_fresh(who.since, now)
    codes = rules.draw_recovery_codes(chance)
    digests = [lookup.digest(rules.plain_recovery_code(code)) for code in codes]
    await store.replace_recovery_codes(tx, who.account_id, digests)
    note = Note(kind=Kind.RECOVERY_CODES_DRAWN, actor=who.account_id)
    await audit.note(tx, note, now=now, chance=chance)
    return codes


async def _added(
    tx: Tx, who: Actor, *, first: bool, detail: str, now: datetime, chance: Random
) -> list[str]:
    note = Note(kind=Kind.FACTOR_ADDED, actor=who.account_id, detail=detail)
    await audit.note(tx, note, now=now, chance=chance)
    return await draw_recovery(tx, who, now=now, chance=chance) if first else []


async def ask_for_passkey(tx: Tx, who: Actor, *, url: str, now: datetime, new: bool) -> str:
    """Return WebAuthn options: for a `new` passkey, or to prove one that is there.

    Raises:
        PasskeysImpossible: browsers allow none at this server's address.
        StepNotOwed: there is none to prove.
    """
    if not passkeys.possible(url):
        raise PasskeysImpossible
    known = [one.credential_id for one in await store.passkeys(tx, who.account_id)]
    if new:
        me = await accounts.me(tx, who.account_id)
        asked = passkeys.ask_to_register(
            url,
            org=me.org.name,
            owner=who.account_id.bytes,
            name=me.sign_in_name or me.display_name,
            known=known,
        )
    elif known:
        asked = passkeys.ask_to_prove(url, known=known)
    else:
        raise StepNotOwed
    await store.put_challenge(
        tx, who.session_id, asked.challenge, expires_at=now + _CHALLENGE_LASTS
    )
    return asked.options


async def add_passkey(  # noqa: PLR0913  # the ceremony's parts
    tx: Tx, who: Actor, *, name: str, credential: str, url: str, now: datetime, chance: Random
) -> list[str]:
    """Keep a new passkey; return recovery codes with the first factor.

    Raises:
        WrongCode: the authenticator's answer does not hold.
        UnfitFactorName: as it says.
    """
    first = not await store.cards(tx, who.account_id)
    clean = rules.clean_name(name)
    challenge = await store.take_challenge(tx, who.session_id, now=now)
    if challenge is None:
        raise WrongCode
    try:
        found = passkeys.register(url, credential=credential, challenge=challenge)
    except passkeys.Refused as error:
        raise WrongCode from error
    factor = fresh_id(now, chance)
    await store.add_passkey(tx, factor, who.account_id, name=clean, found=found, now=now)
    return await _added(tx, who, first=first, detail="passkey", now=now, chance=chance)


async def prove_passkey(tx: Tx, who: Actor, credential: str, *, url: str, now: datetime) -> bool:
    """Return whether an authenticator's answer holds for a passkey of the account."""
    challenge = await store.take_challenge(tx, who.session_id, now=now)
    if challenge is None:
        return False
    try:
        claimed = passkeys.credential_of(credential)
        for one in await store.passkeys(tx, who.account_id):
            if one.credential_id == claimed:
                kept = passkeys.Registered(
                    credential_id=one.credential_id,
                    public_key=one.public_key,
                    sign_count=one.sign_count,
                )
                count = passkeys.prove(
                    url, credential=credential, challenge=challenge, passkey=kept
                )
                return await store.use_passkey(tx, one.factor_id, sign_count=count, now=now)
    except passkeys.Refused:
        return False
    return False


async def all_of(tx: Tx, account: AccountId) -> Factors:
    """Return the account's factors."""
    return Factors(
        factors=await store.cards(tx, account),
        recovery_left=await store.recovery_left(tx, account),
    )


async def remove(tx: Tx, who: Actor, factor: UUID, *, now: datetime, chance: Random) -> None:
    """Remove a factor of `who`.

    Raises:
        ProveAgain: the sign-in is older than 15 minutes.
        LastFactor: no other would be left.
        Missing: there is none such.
    """
    rules.check_fresh(who.since, now)
    found = await store.cards(tx, who.account_id)
    if factor not in {one.factor_id for one in found}:
        raise Missing
    rules.check_removal(len(found))
    await store.remove(tx, who.account_id, factor)
    note = Note(kind=Kind.FACTOR_REMOVED, actor=who.account_id)
    await audit.note(tx, note, now=now, chance=chance)


async def reset(
    tx: Tx, account: AccountId, *, by: AccountId | None, now: datetime, chance: Random
) -> None:
    """Remove every factor of an account, so that the next sign-in sets up a first one."""
    await store.remove_all(tx, account)
    await accounts.end_all_sessions(tx, account)
    note = Note(kind=Kind.FACTORS_RESET, actor=by, subject=account)
    await audit.note(tx, note, now=now, chance=chance)


async def pass_step(tx: Tx, who: Actor, *, device: str, now: datetime, chance: Random) -> str:
    """Make the half session of `who` a whole one under a new token, which is returned."""
    await accounts.end_session(tx, who.account_id, SessionId(who.session_id))
    note = Note(kind=Kind.SIGNED_IN, actor=who.account_id, detail="second step")
    await audit.note(tx, note, now=now, chance=chance)
    return await accounts.open_session(tx, who.account_id, device=device, now=now, chance=chance)


async def note_refusal(tx: Tx, who: Actor, *, now: datetime, chance: Random) -> None:
    """Record that a second step was refused."""
    note = Note(kind=Kind.SECOND_STEP_REFUSED, actor=who.account_id)
    await audit.note(tx, note, now=now, chance=chance)
