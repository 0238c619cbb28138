"""Roles that run apart: edges on ports of their own, a proxy before them, learners on sockets."""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Self
from uuid import uuid4

import aiohttp
import msgspec
from socketio.exceptions import SocketIOError

from browser import COOKIE, Json
from faults.rig import Rig, Role, until
from ports import free_port
from security.client import Socket
from tihi.base.chance import SeededRandom, SystemRandom, below
from tihi.base.ids import LessonId
from tihi.platform.vault import key_in
from world import School


async def edge(rig: Rig, name: str, port: int = 0, *, host: str = "127.0.0.1") -> tuple[Role, str]:
    """Start an api or a gateway that takes connections; return it and its address."""
    # An edge that finds its database by URL makes no key of its own.
    key_in(rig.settings.home, SystemRandom())
    at = port or free_port()
    role = await rig.start(name, "--port", str(at), "--host", host)
    await until(lambda: listens(role, at), 60)
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

    async def emit(self, most: int = 1_000) -> None:
        """Answer until the lesson is through, the line is lost, or `most` were acknowledged."""
        step = self._opened["step"]
        while step is not None and self.acknowledged < most:
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


_NGINX = """
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/tihi.conf;
}}
"""


@asynccontextmanager
async def proxied(rig: Rig, apis: Sequence[int], gateways: Sequence[int]) -> AsyncGenerator[str]:
    """Run nginx with the configuration that we ship; give its address."""
    folder = rig.settings.home.parent / "proxy"
    folder.mkdir(exist_ok=True)
    port = free_port()
    servers = [f"--api=127.0.0.1:{one}" for one in apis]
    servers += [f"--gateway=127.0.0.1:{one}" for one in gateways]
    code, said = await rig.command("proxy-config", f"--listen=127.0.0.1:{port}", *servers)
    assert code == 0, said
    (folder / "tihi.conf").write_text(said)
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder))
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    assert program, "nginx is missing: `make nginx`"
    process = await asyncio.create_subprocess_exec(
        *(program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"),
        stderr=asyncio.subprocess.DEVNULL,
    )
    role = Role("nginx", process, folder / "nginx.log")
    try:
        await until(lambda: listens(role, port))
        yield f"http://127.0.0.1:{port}"
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


class Player:
    """A learner on a socket: comes back when it is lost, and sends again what had no reply."""

    def __init__(self, school: School, base: str, lesson: str, headers: dict[str, str]) -> None:
        self.acknowledged: dict[str, str] = {}
        self.told: Counter[str] = Counter()
        self.seen: dict[str, int] = {}
        self.came_back = 0
        self._gap = False
        self.socket: Socket | None = None
        self._school = school
        self._base = base
        self._lesson = lesson
        self._headers = headers
        self._chance = SeededRandom("player", headers["cookie"])
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._task: Json = None
        self._attempt = ""
        self._step: Json = None

    @classmethod
    async def joined(cls, school: School, base: str, number: int) -> Self:
        """Return a new learner of `school`, who is signed in."""
        learner = await school.world.learner(f"Player {number}")
        browser = await school.world.browser(learner)
        query = "SELECT lesson_id FROM lessons WHERE name = 'Long climb'"
        ((lesson,),) = await school.world.rows(query)
        headers = {"cookie": f"{COOKIE}={browser.token}", "x-tihi": "1"}
        return cls(school, base, str(lesson), headers)

    async def play(self, ends: float, every: float) -> None:
        """Answer every so often until `ends`; then until the last one is acknowledged."""
        while monotonic() < ends or self._task is not None:
            await asyncio.sleep(every)
            with suppress(aiohttp.ClientError, TimeoutError, SocketIOError, OSError):
                await self._answer()

    async def _answer(self) -> None:
        if self._step is None:
            opened = await self._open()
            self._attempt, self._step = opened["attempt_id"], opened["step"]
        if self._task is None:
            choices = self._step["item"]["choices"]
            choice = choices[below(self._chance, len(choices))]["choice"]
            self._task = {
                "attempt": self._attempt,
                "step": self._step["step"],
                "answer": {"kind": "single", "choice": choice},
                "key": str(uuid4()),
            }
        said = await (await self.line()).call("complete_task", self._task)
        if "fact_id" not in said:
            # Busy, or away for a moment: the key makes the next try safe.
            assert said["status"] in {429, 503}, said
            return
        self.acknowledged[self._task["key"]] = said["fact_id"]
        self._task, self._step = None, said["next"]

    async def _open(self) -> Json:
        path = f"{self._base}/api/v1/lessons/{self._lesson}/attempts"
        async with self._http.post(path, headers=self._headers) as reply:
            reply.raise_for_status()
            return await reply.json()

    async def line(self) -> Socket:
        """Return the socket; open it anew and take what was missed when it was lost."""
        if self.socket is None or self.socket.cut.is_set():
            again = self.socket is not None
            self.socket = await Socket.opened(self._base, self._headers, take=self._take)
            await self.resume()
            self.came_back += again
        elif self._gap:
            await self.resume()
        return self.socket

    async def catch_up(self, within: float = 20) -> None:
        """Come back, however often that takes, and take what was missed."""
        async with asyncio.timeout(within):
            while True:
                with suppress(aiohttp.ClientError, SocketIOError, OSError):
                    await self.line()
                    return await self.resume()
                await asyncio.sleep(0.2)

    async def resume(self) -> None:
        """Take what was missed."""
        assert self.socket is not None
        self._gap = False
        missed = await self.socket.call("resume", {"seen": self.seen})
        for outcome in missed["outcomes"]:
            self._take(outcome["type"], outcome)

    def _take(self, event: str, outcome: Json) -> None:
        last = self.seen.get(outcome["consumer"], 0)
        if outcome["seq"] > last + 1:
            # A push before it was lost: what is between is asked for.
            self._gap = True
        if outcome["seq"] != last + 1:
            return
        self.seen[outcome["consumer"]] = outcome["seq"]
        if event == "points_earned":
            self.told[outcome["cause"]] += 1

    async def close(self) -> None:
        """Leave."""
        if self.socket is not None:
            await self.socket.close()
        await self._http.close()
