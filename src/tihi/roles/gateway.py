"""The gateway role: Socket.IO. Who hears what follows from the session, never from a payload."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta
from typing_extensions import override

from tihi.base.ids import LearnerId, OrgId
from tihi.base.problem import Problem, TooMany
from tihi.base.value import Value
from tihi.learn.attempts import sockets as attempts
from tihi.learn.attempts.model import Accepted, AnswerRequest
from tihi.platform import metrics, traces
from tihi.platform.http import Actor, Parts
from tihi.platform.line import LINE, Line, Words
from tihi.platform.log import outcomes
from tihi.platform.push import Listener, Pushed
from tihi.platform.tasks import together
from tihi.platform.writer import Writer
from tihi.roles import wire
from tihi.roles.guard import cookie_of, same_origin
from tihi.roles.sessions import Sessions
from tihi.roles.tally import counted
from tihi.roles.watch import Watch, Watched

K = TypeVar("K")

_library = logging.getLogger("tihi.sockets")
"""Without one the libraries write past our form what a client has typed, and below errors they
tell of every packet (S41)."""
_library.setLevel(logging.ERROR)

_MOST_EVENTS = 100
_WINDOW_S = 5.0
_MOST_RESUMES = 30
_RESUMES_S = 10
_FREE_RESUMES = 20
"""So many in `_RESUMES_S` are not even counted outside the process (`Cache.limit`)."""
_MOST_CONSUMERS = 32
_LONGEST_NAME = 64
_LAST_NUMBER = 2**63 - 1
_MOST_SOCKETS = 32
"""Of one person at once; a new one ends the oldest, as that may be a line that is long dead."""
_FINISH_S = 5.0
_CLOSE_S = 2.0


class Json:
    """What the Socket.IO library reads and writes JSON with, several times faster than its own."""

    JSONDecodeError = msgspec.DecodeError

    @staticmethod
    def dumps(value: object, **_options: object) -> str:
        """Return `value` as JSON."""
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_options: object) -> object:
        """Return what `text` says."""
        return msgspec.json.decode(text)


_Name = Annotated[str, Meta(max_length=_LONGEST_NAME)]
_Number = Annotated[int, Meta(ge=0, le=_LAST_NUMBER)]


class Resume(Value):
    """What a client has seen: the last number of each consumer, and in which epoch.

    There are far fewer consumers than a client may name, and a reply tells at most
    `outcomes.MOST_MISSED`, so neither what is asked nor what it costs can grow.
    """

    seen: Annotated[dict[_Name, _Number], Meta(max_length=_MOST_CONSUMERS)]
    epoch: _Name = ""


class Limits(Value):
    """How long a silent connection is kept, and how much may come in one piece.

    Attributes:
        ping_s: between two pings of ours, in seconds.
        pong_s: for the answer to one, in seconds.
        largest: bytes of a frame or of a body.
    """

    ping_s: float
    pong_s: float
    largest: int


USUAL = Limits(ping_s=20, pong_s=20, largest=64 * 1024)


class _Socket(Watched):
    """One connection: whose it is, and how much it has asked for lately."""

    def __init__(self, eio_sid: str, token: str, actor: Actor) -> None:
        super().__init__(token, actor)
        self.eio_sid = eio_sid
        self.org = actor.org_id
        self.learner = actor.learner
        self._since = 0.0
        self._events = 0

    def count(self, now: float) -> None:
        """Count an event.

        Raises:
            TooMany: 100 came within 5 s; nobody learns that fast.
        """
        if now - self._since > _WINDOW_S:
            self._since, self._events = now, 0
        self._events += 1
        if self._events > _MOST_EVENTS:
            raise TooMany(retry_after=int(_WINDOW_S))


class _Server(wire.Server):
    """Writes to a line itself, where there is one, past a queue and a task for each client."""

    def __init__(self, lines: dict[str, Line], **options: Any) -> None:  # noqa: ANN401  # as theirs
        super().__init__(**options)
        self._lines = lines

    @override
    async def _send_packet(self, eio_sid: str, pkt: Any) -> None:  # it has no types
        line = self._lines.get(eio_sid)
        encoded = pkt.encode()
        if line is None or not isinstance(encoded, str):
            await super()._send_packet(eio_sid, pkt)
        else:
            line.write(Words(b"4" + encoded.encode()))


class Gateway:
    """The Socket.IO server and who is connected to it."""

    def __init__(
        self,
        parts: Parts,
        sessions: Sessions,
        answers: Writer[AnswerRequest, Accepted],
        *,
        valkey_url: str,
        cookie: str,
        limits: Limits = USUAL,
    ) -> None:
        self._parts = parts
        self._sessions = sessions
        self._answers = answers
        self._cookie = cookie
        self._sockets: dict[str, _Socket] = {}
        self._of_learner: defaultdict[LearnerId, dict[str, str]] = defaultdict(dict)
        self._of_org: defaultdict[OrgId, dict[str, str]] = defaultdict(dict)
        self._lines: dict[str, Line] = {}
        self._listener = Listener(valkey_url, self._deliver)
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._draining = False
        self.watch = Watch(sessions, self._cut)
        self.server: Any = _Server(
            self._lines,
            async_mode="asgi",
            # The handshake checks the origin itself, by the host that was asked for.
            cors_allowed_origins=[],
            max_http_buffer_size=limits.largest,
            ping_interval=limits.ping_s,
            ping_timeout=limits.pong_s,
            http_compression=False,
            logger=_library,
            engineio_logger=_library,
            json=Json,
        )
        for handler in (self.connect, self.disconnect):
            self.server.on(handler.__name__, handler)
        for event in (self.complete_task, self.resume):
            self.server.on(event.__name__, counted(event))

    async def run(self) -> None:
        """Pass pushes on, and cut off whose session ended, until cancelled."""
        try:
            await together(self._listener.run(), self.watch.run())
        finally:
            await self._listener.close()

    async def connect(self, sid: str, environ: dict[str, object], _auth: object = None) -> bool:
        """Let a signed-in person of our own pages in."""
        scope = environ.get("asgi.scope")
        headers = dict(scope["headers"]) if isinstance(scope, dict) else {}
        token = cookie_of(headers, self._cookie)
        found = await self._sessions.actor(token) if token and same_origin(headers) else None
        if found is None or token is None:
            return False
        known = _Socket(self.server.manager.eio_sid_from_sid(sid, "/"), token, found)
        self._sockets[sid] = known
        metrics.SOCKETS.inc()
        mine = self._of_learner[known.learner]
        if len(mine) >= _MOST_SOCKETS:
            self.server.start_background_task(self._cut, mine.pop(next(iter(mine))))
        mine[known.eio_sid] = self._of_org[known.org][known.eio_sid] = sid
        line = scope.get("extensions", {}).get(LINE) if isinstance(scope, dict) else None
        if isinstance(line, Line):
            self._lines[known.eio_sid] = line
        self.watch.add(sid, known)
        await self._listener.join(known.org)
        return True

    async def disconnect(self, sid: str, _reason: str = "") -> None:
        """Forget a connection."""
        self.watch.drop(sid)
        known = self._sockets.pop(sid, None)
        if known is None:
            return
        metrics.SOCKETS.dec()
        self._lines.pop(known.eio_sid, None)
        _leave(self._of_learner, known.learner, known.eio_sid)
        _leave(self._of_org, known.org, known.eio_sid)
        await self._listener.leave(known.org)

    async def complete_task(self, sid: str, payload: object = None) -> dict[str, object]:
        """Answer the open step of an attempt."""
        if self._draining:
            # No reply at all: the line is about to be lost, and the key makes the next try safe.
            return self.server.not_handled
        with self._one_more():
            try:
                actor = self._actor(sid)
                if actor is None:
                    return _gone()
                return await attempts.complete_task(self._parts, self._answers, actor, payload)
            except Problem as problem:
                return dict(problem.body())

    async def resume(self, sid: str, payload: object = None) -> dict[str, object]:
        """Tell what a client has missed."""
        try:
            actor = self._actor(sid)
            if actor is None:
                return _gone()
            # A line that comes and goes asks once each time; whoever asks far more often has
            # lost its way, on however many sockets, and is told when to ask again.
            await self._parts.cache.limit(
                f"resume:{actor.account_id}", _MOST_RESUMES, _RESUMES_S, free=_FREE_RESUMES
            )
            asked = msgspec.convert(payload, Resume)
            async with self._parts.db.tx(actor.org_id) as tx:
                missed = await outcomes.missed(tx, actor.learner, asked.seen, asked.epoch)
        except msgspec.ValidationError:
            return {"status": 422, "type": "urn:tihi:problem:request/invalid"}
        except Problem as problem:
            return dict(problem.body())
        return msgspec.json.decode(msgspec.json.encode(missed))

    async def drain(self) -> None:
        """Take nothing new, acknowledge what was taken, then close every socket.

        They are closed as a lost connection looks, so that clients come back by themselves, to
        another gateway.
        """
        self._draining = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), _FINISH_S)
        # Closing waits until what was said before has gone out.
        closing = [self.server.eio.disconnect(one.eio_sid) for one in self._sockets.values()]
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*closing, return_exceptions=True), _CLOSE_S)

    @contextmanager
    def _one_more(self) -> Generator[None]:
        """Count an answer that is being written."""
        self._under_way += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    def _actor(self, sid: str) -> Actor | None:
        """Count the event; return whose it is, as of at most two seconds ago (S32)."""
        known = self._sockets.get(sid)
        if known is None:
            return None
        known.count(self._parts.clock.monotonic())
        return known.actor

    async def _cut(self, sid: str) -> None:
        await self.server.disconnect(sid)

    async def _deliver(self, pushed: Pushed) -> None:
        if pushed.learner_id is None:
            sockets = self._of_org.get(pushed.org_id)
        else:
            sockets = self._of_learner.get(pushed.learner_id)
        if not sockets:
            return
        # A Socket.IO event of the default namespace, in the words that the worker wrote.
        packet = b'2["%b",%b]' % (pushed.event.encode(), pushed.data)
        words = Words(b"4" + packet)
        left: list[str] = []
        with traces.steps(f"push {pushed.event}") as steps:
            steps.under([pushed.parent])
            for eio_sid in sockets:
                line = self._lines.get(eio_sid)
                if line is None:
                    left.append(eio_sid)
                else:
                    line.write(words)
            for eio_sid in left:
                # Who came by long-polling is served by the library.
                with suppress(KeyError):
                    await self.server.eio.send(eio_sid, packet.decode())
        metrics.pushed(pushed.event, pushed.accepted, self._parts.clock.now().timestamp())


def _leave(groups: dict[K, dict[str, str]], key: K, eio_sid: str) -> None:
    """Take a socket out of its group, and the group away with its last."""
    groups[key].pop(eio_sid, None)
    if not groups[key]:
        del groups[key]


def _gone() -> dict[str, object]:
    return {"status": 401, "type": "urn:tihi:problem:request/unauthenticated"}
