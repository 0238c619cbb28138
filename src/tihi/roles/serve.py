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
from collections.abc import AsyncGenerator, Callable, Collection, Coroutine
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
from tihi.platform.telemetry import calm_collector, crash_at, start_logging
from tihi.platform.vault import Vault, key_in
from tihi.roles import api, beacon, scheduler, school, web, worker
from tihi.roles.ending import told_to_stop, until_told
from tihi.roles.parts import connected
from tihi.roles.pulse import Pulse

_log = logging.getLogger(__name__)

_FINISH_S = 8.0
"""For a batch under way at the end, and then the engines are let go: less than 10 s in all."""
_STOP_S = 12.0
_START_S = 60.0
_WHOLE_S = 180.0
"""For everything with the engines: a database writes what it holds before it ends."""
_PLAIN_HTTP = """Plain HTTP on {host} would show passwords to the network.
Put a reverse proxy with a certificate in front and list it in TIHI_PROXIES, or add --lan-http
for a classroom."""


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


def site(settings: Settings, *, demo: bool, make_key: bool = True) -> Site:
    """Return what edges know of this server; `make_key` allows to make the vault's key."""
    plain = settings.lan_http
    return Site(
        version=version("tihi"),
        cookie="tihi" if plain else "__Host-tihi",
        secure=not plain,
        # Passkeys need a name, and browsers trust this one without a certificate.
        url=settings.url or f"http://localhost:{settings.port}",
        proxies=settings.proxies,
        second_factor=not (demo and settings.host in api.LOOPBACK),
        demo=demo,
        demo_names=school.DEMO_NAMES if demo else [],
        lan_http=plain,
        vault=Vault(_vault_key(settings, make=make_key)),
        forget=lambda _session: None,
        home=settings.home,
        metrics_token=settings.metrics_token,
    )


def _watched(settings: Settings, role: str) -> None:
    """Begin to log and trace."""
    start_logging(settings.log_level)
    if settings.traces:
        traces.start(role, share=settings.traces)


def _vault_key(settings: Settings, *, make: bool) -> str:
    if settings.vault_key:
        return settings.vault_key
    if not make and not (settings.home / "vault.key").exists():
        detail = "a process that finds its database by URL must be told the key of its secrets"
        raise EngineError(f"{detail}; set TIHI_VAULT_KEY, or TIHI_HOME to the folder that has it")
    return key_in(settings.home, SystemRandom())


async def web_process(
    settings: Settings,
    endpoints: Endpoints,
    *,
    demo: bool = False,
    rest: bool = True,
    sockets: bool = True,
    child: bool = False,
) -> None:
    """Be a process that browsers talk to, until SIGTERM.

    Args:
        settings: what the installation sets.
        endpoints: where the engines are.
        demo: whether this is the demo school.
        rest: whether to serve pages and the API.
        sockets: whether to serve Socket.IO.
        child: whether to end with whoever started us.

    Raises:
        SystemExit: plain HTTP beyond loopback was not asked for (D15).
        EngineError: the key that seals secrets is not to be had.
    """
    plain = settings.host not in api.LOOPBACK
    if plain and not (settings.lan_http or settings.proxies):
        raise SystemExit(_PLAIN_HTTP.format(host=settings.host))
    _watched(settings, "web")
    crash_at(settings.crash_at)
    stop = _told(child=child)
    at = settings.host, settings.port
    known = site(settings, demo=demo, make_key=sockets or not settings.database_url)
    await web.run(endpoints, known, stop, at=at, rest=rest, sockets=sockets)


async def work_process(
    settings: Settings,
    endpoints: Endpoints,
    *,
    only: Collection[str] = (),
    consumers: bool = True,
    schedule: bool = True,
    child: bool = False,
) -> None:
    """Be a process that works in the background, until SIGTERM."""
    _watched(settings, "work")
    crash_at(settings.crash_at)
    stop = _told(child=child)
    worker_id = uuid4()
    async with connected(endpoints, most=24, name=session_name(worker_id)) as parts:
        push = Push(parts.cache)
        steward = Steward(parts.db, parts.clock, worker_id)
        sweeper = await db.connect(endpoints.sweep_url, most=2)
        works: list[Coroutine[object, object, None]] = []
        if consumers:
            works.append(worker.run(parts, push, steward, only=frozenset(only), stop=stop))
        if schedule:
            works.append(scheduler.run(parts, sweeper, push, stop=stop))
        if settings.metrics_port:
            works.append(beacon.shine(Pulse(parts, settings.home), settings, stop))
        calm_collector()
        _log.info("at work")
        await until_told(stop, *works, limit_s=_FINISH_S)
        await sweeper.close()
    traces.stop()


def _told(*, child: bool) -> asyncio.Event:
    """Return what tells this process to stop; a child is also told by the end of its parent."""
    stop = told_to_stop()
    if child:
        loop = asyncio.get_running_loop()

        def orphaned() -> None:
            loop.remove_reader(sys.stdin)
            stop.set()

        # Nobody writes to it: it can be read only once it is closed.
        loop.add_reader(sys.stdin, orphaned)
    return stop


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
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start both and keep them."""
        for command in self._commands:
            await self._spawn(command)
            self._keepers.append(asyncio.create_task(self._keep(command)))

    async def _spawn(self, command: list[str]) -> None:
        self._processes[command[0]] = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tihi.roles.commands", *command),
            env=self._environment,
            # Its end tells a child that we are gone, however we went.
            stdin=asyncio.subprocess.PIPE,
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
        self.kill()

    def kill(self) -> None:
        """End both at once."""
        for process in self._processes.values():
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
