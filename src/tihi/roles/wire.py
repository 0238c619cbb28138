"""Engine.IO v4 and Socket.IO v5 to the letter, where the library is lenient.

Whoever does not keep to the protocol is cut off at once and quietly: nothing is guessed, nothing
of what was sent is logged. `tests/protocol` has the protocols' own cases.
"""

import asyncio
import logging
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

import engineio
import socketio
from engineio import packet as frame
from engineio.async_socket import AsyncSocket
from engineio.exceptions import EngineIOError, SocketIsClosedError, UnknownPacketError
from socketio import packet
from typing_extensions import override

_METHODS = frozenset({"GET", "POST", "OPTIONS"})
_UPGRADE_TICK_S = 0.005
_UPGRADE_TICKS = 20
GREET_S = 10.0
"""For a client to say which namespace it comes for."""
_MOST_ATTACHMENTS = 10
_OURS = frozenset({"connect", "disconnect", "connect_error"})
"""Names that the protocol keeps for itself; the library would call our handlers by them."""
_ILL_FORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the library's readers raise on what nobody could read."""

_log = logging.getLogger(__name__)


class StrictSocket(AsyncSocket):
    """One connection, by long polling or WebSocket."""

    def __init__(self, server: Any, sid: str) -> None:  # noqa: ANN401  # the library has no types
        super().__init__(server, sid)
        self._polled = False

    @override
    async def check_ping_timeout(self) -> bool:
        """Return whether the client still answers pings; close the line of one that does not."""
        if self.closed:
            raise SocketIsClosedError
        # By the clock that nobody sets (R23), and from when the ping was due.
        if self.last_ping and monotonic() - self.last_ping > self.server.ping_timeout:
            await self.close(wait=False, reason=self.server.reason.PING_TIMEOUT)
            return False
        return True

    @override
    async def _send_ping(self) -> None:
        due = monotonic() + self.server.ping_interval
        await asyncio.sleep(self.server.ping_interval)
        if not self.closing and not self.closed:
            self.last_ping = due
            await self.send(frame.Packet(frame.PING))

    @override
    async def poll(self) -> list[frame.Packet]:
        """Wait for packets to send; one that only ends a poll is for polls alone."""
        while True:
            packets = await super().poll()
            said = [one for one in packets if not self.upgraded or one.packet_type != frame.NOOP]
            if said or not packets:
                return said

    @override
    async def receive(self, pkt: frame.Packet) -> None:
        """Take a packet; close the line on one that may not come."""
        if pkt.packet_type == frame.CLOSE and not self.upgraded:
            # A poll that is open ends with it.
            await self.queue.put(frame.Packet(frame.NOOP))
        try:
            await super().receive(pkt)
        except (UnknownPacketError, *_ILL_FORMED):
            await self._drop()
            raise SocketIsClosedError from None

    @override
    async def handle_get_request(self, environ: dict[str, Any]) -> Any:
        """Answer a poll, or become a WebSocket."""
        if environ.get("HTTP_UPGRADE"):
            return await super().handle_get_request(environ)
        if self.upgrading:
            await self.settled()
        if self.upgraded:
            return self.server._bad_request("Upgraded")  # noqa: SLF001  # it has no other name
        if self._polled or not await self.check_ping_timeout():
            # Two polls at once: the first is told that the line is closed.
            await self.close(wait=False, reason=self.server.reason.TRANSPORT_ERROR)
            raise EngineIOError
        self._polled = True
        try:
            return await super().handle_get_request(environ)
        finally:
            self._polled = False

    @override
    async def close(
        self, wait: bool = True, abort: bool = False, reason: str | None = None
    ) -> None:
        """Close the line; a WebSocket is not left for its other end to close."""
        open_before = not self.closed
        await super().close(wait=wait, abort=abort, reason=reason)
        if open_before and self.upgraded:
            await self.queue.put(None)

    async def settled(self) -> None:
        """Wait for the end of an upgrade, but not for long: a poll may not hold it up."""
        for _ in range(_UPGRADE_TICKS):
            if not self.upgrading:
                return
            await asyncio.sleep(_UPGRADE_TICK_S)

    @override
    async def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Take the packets of a body."""
        try:
            await super().handle_post_request(environ)
        except _ILL_FORMED:
            await self._drop()
            raise EngineIOError from None

    @override
    async def _websocket_handler(self, ws: Any) -> Any:  # the library has no types
        try:
            return await super()._websocket_handler(ws)
        except _ILL_FORMED:
            await self._drop()
            return None

    async def _drop(self) -> None:
        await self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_ERROR)


async def _is_taken(line: StrictSocket) -> bool:
    """Return whether a line has a WebSocket, or is about to."""
    if line.upgrading:
        await line.settled()
    return line.upgrading or line.upgraded


async def _close(ws: Any) -> None:  # noqa: ANN401  # the library has no types
    """Close a second WebSocket of one line; the first goes on."""
    await ws.close()


class Wire(engineio.AsyncServer):
    """Engine.IO: handshakes, and requests that fit no line."""

    @override
    async def handle_request(self, *args: Any) -> Any:
        """Answer a request, or refuse it."""
        scope = args[0]
        query = parse_qs(scope["query_string"].decode("latin-1"))
        fits = scope.get("method", "GET") in _METHODS and "transport" in query and "j" not in query
        line = self.sockets.get(query.get("sid", [""])[0])
        again = scope["type"] == "websocket" and line is not None and await _is_taken(line)
        if fits and not again:
            return await super().handle_request(*args)
        driver: dict[str, Any] = self._async or {}
        environ = await driver["translate_request"](*args)
        if again:
            return await driver["websocket"](_close, self)(environ)
        return await self._make_response(self._bad_request("Bad request"), environ)

    @override
    async def _handle_connect(
        self, environ: dict[str, Any], transport: str, jsonp_index: int | None = None
    ) -> Any:
        if self.start_service_task:
            self.start_service_task = False
            self.service_task_handle = self.start_background_task(self._service_task)
        sid = self.generate_id()
        line = StrictSocket(self, sid)
        self.sockets[sid] = line
        opened = {
            "sid": sid,
            "upgrades": self._upgrades(sid, transport),
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        await line.send(frame.Packet(frame.OPEN, opened))
        await self._trigger_event("connect", sid, environ, run_async=False)
        line.schedule_ping()
        if transport == "websocket":
            reply = await line.handle_get_request(environ)
            if line.closed:
                self.sockets.pop(sid, None)
            return reply
        line.connected = True
        return self._ok(await line.poll())

    @override
    def _ok(
        self, packets: Any = None, headers: Any = None, jsonp_index: int | None = None
    ) -> dict[str, Any]:
        reply: dict[str, Any] = super()._ok(packets, headers)
        return reply if packets is not None else {**reply, "response": b"ok"}


class Server(socketio.AsyncServer):
    """Socket.IO: namespaces and packets."""

    @override
    def _engineio_server_class(self) -> type[engineio.AsyncServer]:
        return Wire

    @override
    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        self._wait_for_greeting(eio_sid)

    def _wait_for_greeting(self, eio_sid: str) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(GREET_S, self._expect_greeting, eio_sid)

    def _expect_greeting(self, eio_sid: str) -> None:
        if eio_sid in self.environ and not self._greeted(eio_sid):
            self.start_background_task(self.eio.disconnect, eio_sid)

    def _greeted(self, eio_sid: str) -> bool:
        """Return whether a client is in any namespace."""
        spaces = list(self.manager.get_namespaces())
        return any(self.manager.sid_from_eio_sid(eio_sid, one) for one in spaces)

    @override
    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        name = namespace or "/"
        if name not in self.handlers:
            refusal = {"message": "Invalid namespace"}
            said = packet.Packet(packet.CONNECT_ERROR, data=refusal, namespace=name)
            await self._send_packet(eio_sid, said)
            return
        if self.manager.sid_from_eio_sid(eio_sid, name):
            # The library would forget the first one, and we would keep both for ever.
            raise ValueError("a line greets once")
        await super()._handle_connect(eio_sid, namespace, data)

    @override
    async def _handle_disconnect(
        self, eio_sid: str, namespace: str | None, reason: str | None = None
    ) -> None:
        await super()._handle_disconnect(eio_sid, namespace, reason)
        self._wait_for_greeting(eio_sid)

    @override
    async def disconnect(
        self, sid: str, namespace: str | None = None, ignore_queue: bool = False
    ) -> None:
        """Take a client out of a namespace; a line that is in none is closed soon."""
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace or "/")
        await super().disconnect(sid, namespace, ignore_queue)
        if eio_sid is not None:
            self._wait_for_greeting(eio_sid)

    @override
    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        try:
            self._check(eio_sid, data)
            await super()._handle_eio_message(eio_sid, data)
            waiting = self._binary_packet.get(eio_sid)
            if waiting is not None and not 0 < waiting.attachment_count <= _MOST_ATTACHMENTS:
                raise ValueError("so many attachments may not follow")
        except _ILL_FORMED as error:
            _log.info("a line was cut: %s", type(error).__name__)
            self._binary_packet.pop(eio_sid, None)
            # Not here and now: it waits until what is being read has been.
            self.start_background_task(self.eio.disconnect, eio_sid)

    def _check(self, eio_sid: str, data: object) -> None:
        if eio_sid in self._binary_packet:
            if isinstance(data, str):
                raise ValueError("an attachment is owed")
            return
        greets = isinstance(data, str) and data.startswith(str(packet.CONNECT))
        if not greets and not self._greeted(eio_sid):
            raise ValueError("nothing may come before the greeting")

    @override
    async def _handle_event(
        self, eio_sid: str, namespace: str | None, id: int | None, data: Any
    ) -> None:
        if not isinstance(data, list) or not isinstance(data[0], str):
            raise TypeError("an event has a name")
        if data[0] in _OURS:
            raise ValueError("what a line goes through is not for its client to say")
        await super()._handle_event(eio_sid, namespace, id, data)
