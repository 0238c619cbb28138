"""Roles that start while an engine is away."""

import asyncio
import sys
from collections.abc import AsyncIterator
from functools import partial

import aiohttp
import pytest

from faults.rig import Rig, Role, free_port, until
from tihi.base.chance import SystemRandom
from tihi.platform.vault import key_in

_ROLES = ["api", "gateway", "worker", "scheduler"]


@pytest.fixture(scope="module")
async def lone() -> AsyncIterator[Rig]:
    """Engines that are taken away before a role starts."""
    async with Rig.built() as rig:
        key_in(rig.settings.home, SystemRandom())
        yield rig


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


def _waits(role: Role) -> bool:
    return "waiting for the engines" in role.said()


async def _begun(rig: Rig, name: str) -> tuple[Role, int]:
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
async def waiters(lone: Rig) -> AsyncIterator[dict[str, Waiter]]:
    """One of each role, after they have waited together for a broker that is now back."""
    await lone.engine("nats").stop()
    found = {name: Waiter(*await _begun(lone, name)) for name in _ROLES}
    await asyncio.gather(*(one.look() for one in found.values()))
    # Longer than they once waited at all.
    await asyncio.sleep(11)
    for one in found.values():
        assert await one.lives()
        one.said = one.role.said()
    await lone.engine("nats").start()
    yield found
    await lone.clear()


@pytest.mark.parametrize("name", _ROLES)
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


class TestWithoutAnEngine:
    """What befalls roles that wait; the engine is back when the last of these tests is done."""

    @pytest.fixture(scope="class", params=["nats", "postgres"])
    async def waiting(
        self, lone: Rig, request: pytest.FixtureRequest
    ) -> AsyncIterator[dict[str, Role]]:
        """One of each role, which wait for an engine that is away."""
        engine = lone.engine(request.param)
        await engine.stop()
        try:
            found = {name: (await _begun(lone, name))[0] for name in _ROLES}
            await asyncio.gather(*(until(partial(_waits, one), 60) for one in found.values()))
            yield found
        finally:
            await engine.start()
            await lone.clear()

    @pytest.mark.parametrize("name", _ROLES)
    async def test_a_role_that_waits_ends_at_once_when_it_is_told(
        self, waiting: dict[str, Role], name: str
    ) -> None:
        """R33: there is nothing to finish."""
        role = waiting[name]
        begun = asyncio.get_running_loop().time()
        role.process.terminate()
        assert await role.died() == 0, role.said()
        assert asyncio.get_running_loop().time() - begun < 2


async def test_a_role_that_starts_while_the_database_is_frozen_waits_for_it(lone: Rig) -> None:
    """R12: a database that takes connections and says nothing is away too."""
    lone.engine("postgres").freeze()
    role, port = await _begun(lone, "api")
    try:
        await until(lambda: "the database does not answer (TimeoutError)" in role.said(), 60)
        assert (await _asked(port, "/health/live"))[0] == 200
    finally:
        lone.engine("postgres").thaw()
    await until(lambda: "the engines answer" in role.said(), 30)
    assert await role.stop() == 0


async def test_a_role_with_an_address_that_is_none_ends_and_says_so(lone: Rig) -> None:
    """What cannot heal is not waited for."""
    environment = lone.environment(TIHI_DATABASE_URL="no-address")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tihi.roles.commands", "scheduler"),
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        _, said = await process.communicate()
    assert process.returncode == 1
    assert b"TIHI_DATABASE_URL" in said
