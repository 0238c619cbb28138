"""A WebSocket to which finished frames may be written: built once, and deflated once, for all.

What a message to many costs is framing it anew for each, and a task for each; the bytes are
the same. One deflated frame is right for every client only because this server keeps no
compression context between messages (RFC 7692, `server_no_context_takeover`), and says so in
each handshake. What is small goes out as it is.
"""

import zlib
from asyncio import Transport
from collections.abc import Sequence
from typing import Any, cast

from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.base import Extension
from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.frames import Frame
from websockets.http11 import Request

LINE = "tihi.line"
"""Where the scope of a connection holds its `Line`."""

WORTH_DEFLATING = 256
_WINDOW_BITS = 12
_TEXT = 0x81
_TEXT_DEFLATED = 0xC1
_SHORT = 126
_LONG = 127
_TWO_BYTES = 1 << 16
_FLUSHED = 4
"""Bytes at the end of a flushed block that the standard leaves out."""
_MOST_UNSENT = 1 << 20
_MOST_UNREAD = 16


def _framed(first: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < _SHORT:
        return bytes((first, size)) + payload
    if size < _TWO_BYTES:
        return bytes((first, _SHORT)) + size.to_bytes(2, "big") + payload
    return bytes((first, _LONG)) + size.to_bytes(8, "big") + payload


class Words:
    """A text message as frames, for any number of lines."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self.plain = _framed(_TEXT, text)
        self._deflated = b""

    @property
    def deflated(self) -> bytes:
        """The message as one compressed frame, built when it is first asked for."""
        if not self._deflated:
            if len(self._text) < WORTH_DEFLATING:
                self._deflated = self.plain
            else:
                deflate = zlib.compressobj(wbits=-_WINDOW_BITS)
                whole = deflate.compress(self._text) + deflate.flush(zlib.Z_SYNC_FLUSH)
                self._deflated = _framed(_TEXT_DEFLATED, whole[:-_FLUSHED])
        return self._deflated


class _Deflate(PerMessageDeflate):
    """Compression that holds no memory between messages and leaves small ones alone."""

    @override
    def encode(self, frame: Frame) -> Frame:
        return frame if len(frame.data) < WORTH_DEFLATING else super().encode(frame)


class _Factory(ServerPerMessageDeflateFactory):
    @override
    def process_request_params(
        self,
        params: Sequence[tuple[str, str | None]],
        accepted_extensions: Sequence[Extension],
    ) -> tuple[list[tuple[str, str | None]], PerMessageDeflate]:
        agreed, found = super().process_request_params(params, accepted_extensions)
        return agreed, _Deflate(
            found.remote_no_context_takeover,
            found.local_no_context_takeover,
            found.remote_max_window_bits,
            found.local_max_window_bits,
        )


_DEFLATE = _Factory(
    server_no_context_takeover=True,
    client_no_context_takeover=True,
    server_max_window_bits=_WINDOW_BITS,
    client_max_window_bits=_WINDOW_BITS,
)


class Line(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, with our compression and a way past its queue."""

    transport: Transport

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401  # as uvicorn calls it
        super().__init__(*args, **more)
        self.conn.available_extensions = [_DEFLATE]
        self._deflates = False

    @override
    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        # A client may ask for a smaller window than our frames are made with.
        self._deflates = any(
            isinstance(one, _Deflate) and one.local_max_window_bits >= _WINDOW_BITS
            for one in self.conn.extensions
        )
        if self.response.status_code == 101:  # noqa: PLR2004  # Switching Protocols
            self.scope.setdefault("extensions", {})[LINE] = cast("Any", self)

    @override
    def send_receive_event_to_app(self) -> None:
        # As uvicorn does, but reading is paused only when much is unread: pausing and going on
        # for each message are two calls into the system.
        if self.read_paused or self.queue.qsize() >= _MOST_UNREAD:
            super().send_receive_event_to_app()
        else:
            self.read_paused = True
            super().send_receive_event_to_app()
            self.read_paused = False

    def write(self, words: Words) -> bool:
        """Send `words`, ahead of what the server has not framed yet; never wait.

        Returns False when it is not open, or so far behind that it was cut off: what it has
        missed it asks for when it comes back.
        """
        if not self.handshake_complete or self.close_sent or self.transport.is_closing():
            return False
        if self.transport.get_write_buffer_size() > _MOST_UNSENT:
            self.transport.abort()
            return False
        self.transport.write(words.deflated if self._deflates else words.plain)
        return True
