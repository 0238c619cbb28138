"""Processes: how one is started, known again and ended. A bare pid proves nothing."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import psutil

from tihi.platform.engines.account import Account

Steps = Sequence[tuple[signal.Signals, float]]
"""How to end a process: signals from gentle to rough, each with the seconds that it gets."""

_TICK_S = 0.02
_MOST_LOG = 16 * 1024 * 1024


def spawn(
    argv: Sequence[str], account: Account, *, folder: Path, log: Path
) -> subprocess.Popen[bytes]:
    """Start `argv` under `account` in a session of its own; what it says goes to `log`.

    It gets no environment of ours: that may hold secrets.
    """
    if log.exists() and log.stat().st_size > _MOST_LOG:
        log.replace(log.with_suffix(".log.1"))
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    out = os.open(log, flags, 0o600)
    try:
        other = account.other
        return subprocess.Popen(  # noqa: S603  # our own programs with our own arguments
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(folder)},
            start_new_session=True,
            umask=0o077,
            user=account.uid if other else None,
            group=account.gid if other else None,
            extra_groups=[] if other else None,
        )
    finally:
        os.close(out)


async def ended(child: subprocess.Popen[bytes]) -> int:
    """Wait for the end of `child`; return its exit code."""
    if child.poll() is None and hasattr(os, "pidfd_open"):
        await _pidfd(child.pid)
    while child.poll() is None:  # noqa: ASYNC110  # a system without pidfd tells in no other way
        await asyncio.sleep(_TICK_S)
    return child.returncode


async def _pidfd(pid: int) -> None:
    gone = asyncio.Event()
    loop = asyncio.get_running_loop()
    handle = os.pidfd_open(pid)
    loop.add_reader(handle, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)


async def end(child: subprocess.Popen[bytes], steps: Steps) -> None:
    """End `child` by `steps`; a frozen one is thawed first."""
    for sign, seconds in steps:
        if child.poll() is not None:
            return
        child.send_signal(sign)
        child.send_signal(signal.SIGCONT)
        try:
            await asyncio.wait_for(ended(child), seconds)
        except TimeoutError:
            continue
    await ended(child)


def search(owns: Callable[[psutil.Process], bool]) -> list[psutil.Process]:
    """Return the live processes that `owns` knows."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            if owns(process) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


async def end_strangers(processes: Iterable[psutil.Process], steps: Steps) -> None:
    """End processes that are not our children; psutil refuses a pid that was given away anew."""
    left = [process for process in processes if _alive(process)]
    for sign, seconds in steps:
        for process in left:
            _send(process, sign)
            _send(process, signal.SIGCONT)
        left = await _wait(left, seconds)
        if not left:
            return


async def _wait(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    left = [process for process in processes if _alive(process)]
    while left and loop.time() < until:
        await asyncio.sleep(_TICK_S)
        left = [process for process in left if _alive(process)]
    return left


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _send(process: psutil.Process, sign: signal.Signals) -> None:
    try:
        process.send_signal(sign)
    except psutil.NoSuchProcess:
        return
