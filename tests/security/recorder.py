"""Everything that a learner can read, word for word."""

import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import aiohttp

from browser import Json
from security.client import Served

_SOCKET = "/socket.io/?EIO=4&transport=websocket"
_MADE_UP = frozenset({"date", "x-request-id"})
"""Headers that are another in every reply."""
_SID = re.compile(r'"sid":"[^"]+"')

Heard = tuple[object, ...]


class Recorder:
    """What one learner of a served school reads: status, headers, bodies, frames, files."""

    def __init__(self, served: Served, cookie: dict[str, str]) -> None:
        self._served = served
        self._headers = {**cookie, "x-tihi": "1", "accept-encoding": "gzip"}
        self.heard: list[Heard] = []
        self.routes: set[str] = set()

    async def ask(
        self, route: str, body: Json = None, *, query: str = "", **params: object
    ) -> Json:
        """Ask a route with its parameters filled in; return what JSON it answers, if any."""
        self.routes.add(route)
        method, _, path = route.partition(" ")
        for name, value in params.items():
            path = re.sub(rf"{{{name}:\w+}}", str(value), path)
        async with self._served.http.request(
            method, self._served.base + path + query, headers=self._headers, json=body
        ) as reply:
            said = await reply.read()
            headers = [
                (name.decode().lower(), value.decode())
                for name, value in reply.raw_headers
                if name.decode().lower() not in _MADE_UP
            ]
        kind = reply.content_type
        # A file says when it was packed: what is in it is what counts, and how long it is.
        told = _unpacked(said) if kind == "application/zip" else said
        self.heard.append((route, path, json.dumps(body), reply.status, headers, told))
        return json.loads(said) if kind == "application/json" else None

    @asynccontextmanager
    async def sat(self) -> AsyncGenerator["Sat"]:
        """Open a socket, of which every frame is kept."""
        async with self._served.http.ws_connect(
            self._served.base + _SOCKET, headers={"cookie": self._headers["cookie"]}
        ) as raw:
            line = Sat(raw, self.heard)
            await line.hear()
            await raw.send_str("40")
            await line.hear()
            yield line


class Sat:
    """An open socket."""

    def __init__(self, raw: aiohttp.ClientWebSocketResponse, heard: list[Heard]) -> None:
        self._raw = raw
        self._heard = heard

    async def hear(self) -> None:
        """Keep the next frame, but for the names that a line gets by chance."""
        frame = await self._raw.receive_str(timeout=5)
        self._heard.append(("frame", _SID.sub("", frame)))

    async def call(self, event: str, payload: Json) -> None:
        """Emit `event` and keep its acknowledgement."""
        self._heard.append(("sent", event, json.dumps(payload)))
        await self._raw.send_str(f"421{json.dumps([event, payload])}")
        await self.hear()


def _unpacked(raw: bytes) -> list[tuple[Any, ...]]:
    with ZipFile(BytesIO(raw)) as file:
        return [(one.filename, one.file_size, file.read(one)) for one in file.infolist()]
