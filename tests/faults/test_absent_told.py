"""R33: roles that wait for an engine and are told to stop meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from faults.rig import Rig, Role, until
from faults.test_absent import ROLES, begun


@pytest.fixture(scope="module", params=["nats", "postgres"])
async def waiting(standing: Rig, request: pytest.FixtureRequest) -> AsyncIterator[dict[str, Role]]:
    """One of each role, which wait for an engine; it is back after the last test of this file."""
    engine = standing.engine(request.param)
    await engine.stop()
    try:
        found = {name: (await begun(standing, name))[0] for name in ROLES}
        await asyncio.gather(*(until(partial(waits, one), 60) for one in found.values()))
        yield found
    finally:
        await engine.start()
        await standing.clear()


def waits(role: Role) -> bool:
    """Return whether it has said so."""
    return "waiting for the engines" in role.said()


@pytest.mark.parametrize("name", ROLES)
async def test_a_role_that_waits_ends_at_once_when_it_is_told(
    waiting: dict[str, Role], name: str
) -> None:
    """There is nothing to finish."""
    role = waiting[name]
    since = asyncio.get_running_loop().time()
    role.process.terminate()
    assert await role.died() == 0, role.said()
    assert asyncio.get_running_loop().time() - since < 2
