"""A file of any size that is read back whole or refused: cut, altered, or another passphrase.

First the header: a mark, its length, and JSON that says how the key is made. Then pieces of up to
1 MiB, each sealed with AES-256-GCM. A piece's nonce holds its number and whether it is the last,
and all are bound to the header, so that no piece can be left out, moved or taken from elsewhere
(the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). The key is made of the
passphrase by scrypt (RFC 7914). Without a passphrase the key is made of nothing: then pieces are
checked as well, but anybody can read them.
"""

import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tihi.base.value import Value
from tihi.platform.engines.home import sync_folder

_MARK = b"TIHI-BOX"
_PIECE = 1 << 20
_TAG = 16
_MOST_HEADER = 4096
_COST = 17
_LEAST_COST = 14
_MOST_COST = 20
_SALT = 16
_PREFIX = 7


class NotReadable(Exception):
    """The file is no whole strongbox, or the passphrase does not open it."""


class Header(Value):
    """How the key is made.

    Attributes:
        closed: whether a passphrase is needed.
        salt: of the key, in Base64.
        prefix: first part of every nonce, in Base64.
        cost: scrypt's n, as a power of two.
    """

    closed: bool
    salt: str
    prefix: str
    cost: int


class Box:
    """Seals and opens pieces under one key."""

    def __init__(self, header: Header, passphrase: str) -> None:
        self.raw = msgspec.json.encode(header)
        salt = b64decode(header.salt)
        scrypt = Scrypt(salt=salt, length=32, n=1 << header.cost, r=8, p=1)
        self._cipher = AESGCM(scrypt.derive(passphrase.encode()))
        self._prefix = b64decode(header.prefix)
        self._number = 0

    def seal(self, piece: bytes, *, last: bool) -> bytes:
        """Return the next piece, sealed."""
        return self._cipher.encrypt(self._nonce(last=last), piece, self.raw)

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        """Return the next piece.

        Raises:
            InvalidTag: it is another one, or the key is another.
        """
        return self._cipher.decrypt(self._nonce(last=last), sealed, self.raw)

    def _nonce(self, *, last: bool) -> bytes:
        nonce = self._prefix + self._number.to_bytes(4, "big") + bytes([last])
        self._number += 1
        return nonce


class Writer:
    """Writes a strongbox beside its place, and puts it there when it is whole."""

    def __init__(self, path: Path, passphrase: str) -> None:
        """Begin a file.

        Args:
            path: its place, where nothing may be.
            passphrase: opens it; '' leaves it open to everybody.

        Raises:
            FileExistsError: something is there.
        """
        if path.exists():
            raise FileExistsError(path)
        header = Header(
            closed=bool(passphrase),
            salt=b64encode(secrets.token_bytes(_SALT)).decode(),
            prefix=b64encode(secrets.token_bytes(_PREFIX)).decode(),
            cost=_COST if passphrase else _LEAST_COST,
        )
        self._path = path
        self._draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        self._box = Box(header, passphrase)
        self._waiting = bytearray()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        self._file = os.fdopen(os.open(self._draft, flags, 0o600), "wb")
        self._file.write(_MARK + len(self._box.raw).to_bytes(4, "big") + self._box.raw)

    def write(self, data: bytes) -> None:
        """Add `data`."""
        self._waiting += data
        # The last piece is told apart, so one is always kept back.
        while len(self._waiting) > _PIECE:
            self._file.write(self._box.seal(bytes(self._waiting[:_PIECE]), last=False))
            del self._waiting[:_PIECE]

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the whole file in its place; after an error leave nothing."""
        try:
            if kind is None:
                self._file.write(self._box.seal(bytes(self._waiting), last=True))
                self._file.flush()
                os.fsync(self._file.fileno())
                if self._path.exists():
                    # Another one was made meanwhile.
                    raise FileExistsError(self._path)
                self._draft.rename(self._path)
                sync_folder(self._path.parent)
        finally:
            try:
                # On a full disk it writes what it holds, and fails again.
                self._file.close()
            finally:
                self._draft.unlink(missing_ok=True)


def header_of(path: Path) -> Header:
    """Return how the file at `path` is to be opened.

    Raises:
        NotReadable: it is no strongbox.
    """
    with path.open("rb") as file:
        return _header(file)


def read(path: Path, passphrase: str) -> Iterator[bytes]:
    """Return the pieces of the file at `path`, in order.

    Raises:
        NotReadable: see there; what came before may be thrown away.
    """
    with path.open("rb") as file:
        box = Box(_header(file), passphrase)
        following = file.read(_PIECE + _TAG)
        first = True
        while True:
            sealed, following = following, file.read(_PIECE + _TAG)
            last = not following
            try:
                yield box.open(sealed, last=last)
            except InvalidTag:
                raise NotReadable(_why(path, first=first, last=last)) from None
            if last:
                return
            first = False


def _why(path: Path, *, first: bool, last: bool) -> str:
    if first:
        return f"{path}: the passphrase is another one, or the file was altered or cut"
    return f"{path} was {'cut short or ' if last else ''}altered"


def _header(file: BinaryIO) -> Header:
    mark = file.read(len(_MARK))
    length = int.from_bytes(file.read(4), "big")
    if mark != _MARK or length > _MOST_HEADER:
        raise NotReadable(f"{file.name} is no backup of Tihi")
    try:
        header = msgspec.json.decode(file.read(length), type=Header)
        sizes = len(b64decode(header.salt)), len(b64decode(header.prefix))
    except (msgspec.DecodeError, ValueError):
        raise NotReadable(f"{file.name}: its beginning was altered") from None
    # A stranger's file must not make us take all memory.
    if sizes != (_SALT, _PREFIX) or not _LEAST_COST <= header.cost <= _MOST_COST:
        raise NotReadable(f"{file.name}: its beginning was altered")
    return header
