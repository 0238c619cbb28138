"""`tihi demo`: everything, with a school that has a term of history."""

import sys
from collections.abc import Callable
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tihi.platform.clock import MovedClock, SystemClock
from tihi.platform.config import Settings
from tihi.platform.engines import Endpoints
from tihi.roles import school, serve
from tihi.roles.parts import connected
from tihi.roles.web import check_address

_LEARNERS = 60
PASSWORD = "kia kaha tonu 2026"  # noqa: S105  # the demo's own, for loopback only


async def run(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve the demo until SIGTERM or Ctrl-C."""
    check_address(settings)
    say("Starting PostgreSQL, Valkey and NATS")
    async with serve.engines(settings, say) as engines:
        await seed(engines.endpoints, say)
        async with serve.served(settings, engines, demo=True) as children:
            say(f"\nThe demo school is open: http://{settings.host}:{settings.port}")
            say(f"Choose a person on the sign-in page; every password is “{PASSWORD}”.")
            say("Ctrl-C stops everything.")
            await serve.until_stopped(engines, children)
            say("Stopping")


async def seed(endpoints: Endpoints, say: Callable[[str], None]) -> None:
    """Found the school and let it live a term, unless that was done before."""
    now = SystemClock().now()
    clock = MovedClock(now - school.TERM - timedelta(days=1))
    async with connected(endpoints, clock=clock, most=24) as parts:
        if await school.only_org(parts) is not None:
            return
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
