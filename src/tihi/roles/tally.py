"""Counts, times, traces and logs every request by its route's template, never by its path.

The request's id is ours: it stands in the reply, in every line that is logged meanwhile, and in
what a person is told when something breaks.
"""

import itertools
import logging
import os
from collections.abc import Awaitable, Callable
from functools import wraps
from time import monotonic, perf_counter

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tihi.platform import metrics, traces
from tihi.platform.pace import Pace
from tihi.platform.telemetry import request_id

_log = logging.getLogger("tihi.requests")
_SLOW_S = 1.0
_FIRST_REFUSAL = 400
_FIRST_FAILURE = 500
_OK = 200
_NOT_PEOPLE = ("/metrics", "/health/")
_UNSAID = "none"
"""No reply at all, as while a process ends."""

Handler = Callable[..., Awaitable[object]]


class Tally:
    """ASGI middleware, outermost of the API role."""

    def __init__(self, app: ASGIApp, pace: Pace) -> None:
        self._app = app
        self._pace = pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; count it when its reply is out."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        named, method = _fresh_id(), metrics.method_of(scope["method"])
        token = request_id.set(named)
        begun = perf_counter()
        status = _FIRST_FAILURE

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", named.encode())]
            await send(message)

        try:
            # The template is known once the request is routed; until then the method names it.
            with traces.press(method, **{"http.request.method": method}) as span:
                try:
                    await self._app(scope, receive, send_named)
                finally:
                    if span is not None:
                        span.update_name(f"{method} {_route(scope)}")
                        span.set_attribute("http.route", _route(scope))
                        span.set_attribute("http.response.status_code", status)
        finally:
            self._count(_route(scope), method, status, perf_counter() - begun)
            request_id.reset(token)

    def _count(self, route: str, method: str, status: int, seconds: float) -> None:
        metrics.request(route, method, status, seconds)
        if not route.startswith(_NOT_PEOPLE):
            error = status >= _FIRST_FAILURE
            self._pace.count(method, route, seconds, error=error, now=monotonic())
        worth = status >= _FIRST_REFUSAL or seconds >= _SLOW_S
        level = logging.INFO if worth else logging.DEBUG
        if _log.isEnabledFor(level):
            ms = round(seconds * 1000, 1)
            told = {"route": route, "method": method, "status": status, "ms": ms}
            _log.log(level, "request", extra=told)


def counted(handler: Handler) -> Handler:
    """Return `handler` of a Socket.IO event with each call counted, traced and named."""
    event = getattr(handler, "__name__", "")

    @wraps(handler)
    async def call(sid: str, payload: object = None, *more: object) -> object:
        token = request_id.set(_fresh_id())
        status: object = _FIRST_FAILURE
        try:
            with traces.press(event):
                # An event says one thing; whoever says more is told that it has not the form.
                said = await handler(sid, [payload, *more] if more else payload)
            status = said.get("status", _OK) if isinstance(said, dict) else _UNSAID
        finally:
            request_id.reset(token)
            metrics.SOCKET_EVENTS.add(event, str(status))
        return said

    return call


def _route(scope: Scope) -> str:
    return str(scope.get("path_template", "unmatched"))


_process = os.urandom(8).hex()
_seed = int.from_bytes(os.urandom(8))
_count = itertools.count()
_SPREAD = 0x9E3779B97F4A7C15
"""Odd, so that no number comes twice (Knuth, The Art of Computer Programming 3, §6.4)."""


def _fresh_id() -> str:
    """Return an id that nobody had before; how many there were, it does not show.

    Its beginning differs each time, as people quote no more than that.
    """
    return f"{(next(_count) * _SPREAD + _seed) & 0xFFFFFFFFFFFFFFFF:016x}{_process}"
