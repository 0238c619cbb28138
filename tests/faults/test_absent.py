"""Roles that start while an engine is away."""

import asyncio
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest

from faults.rig import Rig, Role, until
from ports import free_port
from tihi.base.chance import SystemRandom
from tihi.platform.vault import key_in

ROLES = ["api", "gateway", "worker", "scheduler"]


async def _asked(port: int, path: str) -> tuple[int, str]:
    """Return what a role says there; 0 while nobody listens."""
    try:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{port}{path}") as reply,
        ):
            return reply.status, reply.headers.get("retry-after", "")
    except aiohttp.ClientError:
        return 0, ""


async def begun(rig: Rig, name: str) -> tuple[Role, int]:
    """Start a role; return it and where it tells how it is."""
    # An edge that finds its database by URL makes no key of its own.
    key_in(rig.settings.home, SystemRandom())
    port = free_port()
    option = "--port" if name in {"api", "gateway"} else "--metrics-port"
    return await rig.start(name, option, str(port)), port


class Waiter:
    """A role that was started while the broker was away, and what it said meanwhile."""

    def __init__(self, role: Role, port: int) -> None:
        self.role = role
        self.port = port
        self.ready: tuple[int, str] = (0, "")
        self.said = ""

    async def lives(self) -> bool:
        """Return whether it says so."""
        assert self.role.process.returncode is None, self.role.said()
        return await _asked(self.port, "/health/live") == (200, "")

    async def look(self) -> None:
        """Wait until it lives; keep what it then says to who would send it work."""
        await until(self.lives, 60)
        self.ready = await _asked(self.port, "/health/ready")


@pytest.fixture(scope="module")
async def waiters(standing: Rig) -> AsyncIterator[dict[str, Waiter]]:
    """One of each role, after they have waited together for a broker that is now back."""
    await standing.engine("nats").stop()
    try:
        found = {name: Waiter(*await begun(standing, name)) for name in ROLES}
        await asyncio.gather(*(one.look() for one in found.values()))
        # Longer than they once waited at all.
        await asyncio.sleep(11)
        for one in found.values():
            assert await one.lives()
            one.said = one.role.said()
    finally:
        await standing.engine("nats").start()
    yield found
    await standing.clear()


@pytest.mark.parametrize("name", ROLES)
async def test_a_role_that_starts_while_the_broker_is_away_waits_for_it(
    waiters: dict[str, Waiter], name: str
) -> None:
    """R13: it lives, is not ready, says what it waits for, and works once the broker is back."""
    one = waiters[name]
    assert one.ready == (503, "2")
    said = [line for line in one.said.splitlines() if "waiting for the engines" in line]
    assert "NATS does not answer" in said[0]
    assert len(said) == 1
    await until(lambda: "the engines answer" in one.role.said(), 20)
    if name in {"api", "gateway"}:

        async def ready() -> bool:
            return (await _asked(one.port, "/health/ready"))[0] == 200

        await until(ready, 20)
    else:
        await until(lambda: "at work" in one.role.said(), 20)
    assert await one.role.stop() == 0, one.role.said()


async def test_a_role_that_starts_while_the_database_is_frozen_waits_for_it(rig: Rig) -> None:
    """R12: a database that takes connections and says nothing is away too."""
    rig.engine("postgres").freeze()
    role, port = await begun(rig, "api")
    try:
        await until(lambda: "the database does not answer (TimeoutError)" in role.said(), 60)
        assert (await _asked(port, "/health/live"))[0] == 200
    finally:
        rig.engine("postgres").thaw()
    await until(lambda: "the engines answer" in role.said(), 30)
    assert await role.stop() == 0


async def test_a_role_with_an_address_that_is_none_ends_and_says_so(rig: Rig) -> None:
    """What cannot heal is not waited for."""
    environment = rig.environment(TIHI_DATABASE_URL="no-address")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tihi", "scheduler"),
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        _, said = await process.communicate()
    assert process.returncode == 1
    assert b"TIHI_DATABASE_URL" in said
