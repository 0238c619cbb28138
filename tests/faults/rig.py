"""A system to break: engines that can be killed, frozen, starved and robbed, and real roles."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Self

import psutil

from ports import free_port
from tihi.game.rewards.model import Difference
from tihi.platform.bus import STREAM
from tihi.platform.clock import SystemClock
from tihi.platform.config import Settings, child_environment
from tihi.platform.engines import Endpoints, Engines, running
from tihi.platform.engines.keeper import Keeper
from tihi.platform.engines.postgres import Postgres
from tihi.platform.http import Parts
from tihi.roles import serve, verify
from tihi.roles.parts import connected
from world import School, World

QUIET_S = 60.0
_ENDS_S = 15.0


async def until(condition: Callable[[], Awaitable[bool] | bool], within: float = 15) -> float:
    """Wait until `condition` holds; return how many seconds that took.

    Raises:
        TimeoutError: it did not.
    """
    begun = monotonic()
    async with asyncio.timeout(within):
        while True:
            held = condition()
            if held if isinstance(held, bool) else await held:
                return monotonic() - begun
            await asyncio.sleep(0.02)


def quiet(_words: str) -> None:
    """Take progress and say nothing."""


class Role:
    """One process of ours."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name = name
        self.process = process
        self.log = log

    @property
    def pid(self) -> int:
        return self.process.pid

    def said(self) -> str:
        """Return what it logged."""
        return self.log.read_text("utf-8", errors="replace")

    def complained(self) -> str:
        """Return the end of what it logged, but for warnings."""
        lines = [one for one in self.said().splitlines() if '"level": "warning"' not in one]
        return "\n".join(lines)[-4000:]

    async def died(self, within: float = _ENDS_S) -> int:
        """Wait until it ends; return its exit code."""
        async with asyncio.timeout(within):
            return await self.process.wait()

    async def kill(self) -> None:
        """Kill it, whatever it is doing."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    async def end(self) -> None:
        """End it politely, or by force where that takes too long."""
        try:
            await self.stop()
        except TimeoutError:
            await self.kill()

    async def stop(self) -> int:
        """End it politely; return its exit code."""
        if self.process.returncode is None:
            self.process.terminate()
            self.thaw()
        return await self.died()


class Engine:
    """One engine and the faults that may befall it."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper

    @property
    def pid(self) -> int:
        return self.keeper.status().pid

    @property
    def folder(self) -> Path:
        return self.keeper.engine.folder

    def _tree(self) -> list[psutil.Process]:
        head = psutil.Process(self.pid)
        return [head, *head.children(recursive=True)]

    def kill(self) -> None:
        """Kill it; its keeper starts it again."""
        os.kill(self.pid, signal.SIGKILL)

    def freeze(self) -> None:
        """Freeze it whole, the processes that serve connections included."""
        for one in self._tree():
            with suppress(psutil.NoSuchProcess):
                one.suspend()

    def thaw(self) -> None:
        for one in self._tree():
            with suppress(psutil.NoSuchProcess):
                one.resume()

    async def stop(self) -> None:
        """Take it away until `start`."""
        await self.keeper.stop()

    async def start(self) -> None:
        await self.keeper.start(quiet)

    async def up(self, within: float = 30) -> float:
        """Wait until it runs and has answered."""
        return await until(lambda: self.keeper.status().up, within)

    async def rob(self) -> None:
        """Stop it by force, empty its folder, and start it again."""
        os.kill(self.pid, signal.SIGSTOP)
        # No goodbye: what it has not written is lost, and what it has is deleted.
        await self.keeper.stop()
        self.empty()
        await self.start()

    def empty(self) -> None:
        """Delete all that it kept."""
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


class Rig:
    """Engines of its own, and the roles that were started on them."""

    def __init__(self, settings: Settings, engines: Engines, parts: Parts) -> None:
        self.settings = settings
        self.endpoints: Endpoints = engines.endpoints
        self.parts = parts
        self.roles: list[Role] = []
        self.port = free_port()
        self._engines = engines
        self._started = 0

    @classmethod
    @asynccontextmanager
    async def built(cls, home: Path | None = None) -> AsyncGenerator[Self]:
        """Start engines on `home` or a folder of their own; stop all at the end."""
        async with AsyncExitStack() as stack:
            found = Settings(home=home or stack.enter_context(folder()) / "data")
            engines = await stack.enter_async_context(serve.engines(found, quiet))
            parts = await stack.enter_async_context(connected(engines.endpoints, most=8))
            rig = cls(found, engines, parts)
            try:
                yield rig
            finally:
                await rig.clear()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def engine(self, name: str) -> Engine:
        return next(Engine(one) for one in self._engines._keepers if one.engine.name == name)  # noqa: SLF001  # to break it

    def environment(self, **more: str) -> dict[str, str]:
        """Return what a process of ours needs to find the engines."""
        ends = self.endpoints
        return child_environment(
            {
                "TIHI_HOME": str(self.settings.home),
                "TIHI_DATABASE_URL": ends.database_url,
                "TIHI_OWNER_URL": ends.owner_url,
                "TIHI_SWEEP_URL": ends.sweep_url,
                "TIHI_VALKEY_URL": ends.valkey_url,
                "TIHI_NATS_URL": ends.nats_url,
                "TIHI_PORT": str(self.port),
                **more,
            }
        )

    async def start(self, *command: str, crash_at: str = "", port: int = 0) -> Role:
        """Start a role; a web process is waited for."""
        self._started += 1
        log = self.settings.home.parent / f"role-{self._started}.log"
        environment = self.environment(TIHI_CRASH_AT=crash_at)
        if port:
            environment["TIHI_PORT"] = str(port)
        with log.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tihi", *command),
                env=environment,
                stderr=file,
                stdout=file,
            )
        role = Role(command[0], process, log)
        self.roles.append(role)
        if command[0] == "web":
            await until(lambda: self._listens(role, port or self.port), 60)
        return role

    async def _listens(self, role: Role, port: int) -> bool:
        assert role.process.returncode is None, role.said()
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    @property
    def superuser(self) -> str:
        """The address of the database's own administrator."""
        keeper = self.engine("postgres").keeper
        assert isinstance(keeper.engine, Postgres)
        return keeper.engine.url("postgres")

    @staticmethod
    def memory(role: Role) -> int:
        """Return how many bytes a role holds."""
        return psutil.Process(role.pid).memory_info().rss

    async def command(self, *args: str) -> tuple[int, str]:
        """Run a command to its end; return its exit code and what it said."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tihi", *args),
            env=self.environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    def role(self, name: str) -> Role:
        """Return the running role of that name."""
        return next(one for one in self.roles if one.name == name)

    async def clear(self, but: Sequence[Role] = ()) -> None:
        """End every role that still runs, and show what it said where a test fails."""
        ending = [one for one in self.roles if one not in but]
        for role in ending:
            print(f"{role.name} {role.pid} ({role.process.returncode}): {role.complained()}")
        await asyncio.gather(*(one.end() for one in ending))
        self.roles = [one for one in self.roles if one in but]

    async def school(self) -> School:
        """Return a school in the present, with a lesson that is long enough for a load."""
        world = await World.founded(self.parts)
        world.clock.set(SystemClock().now())
        school = await School.opened(world)
        await world.lesson(20, "Long climb")
        return school

    async def settled(self, school: School, within: float = QUIET_S) -> float:
        """Wait until nothing is due in the school and all boards are written."""
        waits = "SELECT (SELECT count(*) FROM due) + (SELECT count(*) FROM boards_due)"

        async def empty() -> bool:
            with suppress(Exception):
                return await school.world.rows(waits) == [(0,)]
            return False

        try:
            return await until(empty, within)
        except TimeoutError:
            waiting = "SELECT consumer, count(*), min(since), max(tries) FROM due GROUP BY 1"
            print(await school.world.rows(waiting))
            jetstream = school.world.here.bus.jetstream
            print((await jetstream.stream_info(STREAM)).state)
            for one in await jetstream.consumers_info(STREAM):
                print(one.name, one.delivered, one.ack_floor, one.num_pending, one.num_ack_pending)
            raise

    async def differences(self, school: School) -> list[Difference]:
        """Return what `tihi verify` finds in the school."""
        school.world.clock.set(SystemClock().now())
        return await verify.differences(school.world.here, school.world.org_id)


@contextmanager
def folder() -> Generator[Path]:
    """Give a folder that the engines' account can pass, and delete it afterwards."""
    above = Path(tempfile.mkdtemp(prefix="tihi-faults-", dir="/tmp"))
    above.chmod(0o711)
    yield above
    shutil.rmtree(above)


@asynccontextmanager
async def bare(home: Path) -> AsyncGenerator[Engines]:
    """Run engines alone on `home`."""
    async with running(Settings(home=home), quiet) as engines:
        yield engines
