"""A school behind the real server on loopback: HTTP and Socket.IO on one port."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest
import socketio
import uvicorn

from browser import COOKIE
from security.client import Served
from tihi.platform.engines import Endpoints
from tihi.roles import api, gateway, web
from tihi.roles.guard import Door
from tihi.roles.sessions import Sessions
from world import School


@pytest.fixture
async def served(school: School, endpoints: Endpoints) -> AsyncIterator[Served]:
    """A school of its own on a free port."""
    async with serving(school, endpoints) as one:
        yield one


@asynccontextmanager
async def serving(school: School, endpoints: Endpoints) -> AsyncGenerator[Served]:
    """Serve `school` on a free port."""
    parts = school.world.here
    sessions = Sessions(parts)
    answers = api.answer_writer(parts)
    sockets = gateway.Gateway(
        parts, sessions, answers, valkey_url=endpoints.valkey_url, cookie=COOKIE
    )
    app = Door(socketio.ASGIApp(sockets.server, other_asgi_app=school.world.app()))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(web.config(app, ("127.0.0.1", 0)))
    tasks = [
        asyncio.create_task(server.serve(sockets=[listening])),
        asyncio.create_task(sockets.run()),
    ]
    try:
        async with Served.at(school, listening.getsockname()[1]) as one:
            yield one
    finally:
        server.should_exit = True
        await tasks[0]
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await answers.close()
