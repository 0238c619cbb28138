"""HTTP edges: who calls, what a call may use, how a refusal looks.

A route states who may call it with `opt=may(...)`; `roles.api` refuses to build without.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import SkipValidation

from tihi.base.chance import Random
from tihi.base.ids import AccountId, LearnerId, OrgId, SessionId
from tihi.base.problem import Conflict, Forbidden, Invalid, Missing, Problem, Unauthenticated
from tihi.base.value import Value
from tihi.platform.bus import Bus
from tihi.platform.cache import Cache
from tihi.platform.clock import Clock
from tihi.platform.db import Database
from tihi.platform.telemetry import request_id
from tihi.platform.vault import Vault

_log = logging.getLogger(__name__)
_Asked = Request[Any, Any, Any]
_Reply = Response[dict[str, str | int]]


class Role(StrEnum):
    """What a person is in an org."""

    LEARNER = "learner"
    TEACHER = "teacher"
    ADMIN = "admin"


EVERYONE = frozenset(Role)
STAFF = frozenset({Role.TEACHER, Role.ADMIN})
LEARNERS = frozenset({Role.LEARNER})
ADMINS = frozenset({Role.ADMIN})


class Actor(Value):
    """Who is signed in, as the session says and never as a payload does.

    Attributes:
        since: when they proved who they are; sensitive acts ask for a fresh proof.
    """

    org_id: OrgId
    account_id: AccountId
    session_id: SessionId
    role: Role
    zone: str
    org_zone: str
    locale: str
    since: datetime

    @property
    def learner(self) -> LearnerId:
        """The account as facts and ledger know it."""
        return LearnerId(self.account_id)


class KeyHolder(Value):
    """Another product that calls with an API key.

    Attributes:
        source: under which the log keeps what it says.
        scopes: what it may do, such as `facts:write`.
    """

    org_id: OrgId
    key_id: UUID
    source: str
    scopes: frozenset[str]


class Caller(Value):
    """Who calls: at most one of these is given.

    Attributes:
        actor: somebody who is signed in.
        half: somebody who gave a password and still owes the second step.
        key: another product.
    """

    actor: Actor | None = None
    half: Actor | None = None
    key: KeyHolder | None = None


NOBODY = Caller()


class Parts:
    """What an edge may use: the engines, time and chance."""

    def __init__(
        self, *, db: Database, cache: Cache, bus: Bus, clock: Clock, chance: Random
    ) -> None:
        self.db = db
        self.cache = cache
        self.bus = bus
        self.clock = clock
        self.chance = chance


class Call:
    """One request: who asks, from where, with which parts."""

    def __init__(self, parts: Parts, caller: Caller, peer: str, device: str) -> None:
        self.db = parts.db
        self.cache = parts.cache
        self.bus = parts.bus
        self.clock = parts.clock
        self.chance = parts.chance
        self.peer = peer
        self.device = device
        self.caller = caller

    @property
    def signed_in(self) -> Actor | None:
        """Who is signed in, if anybody is."""
        return self.caller.actor

    @property
    def actor(self) -> Actor:
        """Who is signed in.

        Raises:
            Unauthenticated: nobody is.
        """
        if self.caller.actor is None:
            raise Unauthenticated
        return self.caller.actor

    @property
    def halfway(self) -> Actor:
        """Who is signed in, wholly or but for the second step.

        Raises:
            Unauthenticated: nobody is.
        """
        found = self.caller.actor or self.caller.half
        if found is None:
            raise Unauthenticated
        return found

    @property
    def key(self) -> KeyHolder:
        """Which product calls.

        Raises:
            Unauthenticated: none does.
        """
        if self.caller.key is None:
            raise Unauthenticated
        return self.caller.key


Given = NamedDependency[SkipValidation[Call]]
"""The call, injected. Validating it would read the whole pool for each request."""


class Rights(Value):
    """Who may call a route.

    Attributes:
        roles: people who are signed in; with no role and no scope, anyone may call.
        half: a session that still owes its second step may call as well.
        scope: a product may call whose API key has this scope; people may not.
        record: it shows or changes a learner's record, so each call of it is noted (P5).
    """

    roles: frozenset[Role]
    half: bool = False
    scope: str = ""
    record: bool = False


def may(roles: frozenset[Role], *, half: bool = False, record: bool = False) -> dict[str, Any]:
    """Return the `opt` of a route that `roles` may call."""
    return {"rights": Rights(roles=roles, half=half, record=record)}


def may_key(scope: str) -> dict[str, Any]:
    """Return the `opt` of a route that API keys with `scope` may call, and no person."""
    return {"rights": Rights(roles=frozenset(), scope=scope)}


ANYONE: dict[str, Any] = {"rights": Rights(roles=frozenset())}


def check_rights(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let a call through when the route's rights name its caller.

    Raises:
        Unauthenticated: nobody is known to call and the route asks for somebody.
        Forbidden: the caller may not.
    """
    rights = handler.opt.get("rights")
    if not isinstance(rights, Rights) or not (rights.roles or rights.scope):
        return
    caller = caller_of(connection)
    if rights.half and caller.half is not None:
        return
    if caller.actor is None and caller.key is None:
        raise Unauthenticated
    role_fits = caller.actor is not None and caller.actor.role in rights.roles
    key_fits = caller.key is not None and rights.scope in caller.key.scopes
    if not (role_fits or key_fits):
        raise Forbidden


def caller_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Caller:
    """Return who the middleware found to be calling."""
    found = connection.scope.get("state", {}).get("caller")
    return found if isinstance(found, Caller) else NOBODY


def actor_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Actor | None:
    """Return who the middleware found to be signed in."""
    return caller_of(connection).actor


def parts_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Parts:
    """Return the parts of the application, for hooks that no `Call` is injected into."""
    return connection.app.state["parts"]


class ProblemBody(msgspec.Struct, kw_only=True):
    """Problem details, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


def problems(*kinds: type[Problem]) -> dict[int, ResponseSpec]:
    """Return the refusals of a route for its documentation, by status."""
    by_status: dict[int, list[str]] = {}
    for kind in (*kinds, Unauthenticated, Forbidden):
        by_status.setdefault(int(kind.status), []).append(f"{kind.slug}: {kind.title}")
    return {
        status: ResponseSpec(
            data_container=ProblemBody,
            description="; ".join(sorted(said)),
            media_type="application/problem+json",
            generate_examples=False,
        )
        for status, said in by_status.items()
    }


class Broken(Problem):
    """Our own mistake. The trace id leads to the log; nothing else is told."""

    slug: ClassVar[str] = "request/broken"
    title: ClassVar[str] = "Something broke on our side"
    status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR


def reply(problem: Problem) -> _Reply:
    """Return the response that says `problem`."""
    headers = {"cache-control": "no-store"}
    retry_after = problem.members.get("retry_after")
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    return Response(
        problem.body(),
        status_code=int(problem.status),
        media_type="application/problem+json",
        headers=headers,
    )


def on_problem(_request: _Asked, error: Problem) -> _Reply:
    """Say a refusal."""
    return reply(error)


def on_http(_request: _Asked, error: HTTPException) -> _Reply:
    """Say what the framework refused, in our form."""
    if isinstance(error, NotFoundException):
        return reply(Missing())
    if error.status_code in {400, 422}:
        return reply(Invalid(_reasons(error)))
    body = {
        "type": f"urn:tihi:problem:request/http-{error.status_code}",
        "title": HTTPStatus(error.status_code).phrase,
        "status": error.status_code,
        "detail": HTTPStatus(error.status_code).phrase,
    }
    return Response(
        body,
        status_code=error.status_code,
        media_type="application/problem+json",
        headers={"cache-control": "no-store", **(error.headers or {})},
    )


def on_too_deep(_request: _Asked, _error: RecursionError) -> _Reply:
    """Refuse JSON that is nested deeper than anything we read (S35)."""
    return reply(Invalid("the request is nested too deep"))


def on_unwritable(_request: _Asked, _error: Exception) -> _Reply:
    """Refuse text that cannot be kept: the zero character, half of a pair, what is no UTF-8."""
    return reply(Invalid("a text holds a character that cannot be kept"))


def on_gone(_request: _Asked, _error: Exception) -> _Reply:
    """Refuse to add to what somebody else has just deleted, such as a session or an account."""
    return reply(Conflict("what this belongs to is gone"))


def on_bug(request: _Asked, error: Exception) -> _Reply:
    """Log a mistake of ours once, and tell the caller only where to find it."""
    trace_id = request_id.get() or uuid4().hex
    _log.error(
        "unexpected failure",
        exc_info=error,
        extra={"route": request.scope.get("path_template", "")},
    )
    return reply(Broken(f"Tell us this code: {trace_id}", trace_id=trace_id))


def _reasons(error: HTTPException) -> str:
    """Return what is wrong and where; `data`, the framework's word for a body, tells nobody."""
    parts = [part for part in error.extra or () if isinstance(part, dict)]
    said = [f"{part.get('message', '')}, at {part.get('key', '')}" for part in parts]
    told = "; ".join(one.removesuffix(", at data").removesuffix(", at ") for one in said)
    return told or "the request does not have the expected form"


Resolve = Callable[[str], Any]
"""Turns a session token into an awaitable of an `Actor` or None."""


class Site(Value):
    """What edges know of the server they run in.

    Attributes:
        cookie: name of the session cookie.
        secure: whether the cookie carries `Secure`.
        url: where browsers find this server; links and passkeys go by it, never by a request.
        proxies: reverse proxies whose word on a caller's address is believed.
        second_factor: whether staff need one; only the demo, on loopback, does without.
        demo: whether the demo's people may be used.
        demo_names: their sign-in names.
        lan_http: whether plain HTTP is served beyond loopback (D15).
        vault: seals secrets that must be read again.
        forget: drops a session from the copies in memory, so that a change counts at once.
        home: the data folder, when it is on this machine.
        metrics_token: the secret that scrapers bring; without one, only loopback may scrape.
    """

    version: str
    cookie: str
    secure: bool
    url: str
    proxies: tuple[str, ...]
    second_factor: bool
    demo: bool
    demo_names: list[str]
    lan_http: bool
    vault: Vault
    forget: Callable[[SessionId], None]
    home: Path | None = None
    metrics_token: str = ""


SiteGiven = NamedDependency[SkipValidation[Site]]


def session_cookie(site: Site, token: str, lasts_s: int) -> Cookie:
    """Return the cookie that carries `token`; with '' and 0 it takes the cookie away."""
    return Cookie(
        key=site.cookie,
        value=token,
        path="/",
        secure=site.secure,
        httponly=True,
        samesite="lax",
        max_age=lasts_s,
    )
