"""Real engines on data folders of their own, below a folder that their account can pass."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tihi.platform.config import Settings, child_environment
from tihi.platform.engines import Engines, running

SRC = Path(__file__).parents[3] / "src"
PROGRAMS = {"postgres", "valkey-server", "nats-server", "nats"}

Hold = Callable[[Settings], Awaitable[tuple[asyncio.subprocess.Process, str]]]
Homes = Callable[[], Settings]
Eventually = Callable[..., Awaitable[None]]


def quiet(_words: str) -> None:
    """Take progress and say nothing."""


@pytest.fixture(scope="session")
def homes() -> Iterator[Homes]:
    """A maker of settings with a new data folder."""
    above = Path(tempfile.mkdtemp(prefix="tihi-test-", dir="/tmp"))
    above.chmod(0o711)
    made: list[Path] = []

    def make() -> Settings:
        made.append(above / f"home{len(made)}")
        return Settings(home=made[-1])

    yield make
    assert not engines_below(above), "engines are left running"
    shutil.rmtree(above)


def engines_below(folder: Path) -> list[psutil.Process]:
    """Engines (not their parts) that work below `folder`."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            mine = process.name() in PROGRAMS and process.cwd().startswith(f"{folder}/")
            if mine and not process.cmdline()[0].startswith("postgres:"):
                found.append(process)
        except (psutil.Error, IndexError):
            continue
    return found


@pytest.fixture(scope="session")
async def shared(homes: Homes) -> AsyncIterator[tuple[Settings, Engines]]:
    """Engines for tests that break nothing, or only what mends itself."""
    settings = homes()
    async with running(settings, quiet) as engines:
        yield settings, engines


@pytest.fixture
def eventually() -> Eventually:
    """Waits until a condition holds."""

    async def wait(condition: Callable[[], Awaitable[bool] | bool], within: float = 15) -> None:
        async with asyncio.timeout(within):
            while True:
                held = condition()
                if held if isinstance(held, bool) else await held:
                    return
                await asyncio.sleep(0.02)

    return wait


_HOLD = """
import asyncio, sys
from pathlib import Path
from tihi.platform.config import Settings
from tihi.platform.engines import running

async def hold():
    async with running(Settings(home=Path(sys.argv[1]))) as engines:
        print(engines.endpoints.owner_url, flush=True)
        await asyncio.Event().wait()

asyncio.run(hold())
"""


@pytest.fixture
def below() -> Callable[[Path], list[psutil.Process]]:
    """Finds engines by where they work."""
    return engines_below


@pytest.fixture
async def hold() -> AsyncIterator[Hold]:
    """Starts another process that holds engines; gives it and the owner's address."""
    held: list[asyncio.subprocess.Process] = []

    async def start(settings: Settings) -> tuple[asyncio.subprocess.Process, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _HOLD,
            str(settings.home),
            env=child_environment({"PYTHONPATH": str(SRC)}),
            stdout=asyncio.subprocess.PIPE,
        )
        held.append(process)
        assert process.stdout
        return process, (await process.stdout.readline()).decode().strip()

    yield start
    for process in held:
        if process.returncode is None:
            process.terminate()
            await process.wait()
