"""Passwords and secrets: Argon2id, RFC 9106, off the event loop."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from tihi.base.chance import Random

# RFC 9106 §4, second recommended option scaled to a shared two-core machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# What a name that nobody has is checked against, so that it takes the same time (S30).
_NOBODY = _HASHER.hash("nobody")
# One at a time: more would take the cores from people who are answering.
_GATE = asyncio.Semaphore(1)


async def hashed(password: str) -> str:
    """Return the Argon2id hash of `password`."""
    async with _GATE:
        return await asyncio.to_thread(_HASHER.hash, password)


async def fits(
    password: str, stored: str | None, *, still: Callable[[], Awaitable[None]] | None = None
) -> bool:
    """Return whether `password` belongs to `stored`, in the same time when there is none.

    `still` is asked when its turn has come, and may refuse what was fit when the wait began.
    """
    async with _GATE:
        if still is not None:
            await still()
        return await asyncio.to_thread(_verify, password, stored or _NOBODY) and stored is not None


def _verify(password: str, stored: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except VerificationError:
        return False


def token(chance: Random) -> str:
    """Return a secret of 256 bits that may stand in a URL or cookie."""
    return urlsafe_b64encode(chance.bits(256).to_bytes(32, "big")).decode().rstrip("=")
