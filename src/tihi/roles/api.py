"""The API role: every HTTP route, behind one guard."""

from collections.abc import Sequence
from typing import Any

from asyncpg import (
    CharacterNotInRepertoireError,
    ForeignKeyViolationError,
    UntranslatableCharacterError,
)
from litestar import Litestar, Request
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from tihi.base.problem import Problem
from tihi.game.achievements import api as achievements
from tihi.game.boards import api as boards
from tihi.game.packs import api as packs
from tihi.game.rewards import api as rewards
from tihi.game.streaks import api as streaks
from tihi.learn.attempts import api as attempts
from tihi.learn.attempts import service as attempts_service
from tihi.learn.attempts.answering import Known
from tihi.learn.attempts.model import Accepted, AnswerRequest
from tihi.learn.courses import api as courses
from tihi.learn.grades import api as grades
from tihi.learn.imports import api as imports
from tihi.learn.items import api as items
from tihi.people.accounts import api as accounts
from tihi.people.audit import api as audit
from tihi.people.calendar import api as calendar
from tihi.people.classes import api as classes
from tihi.people.factors import api as factors
from tihi.people.keys import api as keys
from tihi.people.links import api as links
from tihi.people.members import api as members
from tihi.people.privacy import api as privacy
from tihi.platform.db import BatchTx
from tihi.platform.http import (
    Call,
    Parts,
    Rights,
    Site,
    caller_of,
    check_rights,
    on_bug,
    on_gone,
    on_http,
    on_problem,
    on_too_deep,
    on_unwritable,
)
from tihi.platform.pace import Pace
from tihi.platform.writer import Writer
from tihi.reach.external import api as external
from tihi.roles import admin, interface, pages
from tihi.roles.guard import Guard
from tihi.roles.pulse import Pulse
from tihi.roles.sessions import Sessions
from tihi.roles.tally import Tally

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LARGEST_BODY = 256 * 1024

ROUTES = [
    *accounts.handlers,
    *factors.handlers,
    *links.handlers,
    *members.handlers,
    *privacy.handlers,
    *keys.handlers,
    *audit.handlers,
    *classes.handlers,
    *calendar.handlers,
    *courses.handlers,
    *items.handlers,
    *imports.handlers,
    *attempts.handlers,
    *grades.handlers,
    *rewards.handlers,
    *achievements.handlers,
    *streaks.handlers,
    *boards.handlers,
    *packs.handlers,
    *external.handlers,
    *admin.handlers,
]
HEALTH = [admin.live, admin.ready, admin.scrape]
"""What a gateway on its own answers to over HTTP."""


class RouteWithoutRights(Exception):
    """A route does not say who may call it."""


def answer_writer(parts: Parts) -> Writer[AnswerRequest, Accepted]:
    """Return the one writer of answers; their facts go out right after the commit."""
    known = Known()

    async def write(tx: BatchTx, requests: Sequence[AnswerRequest]) -> list[Accepted | Problem]:
        return await attempts_service.write_answers(
            tx, requests, known, now=parts.clock.now(), chance=parts.chance
        )

    def committed(results: Sequence[Accepted]) -> None:
        parts.bus.publish([fact for one in results for fact in one.facts])

    return Writer(parts.db, lambda request: request.org_id, write, committed)


def build(  # what an edge is made of
    parts: Parts,
    site: Site,
    sessions: Sessions,
    answers: Writer[AnswerRequest, Accepted],
    *,
    rest: bool = True,
) -> ASGIApp:
    """Return the API as an ASGI application.

    Args:
        parts: the engines, time and chance.
        site: what edges know of this server.
        sessions: finds who calls.
        answers: writes answers.
        rest: whether it serves the API and pages; else it only says whether it is well.

    Raises:
        RouteWithoutRights: a route does not say who may call it.
    """

    async def provide_call(request: Request[Any, Any, Any]) -> Call:
        peer = request.client.host if request.client else ""
        device = request.headers.get("user-agent", "")
        return Call(parts, caller_of(request), peer, device)

    pulse, pace = Pulse(parts, site.home), Pace()
    app = Litestar(
        route_handlers=[*ROUTES, *pages.handlers()] if rest else HEALTH,
        dependencies={
            "call": Provide(provide_call),
            "site": Provide(lambda: site, sync_to_thread=False),
            "answers": Provide(lambda: answers, sync_to_thread=False),
            "pulse": Provide(lambda: pulse, sync_to_thread=False),
            "pace": Provide(lambda: pace, sync_to_thread=False),
        },
        guards=[check_rights],
        exception_handlers={
            Problem: on_problem,
            HTTPException: on_http,
            RecursionError: on_too_deep,
            CharacterNotInRepertoireError: on_unwritable,
            UntranslatableCharacterError: on_unwritable,
            UnicodeError: on_unwritable,
            ForeignKeyViolationError: on_gone,
            Exception: on_bug,
        },
        request_max_body_size=LARGEST_BODY,
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=1024, exclude_opt_key=pages.PACKED
        ),
        openapi_config=interface.config(site.version),
        state=State({"parts": parts}),
        logging_config=None,
    )
    _require_rights(app)
    return Tally(Guard(app, parts, sessions, site), pace)


def _require_rights(app: Litestar) -> None:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            own = route.path.startswith(interface.PATH)
            if own or handler.http_methods == {HttpMethod.OPTIONS}:
                continue
            if not isinstance(handler.opt.get("rights"), Rights):
                raise RouteWithoutRights(route.path)
