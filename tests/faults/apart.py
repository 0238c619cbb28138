"""Roles that run apart: edges on ports of their own, and learners on sockets."""

import asyncio
from typing import Self
from uuid import uuid4

import msgspec

from browser import COOKIE, Json
from faults.rig import Rig, Role, free_port, until
from security.client import Socket
from tihi.base.chance import SeededRandom, SystemRandom, below
from tihi.base.ids import LessonId
from tihi.platform.vault import key_in
from world import School


async def edge(rig: Rig, name: str, port: int = 0) -> tuple[Role, str]:
    """Start an api or a gateway that takes connections; return it and its address."""
    # An edge that finds its database by URL makes no key of its own.
    key_in(rig.settings.home, SystemRandom())
    at = port or free_port()
    role = await rig.start(name, "--port", str(at))
    await until(lambda: listens(role, at), 30)
    return role, f"http://127.0.0.1:{at}"


async def listens(role: Role, port: int) -> bool:
    """Return whether `role` takes connections; it must not have ended."""
    assert role.process.returncode is None, role.said()
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


class Emitter:
    """A learner of a school who answers over one socket, as fast as replies come."""

    def __init__(self, socket: Socket, opened: Json, seed: int) -> None:
        self.socket = socket
        self.acknowledged = 0
        self._opened = opened
        self._chance = SeededRandom("emit", seed)

    @classmethod
    async def sat(cls, school: School, base: str, seed: int) -> Self:
        """Return a new learner who sits before a long lesson."""
        learner = await school.world.learner(f"Emitter {seed}")
        browser = await school.world.browser(learner)
        query = "SELECT lesson_id FROM lessons WHERE name = 'Long climb'"
        ((lesson,),) = await school.world.rows(query)
        opened = msgspec.to_builtins(await school.world.open(learner, LessonId(lesson)))
        headers = {"cookie": f"{COOKIE}={browser.token}"}
        return cls(await Socket.opened(base, headers), opened, seed)

    async def emit(self) -> None:
        """Answer until the lesson is through or the line is lost."""
        step = self._opened["step"]
        while step is not None:
            choices = step["item"]["choices"]
            choice = choices[below(self._chance, len(choices))]["choice"]
            task = {
                "attempt": self._opened["attempt_id"],
                "step": step["step"],
                "answer": {"kind": "single", "choice": choice},
                "key": str(uuid4()),
            }
            said = await self._call(task)
            if said is None:
                return
            assert "fact_id" in said, said
            self.acknowledged += 1
            step = said["next"]

    async def _call(self, task: Json) -> Json:
        """Return the acknowledgement; None when the line was lost before it came."""
        calling = asyncio.create_task(self.socket.call("complete_task", task))
        cut = asyncio.create_task(self.socket.cut.wait())
        await asyncio.wait([calling, cut], return_when=asyncio.FIRST_COMPLETED)
        if calling.done() and calling.exception() is None:
            cut.cancel()
            return calling.result()
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)
        await cut
        return None
