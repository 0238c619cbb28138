"""What stands before every request: origin, CSRF header, caller, response headers, record."""

from collections import OrderedDict
from uuid import UUID

from litestar import Request
from litestar.enums import HttpMethod, ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tihi.base.ids import AccountId
from tihi.base.problem import Forbidden, Problem
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind, Note
from tihi.platform.http import NOBODY, Actor, Caller, Parts, Rights, Site, reply
from tihi.roles.proxies import Proxies
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
_FOR_A_YEAR = (b"strict-transport-security", b"max-age=31536000")
_NOT_KEPT = (b"cache-control", b"no-store")
_CHAIN = b"x-forwarded-for"
_BEARER = "bearer "
_NOTED_S = 300.0
_MOST_NOTED = 10_000
_FORBIDDEN = 403
_MISSING = 404
_FIRST_REFUSAL = 400


def cookie_of(headers: dict[bytes, bytes], name: str) -> str | None:
    """Return the value of cookie `name`, if the request carries it.

    Other programs of the same host put cookies beside ours, and some are written in a way that
    no strict reader takes; that is no reason to know nobody.
    """
    found = None
    for one in headers.get(b"cookie", b"").decode("latin-1").split(";"):
        named, _, value = one.strip().partition("=")
        if named == name:
            found = value
    return found


def same_origin(headers: dict[bytes, bytes]) -> bool:
    """Return whether a request comes from our own pages, or from no page at all."""
    origin = headers.get(b"origin", b"")
    if origin:
        host = headers.get(b"host", b"")
        return bool(host) and origin.partition(b"://")[2] == host
    return headers.get(b"sec-fetch-site", b"none") in {b"none", b"same-origin"}


class Door:
    """ASGI middleware around all roles: no foreign page opens a socket here (S24).

    A port of plain HTTP that others can reach is open to the listed proxies alone (D15).
    """

    def __init__(self, app: ASGIApp, callers: Proxies | None = None) -> None:
        self._app = app
        self._callers = callers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse strangers, and a handshake from a foreign page, before anything is opened."""
        socket = scope["type"] == ScopeType.WEBSOCKET
        stranger = self._callers is not None and not self._knows(scope.get("client"))
        if socket and (stranger or not same_origin(dict(scope["headers"]))):
            # Closed before it was accepted: the server answers 403.
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        if stranger:
            response = reply(Forbidden("this port is for the listed reverse proxies"))
            await response.to_asgi_response(None, Request(scope))(scope, receive, send)
            return
        if scope["type"] == ScopeType.HTTP and _asks_for_head(scope):
            # The server leaves out the body by what it was asked for itself.
            scope = {**scope, "method": HttpMethod.GET}
        await self._app(scope, receive, send)

    def _knows(self, client: tuple[str, int] | None) -> bool:
        return client is not None and self._callers is not None and self._callers.lists(client[0])


def _asks_for_head(scope: Scope) -> bool:
    """Return whether a page or the API is asked what it would answer to GET (RFC 9110 §9.3.2)."""
    return scope.get("method") == HttpMethod.HEAD and not scope["path"].startswith("/socket.io")


class Guard:
    """ASGI middleware of the API role."""

    def __init__(self, app: ASGIApp, parts: Parts, sessions: Sessions, site: Site) -> None:
        self._app = app
        self._parts = parts
        self._sessions = sessions
        self._cookie = site.cookie
        self._proxies = Proxies(site.proxies)
        self._record = Record(parts)
        secure = site.secure and site.url.startswith("https:")
        self._headers = (*_HEADERS, _FOR_A_YEAR) if secure else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse foreign writes, find the caller, and add the headers that every reply has."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        caller = NOBODY

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [*message.get("headers", [])]
                message["headers"] = [*own, *self._headers, *_private(scope, own)]
                if caller.actor is not None:
                    await self._record.note(caller.actor, scope, message["status"])
            await send(message)

        self._name_peer(scope)
        secret = _bearer(headers)
        own = secret is not None or (same_origin(headers) and b"x-tihi" in headers)
        if scope["method"] not in _SAFE and not own:
            problem = Forbidden("the request does not come from Tihi's own pages")
            await _refuse(problem, scope, receive, send_with_headers)
            return
        if scope["path"].startswith("/api/"):
            try:
                caller = await self._caller(headers, secret)
            except Problem as problem:
                # Nobody can be known while the database is away (R11).
                await _refuse(problem, scope, receive, send_with_headers)
                return
            scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send_with_headers)

    async def _caller(self, headers: dict[bytes, bytes], secret: str | None) -> Caller:
        # A key comes without a cookie's rights: whoever sends one is a product, not a person.
        if secret is not None:
            return await self._sessions.key_holder(secret)
        token = cookie_of(headers, self._cookie)
        return await self._sessions.caller(token) if token else NOBODY

    def _name_peer(self, scope: Scope) -> None:
        client = scope.get("client")
        forwarded = [
            value.decode("latin-1")
            for name, value in scope["headers"]
            if name == b"x-forwarded-for"
        ]
        if client and forwarded:
            scope["client"] = (self._proxies.caller(client[0], forwarded), 0)


class Record:
    """Notes who was denied something, and who opened a learner's record (S8, S41, P5).

    The same once more within five minutes is not noted again, so that a page which reads
    afresh does not bury what matters.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._noted: OrderedDict[tuple[object, ...], float] = OrderedDict()

    async def note(self, actor: Actor, scope: Scope, status: int) -> None:
        """Note a reply before it is sent, if it is worth it."""
        entry = _worth_noting(actor, scope, status)
        if entry is None or self._is_noted(actor, entry):
            return
        async with self._parts.db.tx(actor.org_id) as tx:
            await audit.note(tx, entry, now=self._parts.clock.now(), chance=self._parts.chance)

    def _is_noted(self, actor: Actor, entry: Note) -> bool:
        now = self._parts.clock.monotonic()
        key = (actor.org_id, actor.account_id, entry.kind, entry.subject, entry.detail)
        if now - self._noted.get(key, -_NOTED_S) < _NOTED_S:
            return True
        self._noted[key] = now
        self._noted.move_to_end(key)
        while len(self._noted) > _MOST_NOTED:
            self._noted.popitem(last=False)
        return False


def _worth_noting(actor: Actor, scope: Scope, status: int) -> Note | None:
    # The template and ids alone: what somebody typed into an address is not kept.
    template = f"{scope.get('method', '')} {scope.get('path_template', '')}"
    ids = {name: str(value) for name, value in scope.get("path_params", {}).items()}
    if status == _FORBIDDEN or (status == _MISSING and any(name.endswith("_id") for name in ids)):
        return Note(kind=Kind.ACCESS_DENIED, actor=actor.account_id, detail=template)
    if status < _FIRST_REFUSAL and _opens_record(scope.get("route_handler")):
        return Note(
            kind=Kind.RECORD_OPENED,
            actor=actor.account_id,
            subject=_subject(scope),
            detail=" ".join([template, *(one for name, one in ids.items() if name == "class_id")]),
        )
    return None


def _opens_record(handler: object) -> bool:
    if not isinstance(handler, BaseRouteHandler):
        return False
    rights = handler.opt.get("rights")
    return isinstance(rights, Rights) and rights.record


def _subject(scope: Scope) -> AccountId | None:
    params = scope.get("path_params", {})
    found = params.get("learner_id") or params.get("account_id")
    return AccountId(UUID(str(found))) if found else None


async def _refuse(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    response = reply(problem).to_asgi_response(None, Request(scope))
    await response(scope, receive, send)


def _bearer(headers: dict[bytes, bytes]) -> str | None:
    """Return the secret of an `Authorization: Bearer` header, if there is one."""
    value = headers.get(b"authorization", b"").decode("latin-1")
    return value[len(_BEARER) :].strip() if value[: len(_BEARER)].lower() == _BEARER else None


def _private(scope: Scope, own: list[tuple[bytes, bytes]]) -> tuple[tuple[bytes, bytes], ...]:
    """Return what keeps a reply of the API out of every cache, unless it says so itself."""
    said = any(name.lower() == b"cache-control" for name, _ in own)
    return () if said or not scope["path"].startswith("/api/") else (_NOT_KEPT,)
