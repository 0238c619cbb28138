"""Pushing outcomes to learners' browsers, from any process.

A push may be lost: a client that reconnects asks for what it has not seen.
"""

import asyncio
import logging
from collections.abc import Sequence

import msgspec
from socketio import AsyncRedisManager

from tihi.base.ids import LearnerId
from tihi.platform.log.outcomes import Addressed

_log = logging.getLogger(__name__)


def room_of(learner: LearnerId) -> str:
    """Return the room that every socket of `learner` is in."""
    return f"learner:{learner}"


class Push:
    """Sends outcomes through Valkey to whichever gateway holds the learner's sockets."""

    def __init__(self, valkey_url: str) -> None:
        self._manager = AsyncRedisManager(valkey_url, write_only=True)

    async def send(self, addressed: Sequence[Addressed]) -> None:
        """Send `addressed` in order."""
        for one in addressed:
            data = msgspec.to_builtins(one.outcome)
            try:
                await self._manager.emit(one.outcome.type, data, room=room_of(one.learner_id))
            except (OSError, TimeoutError, asyncio.CancelledError) as error:
                _log.warning("push failed, resume repairs it: %r", error)
                if isinstance(error, asyncio.CancelledError):
                    raise
