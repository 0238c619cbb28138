"""One system to break for all fault tests; each has a school of its own and prints its seed."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from faults.rig import Rig, folder
from tihi.base.chance import SystemRandom, below
from world import School


@pytest.fixture(scope="session")
async def standing() -> AsyncIterator[Rig]:
    """Engines that every test leaves running."""
    async with Rig.built() as rig:
        yield rig


@pytest.fixture
async def rig(standing: Rig) -> AsyncIterator[Rig]:
    """The system; the roles that a test started are ended after it."""
    before = list(standing.roles)
    yield standing
    await standing.clear(but=before)


@pytest.fixture
async def school(rig: Rig) -> School:
    """A school of its own, in the present."""
    return await rig.school()


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder that nobody has used."""
    with folder() as above:
        yield above / "data"


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """A seed, printed so that a failure can be had again with `--seed`."""
    given: int | None = request.config.option.seed
    found = below(SystemRandom(), 1_000_000) if given is None else given
    print(f"seed {found}")
    return found


@pytest.fixture
def minutes(request: pytest.FixtureRequest) -> float:
    """How long the soak lasts; 0 where nobody asked for one."""
    asked: float = request.config.option.minutes
    return asked
