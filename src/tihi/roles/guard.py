"""What stands before every HTTP request: origin, CSRF header, session, response headers."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tihi.base.problem import Forbidden
from tihi.platform.http import reply
from tihi.roles.sessions import Sessions

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


def cookie_of(headers: dict[bytes, bytes], name: str) -> str | None:
    """Return the value of cookie `name`, if the request carries it."""
    try:
        jar = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return None
    return jar[name].value if name in jar else None


def same_origin(headers: dict[bytes, bytes]) -> bool:
    """Return whether a request comes from our own pages, or from no page at all."""
    origin = headers.get(b"origin", b"").decode("latin-1")
    if origin:
        return urlsplit(origin).netloc == headers.get(b"host", b"").decode("latin-1")
    return headers.get(b"sec-fetch-site", b"none") in {b"none", b"same-origin"}


class Guard:
    """ASGI middleware of the API role."""

    def __init__(self, app: ASGIApp, sessions: Sessions, cookie: str) -> None:
        self._app = app
        self._sessions = sessions
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse foreign writes, find the actor, and add the headers that every reply has."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS, *_private(scope)]
            await send(message)

        if scope["method"] not in _SAFE and not (same_origin(headers) and b"x-tihi" in headers):
            response = reply(Forbidden("the request does not come from Tihi's own pages"))
            await response.to_asgi_response(None, Request(scope))(scope, receive, send_with_headers)
            return
        token = cookie_of(headers, self._cookie)
        if token and scope["path"].startswith("/api/"):
            scope.setdefault("state", {})["actor"] = await self._sessions.actor(token)
        await self._app(scope, receive, send_with_headers)


def _private(scope: Scope) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"cache-control", b"no-store"),) if scope["path"].startswith("/api/") else ()
