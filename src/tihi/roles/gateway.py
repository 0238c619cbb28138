"""The gateway role: Socket.IO. Rooms follow from the session, never from a payload."""

import logging

import msgspec
import socketio

from tihi.base.ids import LearnerId
from tihi.base.problem import Problem
from tihi.base.value import Value
from tihi.learn.attempts import sockets as attempts
from tihi.learn.attempts.model import Accepted, AnswerRequest
from tihi.platform.http import Actor, Parts
from tihi.platform.log import outcomes
from tihi.platform.push import room_of
from tihi.platform.writer import Writer
from tihi.roles.guard import cookie_of, same_origin
from tihi.roles.sessions import Sessions
from tihi.roles.watch import Watch

_log = logging.getLogger(__name__)

_LARGEST_FRAME = 64 * 1024


class Resume(Value):
    """What a client has seen: the last number of each consumer."""

    seen: dict[str, int]


def build(  # noqa: C901  # one closure for each event of the protocol
    parts: Parts,
    sessions: Sessions,
    answers: Writer[AnswerRequest, Accepted],
    *,
    valkey_url: str,
    cookie: str,
) -> tuple[socketio.AsyncServer, Watch]:
    """Return the Socket.IO server, and what cuts off sockets whose session ended."""
    server = socketio.AsyncServer(
        async_mode="asgi",
        client_manager=socketio.AsyncRedisManager(
            valkey_url,
            # The listener waits for as long as nothing is said; a deadline would cut it off.
            redis_options={"socket_timeout": None},
        ),
        # The handshake checks the origin itself, by the host that was asked for.
        cors_allowed_origins=[],
        max_http_buffer_size=_LARGEST_FRAME,
        ping_interval=20,
        ping_timeout=20,
        http_compression=False,
        logger=False,
        engineio_logger=False,
    )

    watch = Watch(sessions, server.disconnect)

    async def actor(sid: str) -> Actor | None:
        """Look the session up afresh, so that one that ended is cut off (S32)."""
        token = (await server.get_session(sid)).get("token", "")
        found = await sessions.actor(token)
        if found is None:
            await server.disconnect(sid)
        return found

    @server.event
    async def connect(sid: str, environ: dict[str, object], _auth: object = None) -> bool:
        scope = environ.get("asgi.scope")
        headers = dict(scope["headers"]) if isinstance(scope, dict) else {}
        token = cookie_of(headers, cookie)
        found = await sessions.actor(token) if token and same_origin(headers) else None
        if found is None:
            return False
        await server.save_session(sid, {"token": token})
        await server.enter_room(sid, room_of(found.learner))
        watch.add(sid, token or "")
        return True

    @server.event
    async def disconnect(sid: str, _reason: object = None) -> None:
        watch.drop(sid)

    @server.event
    async def complete_task(sid: str, payload: object = None) -> dict[str, object]:
        found = await actor(sid)
        if found is None:
            return _gone()
        return await attempts.complete_task(parts, answers, found, payload)

    @server.event
    async def resume(sid: str, payload: object = None) -> dict[str, object]:
        found = await actor(sid)
        if found is None:
            return _gone()
        try:
            asked = msgspec.convert(payload, Resume)
            async with parts.db.tx(found.org_id) as tx:
                missed = await outcomes.missed(tx, LearnerId(found.account_id), asked.seen)
        except msgspec.ValidationError:
            return {"status": 422, "type": "urn:tihi:problem:request/invalid"}
        except Problem as problem:
            return dict(problem.body())
        return msgspec.to_builtins(missed)

    return server, watch


def _gone() -> dict[str, object]:
    return {"status": 401, "type": "urn:tihi:problem:request/unauthenticated"}
