"""Cuts open sockets off whose session ended, whoever ended it and in whichever process (S32)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from tihi.base.problem import Problem
from tihi.roles.sessions import Sessions

_EVERY_S = 2.0
_MOST = 5_000

_log = logging.getLogger(__name__)


class Watch:
    """The sockets of this process, and the tokens by which they were opened."""

    def __init__(self, sessions: Sessions, cut: Callable[[str], Awaitable[None]]) -> None:
        self._sessions = sessions
        self._cut = cut
        self._tokens: dict[str, str] = {}

    def add(self, sid: str, token: str) -> None:
        """Watch a socket."""
        self._tokens[sid] = token

    def drop(self, sid: str) -> None:
        """Forget a socket that closed."""
        self._tokens.pop(sid, None)

    async def look(self) -> int:
        """Cut off every socket whose session is over; return how many there were."""
        watched = list(self._tokens.items())
        cut = 0
        for start in range(0, len(watched), _MOST):
            part = watched[start : start + _MOST]
            ended = await self._sessions.ended([token for _, token in part])
            for sid, token in part:
                if token in ended:
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
