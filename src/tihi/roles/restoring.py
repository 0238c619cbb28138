"""Room for a restore: an empty data folder, or one whose data is put aside; half done is told.

A demo whose founding was cut short is half done too: nobody's data, so it is begun anew.
"""

import shutil
import signal
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psutil

from tihi.platform.clock import SystemClock
from tihi.platform.config import Settings
from tihi.platform.engines import EngineError
from tihi.platform.engines.home import Home, sync_folder
from tihi.platform.engines.process import Steps, end_strangers, search
from tihi.platform.engines.supervisor import taken

_DATA = ("postgres", "valkey", "nats", "secrets.json", "vault.key")
_ASIDE = "replaced-"
_DEMO = "The demo is being founded, or its founding was cut short.\n"
_STEPS: Steps = ((signal.SIGINT, 120), (signal.SIGQUIT, 20), (signal.SIGKILL, 5))
_KEPT = frozenset({"lock", "engines", "erased.jsonl", "postgresql.local.conf"})
"""Not the data of any one system: the programs, the list of who was erased, own settings."""


def marker(home: Path) -> Path:
    """Return the file that is there while a restore is not done."""
    return home / "restoring"


def refuse_half_done(home: Path) -> None:
    """Refuse to run on what a restore left half done.

    Raises:
        EngineError: a restore was cut short.
    """
    if not _marked(home):
        return
    if _is_demo(home):
        what, command = f"founding the demo in {home}", "tihi demo"
    else:
        what, command = f"a restore into {home}", "tihi restore"
    raise EngineError(f"{what} is under way or was cut short; if so, run `{command}` again")


def _marked(home: Path) -> bool:
    try:
        return marker(home).exists()
    except PermissionError:
        # Whoever takes the folder says whose it is.
        return False


def _is_demo(home: Path) -> bool:
    try:
        return marker(home).read_text("utf-8") == _DEMO
    except (OSError, UnicodeDecodeError):
        return False


@contextmanager
def founding_demo(home: Path) -> Generator[None]:
    """Mark the data folder as a demo's that is not whole, until the block has ended well."""
    marker(home).write_text(_DEMO, "utf-8")
    sync_folder(home)
    yield
    marker(home).unlink()
    sync_folder(home)


async def clear_half_demo(settings: Settings, say: Callable[[str], None]) -> None:
    """Empty the data folder if it holds a demo whose founding was cut short.

    Raises:
        EngineError: somebody uses the folder.
    """
    if not _is_demo(settings.home):
        return
    home = taken(settings)
    try:
        await _end_leftovers(home.root)
        say("The demo was cut short when it was founded; beginning anew")
        # The mark goes last: until then it tells that the rest may go.
        _make_room(home, replace=False, say=say)
    finally:
        home.release()


@asynccontextmanager
async def place_for(
    settings: Settings, *, replace: bool, say: Callable[[str], None]
) -> AsyncGenerator[None]:
    """Make room in the data folder, and mark it until the block has ended well.

    Raises:
        EngineError: data is there that may not be put aside, or is in use.
    """
    home = taken(settings)
    try:
        await _end_leftovers(home.root)
        _make_room(home, replace=replace, say=say)
        home.write(marker(home.root), "A restore is under way, or was cut short.\n")
    finally:
        # The engines take the folder next.
        home.release()
    yield
    marker(settings.home).unlink()
    sync_folder(settings.home)


def _make_room(home: Home, *, replace: bool, say: Callable[[str], None]) -> None:
    there = [one for one in _DATA if (home.root / one).exists()]
    rest = [
        one
        for one in home.root.iterdir()
        if one.name not in _KEPT and not one.name.startswith(_ASIDE)
    ]
    if marker(home.root).exists():
        # What an earlier restore left is in its backup whole.
        for one in sorted(rest, key=lambda one: one == marker(home.root)):
            shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()
    elif there and not replace:
        detail = f"{home.root} holds data ({', '.join(there)})"
        raise EngineError(f"{detail}; choose an empty TIHI_HOME, or put it aside with --replace")
    elif there:
        stamp = SystemClock().now().strftime("%Y%m%dT%H%M%SZ")
        aside = home.folder(f"{_ASIDE}{stamp}")
        for one in rest:
            one.rename(aside / one.name)
        sync_folder(home.root)
        say(f"What was there is in {aside}; delete it once all is well")


async def _end_leftovers(root: Path) -> None:
    """End the engines that a killed parent left running here: we hold the folder, nobody else."""

    def inside(process: psutil.Process) -> bool:
        engine = process.name() in {"valkey-server", "nats-server", "nats"} or (
            process.name() == "postgres" and "-D" in process.cmdline()
        )
        return engine and Path(process.cwd()).is_relative_to(root)

    await end_strangers(search(inside), _STEPS)
    if search(inside):
        raise EngineError(f"engines run on {root} and cannot be stopped")
