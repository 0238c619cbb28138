"""A client of the public interfaces, as the check and the benchmarks use it."""

import asyncio
import hmac
from base64 import b32decode
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import aiohttp
import msgspec
import socketio

from tihi.base.chance import Random, below
from tihi.learn.items.model import ItemView, Solution
from tihi.platform.clock import SystemClock
from tihi.roles import players

_clock = SystemClock()
_HEADERS = {"x-tihi": "1"}
_WAIT_S = 10
_TOO_MANY = 429
_SECOND_STEP = 202


def _code(secret: bytes, step: int) -> str:
    """Return what an authenticator app shows: RFC 6238."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    number = int.from_bytes(mac[mac[-1] & 15 :][:4], "big") & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


class Refused(Exception):  # what a server said, not an error of ours
    """The server refused a request; the message holds its problem."""


class Client:
    """One person's browser: a session, a socket, and what was seen on it."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.name = ""
        self.seen: dict[str, int] = {}
        self.counted: set[str] = set()
        self.badges: set[str] = set()
        self.loop_ms: list[float] = []
        self._sent: dict[str, float] = {}
        self._early: dict[str, float] = {}
        self._solutions: dict[str, Solution] = {}
        self._cookie = ""
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        # What Ctrl-C does is up to the command; theirs would cut the lines under it.
        self._socket = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        self._socket.on("*", self._on_outcome)

    async def sign_in(self, name: str, password: str) -> None:
        """Sign in; the session's cookie is kept by hand, as it is marked Secure."""
        self.name = name
        body = {"org": None, "name": name, "password": password}
        async with self._http.post(
            f"{self.base}/api/v1/signin", json=body, headers=_HEADERS
        ) as reply:
            if not reply.ok:
                raise Refused(await reply.text())
            self._keep(reply)
            if reply.status == _SECOND_STEP:
                await self._set_up_codes()

    async def _set_up_codes(self) -> None:
        """Set up one-time codes at a first sign-in, as staff must, and finish it with one."""
        begun = await self.post("/api/v1/me/factors/totp", None)
        secret = b32decode(begun["secret"].replace(" ", ""))
        body = {"code": _code(secret, int(_clock.now().timestamp()) // 30)}
        async with self._http.post(
            f"{self.base}/api/v1/me/factors/totp/confirm", json=body, headers=self._headers()
        ) as reply:
            if not reply.ok:
                raise Refused(await reply.text())
            self._keep(reply)

    def _keep(self, reply: aiohttp.ClientResponse) -> None:
        self._cookie = "; ".join(f"{m.key}={m.value}" for m in reply.cookies.values())

    def _headers(self) -> dict[str, str]:
        return {**_HEADERS, "cookie": self._cookie}

    async def get(self, path: str) -> Any:
        """Return what `path` answers."""
        return await self._json("GET", path, None)

    async def post(self, path: str, body: object) -> Any:
        """Send `body` to `path` and return the answer."""
        return await self._json("POST", path, body)

    async def _json(self, method: str, path: str, body: object) -> Any:
        async with self._http.request(
            method, self.base + path, json=body, headers=self._headers()
        ) as reply:
            if not reply.ok:
                raise Refused(f"{method} {path}: {await reply.text()}")
            return await reply.json()

    async def status(self, method: str, path: str, body: object) -> dict[str, int]:
        """Return only how `path` answers."""
        async with self._http.request(
            method, self.base + path, json=body, headers=self._headers()
        ) as reply:
            return {"status": reply.status}

    async def post_raw(self, path: str, body: bytes, kind: str) -> None:
        """Send `body` as it is."""
        async with self._http.post(
            self.base + path, data=body, headers={**self._headers(), "content-type": kind}
        ) as reply:
            if not reply.ok:
                raise Refused(f"POST {path}: {await reply.text()}")

    async def upload(self, path: str, files: Sequence[tuple[str, bytes]]) -> None:
        """Send files as a form does."""
        form = aiohttp.FormData()
        for name, content in files:
            form.add_field("files", content, filename=name)
        async with self._http.post(self.base + path, data=form, headers=self._headers()) as reply:
            if not reply.ok:
                raise Refused(f"POST {path}: {await reply.text()}")

    async def connect(self) -> None:
        """Open the socket, WebSocket only."""
        await self._socket.connect(
            self.base, headers={"cookie": self._cookie}, transports=["websocket"]
        )

    async def disconnect(self) -> None:
        """Close the socket."""
        await self._socket.disconnect()

    async def call(self, event: str, payload: object) -> Any:
        """Emit `event` and return its acknowledgement."""
        return await self._socket.call(event, payload, timeout=_WAIT_S)

    def task(self, attempt: str, step: Any, chance: Random) -> dict[str, Any]:
        """Return an answer to `step`: right where its solution was seen before, else a guess."""
        view = msgspec.convert(step["item"], ItemView)
        known = self._solutions.get(str(view.item_id))
        response = (
            players.guess(view, chance)
            if known is None or below(chance, 8) == 0
            else players.right_response(view.kind, known)
        )
        return {
            "attempt": attempt,
            "step": step["step"],
            "answer": msgspec.to_builtins(response),
            "key": str(uuid4()),
            # Not sent: what the solution that comes back belongs to.
        }

    async def answer(self, task: dict[str, Any]) -> Any:
        """Answer over Socket.IO and time the way to `points_earned`."""
        begun = _clock.monotonic()
        answered = await self.call("complete_task", task)
        while answered.get("status") == _TOO_MANY:
            # The key makes the second try safe.
            await asyncio.sleep(int(answered["retry_after"]))
            begun = _clock.monotonic()
            answered = await self.call("complete_task", task)
        if "fact_id" not in answered:
            raise Refused(str(answered))
        fact = answered["fact_id"]
        if fact in self._early:
            self.loop_ms.append((self._early.pop(fact) - begun) * 1000)
        elif fact not in self.counted:
            self._sent[fact] = begun
        return answered

    async def answer_http(self, task: dict[str, Any]) -> Any:
        """Answer over HTTP."""
        body = {name: task[name] for name in ("step", "answer", "key")}
        return await self.post(f"/api/v1/attempts/{task['attempt']}/answers", body)

    def learn(self, item_id: str, solution: Any) -> None:
        """Remember a solution that came back."""
        self._solutions[item_id] = msgspec.convert(solution, Solution)

    async def _on_outcome(self, event: str, outcome: Any) -> None:
        self._take(event, outcome)

    def _take(self, event: str, outcome: Any) -> None:
        consumer, seq = outcome["consumer"], outcome["seq"]
        if seq <= self.seen.get(consumer, 0):
            return
        self.seen[consumer] = seq
        if event == "points_earned":
            fact = outcome["cause"]
            self.counted.add(fact)
            if fact in self._sent:
                self.loop_ms.append((_clock.monotonic() - self._sent.pop(fact)) * 1000)
            else:
                self._early[fact] = _clock.monotonic()
        elif event == "badge_unlocked":
            self.badges.add(outcome["data"]["achievement"])

    async def resume(self) -> int:
        """Ask for what was missed; return how many outcomes came."""
        missed = await self.call("resume", {"seen": self.seen})
        for outcome in missed["outcomes"]:
            self._take(outcome["type"], outcome)
        return len(missed["outcomes"])

    async def caught_up(self) -> None:
        """Wait until every answer sent has been counted."""
        for _ in range(int(_WAIT_S / 0.02)):
            if not self._sent:
                return
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Close socket and session."""
        await self._socket.disconnect()
        await self._http.close()
