"""The data folder: its lock, its secrets, and files that are whole or not there."""

import contextlib
import fcntl
import os
import re
import secrets
import stat
import tempfile
from pathlib import Path
from typing import Self

import msgspec

from tihi.platform.engines.account import Account
from tihi.platform.engines.trouble import EngineError, HomeLocked

_SECRETS = ("postgres", "tihi_owner", "tihi_app", "tihi_sweep", "valkey", "nats")
_MOST_SOCKET_FOLDER = 99 - len("/.s.PGSQL.5432.lock")
"""A socket's path must fit in 107 bytes; PostgreSQL puts a lock file beside it."""
_PLAIN = re.compile(r"[\w/.+-]+", re.ASCII)
"""In addresses and lists of folders a comma, a quote or a blank in a name means something else."""


class Home:
    """A data folder that we hold. Everything in it is for its account's eyes only."""

    def __init__(self, root: Path, account: Account, lock: int) -> None:
        self.root = root
        self.account = account
        self._lock = lock

    @classmethod
    def take(cls, root: Path, account: Account) -> Self:
        """Make the data folder if need be, and lock it.

        Raises:
            HomeLocked: somebody else holds it.
            EngineError: it cannot be used by the account.
        """
        root = root.resolve()
        if not str(root).isprintable():
            raise EngineError(f"{str(root)!r} holds characters that no settings file can name")
        _make_root(root, account)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        lock = os.open(root / "lock", flags, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = _number(os.pread(lock, 32, 0))
            os.close(lock)
            raise HomeLocked(root, pid) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        return cls(root, account, lock)

    def release(self) -> None:
        """Let others have the folder."""
        if self._lock >= 0:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = -1

    def folder(self, name: str) -> Path:
        """Return the folder `name`, made if need be, closed to everybody but the account."""
        path = self.root / name
        path.mkdir(mode=0o700, exist_ok=True)
        _close_to_others(path)
        self.account.own(path)
        return path

    def write(self, path: Path, text: str, *, own: bool = True) -> None:
        """Write `path` whole or not at all, mode 0600; `own` gives it to the account."""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if path.read_text("utf-8") == text and not path.is_symlink():
                return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if own:
                self.account.own(Path(name))
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)

    def secrets(self, *, fresh: bool) -> dict[str, str]:
        """Return the passwords of all engines; `fresh` allows to make the missing ones.

        Raises:
            EngineError: they are gone or garbled, and data locked by them is there.
        """
        path = self.root / "secrets.json"
        found: dict[str, str] = {}
        try:
            found = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            pass
        except msgspec.DecodeError:
            if not fresh:
                raise EngineError(f"{path} is damaged; restore it from a backup") from None
        if "postgres" not in found and not fresh:
            raise EngineError(
                f"{path} is gone, but the database that it opens is there; restore it from a backup"
            )
        known = {name: found.get(name) or secrets.token_urlsafe(24) for name in _SECRETS}
        self.write(path, msgspec.json.encode(known).decode(), own=False)
        return known

    def socket_folder(self) -> Path:
        """Return the private folder for sockets: in here, or elsewhere when our path is unfit."""
        inside = self.root / "run"
        if len(os.fsencode(inside)) <= _MOST_SOCKET_FOLDER and _PLAIN.fullmatch(str(inside)):
            return self.folder("run")
        note = self.root / "run.path"
        with contextlib.suppress(OSError, UnicodeDecodeError, ValueError):
            known = Path(note.read_text("utf-8"))
            if self._is_private(known):
                return known
        made = Path(tempfile.mkdtemp(prefix="tihi-", dir="/tmp"))  # 0700, short, new
        self.account.own(made)
        self.write(note, str(made))
        return made

    def _is_private(self, path: Path) -> bool:
        found = path.lstat()
        return (
            stat.S_ISDIR(found.st_mode)
            and stat.S_IMODE(found.st_mode) == stat.S_IRWXU
            and found.st_uid == self.account.uid
        )


def sync_folder(path: Path) -> None:
    """Make the names in folder `path` outlast a power cut."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_root(root: Path, account: Account) -> None:
    for folder in reversed([root, *root.parents]):
        if not folder.exists():
            folder.mkdir()
            folder.chmod(0o700 if folder == root else 0o755)
    if barrier := account.barrier(root):
        detail = f"engines run as {account.name!r}, which may not pass {barrier}"
        advice = f"put the data folder elsewhere with TIHI_HOME, or run: chmod o+x {barrier}"
        raise EngineError(f"{detail}; {advice}")
    owner = root.stat().st_uid
    if owner not in {account.uid, os.geteuid()}:
        raise EngineError(f"{root} belongs to user {owner}, not to {account.name!r}")
    _close_to_others(root)
    account.own(root)


def _close_to_others(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        os.fchmod(handle, stat.S_IRWXU)
    finally:
        os.close(handle)


def _number(raw: bytes) -> int | None:
    return int(raw) if raw.isdigit() else None
