"""Our gateway with open doors and an echo in place of the school, for the protocols' own cases."""

from browser import Json
from tihi.platform.http import Parts
from tihi.roles import api
from tihi.roles.gateway import USUAL, Gateway, Limits
from tihi.roles.sessions import Sessions

LIMITS = Limits(ping_s=0.3, pong_s=0.2, largest=1_000_000)
"""Short ones, so that a test need not wait for a lost line."""
PATIENT = USUAL
"""Long ones, so that what is closed was not closed for its silence."""
CUSTOM = "/custom"


async def let_in(_sid: str, _environ: object) -> None:
    """Let anybody in."""


async def let_go(_sid: str, _reason: str) -> None:
    """Nothing was kept of it."""


def echo(parts: Parts, valkey_url: str, limits: Limits = LIMITS) -> Gateway:
    """Return a gateway that lets anybody in and says again what it hears."""
    sessions = Sessions(parts)
    answers = api.answer_writer(parts)
    gateway = Gateway(parts, sessions, answers, valkey_url=valkey_url, cookie="none", limits=limits)
    for namespace in ("/", CUSTOM):
        _echo_in(gateway, namespace)
    return gateway


def _echo_in(gateway: Gateway, namespace: str) -> None:
    server = gateway.server

    async def connect(sid: str, _environ: object, auth: Json = None) -> None:
        server.start_background_task(server.emit, "auth", auth or {}, to=sid, namespace=namespace)

    async def message(sid: str, *data: Json) -> None:
        await server.emit("message-back", data, to=sid, namespace=namespace)

    async def acknowledged(_sid: str, *data: Json) -> tuple[Json, ...]:
        return data

    server.on("connect", connect, namespace=namespace)
    server.on("message", message, namespace=namespace)
    server.on("message-with-ack", acknowledged, namespace=namespace)
    server.on("disconnect", let_go, namespace=namespace)


def bare(gateway: Gateway) -> None:
    """Let it echo below Socket.IO: packets of Engine.IO as they come."""
    wire = gateway.server.eio

    async def message(sid: str, data: Json) -> None:
        await wire.send(sid, data)

    wire.on("connect", let_in)
    wire.on("message", message)
    wire.on("disconnect", let_go)
