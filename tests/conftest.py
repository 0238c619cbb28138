"""The real engines, once a run, and on them a world of its own for every test."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tihi.platform.config import Settings
from tihi.platform.engines import Endpoints, running
from tihi.platform.http import Parts
from tihi.platform.schema import migrate
from tihi.roles.parts import connected
from tihi.roles.worker import workers
from world import School, World


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a fault test be had again, and the long one last as long as somebody likes."""
    parser.addoption("--seed", type=int, default=None, help="Seed of the fault tests.")
    parser.addoption("--minutes", type=float, default=0, help="How long the soak lasts.")


@pytest.fixture(scope="session")
def data_folder() -> Iterator[Path]:
    """Where the engines keep what they keep."""
    home = Path(tempfile.mkdtemp(prefix="tihi-world-", dir="/tmp"))
    home.chmod(0o711)
    yield home / "data"
    shutil.rmtree(home)


@pytest.fixture(scope="session")
async def endpoints(data_folder: Path) -> AsyncIterator[Endpoints]:
    """Addresses of engines with the whole schema and every consumer registered."""
    async with running(Settings(home=data_folder), lambda _words: None) as engines:
        await migrate(engines.endpoints.owner_url)
        async with connected(engines.endpoints, most=2) as parts:
            await workers(parts, None, only=frozenset())
        yield engines.endpoints


@pytest.fixture(scope="session")
async def shared(endpoints: Endpoints) -> AsyncIterator[Parts]:
    """The parts that all tests share; they differ only in their clocks."""
    async with connected(endpoints) as parts:
        yield parts


@pytest.fixture
def parts(shared: Parts) -> Parts:
    """Parts with a clock of their own."""
    return World.parts(shared)


@pytest.fixture
async def world(shared: Parts) -> World:
    """An org with nobody in it."""
    return await World.founded(shared)


@pytest.fixture
async def other(shared: Parts) -> World:
    """Another org on the same engines."""
    return await World.founded(shared)


@pytest.fixture
async def school(world: World) -> School:
    """An org with a learner, a teacher, an admin, a class, a lesson and the starter pack."""
    return await School.opened(world)


@pytest.fixture
async def other_school(other: World) -> School:
    """The same in another org."""
    return await School.opened(other)
