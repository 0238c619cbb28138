"""Secrets that must be read again, such as those of a second factor: sealed with AES-256-GCM.

The key stands outside the database, so that a copy of the database alone opens nothing.
"""

import contextlib
import os
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tihi.base.chance import Random
from tihi.platform import passwords

_FORM = b"\x01"
"""First byte of a sealed secret, so that another way of sealing can be told apart."""
_NONCE = 12


class Sealed(Exception):
    """A sealed secret does not open: another key, another owner, or a changed byte."""


class Vault:
    """Seals secrets and opens them again."""

    def __init__(self, key: str) -> None:
        self._cipher = AESGCM(sha256(b"tihi vault\x1f" + key.encode()).digest())

    def seal(self, secret: bytes, owner: str, chance: Random) -> bytes:
        """Return `secret` sealed for `owner`; it opens for nobody else."""
        nonce = chance.bits(8 * _NONCE).to_bytes(_NONCE, "big")
        return _FORM + nonce + self._cipher.encrypt(nonce, secret, owner.encode())

    def open(self, sealed: bytes, owner: str) -> bytes:
        """Return what was sealed for `owner`.

        Raises:
            Sealed: it was not sealed so, or with another key.
        """
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher.decrypt(nonce, body, owner.encode())
        except (InvalidTag, ValueError) as error:
            raise Sealed from error


def key_in(home: Path, chance: Random) -> str:
    """Return the key kept in the data folder, mode 0600; made at the first use."""
    put_key(home, passwords.token(chance))
    return (home / "vault.key").read_text("ascii").strip()


def put_key(home: Path, key: str) -> None:
    """Keep `key` in the data folder, unless one is there."""
    path = home / "vault.key"
    draft = home / f"vault.{os.getpid()}"
    if not path.exists():
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        # Whole or not there, and whoever comes second takes what the first one made.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
