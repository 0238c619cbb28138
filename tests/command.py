"""`tihi …`, as a person or a script runs it, on the engines that run for the tests."""

import asyncio
import json
import os
import pty
import sys
from pathlib import Path
from typing import Self

from browser import Json
from game.happen import answer, new, record
from game.test_backfills import RULES
from tihi.platform.engines import Endpoints
from world import World

Process = asyncio.subprocess.Process


class Command:
    """The command, on one org of running engines."""

    def __init__(self, endpoints: Endpoints, world: World, home: Path) -> None:
        self.world = world
        self.folder = home
        self.org = world.slug
        self._env = {
            "PATH": os.defpath,
            "TIHI_HOME": str(home / "data"),
            "TIHI_DATABASE_URL": endpoints.database_url,
            "TIHI_OWNER_URL": endpoints.owner_url,
            "TIHI_SWEEP_URL": endpoints.sweep_url,
            "TIHI_VALKEY_URL": endpoints.valkey_url,
            "TIHI_NATS_URL": endpoints.nats_url,
        }

    @classmethod
    async def with_history(cls, endpoints: Endpoints, world: World, home: Path) -> Self:
        """The command, on an org in which three learners have answered three times."""
        await world.apply(RULES.encode())
        for n in range(3):
            learner = await world.learner(f"Learner {n}")
            await record(world, *(new(world, learner, answer()) for _ in range(3)))
        await world.deliver()
        return cls(endpoints, world, home)

    def file(self, name: str, text: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    async def begin(self, *args: str, stderr: int = asyncio.subprocess.PIPE) -> Process:
        everywhere = args[0] in {"verify", "rebuild"}
        org = () if everywhere else ("--org", self.org)
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tihi", *args, *org),
            env=self._env,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
        )

    async def run(self, *args: str) -> tuple[int | None, str, str]:
        process = await self.begin(*args)
        said, complained = await process.communicate()
        return process.returncode, said.decode(), complained.decode()

    async def json(self, *args: str, code: int = 0) -> Json:
        ended, said, complained = await self.run(*args, "--json")
        assert ended == code, complained
        return json.loads(said)

    async def seen(self, *args: str) -> str:
        """Return what a person sees at a terminal beside the result."""
        ours, theirs = pty.openpty()
        process = await self.begin(*args, stderr=theirs)
        os.close(theirs)
        shown = b""
        loop = asyncio.get_running_loop()
        while part := await loop.run_in_executor(None, _read, ours):
            shown += part
        await process.communicate()
        os.close(ours)
        # 1 where something differs, as other tests on these engines have made it.
        assert process.returncode in {0, 1}
        return shown.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:
        # The other side was closed.
        return b""
