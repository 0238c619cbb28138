"""Clients of a served school, as anybody may write them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Self

import aiohttp
import socketio
from socketio.exceptions import ConnectionError as SocketLost

from browser import COOKIE, Json
from tihi.base.ids import AccountId, LearnerId
from world import School


class Served:
    """A school at an address."""

    def __init__(self, school: School, port: int, http: aiohttp.ClientSession) -> None:
        self.school = school
        self.base = f"http://127.0.0.1:{port}"
        self.http = http

    @classmethod
    @asynccontextmanager
    async def at(cls, school: School, port: int) -> AsyncGenerator[Self]:
        """Return clients of the server on `port`."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            yield cls(school, port, http)

    async def cookie(self, account: AccountId | LearnerId) -> dict[str, str]:
        """Return the header of a new session of `account`."""
        browser = await self.school.world.browser(account)
        return {"cookie": f"{COOKIE}={browser.token}"}

    async def sit(self, account: AccountId | LearnerId) -> "Socket":
        """Return an open socket of `account`."""
        return await Socket.opened(self.base, await self.cookie(account))


class Socket:
    """One open socket."""

    def __init__(self, take: Callable[[str, Json], None] | None = None) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self._told = take
        self.cut = asyncio.Event()
        self.heard: list[str] = []
        self.client.on("disconnect", self._on_cut)
        self.client.on("*", self._on_any)

    @classmethod
    async def opened(
        cls,
        base: str,
        headers: dict[str, str],
        *,
        take: Callable[[str, Json], None] | None = None,
    ) -> Self:
        """Return a socket that is open; `take` hears each event and what it says."""
        one = cls(take)
        try:
            # A copy: the client takes the cookie out of what it is given.
            await one.client.connect(base, headers=dict(headers), transports=["websocket"])
        except TypeError as error:
            # A line that is closed in its handshake: the client takes the code for a packet.
            await one.client.eio.http.close()
            raise SocketLost("closed in the handshake") from error
        except BaseException:
            # The client leaves its connections open when it is refused.
            http: aiohttp.ClientSession | None = one.client.eio.http
            if http is not None:
                await http.close()
            raise
        return one

    async def _on_cut(self, _reason: object = None) -> None:
        self.cut.set()

    async def _on_any(self, event: str, *data: Json) -> None:
        self.heard.append(event)
        if self._told is not None:
            self._told(event, *data)

    async def call(self, event: str, payload: object) -> Json:
        """Emit `event` and return its acknowledgement."""
        said: Json = await self.client.call(event, payload, timeout=5)
        return said

    async def close(self) -> None:
        """Close it."""
        await self.client.disconnect()
