"""The process that people's browsers talk to: API and gateway on one port."""

import asyncio
import logging

import msgspec
import socketio
import uvicorn

from tihi.platform import traces
from tihi.platform.engines import Endpoints
from tihi.platform.http import Site
from tihi.platform.tasks import ended
from tihi.platform.telemetry import calm_collector
from tihi.roles import api, gateway
from tihi.roles.guard import Door
from tihi.roles.parts import connected
from tihi.roles.sessions import Sessions

_log = logging.getLogger(__name__)


async def run(endpoints: Endpoints, site: Site, *, host: str, port: int) -> None:
    """Serve until SIGTERM; then finish what is under way, at most 10 s long."""
    async with connected(endpoints) as parts:
        sessions = Sessions(parts)
        known = msgspec.structs.replace(site, forget=sessions.forget)
        answers = api.answer_writer(parts)
        sockets = gateway.Gateway(
            parts, sessions, answers, valkey_url=endpoints.valkey_url, cookie=site.cookie
        )
        listening = asyncio.create_task(sockets.run())
        pages = api.build(parts, known, sessions, answers)
        app = Door(socketio.ASGIApp(sockets.server, other_asgi_app=pages))
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            access_log=False,
            log_config=None,
            ws_max_size=64 * 1024,
            timeout_graceful_shutdown=10,
            # Longer than clients keep a connection, so that they close it and not we.
            timeout_keep_alive=75,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
        )
        calm_collector()
        await uvicorn.Server(config).serve()
        await answers.close()
        await ended([listening])
    traces.stop()
