"""Says what stands in the way of a start. It changes nothing and names no secret."""

import asyncio
import os
import pwd
import shutil
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import cast

import msgspec
import psutil
from nats.aio.client import Client as NatsClient
from valkey.asyncio import Valkey as Client

from tihi.base.value import Value
from tihi.platform.config import Settings
from tihi.platform.engines.account import Account
from tihi.platform.engines.binaries import WHEELS, in_wheels, reachable
from tihi.platform.engines.keeper import Record
from tihi.platform.engines.roles import connect
from tihi.platform.engines.trouble import EngineError

_LEAST_FREE = 1024**3
_TIMEOUT_S = 3


class Check(Value):
    """One thing looked at.

    Attributes:
        name: what.
        ok: whether it is as it should be.
        detail: what was found.
        advice: what to do, empty when all is well.
    """

    name: str
    ok: bool
    detail: str
    advice: str


async def doctor(settings: Settings) -> list[Check]:
    """Look at everything that engines need, and at the engines."""
    home = settings.home.resolve()
    account = _account(settings.engine_user)
    external = _external(settings)
    checks = [
        _check_account(settings.engine_user, account),
        _check_programs(account),
        _check_way(home, account),
        _check_space(home),
        _check_lock(home),
    ]
    checks += [_check_engine(name, record) for name, record in _records(home).items()]
    checks += await asyncio.gather(*(_check_url(name, call) for name, call in external.items()))
    return checks


def _account(engine_user: str) -> Account | None:
    uid = os.geteuid()
    if uid != 0:
        return Account(name=str(uid), uid=uid, gid=os.getegid(), other=False)
    try:
        entry = pwd.getpwnam(engine_user)
    except KeyError:
        return None
    return Account(name=engine_user, uid=entry.pw_uid, gid=entry.pw_gid, other=True)


def _check_account(engine_user: str, account: Account | None) -> Check:
    if account is None:
        can = shutil.which("useradd") is not None
        advice = "" if can else f"make the account {engine_user}, or set TIHI_ENGINE_USER"
        return Check(name="account", ok=can, detail="made at the first start", advice=advice)
    if account.uid == 0:
        advice = "set TIHI_ENGINE_USER to an account that is not root"
        return Check(name="account", ok=False, detail="engines would run as root", advice=advice)
    return Check(name="account", ok=True, detail=f"engines run as {account.name}", advice="")


def _check_programs(account: Account | None) -> Check:
    try:
        found = in_wheels()
    except EngineError as error:
        return Check(name="programs", ok=False, detail=str(error), advice="install tihi again")
    versions = ", ".join(f"{wheel} {version(wheel)}" for wheel in WHEELS)
    copied = account is not None and not reachable(found, account)
    note = "; copied into the data folder" if copied else ""
    return Check(name="programs", ok=True, detail=versions + note, advice="")


def _check_way(home: Path, account: Account | None) -> Check:
    there = _nearest(home)
    barrier = account.barrier(there) if account else None
    if barrier and account:
        detail = f"{account.name} may not pass {barrier}"
        advice = f"set TIHI_HOME, or run: chmod o+x {barrier}"
        return Check(name="home", ok=False, detail=detail, advice=advice)
    if not os.access(there, os.W_OK | os.X_OK):
        return Check(
            name="home", ok=False, detail=f"{there} is closed to us", advice="set TIHI_HOME"
        )
    return Check(name="home", ok=True, detail=str(home), advice="")


def _nearest(home: Path) -> Path:
    """Return the data folder, or the lowest one above it that is there and can be seen."""
    return next(folder for folder in [home, *home.parents] if _seen(folder))


def _seen(folder: Path) -> bool:
    try:
        return folder.exists()
    except PermissionError:
        return False


def _check_space(home: Path) -> Check:
    there = _nearest(home)
    free = shutil.disk_usage(there).free
    ok = free >= _LEAST_FREE
    advice = "" if ok else f"make room on the disk of {there}"
    return Check(name="space", ok=ok, detail=f"{free // 1024**2} MiB free", advice=advice)


def _check_lock(home: Path) -> Check:
    """A held lock is well: it says that tihi runs. It is looked up: a try would take it."""
    try:
        inode = (home / "lock").stat().st_ino
        lines = Path("/proc/locks").read_text("ascii").splitlines()
    except OSError:
        return Check(name="lock", ok=True, detail="never taken, or not to be seen", advice="")
    held = [line.split() for line in lines if "FLOCK" in line and f":{inode} " in line]
    detail = f"held by process {held[0][4]}" if held else "tihi is not running"
    return Check(name="lock", ok=True, detail=detail, advice="")


def _records(home: Path) -> dict[str, Record]:
    try:
        return msgspec.json.decode((home / "engines.json").read_bytes(), type=dict[str, Record])
    except (OSError, msgspec.DecodeError):
        return {}


def _check_engine(name: str, record: Record) -> Check:
    try:
        process = psutil.Process(record.pid)
        same = process.create_time() == record.create_time and process.cmdline() == record.cmdline
    except psutil.Error:
        same = False
    advice = "" if same else "start tihi; it clears up by itself"
    detail = f"process {record.pid}" if same else "not running, though not stopped in order"
    return Check(name=name, ok=same, detail=detail, advice=advice)


def _external(settings: Settings) -> dict[str, Callable[[], Awaitable[object]]]:
    """Return how to try each engine that is given from outside."""
    given: dict[str, Callable[[], Awaitable[object]]] = {}
    database = {
        "TIHI_DATABASE_URL": settings.database_url,
        "TIHI_OWNER_URL": settings.owner_url,
        "TIHI_SWEEP_URL": settings.sweep_url,
    }
    for name, url in database.items():
        if url:
            given[name] = lambda url=url: _try_database(url)
    if cache := settings.valkey_url:
        given["TIHI_VALKEY_URL"] = lambda: _try_valkey(cache)
    if bus := settings.nats_url:
        given["TIHI_NATS_URL"] = lambda: _try_nats(bus)
    return given


async def _check_url(name: str, call: Callable[[], Awaitable[object]]) -> Check:
    try:
        await asyncio.wait_for(call(), _TIMEOUT_S)
    except Exception as error:  # noqa: BLE001  # any failure is the finding; its text may hold the URL
        detail = f"does not answer ({type(error).__name__})"
        return Check(name=name, ok=False, detail=detail, advice=f"check {name} and its server")
    return Check(name=name, ok=True, detail="answers", advice="")


async def _try_database(url: str) -> None:
    connection = await connect(url, timeout=_TIMEOUT_S)
    await connection.close()


async def _try_valkey(url: str) -> None:
    client = Client.from_url(url, socket_timeout=_TIMEOUT_S)
    try:
        await cast("Awaitable[object]", client.info("server"))
    finally:
        await client.aclose()


async def _try_nats(url: str) -> None:
    client = NatsClient()
    try:
        await client.connect(url, allow_reconnect=False, error_cb=_ignore)
    finally:
        await client.close()


async def _ignore(_error: Exception) -> None:
    """Say nothing: the failure is reported once."""
