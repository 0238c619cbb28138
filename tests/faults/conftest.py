"""One system to break for all fault tests; each has a school of its own and prints its seed."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from typing_extensions import override
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from faults.rig import Rig, folder
from tihi.base.chance import SystemRandom, below
from world import School

TOGETHER = (
    *("test_absent.py", "test_absent_told.py", "test_apart.py", "test_backup.py"),
    "test_engines.py",
)
"""Files whose tests share what takes long to build."""


class ByTest(LoadScopeScheduling):
    """Gives a process one test at a time, but all of a file in `TOGETHER`.

    By file, one process would still work when the other has long been through. The groups of
    xdist do not work with this pytest, which no longer takes names from where they are put.
    """

    @override
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.endswith(TOGETHER) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByTest | None:
    """Share out by test where scopes were asked for."""
    return ByTest(config, log) if config.getvalue("dist") == "loadscope" else None


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
