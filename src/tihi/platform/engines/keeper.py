"""Keeps one engine running: starts it, waits for it, starts it again when it dies."""

import asyncio
import contextlib
import logging
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil

from tihi.base.value import Value
from tihi.platform.engines.engine import Engine, EngineStatus, NotReady
from tihi.platform.engines.home import Home
from tihi.platform.engines.postgres import Postgres, end_leftovers
from tihi.platform.engines.process import end, end_strangers, ended, search, spawn
from tihi.platform.engines.trouble import EngineError
from tihi.platform.tasks import Pauses

Progress = Callable[[str], None]

_TICK_S = 0.02
_SAY_S = 3.0
_FIRST_PAUSE_S = 0.1
_MOST_PAUSE_S = 10.0
_STEADY_S = 30.0
_MOST_FAILED = 3

_log = logging.getLogger(__name__)


class _EndedEarly(EngineError):
    """A program ended before it was ready: what it found in its folder may be the reason."""


class Record(Value):
    """What is written down of a running engine, for others to look at."""

    pid: int
    create_time: float
    cmdline: list[str]


class Keeper:
    """One engine and its process."""

    def __init__(self, engine: Engine, home: Home, changed: Callable[[], None]) -> None:
        self.engine = engine
        self.record: Record | None = None
        self._home = home
        self._changed = changed
        self._child: subprocess.Popen[bytes] | None = None
        self._version = ""
        self._up = False
        self._watch: asyncio.Task[None] | None = None

    @property
    def log(self) -> Path:
        """Where the engine's own words go."""
        return self._home.root / "log" / f"{self.engine.name}.log"

    def status(self) -> EngineStatus:
        """Return how the engine is."""
        child = self._child
        return EngineStatus(
            name=self.engine.name,
            version=self._version,
            pid=child.pid if child else 0,
            up=self._up and child is not None and child.poll() is None,
        )

    async def start(self, progress: Progress) -> None:
        """Start the engine; return when it accepts connections and is furnished."""
        try:
            await self._launch(progress)
        except _EndedEarly:
            if not self._put_aside(progress):
                raise
            await self._launch(progress)
        self._watch = asyncio.create_task(self._keep(), name=f"keep {self.engine.name}")

    async def stop(self) -> None:
        """Stop the engine and wait for its end."""
        if self._watch:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        self._up = False
        if self._child:
            await end(self._child, self.engine.steps)
        self.record = None

    def let_go(self) -> None:
        """Tell the engine to end, and do not wait."""
        if self._child and self._child.poll() is None:
            self._child.send_signal(self.engine.steps[0][0])

    async def _launch(self, progress: Progress) -> None:
        engine = self.engine
        await self._clear(progress)
        await engine.prepare()
        self._home.folder("log")
        argv = engine.argv()
        self._child = spawn(argv, self._home.account, folder=engine.folder, log=self.log)
        with contextlib.suppress(psutil.Error):
            born = psutil.Process(self._child.pid).create_time()
            self.record = Record(pid=self._child.pid, create_time=born, cmdline=argv)
            self._changed()
        self._version = await self._accepting(self._child, progress)
        await engine.furnish()
        self._up = True
        progress(f"{engine.name} {self._version} is up")

    def _put_aside(self, progress: Progress) -> bool:
        """Put away what an engine cannot start on, where it is but a copy; return whether it was.

        A file that a disk has garbled would keep the whole system from starting.
        """
        folder = self.engine.folder
        if not (self.engine.copy and folder.exists() and any(folder.iterdir())):
            return False
        aside = folder.with_name(f"{folder.name}.damaged")
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)
        progress(f"{self.engine.name} cannot start on its files; they are in {aside} now")
        return True

    async def _clear(self, progress: Progress) -> None:
        """End what a killed parent left running on our folder."""
        engine = self.engine
        found = search(engine.owns)
        if not found:
            return
        progress(f"{engine.name} was left running; stopping it first")
        if isinstance(engine, Postgres):
            await end_leftovers(engine)
        else:
            await end_strangers(found, engine.steps)
        if search(engine.owns):
            raise EngineError(f"a {engine.name} runs on {engine.folder} and cannot be stopped")

    async def _accepting(self, child: subprocess.Popen[bytes], progress: Progress) -> str:
        """Wait without a deadline: recovery takes what it takes, and a dead server is noticed."""
        loop = asyncio.get_running_loop()
        say_at = loop.time() + _SAY_S
        while child.poll() is None:
            try:
                return await self.engine.ready()
            except NotReady as reason:
                if loop.time() > say_at:
                    progress(f"{self.engine.name} is not ready yet: {reason}")
                    say_at += _SAY_S
                await asyncio.sleep(_TICK_S)
        raise _EndedEarly(
            f"{self.engine.name} ended with {child.returncode} before it was ready; see {self.log}"
        )

    async def _keep(self) -> None:
        pauses = Pauses(first_s=_FIRST_PAUSE_S, most_s=_MOST_PAUSE_S, steady_s=_STEADY_S)
        failed = 0
        loop = asyncio.get_running_loop()
        while True:
            since = loop.time()
            if self._child:
                code = await ended(self._child)
                _log.warning("%s ended with %s; starting it again", self.engine.name, code)
            self._up = False
            await asyncio.sleep(pauses.after(loop.time() - since))
            try:
                await self._launch(_log.info)
                failed = 0
            except Exception as error:  # noqa: BLE001  # whatever fails, it is tried again
                _log.warning("%s is not back: %s", self.engine.name, error)
                await self._give_up()
                failed += isinstance(error, _EndedEarly)
                if failed == _MOST_FAILED:
                    self._put_aside(_log.warning)

    async def _give_up(self) -> None:
        """End what was half started, so that the next try finds nothing in its way."""
        if self._child:
            await end(self._child, self.engine.steps)
