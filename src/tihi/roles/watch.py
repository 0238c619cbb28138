"""Keeps what open sockets know of their sessions true, whoever changed them and wherever (S32)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from tihi.base.problem import Problem
from tihi.platform.http import Actor
from tihi.roles.sessions import Sessions

_EVERY_S = 2.0
_AT_ONCE = 500
"""So many are asked for at once, so that nobody's answer waits long for it."""

_log = logging.getLogger(__name__)


class Watched:
    """A socket: by which token it was opened, and who that leads to."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor


class Watch:
    """The sockets of this process.

    All of their sessions are looked up every two seconds, many at once; an event on a socket
    then looks nothing up.
    """

    def __init__(self, sessions: Sessions, cut: Callable[[str], Awaitable[None]]) -> None:
        self._sessions = sessions
        self._cut = cut
        self._watched: dict[str, Watched] = {}

    def add(self, sid: str, watched: Watched) -> None:
        """Watch a socket."""
        self._watched[sid] = watched

    def drop(self, sid: str) -> None:
        """Forget a socket that closed."""
        self._watched.pop(sid, None)

    async def look(self) -> int:
        """Cut off every socket whose session is over; return how many there were."""
        watched = list(self._watched.items())
        cut = 0
        for start in range(0, len(watched), _AT_ONCE):
            part = watched[start : start + _AT_ONCE]
            callers = await self._sessions.callers([one.token for _, one in part])
            for (sid, one), caller in zip(part, callers, strict=True):
                if caller.actor is not None:
                    one.actor = caller.actor
                elif sid in self._watched:
                    self.drop(sid)
                    await self._cut(sid)
                    cut += 1
        return cut

    async def run(self) -> None:
        """Look every two seconds until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_S)
            try:
                await self.look()
            except Problem as problem:
                _log.warning("cannot look after sessions now: %s", problem.slug)
