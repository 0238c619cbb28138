"""A Socket.IO client that costs its machine little: one protocol object a socket, no tasks.

A generator that shares two cores with what it measures must not be what is measured. It speaks
what our browsers speak: WebSocket only, Engine.IO 4, Socket.IO 5, no compression.
"""

import asyncio
import os
import zlib
from base64 import b64encode
from collections.abc import Callable
from typing import cast

import msgspec
from typing_extensions import override

from tihi.base.value import Value

_TEXT = 0x81
_PONG = 0x8A
_PING_CODE = 0x9
_TEXT_CODE = 0x1
_CLOSE_CODE = 0x8
_SHORT = 126
_LONG = 127
_MASK_BIT = 0x80
_DEFLATED = 0x40
_WINDOW_BITS = 15
_FLUSHED = b"\0\0\xff\xff\x03\0"
"""The end that messages leave out, and an empty last block, so that zlib takes it for whole."""
_COMPRESSED = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
_NO_MASK = b"\0\0\0\0"
"""A mask is asked for, and this one changes nothing, so that masking costs nothing."""

_SHORTEST_HEAD = 2

Heard = Callable[[bytes], None]


class Place(Value):
    """Where a socket leads."""

    host: str
    port: int
    cookie: str
    compress: bool = False


def inflate(payload: bytes) -> bytes:
    """Return what a compressed message says."""
    return zlib.decompress(payload + _FLUSHED, wbits=-_WINDOW_BITS)


class Wire(asyncio.Protocol):
    """One socket. `heard` is given each Socket.IO event or acknowledgement as its text.

    Attributes:
        deflated: how many compressed frames came.
        unopened: is given those as they are, where a generator cannot afford to open each.
    """

    def __init__(self, place: Place, heard: Heard) -> None:
        self._place = place
        self._heard = heard
        self._buffer = bytearray()
        self._open = False
        self.deflated = 0
        self.unopened: Heard | None = None
        self._transport: asyncio.Transport | None = None
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        # uvloop's transports are of classes of their own.
        self._transport = transport = cast("asyncio.Transport", transport)
        place = self._place
        transport.write(
            (
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                f"Host: {place.host}:{place.port}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nCookie: {place.cookie}\r\n"
                f"{_COMPRESSED if place.compress else ''}"
                f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}\r\n\r\n"
            ).encode()
        )

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Say so to whoever waits for the connection."""
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(exc or "closed"))

    @override
    def data_received(self, data: bytes) -> None:
        """Take what came apart into frames."""
        self._buffer += data
        if not self._open and not self._upgraded():
            return
        while self._frame():
            pass

    def _upgraded(self) -> bool:
        head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        if not found:
            return False
        if b" 101 " not in head.partition(b"\r\n")[0]:
            raise ConnectionError(head.partition(b"\r\n")[0].decode())
        self._open = True
        self._buffer = bytearray(rest)
        return True

    def _frame(self) -> bool:
        """Take one whole frame out of the buffer; return whether there was one."""
        buffer = self._buffer
        if len(buffer) < _SHORTEST_HEAD:
            return False
        length, start = buffer[1], 2
        if length == _SHORT:
            length, start = int.from_bytes(buffer[2:4], "big"), 4
        elif length == _LONG:
            length, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + length:
            return False
        first = buffer[0]
        payload = bytes(buffer[start : start + length])
        del buffer[: start + length]
        self._take(first, payload)
        return True

    def _take(self, first: int, payload: bytes) -> None:
        code = first & 0x0F
        if first & _DEFLATED:
            self.deflated += 1
            if self.unopened is not None:
                self.unopened(payload)
                return
            payload = inflate(payload)
        if code == _TEXT_CODE:
            self._packet(payload)
        elif code == _PING_CODE:
            self._send(payload, _PONG)
        elif code == _CLOSE_CODE and self._transport is not None:
            self._transport.close()

    def _packet(self, packet: bytes) -> None:
        kind = packet[:1]
        if kind == b"4":
            if packet[1:2] == b"0":
                self.ready.set_result(None)
            else:
                self._heard(packet[1:])
        elif kind == b"2":
            self._send(b"3", _TEXT)
        elif kind == b"0":
            self._send(b"40", _TEXT)

    def emit(self, number: int, event: str, payload: object) -> None:
        """Send an event that is to be acknowledged under `number`."""
        body = msgspec.json.encode([event, payload])
        self._send(b"42" + str(number).encode() + body, _TEXT)

    def _send(self, payload: bytes, first: int) -> None:
        size = len(payload)
        if size < _SHORT:
            head = bytes((first, _MASK_BIT | size))
        else:
            head = bytes((first, _MASK_BIT | _SHORT)) + size.to_bytes(2, "big")
        if self._transport is not None:
            self._transport.write(head + _NO_MASK + payload)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()


async def connect(place: Place, heard: Heard) -> Wire:
    """Return a socket that the server has let in."""
    _, wire = await asyncio.get_running_loop().create_connection(
        lambda: Wire(place, heard), place.host, place.port
    )
    await asyncio.wait_for(wire.ready, 30)
    return wire
