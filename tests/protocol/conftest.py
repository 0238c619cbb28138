"""Echoing gateways on loopback, and the two ways to talk to one."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import socketio
from litestar.types import ASGIApp

from browser import Json
from faults.rig import until
from ports import free_port
from protocol.echo import LIMITS, PATIENT, bare, echo
from tihi.platform.engines import Endpoints
from tihi.platform.http import Parts
from tihi.roles import web
from tihi.roles.gateway import Limits
from tihi.roles.guard import Door

patient = pytest.mark.parametrize("limits", [PATIENT])
OLD_ENOUGH = "EIO=4&transport="


class Peer:
    """A client of one gateway that writes each byte itself."""

    def __init__(self, base: str, http: aiohttp.ClientSession) -> None:
        self.base = base
        self.http = http

    async def ask(
        self, query: str, method: str = "GET", body: str | None = None
    ) -> tuple[int, str]:
        """Return status and body of a request."""
        async with self.http.request(method, f"{self.base}?{query}", data=body) as reply:
            return reply.status, await reply.text()

    async def polling(self) -> "Poll":
        """Open a line by long polling."""
        _, said = await self.ask(f"{OLD_ENOUGH}polling")
        return Poll(self, said[1:])

    async def websocket(self, query: str = f"{OLD_ENOUGH}websocket") -> "Web":
        """Open a WebSocket; the handshake of the line is the first thing that it says."""
        return Web(await self.http.ws_connect(f"{self.base}?{query}"))

    async def line(self) -> "Web":
        """Return a WebSocket whose line is open."""
        one = await self.websocket()
        assert (await one.heard())[0] == "0"
        return one

    async def greeted(self) -> "Web":
        """Return a WebSocket that is in the main namespace."""
        one = await self.line()
        await one.say("40")
        assert (await one.heard()).startswith("40{")
        assert await one.heard() == '42["auth",{}]'
        return one


class Poll:
    """A line by long polling."""

    def __init__(self, peer: Peer, opened: str) -> None:
        self.opened: Json = json.loads(opened)
        self.query = f"{OLD_ENOUGH}polling&sid={self.opened['sid']}"
        self.upgrade = f"{OLD_ENOUGH}websocket&sid={self.opened['sid']}"
        self._peer = peer

    async def hear(self) -> tuple[int, str]:
        return await self._peer.ask(self.query)

    async def say(self, body: str) -> tuple[int, str]:
        return await self._peer.ask(self.query, "POST", body)


class Web:
    """A WebSocket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def say(self, *frames: str | bytes) -> None:
        for one in frames:
            if isinstance(one, bytes):
                await self.socket.send_bytes(one)
            else:
                await self.socket.send_str(one)

    async def heard(self) -> Json:
        """Return the next frame."""
        async with asyncio.timeout(5):
            message = await self.socket.receive()
        assert message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}, message
        return message.data

    async def heard_no_ping(self) -> Json:
        """Return the next frame that is no ping."""
        while (said := await self.heard()) == "2":
            pass
        return said

    async def closed(self, within: float = 2) -> None:
        """Wait until the other end closes it, whatever it says before."""
        async with asyncio.timeout(within):
            while (await self.socket.receive()).type not in {
                aiohttp.WSMsgType.CLOSE,
                aiohttp.WSMsgType.CLOSED,
                aiohttp.WSMsgType.CLOSING,
            }:
                pass


@asynccontextmanager
async def serving(app: ASGIApp, path: str) -> AsyncGenerator[Peer]:
    """Serve `app` as we serve; give a client of it."""
    stop = asyncio.Event()
    port = free_port()
    serving = asyncio.create_task(web.listen(Door(app), stop, web.nothing, at=("127.0.0.1", port)))
    await until(lambda: listens(port))
    async with aiohttp.ClientSession() as http:
        yield Peer(f"http://127.0.0.1:{port}/{path}/", http)
    stop.set()
    await serving


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@pytest.fixture
def limits() -> Limits:
    """What the gateway allows."""
    return LIMITS


@pytest.fixture
async def engine(shared: Parts, endpoints: Endpoints, limits: Limits) -> AsyncIterator[Peer]:
    """A client of a gateway that echoes packets of Engine.IO."""
    gateway = echo(shared, endpoints.valkey_url, limits)
    bare(gateway)
    app = socketio.ASGIApp(gateway.server, socketio_path="engine.io")
    async with serving(app, "engine.io") as peer:
        yield peer


@pytest.fixture
async def gateway(shared: Parts, endpoints: Endpoints, limits: Limits) -> AsyncIterator[Peer]:
    """A client of a gateway that echoes events of Socket.IO."""
    app = socketio.ASGIApp(echo(shared, endpoints.valkey_url, limits).server)
    async with serving(app, "socket.io") as peer:
        yield peer
