"""`tihi demo`: everything, with a school that has a term of history."""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tihi.platform.clock import MovedClock, SystemClock
from tihi.platform.config import Settings
from tihi.platform.directory import lookup
from tihi.platform.engines import Endpoints, EngineError
from tihi.platform.http import Parts
from tihi.roles import school, serve
from tihi.roles.parts import connected, every_org
from tihi.roles.restoring import clear_half_demo, founding_demo
from tihi.roles.web import check_address

_LEARNERS = 60
_PATIENCE_S = 600.0
"""For a statement: nobody waits for it at a screen, and the machine may have much else to do."""
PASSWORD = "kia kaha tonu 2026"  # noqa: S105  # the demo's own, for loopback only


async def run(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve the demo until SIGTERM or Ctrl-C."""
    check_address(settings)
    if not settings.database_url:
        await clear_half_demo(settings, say)
    say("Starting PostgreSQL, Valkey and NATS")
    async with serve.engines(settings, say) as engines:
        await seed(settings, engines.endpoints, say)
        async with serve.served(settings, engines, demo=True) as children:
            say(f"\nThe demo school is open: http://{settings.host}:{settings.port}")
            say(f"Choose a person on the sign-in page; every password is “{PASSWORD}”.")
            say("Ctrl-C stops everything.")
            await serve.until_stopped(engines, children)
            say("Stopping")


async def seed(settings: Settings, endpoints: Endpoints, say: Callable[[str], None]) -> None:
    """Found the school and let it live a term, unless that was done before.

    Raises:
        EngineError: another school is there. The demo asks for no second step and names people on
            the sign-in page: nobody's real school is opened like that.
    """
    now = SystemClock().now()
    clock = MovedClock(now - school.TERM - timedelta(days=1))
    async with connected(endpoints, clock=clock, most=24, deadline_s=_PATIENCE_S) as parts:
        if await _there(parts):
            return
        mark = nullcontext() if settings.database_url else founding_demo(settings.home)
        with mark:
            await _found(parts, clock, now, say)


async def _there(parts: Parts) -> bool:
    """Return whether the demo's school is there; refuse any other."""
    orgs = await every_org(parts)
    async with parts.db.system() as tx:
        ours = await lookup.org_by_slug(tx, school.SLUG)
    if any(one != ours for one in orgs):
        detail = "a school that is not the demo's is here"
        raise EngineError(f"{detail}; `tihi serve` serves it, and another TIHI_HOME has room")
    return ours is not None


async def _found(
    parts: Parts, clock: MovedClock, now: datetime, say: Callable[[str], None]
) -> None:
    say("Founding the demo school")
    org = await school.found(parts, learners=_LEARNERS, password=PASSWORD)
    items = await school.stock(parts, org)
    say(f"{items} questions, {_LEARNERS} learners, 3 classes; now a term of learning")
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("A term of learning")

        def progress(words: str, done: int, total: int) -> None:
            bar.update(task, description=words, completed=done, total=total)

        begun = SystemClock().monotonic()
        answers = await school.live_a_term(parts, clock, org, until=now, progress=progress)
        took_s = SystemClock().monotonic() - begun
    say(f"{answers} answers through the real pipeline in {took_s:.0f} s")
