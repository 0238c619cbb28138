"""The whole system on one screen.

    engines ──▶ schema ──▶ web process     API and gateway: people's browsers
                      └──▶ work process    consumers and scheduler

`tihi serve` starts the engines (or takes those named by URLs), brings the schema up to
date, and keeps two Python processes beside them. Each finds the engines by URLs in its
environment, exactly as it would find ones on other machines.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from tihi.platform.clock import Clock, SystemClock
from tihi.platform.config import Settings, child_environment
from tihi.platform.engines import Endpoints, EngineError, Engines, running
from tihi.platform.engines.attach import leave_note
from tihi.platform.schema import migrate
from tihi.platform.tasks import Pauses
from tihi.roles import worker
from tihi.roles.ending import told_to_stop
from tihi.roles.parts import connected, try_database
from tihi.roles.restoring import refuse_half_done
from tihi.roles.web import check_address

_log = logging.getLogger(__name__)

_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
_STOP_S = 12.0
_FIRST_PAUSE_S = 0.2
_MOST_PAUSE_S = 5.0
_STEADY_S = 30.0
"""Whatever ran for so long is started again at once, however often it has died before."""
_LOOK_EVERY_S = 5.0
_ANSWER_S = 3.0
_MOST_SILENT = 6
"""Looks in a row without an answer, over half a minute of them, until a process is given up."""
_START_S = 60.0
_WHOLE_S = 180.0
"""For everything with the engines: a database writes what it holds before it ends."""


def refuse_wrong_clock(clock: Clock) -> None:
    """Refuse to run by a clock that was never set: what happens bears the date of its day for good.

    Raises:
        EngineError: it shows a time before this was written, as small machines do without network.
    """
    now = clock.now()
    if now < _WRITTEN:
        raise EngineError(
            f"the clock of this machine says {now:%Y-%m-%d}; set it, then start again"
        )


@asynccontextmanager
async def engines(settings: Settings, say: Callable[[str], None]) -> AsyncGenerator[Engines]:
    """Start what the settings do not name elsewhere, and bring the schema up to date."""
    refuse_wrong_clock(SystemClock())
    refuse_half_done(settings.home)
    async with running(settings, say) as found:
        if found.status():
            leave_note(settings.home, found.endpoints)
        if settings.database_url:
            await try_database(found.endpoints.owner_url)
        await migrate(found.endpoints.owner_url)
        async with connected(found.endpoints, most=2) as parts:
            await worker.workers(parts, None, only=frozenset())
        yield found


class Children:
    """The two Python processes, started again when they die."""

    def __init__(self, settings: Settings, endpoints: Endpoints, *, demo: bool) -> None:
        self._environment = child_environment(
            {
                "TIHI_HOME": str(settings.home),
                "TIHI_DATABASE_URL": endpoints.database_url,
                "TIHI_OWNER_URL": endpoints.owner_url,
                "TIHI_SWEEP_URL": endpoints.sweep_url,
                "TIHI_VALKEY_URL": endpoints.valkey_url,
                "TIHI_NATS_URL": endpoints.nats_url,
                "TIHI_HOST": settings.host,
                "TIHI_PORT": str(settings.port),
                "TIHI_LAN_HTTP": "1" if settings.lan_http else "",
                "TIHI_URL": settings.url,
                "TIHI_PROXIES": ",".join(settings.proxies),
                "TIHI_VAULT_KEY": settings.vault_key,
            }
        )
        # Commands that nobody else needs, so help does not list them.
        self._commands = [["web", "--child", *(["--demo"] if demo else [])], ["work", "--child"]]
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # to be reached, not to listen
        self._at = everywhere.get(settings.host, settings.host), settings.port
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start both and keep them."""
        for command in self._commands:
            await self._spawn(command)
            self._keepers.append(asyncio.create_task(self._keep(command)))
        self._keepers.append(asyncio.create_task(self._look_after_web()))

    async def _spawn(self, command: list[str]) -> None:
        self._processes[command[0]] = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tihi", *command),
            env=self._environment,
            # Its end tells a child that we are gone, however we went.
            stdin=asyncio.subprocess.PIPE,
            # Ctrl-C reaches all of a terminal's group: what we say to it then would be the second
            # time, by which a process ends at once and finishes nothing.
            start_new_session=True,
        )

    async def _keep(self, command: list[str]) -> None:
        pauses = Pauses(first_s=_FIRST_PAUSE_S, most_s=_MOST_PAUSE_S, steady_s=_STEADY_S)
        loop = asyncio.get_running_loop()
        while True:
            since = loop.time()
            code = await self._processes[command[0]].wait()
            _log.error("process %s ended with %s, starting it again", command[0], code)
            await asyncio.sleep(pauses.after(loop.time() - since))
            await self._spawn(command)

    async def _look_after_web(self) -> None:
        """End a web process that answers nobody any more; its keeper starts another."""
        heard, silent = None, 0
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            web = self._processes["web"]
            if await _answers(self._at):
                heard, silent = web, 0
            elif web is heard:
                # One that has not answered yet may be slow to start.
                silent += 1
            if silent >= _MOST_SILENT and web.returncode is None:
                _log.error("process web answers nobody, ending it")
                web.kill()
                heard, silent = None, 0

    async def stop(self) -> None:
        """Let both finish what is under way, at most 12 s long."""
        for keeper in self._keepers:
            keeper.cancel()
        alive = [one for one in self._processes.values() if one.returncode is None]
        for process in alive:
            process.terminate()
        waits = [asyncio.create_task(process.wait()) for process in alive]
        if waits:
            await asyncio.wait(waits, timeout=_STOP_S)
        self.kill()

    def kill(self) -> None:
        """End both at once."""
        for process in self._processes.values():
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()


async def _answers(at: tuple[str, int]) -> bool:
    """Return whether anything at all is said there, and soon."""
    try:
        async with asyncio.timeout(_ANSWER_S):
            reader, writer = await asyncio.open_connection(*at)
            try:
                writer.write(
                    b"GET /health/live HTTP/1.1\r\nhost: tihi\r\nconnection: close\r\n\r\n"
                )
                return bool(await reader.read(1))
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


async def until_ready(settings: Settings) -> None:
    """Wait until the web process takes connections.

    Raises:
        EngineError: it does not within 60 s.
    """
    clock = SystemClock()
    deadline = clock.monotonic() + _START_S
    while True:
        if clock.monotonic() > deadline:
            raise EngineError(f"nothing answers on {settings.host}:{settings.port}; see the log")
        try:
            _, writer = await asyncio.open_connection(settings.host, settings.port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return


@asynccontextmanager
async def served(settings: Settings, found: Engines, *, demo: bool) -> AsyncGenerator[Children]:
    """Run the two processes beside engines that serve."""
    children = Children(settings, found.endpoints, demo=demo)
    await children.start()
    try:
        await until_ready(settings)
        yield children
    finally:
        await children.stop()


async def until_stopped(found: Engines, children: Children | None = None) -> None:
    """Wait for SIGTERM or Ctrl-C; a second one leaves the engines to end by themselves."""

    def at_once() -> None:
        if children:
            children.kill()
        found.let_go()

    await told_to_stop(at_once=at_once, limit_s=_WHOLE_S).wait()


async def run(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    check_address(settings)
    async with (
        engines(settings, say) as found,
        served(settings, found, demo=False) as children,
    ):
        say(f"Tihi is ready: http://{settings.host}:{settings.port}")
        await until_stopped(found, children)
        say("Stopping")


async def hold_engines(settings: Settings, say: Callable[[str], None]) -> None:
    """Run the engines alone, for roles that run apart, until SIGTERM or Ctrl-C."""
    async with engines(settings, say) as found:
        say("The engines are ready")
        await until_stopped(found)
        say("Stopping")
