"""The system account that engines run under. PostgreSQL refuses root, so root lends another."""

import os
import pwd
import stat
import subprocess
from pathlib import Path

from tihi.base.value import Value
from tihi.platform.engines.trouble import EngineError


class Account(Value):
    """An account and how to become it.

    Attributes:
        name: its login name.
        uid: its number.
        gid: its main group.
        other: whether it is another account than our own.
    """

    name: str
    uid: int
    gid: int
    other: bool

    def own(self, path: Path) -> None:
        """Give `path` to the account; links are not followed."""
        if not self.other:
            return
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            os.fchown(handle, self.uid, self.gid)
        finally:
            os.close(handle)

    def may(self, path: Path, bits: int) -> bool:
        """Return whether the account has all `bits` (4 read, 2 write, 1 pass) on `path` itself."""
        found = path.stat()
        shift = 6 if found.st_uid == self.uid else 3 if found.st_gid == self.gid else 0
        return stat.S_IMODE(found.st_mode) >> shift & bits == bits

    def barrier(self, path: Path) -> Path | None:
        """Return the folder above `path` that keeps the account out, if there is one."""
        if not self.other:
            return None
        return next((folder for folder in path.parents if not self.may(folder, 1)), None)


def find_account(engine_user: str) -> Account:
    """Return the account for engines: `engine_user` when we are root, else ourselves.

    Raises:
        EngineError: the account is missing and cannot be made, or is root.
    """
    uid = os.geteuid()
    if uid != 0:
        return Account(name=str(uid), uid=uid, gid=os.getegid(), other=False)
    try:
        entry = pwd.getpwnam(engine_user)
    except KeyError:
        entry = _make(engine_user)
    if entry.pw_uid == 0:
        raise EngineError("engines do not run as root; set TIHI_ENGINE_USER to another account")
    return Account(name=engine_user, uid=entry.pw_uid, gid=entry.pw_gid, other=True)


def _make(engine_user: str) -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    try:
        done = subprocess.run(  # noqa: S603  # the name is the administrator's own setting
            [*command, "--", engine_user], capture_output=True, text=True, check=False
        )
        trouble = done.stderr.strip()
    except OSError as error:
        trouble = str(error)
    try:
        # Two starts may race for it: what counts is that it is there now.
        return pwd.getpwnam(engine_user)
    except KeyError:
        advice = "make it, or set TIHI_ENGINE_USER to one that exists"
        detail = f"the account {engine_user!r} for engines cannot be made ({trouble})"
        raise EngineError(f"{detail}; {advice}") from None
