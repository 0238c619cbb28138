"""The processes of ours, as `tihi serve` starts them and as they run apart.

They find the engines by their addresses, and import nothing that starts or migrates them, so
that one that was killed is soon back.
"""

import asyncio
import logging
import sys
from collections.abc import Collection, Coroutine
from importlib.metadata import version
from uuid import uuid4

from tihi.base.chance import SystemRandom
from tihi.platform import db, traces
from tihi.platform.config import Settings
from tihi.platform.engines import EngineError
from tihi.platform.http import Site
from tihi.platform.leases import Steward, session_name
from tihi.platform.push import Push
from tihi.platform.telemetry import calm_collector, crash_at, start_logging
from tihi.platform.vault import Vault, key_in
from tihi.roles import api, beacon, scheduler, school, web, worker
from tihi.roles.ending import told_to_stop, until_told
from tihi.roles.patience import reached
from tihi.roles.pulse import Pulse

_log = logging.getLogger(__name__)

_FINISH_S = 8.0
"""For a batch under way at the end, and then the engines are let go: less than 10 s in all."""


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
    *,
    demo: bool = False,
    rest: bool = True,
    sockets: bool = True,
    child: bool = False,
) -> None:
    """Be a process that browsers talk to, until SIGTERM.

    Args:
        settings: what the installation sets.
        demo: whether this is the demo school.
        rest: whether to serve pages and the API.
        sockets: whether to serve Socket.IO.
        child: whether to end with whoever started us.

    Raises:
        EngineError: the address cannot be served, or the key that seals secrets is not to be had.
    """
    web.check_address(settings)
    _watched(settings, "web")
    crash_at(settings.crash_at)
    stop = _told(child=child)
    at = settings.host, settings.port
    # Whoever started a child waits until it takes connections, which is to mean that it serves.
    async with reached(settings, stop, waiting_at=None if child else at) as found:
        if found is not None:
            known = site(settings, demo=demo, make_key=sockets or not settings.database_url)
            await web.run(found, known, stop, at=at, rest=rest, sockets=sockets)


async def work_process(
    settings: Settings,
    *,
    only: Collection[str] = (),
    consumers: bool = True,
    schedule: bool = True,
    child: bool = False,
) -> None:
    """Be a process that works in the background, until SIGTERM.

    Raises:
        UnknownConsumer: there is no consumer of a name in `only`.
    """
    worker.refuse_unknown(only)
    _watched(settings, "work")
    crash_at(settings.crash_at)
    stop = _told(child=child)
    worker_id = uuid4()
    listener = None
    if settings.metrics_port:
        listener = settings.metrics_host, settings.metrics_port
        beacon.refuse_strangers(settings.metrics_host, settings.metrics_token)
    name = session_name(worker_id)
    async with reached(settings, stop, waiting_at=listener, most=24, name=name) as found:
        if found is None:
            return
        endpoints, parts = found
        push = Push(parts.cache)
        steward = Steward(parts.db, parts.clock, worker_id)
        sweeper = await db.connect(endpoints.sweep_url, most=2)
        works: list[Coroutine[object, object, None]] = []
        if consumers:
            works.append(worker.run(parts, push, steward, only=frozenset(only), stop=stop))
        if schedule:
            erased = settings.erased_list
            works.append(scheduler.run(parts, sweeper, push, erased=erased, stop=stop))
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
