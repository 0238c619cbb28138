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
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from uuid import uuid4

from tihi.base.chance import SystemRandom
from tihi.platform import db, traces
from tihi.platform.clock import SystemClock
from tihi.platform.config import Settings, child_environment
from tihi.platform.engines import Endpoints, EngineError, Engines, running
from tihi.platform.engines.attach import leave_note
from tihi.platform.http import Site
from tihi.platform.leases import Steward, session_name
from tihi.platform.push import Push
from tihi.platform.schema import migrate
from tihi.platform.tasks import ended
from tihi.platform.telemetry import calm_collector, crash_at, start_logging
from tihi.platform.vault import Vault, key_in
from tihi.roles import beacon, scheduler, school, web, worker
from tihi.roles.parts import connected
from tihi.roles.pulse import Pulse

_log = logging.getLogger(__name__)

_STOP_S = 12.0
_START_S = 60.0
_PLAIN_HTTP = """Plain HTTP on {host} would show passwords to the network.
Put a reverse proxy with a certificate in front, or add --lan-http for a classroom."""
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@asynccontextmanager
async def engines(settings: Settings, say: Callable[[str], None]) -> AsyncGenerator[Engines]:
    """Start what the settings do not name elsewhere, and bring the schema up to date."""
    async with running(settings, say) as found:
        if found.status():
            leave_note(settings.home, found.endpoints)
        await migrate(found.endpoints.owner_url)
        async with connected(found.endpoints, most=2) as parts:
            await worker.workers(parts, None, only=frozenset())
        yield found


def site(settings: Settings, *, demo: bool) -> Site:
    """Return what edges know of this server."""
    plain = settings.lan_http
    return Site(
        version=version("tihi"),
        cookie="tihi" if plain else "__Host-tihi",
        secure=not plain,
        # Passkeys need a name, and browsers trust this one without a certificate.
        url=settings.url or f"http://localhost:{settings.port}",
        proxies=settings.proxies,
        second_factor=not (demo and settings.host in _LOOPBACK),
        demo=demo,
        demo_names=school.DEMO_NAMES if demo else [],
        lan_http=plain,
        vault=Vault(settings.vault_key or key_in(settings.home, SystemRandom())),
        forget=lambda _session: None,
        home=settings.home,
        metrics_token=settings.metrics_token,
    )


def _watched(settings: Settings, role: str) -> None:
    """Begin to log and trace."""
    start_logging(settings.log_level)
    if settings.traces:
        traces.start(role, share=settings.traces)


async def web_process(settings: Settings, endpoints: Endpoints, *, demo: bool) -> None:
    """Be the process that browsers talk to.

    Raises:
        SystemExit: plain HTTP beyond loopback was not asked for (D15).
    """
    if settings.host not in _LOOPBACK and not settings.lan_http:
        raise SystemExit(_PLAIN_HTTP.format(host=settings.host))
    _watched(settings, "web")
    crash_at(settings.crash_at)
    await web.run(endpoints, site(settings, demo=demo), host=settings.host, port=settings.port)


async def work_process(
    settings: Settings,
    endpoints: Endpoints,
    *,
    only: frozenset[str],
    consumers: bool,
    schedule: bool,
) -> None:
    """Be the process that works in the background, until SIGTERM."""
    _watched(settings, "work")
    crash_at(settings.crash_at)
    worker_id = uuid4()
    async with connected(endpoints, most=24, name=session_name(worker_id)) as parts:
        push = Push(parts.cache)
        steward = Steward(parts.db, parts.clock, worker_id)
        sweeper = await db.connect(endpoints.sweep_url, most=2)
        work = []
        if consumers:
            work.append(worker.run(parts, push, steward, only=only))
        if schedule:
            work.append(scheduler.run(parts, sweeper, push))
        if settings.metrics_port:
            work.append(beacon.shine(Pulse(parts, settings.home), settings))
        calm_collector()
        tasks = [asyncio.create_task(one) for one in work]
        await until_told(*tasks)
        over = [task for task in tasks if task.done()]
        await ended(tasks)
        await sweeper.close()
    for task in over:
        # A role that ended unasked ends the process, which is then started again.
        task.result()
    traces.stop()


async def until_told(*tasks: asyncio.Task[None]) -> None:
    """Wait for SIGTERM or Ctrl-C, or until one of `tasks` ends."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    waiting = asyncio.create_task(told.wait())
    await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


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
        self._commands = [["web", *(["--demo"] if demo else [])], ["work"]]
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start both and keep them."""
        for command in self._commands:
            await self._spawn(command)
            self._keepers.append(asyncio.create_task(self._keep(command)))

    async def _spawn(self, command: list[str]) -> None:
        self._processes[command[0]] = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tihi.roles.commands", *command, env=self._environment
        )

    async def _keep(self, command: list[str]) -> None:
        pause_s = 0.2
        while True:
            code = await self._processes[command[0]].wait()
            _log.error("process %s ended with %s, starting it again", command[0], code)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, 5.0)
            await self._spawn(command)

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
        for process in alive:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()


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
async def served(settings: Settings, endpoints: Endpoints, *, demo: bool) -> AsyncGenerator[None]:
    """Run the two processes beside engines that serve."""
    children = Children(settings, endpoints, demo=demo)
    await children.start()
    try:
        await until_ready(settings)
        yield
    finally:
        await children.stop()


async def run(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    async with engines(settings, say) as found, served(settings, found.endpoints, demo=False):
        say(f"Tihi is ready: http://{settings.host}:{settings.port}")
        await until_told()
        say("Stopping")
