"""What a one-time code and a recovery code are. Pure."""

import hmac
from base64 import b32encode
from datetime import datetime, timedelta
from urllib.parse import quote

from tihi.base.chance import Random, below
from tihi.people.factors.model import LastFactor, ProveAgain, TooManyFactors, UnfitFactorName

_STEP_S = 30
_DIGITS = 6
_SECRET_BYTES = 20
_RECOVERY = 10
# 16 signs of 32 make 80 bits, so that their plain hash cannot be searched.
_SIGNS = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"
_RECOVERY_LENGTH = 16
_FRESH = timedelta(minutes=15)
_MOST = 10
_LONGEST_NAME = 40


def code_at(secret: bytes, step: int) -> str:
    """Return the one-time code of a step: RFC 4226 §5.3 under RFC 6238, SHA-1, six digits."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0xF
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def step_at(now: datetime) -> int:
    """Return the step that `now` is in: RFC 6238 §4.2."""
    return int(now.timestamp()) // _STEP_S


def matching_step(secret: bytes, typed: str, now: datetime, last_step: int) -> int | None:
    """Return the step that a typed code belongs to, if it may still be used.

    Clocks may differ by a step. A step counts once: one that was used, or is older than
    one that was, is passed over (RFC 6238 §5.2).
    """
    code = "".join(typed.split())
    present = step_at(now)
    fitting = [
        step
        for step in range(present - 1, present + 2)
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()) and step > last_step
    ]
    return fitting[0] if fitting else None


def draw_secret(chance: Random) -> bytes:
    """Return a fresh secret for one-time codes: 160 bits, as RFC 4226 §4 recommends."""
    return chance.bits(8 * _SECRET_BYTES).to_bytes(_SECRET_BYTES, "big")


def typed_secret(secret: bytes) -> str:
    """Return a secret in base 32, in groups of four, as a person types it."""
    text = b32encode(secret).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def link(secret: bytes, *, org: str, name: str) -> str:
    """Return the `otpauth:` link that an authenticator app opens."""
    label = quote(f"{org}:{name}", safe="")
    key = b32encode(secret).decode()
    return (
        f"otpauth://totp/{label}?secret={key}&issuer={quote(org, safe='')}"
        f"&digits={_DIGITS}&period={_STEP_S}"
    )


def draw_recovery_codes(chance: Random) -> list[str]:
    """Return fresh recovery codes, in groups of four."""
    return [_grouped(_drawn(chance)) for _ in range(_RECOVERY)]


def plain_recovery_code(typed: str) -> str:
    """Return a recovery code as it is hashed, whatever was typed between its signs."""
    signs = typed.upper().replace("I", "1").replace("L", "1").replace("O", "0").replace("U", "V")
    return "".join(sign for sign in signs if sign in _SIGNS)


def _drawn(chance: Random) -> str:
    return "".join(_SIGNS[below(chance, len(_SIGNS))] for _ in range(_RECOVERY_LENGTH))


def _grouped(signs: str) -> str:
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def check_fresh(since: datetime, now: datetime) -> None:
    """Ask for a sign-in that is not old.

    Raises:
        ProveAgain: it is older than 15 minutes.
    """
    if now - since > _FRESH:
        raise ProveAgain


def check_room(factors: int) -> None:
    """Ask for room for one more factor.

    Raises:
        TooManyFactors: there is none.
    """
    if factors >= _MOST:
        raise TooManyFactors


def check_removal(factors: int) -> None:
    """Ask that a factor is left when one is removed.

    Raises:
        LastFactor: none would be.
    """
    if factors <= 1:
        raise LastFactor


def clean_name(typed: str) -> str:
    """Return a passkey's name as it is stored.

    Raises:
        UnfitFactorName: it is empty or longer than 40 characters.
    """
    name = " ".join(typed.split())
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise UnfitFactorName
    return name
