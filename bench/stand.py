"""Where benchmarks stand: engines in a fresh folder, an org, learners, and processes of ours."""

import asyncio
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from tihi.base.chance import SystemRandom
from tihi.base.ids import AccountId, OrgId, fresh_id
from tihi.people.accounts import service as accounts
from tihi.people.accounts.model import NewAccount
from tihi.people.orgs import service as orgs
from tihi.platform.clock import SystemClock
from tihi.platform.config import Settings, child_environment
from tihi.platform.engines import Endpoints, running
from tihi.platform.http import Parts
from tihi.platform.schema import migrate
from tihi.roles import school
from tihi.roles.parts import connected

ZONE = "Pacific/Auckland"
COOKIE = "__Host-tihi"
"""Names the session of a server that is not on plain HTTP."""
_CHANCE = SystemRandom()


@dataclass
class Stand:
    """Engines that run, and this process's connection to them."""

    settings: Settings
    endpoints: Endpoints
    parts: Parts
    engine_pids: list[int]


@asynccontextmanager
async def standing() -> AsyncGenerator[Stand]:
    """Start engines in a fresh folder; everything is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="tihi-bench-"))
    home.chmod(0o711)  # noqa: ASYNC240  # once, before anything else runs
    settings = Settings(home=home / "data", port=free_port())
    try:
        async with running(settings, lambda _line: None) as engines:
            await migrate(engines.endpoints.owner_url)
            async with connected(engines.endpoints, most=8, deadline_s=600.0) as parts:
                pids = [one.pid for one in engines.status()]
                yield Stand(settings, engines.endpoints, parts, pids)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def org(parts: Parts) -> OrgId:
    """Return a new org with the starter pack in force."""
    found = OrgId(fresh_id(parts.clock.now(), _CHANCE))
    async with parts.db.tx(found) as tx:
        await orgs.create(
            tx, name="Bench", slug=f"bench-{found.hex}", zone=ZONE, now=parts.clock.now()
        )
    await school.stock(parts, found)
    return found


async def learners(parts: Parts, org_id: OrgId, count: int) -> list[tuple[AccountId, str]]:
    """Return `count` new learners, each with the token of an open session."""
    found: list[tuple[AccountId, str]] = []
    now = parts.clock.now()
    for start in range(0, count, 200):
        async with parts.db.tx(org_id) as tx:
            for number in range(start, min(start + 200, count)):
                account = await accounts.create(
                    tx,
                    NewAccount(
                        role="learner",
                        display_name=f"Learner {number}",
                        sign_in_name=f"learner-{number}",
                        password_hash=None,
                        zone=ZONE,
                        locale="en",
                        notice=school.NOTICE,
                    ),
                    now=now,
                    chance=_CHANCE,
                )
                token = await accounts.open_session(
                    tx, account, device="bench", now=now, chance=_CHANCE
                )
                found.append((account, token))
    return found


def environment(stand: Stand) -> dict[str, str]:
    """Return the environment of a process of ours on the stand's engines."""
    ends = stand.endpoints
    return child_environment(
        {
            "TIHI_HOME": str(stand.settings.home),
            "TIHI_DATABASE_URL": ends.database_url,
            "TIHI_OWNER_URL": ends.owner_url,
            "TIHI_SWEEP_URL": ends.sweep_url,
            "TIHI_VALKEY_URL": ends.valkey_url,
            "TIHI_NATS_URL": ends.nats_url,
            "TIHI_PORT": str(stand.settings.port),
        }
    )


@asynccontextmanager
async def process(stand: Stand, *command: str) -> AsyncGenerator[int]:
    """Run `tihi COMMAND` on the stand's engines; yield its pid."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tihi", *command, env=environment(stand)
    )
    try:
        yield child.pid
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(child.wait(), 15)
            except TimeoutError:
                child.kill()
                await child.wait()


async def listening(stand: Stand) -> None:
    """Wait until the server takes connections."""
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", stand.settings.port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    raise ConnectionError("the server does not answer")


async def lessons(session: aiohttp.ClientSession, base: str, cookie: str) -> list[str]:
    """Return the ids of all lessons, as a learner finds them."""

    async def get(path: str) -> Any:  # noqa: ANN401  # JSON
        async with session.get(base + path, headers={"cookie": cookie}) as reply:
            return await reply.json()

    trails = [await get(f"/api/v1/courses/{c['course_id']}") for c in await get("/api/v1/courses")]
    return [
        lesson["lesson_id"]
        for trail in trails
        for unit in trail["units"]
        for lesson in unit["lessons"]
    ]


def cpu_s(pids: Sequence[int]) -> float:
    """Return the processor seconds that processes and their children have used."""
    total = 0.0
    for pid in pids:
        try:
            found = psutil.Process(pid)
            for one in (found, *found.children(recursive=True)):
                times = one.cpu_times()
                total += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return total


CLOCK = SystemClock()
