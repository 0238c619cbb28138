"""A small listener for scrapers and probes, for processes that no browser talks to.

It knows three paths: /metrics, /health/live, /health/ready. On loopback it asks nothing; beyond
it every scraper brings the secret `TIHI_METRICS_TOKEN` (ADR 54).
"""

import asyncio
import hmac
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from ipaddress import ip_address

import msgspec

from tihi.base.value import Value
from tihi.platform.config import Settings
from tihi.platform.metrics import CONTENT_TYPE
from tihi.roles.pulse import Pulse

_LONGEST_HEAD = 8 * 1024
_PATIENCE_S = 5.0
_BEARER = "bearer "


class Asked(Value):
    """What the listener is asked; names of headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]


class Reply(Value):
    """What the listener says."""

    status: HTTPStatus
    body: bytes
    media_type: str = "text/plain; charset=utf-8"
    retry_after_s: int | None = None


LIVE = Reply(status=HTTPStatus.OK, body=b"live\n")
_NOT_FOUND = Reply(status=HTTPStatus.NOT_FOUND, body=b"not found\n")

Answer = Callable[[Asked], Awaitable[Reply]]


def is_loopback(host: str) -> bool:
    """Return whether `host` is this machine talking to itself."""
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


def brings(token: str, authorization: str) -> bool:
    """Return whether an `Authorization` header brings the secret `token`."""
    if not token or authorization[: len(_BEARER)].lower() != _BEARER:
        return False
    # In constant time, so that nobody learns it letter by letter.
    given = authorization[len(_BEARER) :].strip()
    return hmac.compare_digest(given.encode(), token.encode())


class Beacon:
    """Answers scrapers and probes of a process that works in the background."""

    def __init__(self, pulse: Pulse, *, token: str) -> None:
        self._pulse = pulse
        self._token = token

    async def answer(self, asked: Asked) -> Reply:
        """Answer one request."""
        if asked.method != "GET":
            return _NOT_FOUND
        match asked.path:
            case "/health/live":
                return LIVE
            case "/health/ready":
                found = await self._pulse.readiness(works=True)
                status = HTTPStatus.OK if found.ready else HTTPStatus.SERVICE_UNAVAILABLE
                body = msgspec.json.encode(found)
                return Reply(status=status, body=body, media_type="application/json")
            case "/metrics":
                if self._token and not brings(self._token, asked.headers.get("authorization", "")):
                    return Reply(status=HTTPStatus.UNAUTHORIZED, body=b"bring the secret\n")
                body = await self._pulse.exposition()
                return Reply(status=HTTPStatus.OK, body=body, media_type=CONTENT_TYPE)
            case _:
                return _NOT_FOUND


def _asked(head: str) -> Asked:
    line, *rest = head.split("\r\n")
    method, _, target = line.partition(" ")
    return Asked(
        method=method,
        path=target.partition(" ")[0].partition("?")[0],
        headers={
            name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)
        },
    )


def _written(reply: Reply) -> bytes:
    again = "" if reply.retry_after_s is None else f"retry-after: {reply.retry_after_s}\r\n"
    head = (
        f"HTTP/1.1 {reply.status.value} {reply.status.phrase}\r\n"
        f"content-type: {reply.media_type}\r\n"
        f"content-length: {len(reply.body)}\r\n"
        f"{again}cache-control: no-store\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + reply.body


@asynccontextmanager
async def listening(answer: Answer, *, host: str, port: int) -> AsyncGenerator[int]:
    """Let `answer` speak on `port`, 0 for any that is free; the context gives which it became."""

    async def connection(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                head = await reader.readuntil(b"\r\n\r\n")
                out.write(_written(await answer(_asked(head.decode("latin-1")))))
                await out.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # who asks like that is told nothing
        finally:
            out.close()

    server = await asyncio.start_server(connection, host, port, limit=_LONGEST_HEAD)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def lit(pulse: Pulse, *, host: str, port: int, token: str) -> AsyncGenerator[int]:
    """Answer scrapers and probes of a process on `port`, 0 for any that is free.

    Raises:
        SystemExit: it would tell strangers, as no secret is set.
    """
    refuse_strangers(host, token)
    async with listening(Beacon(pulse, token=token).answer, host=host, port=port) as at:
        yield at


def refuse_strangers(host: str, token: str) -> None:
    """Refuse to tell figures beyond this machine without a secret.

    Raises:
        SystemExit: that is asked for.
    """
    if not is_loopback(host) and not token:
        raise SystemExit("Metrics beyond this machine need a secret: set TIHI_METRICS_TOKEN.")


async def shine(pulse: Pulse, settings: Settings, stop: asyncio.Event) -> None:
    """Listen where the settings say, until `stop` is set."""
    where = settings.metrics_host, settings.metrics_port
    async with lit(pulse, host=where[0], port=where[1], token=settings.metrics_token):
        await stop.wait()
