"""A class that answers through the real interface, and remembers all that it was told."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Self
from uuid import uuid4

import aiohttp

from browser import COOKIE, Json
from heard import heard
from tihi.base.chance import SeededRandom, below
from tihi.base.ids import LearnerId
from world import School

_PATIENCE_S = 10.0
_AGAIN_S = 0.1
_ANSWERS = "SELECT fact_id, n FROM facts WHERE type = 'answer.graded.v1'"


class Said:
    """One reply: its status (0: none came), its headers and how long it took."""

    def __init__(
        self, status: int, seconds: float, headers: dict[str, str], words: str = ""
    ) -> None:
        self.words = words
        self.status = status
        self.seconds = seconds
        self.headers = headers


class Crowd:
    """Learners of one school, each in a lesson."""

    def __init__(self, school: School, base: str, http: aiohttp.ClientSession) -> None:
        self.school = school
        self.base = base
        self.http = http
        self.pupils: list[Pupil] = []
        self.acknowledged: dict[str, str] = {}
        self.replies: list[Said] = []

    @classmethod
    @asynccontextmanager
    async def of(cls, school: School, base: str, count: int, seed: int) -> AsyncGenerator[Self]:
        """Return `count` learners who are signed in."""
        timeout = aiohttp.ClientTimeout(total=_PATIENCE_S)
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(cookie_jar=jar, timeout=timeout) as http:
            crowd = cls(school, base, http)
            query = "SELECT lesson_id FROM lessons WHERE name = 'Long climb'"
            ((lesson,),) = await school.world.rows(query)
            for number in range(count):
                learner = await school.world.learner(f"Learner {number}")
                browser = await school.world.browser(learner)
                headers = {"cookie": f"{COOKIE}={browser.token}", "x-tihi": "1"}
                chance = SeededRandom("crowd", seed, number)
                crowd.pupils.append(Pupil(crowd, learner, str(lesson), headers, chance))
            yield crowd

    async def load(self, seconds: float, per_second: float) -> None:
        """Let all answer at `per_second` together for so long."""
        every = len(self.pupils) / per_second
        ends = monotonic() + seconds
        await asyncio.gather(*(one.go_on(ends, every) for one in self.pupils))

    def rest(self) -> None:
        """Let all stop after the answer that is under way."""
        for one in self.pupils:
            one.rest()

    async def finish(self) -> None:
        """Let each answer that nobody acknowledged be sent again until somebody does."""
        await asyncio.gather(*(one.insist() for one in self.pupils if one.body is not None))

    def statuses(self) -> Counter[int]:
        """Return how often each status came; 0 stands for no reply."""
        return Counter(one.status for one in self.replies)

    async def lost(self) -> list[str]:
        """Return keys that were acknowledged and have not exactly one answer and one fact."""
        rows = await self.school.world.rows("""
            SELECT a.key::text, f.fact_id::text
            FROM answers AS a LEFT JOIN facts AS f USING (org_id, fact_id)
        """)
        stored = Counter(rows)
        return [pair[0] for pair in self.acknowledged.items() if stored[pair] != 1]

    async def uncounted(self) -> list[tuple[str, int]]:
        """Return facts of answers that were not told to their learner exactly once."""
        world = self.school.world
        told = Counter(cause for _, cause, _ in await heard(world, "points_earned"))
        answers = await world.rows(_ANSWERS)
        return [(str(fact), told[fact]) for fact, _ in answers if told[fact] != 1]

    async def overtaken(self) -> list[tuple[str, int]]:
        """Return answers whose points were entered after those of a later answer."""
        world = self.school.world
        number = dict(await world.rows(_ANSWERS))
        newest: defaultdict[LearnerId, int] = defaultdict(int)
        found: list[tuple[str, int]] = []
        for learner, cause, _ in reversed(await heard(world, "points_earned")):
            n = number.get(cause, 0)
            if 0 < n < newest[learner]:
                found.append((str(learner), n))
            newest[learner] = max(n, newest[learner])
        return found

    async def board(self) -> Json:
        """Read a board, as the first reader after a loss does, until it is whole."""
        while True:
            said = await self.pupils[0].get("/api/v1/boards/org/all")
            if not said["updating"]:
                return said
            await asyncio.sleep(_AGAIN_S)


class Pupil:
    """One learner and the answer that is under way."""

    def __init__(
        self,
        crowd: Crowd,
        learner: LearnerId,
        lesson: str,
        headers: dict[str, str],
        chance: SeededRandom,
    ) -> None:
        self.learner = learner
        self.body: Json = None
        self._crowd = crowd
        self._lesson = lesson
        self._headers = headers
        self._chance = chance
        self._attempt = ""
        self._step: Json = None
        self._resting = False

    def rest(self) -> None:
        """Stop going on."""
        self._resting = True

    async def go_on(self, ends: float, every: float) -> None:
        """Answer every so often until `ends`, opening a lesson whenever one is through."""
        await asyncio.sleep(every * below(self._chance, 100) / 100)
        while monotonic() < ends and not self._resting:
            begun = monotonic()
            await self.answer()
            await asyncio.sleep(max(0.0, begun + every - monotonic()))

    async def insist(self) -> None:
        """Send what is under way until it is acknowledged."""
        while self.body is not None:
            await self.answer()
            if self.body is not None:
                await asyncio.sleep(_AGAIN_S)

    async def answer(self) -> bool:
        """Send one answer, or again the one that had no reply; return whether it was taken."""
        if self._step is None:
            opened = await self._send("POST", f"/api/v1/lessons/{self._lesson}/attempts")
            if opened is None:
                return False
            self._attempt, self._step = opened["attempt_id"], opened["step"]
        if self.body is None:
            choices = self._step["item"]["choices"]
            choice = choices[below(self._chance, len(choices))]["choice"]
            answer = {"kind": "single", "choice": choice}
            self.body = {"step": self._step["step"], "answer": answer, "key": str(uuid4())}
        path = f"/api/v1/attempts/{self._attempt}/answers"
        said = await self._send("POST", path, json=self.body)
        if said is None:
            return False
        self._crowd.acknowledged[self.body["key"]] = said["fact_id"]
        self.body, self._step = None, said["next"]
        return True

    async def again(self, body: Json) -> Json:
        """Send an answer that was given before."""
        return await self._send("POST", f"/api/v1/attempts/{self._attempt}/answers", json=body)

    async def get(self, path: str) -> Json:
        """Return what `path` says; it must succeed."""
        async with self._crowd.http.get(self._crowd.base + path, headers=self._headers) as reply:
            assert reply.ok, await reply.text()
            return await reply.json()

    async def _send(self, method: str, path: str, **more: Json) -> Json:
        """Return what came back; None for anything but a success."""
        begun = monotonic()
        crowd = self._crowd
        status, said, headers, words = 0, None, {}, ""
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with crowd.http.request(
                method, crowd.base + path, headers=self._headers, **more
            ) as reply:
                words = await reply.text()
                status, headers = reply.status, dict(reply.headers)
                said = json.loads(words) if reply.ok else None
        crowd.replies.append(Said(status, monotonic() - begun, headers, words))
        return said
