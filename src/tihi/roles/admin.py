"""HTTP for the administrator: health, lag and dead letters over all parts."""

from collections import Counter
from datetime import datetime
from http import HTTPStatus
from time import monotonic
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, SkipValidation

from tihi.base.problem import Missing, Problem
from tihi.base.value import Value
from tihi.platform.http import ADMINS, ANYONE, Given, SiteGiven, may, problems
from tihi.platform.log import due
from tihi.platform.log.due import Lag, Letter
from tihi.platform.metrics import CONTENT_TYPE
from tihi.platform.pace import MINUTES, Pace, RoutePace
from tihi.roles.beacon import brings, is_loopback
from tihi.roles.pulse import EngineHealth, Pulse, Readiness


class ConsumerHealth(Value):
    """What is due to a consumer in your org, for how long, and what it gave up on."""

    name: str
    due: int
    oldest_s: float
    dead_letters: int


class Health(Value):
    """Whether all is well, and where it is not.

    Attributes:
        minutes: over how many minutes routes were counted.
        routes: the slowest of the process that answers, by the slowest of a hundred replies.
    """

    ready: bool
    engines: list[EngineHealth]
    consumers: list[ConsumerHealth]
    dead_letters: int
    minutes: int
    routes: list[RoutePace]


class UnknownScraper(Problem):
    """Somebody asked for metrics who may not have them."""

    slug: ClassVar[str] = "metrics/unknown-scraper"
    title: ClassVar[str] = "Metrics are for this machine, or for who brings their secret"
    status: ClassVar[HTTPStatus] = HTTPStatus.FORBIDDEN


PulseGiven = NamedDependency[SkipValidation[Pulse]]
PaceGiven = NamedDependency[SkipValidation[Pace]]

NOT_READY = ResponseSpec(
    data_container=Readiness, description="This process should get no work", generate_examples=False
)
_SLOWEST = 6
_FORWARDED = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"})


@get("/health/live", opt=ANYONE)
async def live() -> str:
    """Say that the process answers."""
    return "live"


@get("/health/ready", opt=ANYONE, responses={503: NOT_READY})
async def ready(pulse: PulseGiven) -> Response[Readiness]:
    """Say whether answers are taken and kept here, and what else is the matter."""
    found = await pulse.readiness(works=False)
    return Response(
        found,
        status_code=HTTPStatus.OK if found.ready else HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"cache-control": "no-store"},
    )


@get("/metrics", opt=ANYONE, include_in_schema=False)
async def scrape(
    request: Request[Any, Any, Any], call: Given, site: SiteGiven, pulse: PulseGiven
) -> Response[bytes]:
    """Give this process's figures to a scraper on this machine, or one that brings the secret."""
    if site.metrics_token:
        if not brings(site.metrics_token, request.headers.get("authorization", "")):
            raise UnknownScraper
    elif site.proxies or not is_loopback(call.peer) or _FORWARDED & request.headers.keys():
        # Behind a proxy everybody comes from loopback, so it says nothing.
        raise UnknownScraper
    return Response(
        await pulse.exposition(),
        media_type=CONTENT_TYPE,
        headers={"cache-control": "no-store"},
    )


@get("/api/v1/admin/health", opt=may(ADMINS), responses=problems())
async def read_health(call: Given, pulse: PulseGiven, pace: PaceGiven) -> Health:
    """Read the state of engines and consumers, and how fast pages were lately."""
    seen = await pulse.look()
    now = call.clock.now()
    async with call.db.tx(call.actor.org_id) as tx:
        names = await due.consumer_names(tx)
        lag = {one.name: one for one in await due.lag(tx)}
        letters = Counter(one.consumer for one in await due.letters(tx))
    return Health(
        ready=all(one.up for one in seen.engines),
        engines=seen.engines,
        consumers=[_consumer(name, lag.get(name), letters[name], now) for name in names],
        dead_letters=letters.total(),
        minutes=MINUTES,
        routes=pace.slowest(_SLOWEST, now=monotonic()),
    )


def _consumer(name: str, lag: Lag | None, letters: int, now: datetime) -> ConsumerHealth:
    age_s = max(0.0, (now - lag.oldest).total_seconds()) if lag else 0.0
    return ConsumerHealth(
        name=name, due=lag.due if lag else 0, oldest_s=round(age_s, 1), dead_letters=letters
    )


@get("/api/v1/admin/dead-letters", opt=may(ADMINS), responses=problems())
async def list_dead_letters(call: Given) -> list[Letter]:
    """List facts that a consumer gave up on, newest first, at most 200."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await due.letters(tx)


@post(
    "/api/v1/admin/dead-letters/{letter_id:uuid}/replay",
    opt=may(ADMINS),
    status_code=204,
    responses=problems(Missing),
)
async def replay_dead_letter(call: Given, letter_id: FromPath[UUID]) -> None:
    """Try a dead letter again; the sweep delivers it within seconds."""
    async with call.db.tx(call.actor.org_id) as tx:
        if not await due.exhume(tx, letter_id, now=call.clock.now()):
            raise Missing


handlers = [live, ready, scrape, read_health, list_dead_letters, replay_dead_letter]
