"""One system to break for all fault tests; each has a school of its own and prints its seed."""

from collections.abc import AsyncIterator

import pytest

from faults.rig import Rig
from tihi.base.chance import SystemRandom, below
from world import School


@pytest.fixture(scope="session")
async def standing() -> AsyncIterator[Rig]:
    """Engines that every test leaves running."""
    async with Rig.built() as rig:
        yield rig


@pytest.fixture
async def rig(standing: Rig) -> AsyncIterator[Rig]:
    """The system, with no role running yet; what a test started is ended after it."""
    yield standing
    await standing.clear()


@pytest.fixture
async def school(rig: Rig) -> School:
    """A school of its own, in the present."""
    return await rig.school()


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """A seed, printed so that a failure can be had again with `--seed`."""
    given = request.config.getoption("--seed")
    found = given if given is not None else below(SystemRandom(), 1_000_000)
    print(f"seed {found}")
    return found
