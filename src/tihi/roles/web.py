"""The processes that people's browsers talk to: the API, the gateway, or both on one port."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Generator

import msgspec
import socketio
import uvicorn
from litestar.types import ASGIApp
from typing_extensions import override

from tihi.platform import traces
from tihi.platform.config import Settings
from tihi.platform.engines import EngineError
from tihi.platform.heads import HeadsProtocol, allow_many_connections
from tihi.platform.http import Site
from tihi.platform.line import Line
from tihi.platform.tasks import ended
from tihi.platform.telemetry import calm_collector
from tihi.roles import api, gateway
from tihi.roles.guard import Door
from tihi.roles.patience import Reached
from tihi.roles.proxies import Proxies
from tihi.roles.sessions import Sessions

_PLAIN_HTTP = """plain HTTP on {host} would show passwords to the network.
Put a reverse proxy with a certificate in front and list it in TIHI_PROXIES, or add --lan-http
for a classroom."""
_FINISH_S = 7
"""For requests under way at the end; with what else is to be done it makes less than 10 s."""


def check_address(settings: Settings) -> None:
    """Refuse an address that cannot be served, before anything is started for it.

    Raises:
        EngineError: plain HTTP beyond loopback was not asked for (D15), or nobody can listen there.
    """
    host, port = settings.host, settings.port
    if host not in api.LOOPBACK and not (settings.lan_http or settings.proxies):
        raise EngineError(_PLAIN_HTTP.format(host=host))
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in found:
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as error:
        # Whoever listens there already would be taken for us.
        detail = f"nobody can listen on {host}:{port} ({error.strerror})"
        raise EngineError(f"{detail}; choose another with --host and --port") from error


async def run(
    found: Reached,
    site: Site,
    stop: asyncio.Event,
    *,
    at: tuple[str, int],
    rest: bool = True,
    sockets: bool = True,
) -> None:
    """Serve until `stop` is set; then finish what is under way.

    Args:
        found: the engines.
        site: what edges know of this server.
        stop: ends it.
        at: address and port to listen on.
        rest: whether to serve pages and the API; without it, only whether we are well.
        sockets: whether to serve Socket.IO.
    """
    allow_many_connections()
    endpoints, parts = found
    sessions = Sessions(parts)
    known = msgspec.structs.replace(site, forget=sessions.forget)
    answers = api.answer_writer(parts)
    app = api.build(parts, known, sessions, answers, rest=rest)
    works: list[asyncio.Task[None]] = []
    drain = nothing
    if sockets:
        hub = gateway.Gateway(
            parts, sessions, answers, valkey_url=endpoints.valkey_url, cookie=site.cookie
        )
        works.append(asyncio.create_task(hub.run()))
        drain = hub.drain
        app = socketio.ASGIApp(hub.server, other_asgi_app=app)
    await listen(Door(app, _callers(site, at[0])), stop, drain, at=at)
    await answers.close()
    await ended(works)
    traces.stop()


def _callers(site: Site, host: str) -> Proxies | None:
    """Return who may call a plain port that others can reach: the listed proxies (D15)."""
    return None if site.lan_http or host in api.LOOPBACK else Proxies(site.proxies)


async def nothing() -> None:
    """Finish nothing: without sockets there is nothing beside the requests."""


def config(app: ASGIApp, at: tuple[str, int]) -> uvicorn.Config:
    """Return how the server serves `app`."""
    return uvicorn.Config(
        app,
        host=at[0],
        port=at[1],
        loop="uvloop",
        http=HeadsProtocol,
        access_log=False,
        log_config=None,
        ws=Line,
        ws_max_size=64 * 1024,
        # Engine.IO sees to it that a line lives.
        ws_ping_interval=None,
        timeout_graceful_shutdown=_FINISH_S,
        # Longer than clients keep a connection, so that they close it and not we.
        timeout_keep_alive=75,
        proxy_headers=False,
        server_header=False,
        lifespan="off",
    )


async def listen(
    app: ASGIApp, stop: asyncio.Event, drain: Callable[[], Awaitable[None]], *, at: tuple[str, int]
) -> None:
    """Serve `app` until `stop` is set; then let `drain` finish what is not a request."""
    server = _Server(config(app, at))

    async def end() -> None:
        await stop.wait()
        await drain()
        server.should_exit = True

    ending = asyncio.create_task(end())
    calm_collector()
    try:
        await server.serve()
    finally:
        ending.cancel()


class _Server(uvicorn.Server):
    """A server that leaves signals to us."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Take no signal."""
        yield
