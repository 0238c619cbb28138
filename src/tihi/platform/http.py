"""HTTP edges: who calls, what a call may use, how a refusal looks.

A route states who may call it with `opt=may(...)`; `roles.api` refuses to build without.
"""

import logging
from collections.abc import Callable, Sequence
from enum import StrEnum
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import uuid4

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import SkipValidation

from tihi.base.chance import Random
from tihi.base.ids import AccountId, LearnerId, OrgId, SessionId
from tihi.base.problem import Forbidden, Invalid, Missing, Problem, Unauthenticated
from tihi.base.value import Value
from tihi.platform.bus import Bus
from tihi.platform.cache import Cache
from tihi.platform.clock import Clock
from tihi.platform.db import Database

_log = logging.getLogger(__name__)


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
    """Who is signed in, as the session says and never as a payload does."""

    org_id: OrgId
    account_id: AccountId
    session_id: SessionId
    role: Role
    zone: str
    org_zone: str
    locale: str

    @property
    def learner(self) -> LearnerId:
        """The account as facts and ledger know it."""
        return LearnerId(self.account_id)


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

    def __init__(self, parts: Parts, actor: Actor | None, peer: str, device: str) -> None:
        self.db = parts.db
        self.cache = parts.cache
        self.bus = parts.bus
        self.clock = parts.clock
        self.chance = parts.chance
        self.peer = peer
        self.device = device
        self.signed_in = actor

    @property
    def actor(self) -> Actor:
        """Who is signed in.

        Raises:
            Unauthenticated: nobody is.
        """
        if self.signed_in is None:
            raise Unauthenticated
        return self.signed_in


Given = NamedDependency[SkipValidation[Call]]
"""The call, injected. Validating it would read the whole pool for each request."""


class Rights(Value):
    """Who may call a route; an empty set of roles means anyone, signed in or not."""

    roles: frozenset[Role]


def may(roles: frozenset[Role]) -> dict[str, Any]:
    """Return the `opt` of a route that `roles` may call."""
    return {"rights": Rights(roles=roles)}


ANYONE: dict[str, Any] = {"rights": Rights(roles=frozenset())}


def check_rights(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let a call through when the route's rights name its role.

    Raises:
        Unauthenticated: nobody is signed in and the route asks for somebody.
        Forbidden: the role may not.
    """
    rights = handler.opt.get("rights")
    if not isinstance(rights, Rights) or not rights.roles:
        return
    actor = actor_of(connection)
    if actor is None:
        raise Unauthenticated
    if actor.role not in rights.roles:
        raise Forbidden


def actor_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Actor | None:
    """Return who the middleware found to be signed in."""
    found = connection.scope.get("state", {}).get("actor")
    return found if isinstance(found, Actor) else None


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


def reply(problem: Problem) -> Response[dict[str, str | int]]:
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


def on_problem(_request: Request[Any, Any, Any], error: Problem) -> Response[dict[str, str | int]]:
    """Say a refusal."""
    return reply(error)


def on_http(
    _request: Request[Any, Any, Any], error: HTTPException
) -> Response[dict[str, str | int]]:
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


def on_too_deep(
    _request: Request[Any, Any, Any], _error: RecursionError
) -> Response[dict[str, str | int]]:
    """Refuse JSON that is nested deeper than anything we read (S35)."""
    return reply(Invalid("the request is nested too deep"))


def on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, str | int]]:
    """Log a mistake of ours once, and tell the caller only where to find it."""
    trace_id = uuid4().hex
    _log.error(
        "unexpected failure",
        exc_info=error,
        extra={"trace_id": trace_id, "path": request.url.path},
    )
    return reply(Broken(f"Tell us this code: {trace_id}", trace_id=trace_id))


def _reasons(error: HTTPException) -> str:
    extra = error.extra
    if not isinstance(extra, Sequence) or isinstance(extra, str):
        return "the request does not have the expected form"
    said = [str(part.get("message", "")) for part in extra if isinstance(part, dict)]
    return "; ".join(part for part in said if part) or "the request does not have the expected form"


Resolve = Callable[[str], Any]
"""Turns a session token into an awaitable of an `Actor` or None."""


class Site(Value):
    """What edges know of the server they run in.

    Attributes:
        cookie: name of the session cookie.
        secure: whether the cookie carries `Secure`.
        demo: whether the demo's people may be used.
        demo_names: their sign-in names.
        lan_http: whether plain HTTP is served beyond loopback (D15).
        forget: drops a session from the copies in memory, so that a change counts at once.
    """

    version: str
    cookie: str
    secure: bool
    demo: bool
    demo_names: list[str]
    lan_http: bool
    forget: Callable[[SessionId], None]


SiteGiven = NamedDependency[SkipValidation[Site]]
