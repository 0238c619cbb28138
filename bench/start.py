"""`tihi bench start`: from the command to a server that answers, with and without data."""

import asyncio
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from bench.figures import Setting, setting
from bench.stand import CLOCK, free_port
from tihi.base.value import Value
from tihi.platform.config import child_environment

_WAIT_S = 120.0
_LOOK_S = 0.02


class StartResult(Value):
    """Seconds from `tihi serve` until it says that it is ready, and takes connections.

    Attributes:
        cold_s: into an empty folder: databases, secrets and schema are made.
        warm_s: into the same folder again.
    """

    cold_s: float
    warm_s: float
    setting: Setting


async def run() -> StartResult:
    """Measure once."""
    home = Path(tempfile.mkdtemp(prefix="tihi-bench-"))
    home.chmod(0o711)  # noqa: ASYNC240  # once, before anything else runs
    try:
        cold_s = await _started(home / "data")
        warm_s = await _started(home / "data")
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return StartResult(cold_s=round(cold_s, 2), warm_s=round(warm_s, 2), setting=setting())


async def _started(home: Path) -> float:
    port = free_port()
    begun = CLOCK.monotonic()
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tihi",
        "serve",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env=child_environment({"TIHI_HOME": str(home), "TIHI_PORT": str(port)}),
    )
    try:
        while not await _answers(port):
            if CLOCK.monotonic() - begun > _WAIT_S or child.returncode is not None:
                raise ConnectionError("it did not start")
            await asyncio.sleep(_LOOK_S)
        return CLOCK.monotonic() - begun
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
        await child.wait()


async def _answers(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.write(b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    line = await reader.readline()
    writer.close()
    return b" 200 " in line
