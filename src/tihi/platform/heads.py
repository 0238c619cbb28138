"""HTTP of uvicorn with bounds on what a stranger may begin and never end.

uvicorn's fast parser takes a head of any size and waits for its end for ever, so that one
connection could fill the memory and a few thousand could take every descriptor. Here a head has a
size and a time; a reply that nobody reads is cut off; and when very many connections are quiet,
the one that has been for longest makes room. No reverse proxy is needed for that.
"""

import asyncio
import resource
from collections import OrderedDict
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import msgspec
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tihi.base.problem import Invalid

LARGEST_HEAD = 32 * 1024
"""Bytes of a request that are not its body; browsers and proxies stay below 16 KiB."""
HEAD_S = 20.0
READ_S = 60.0
MOST_QUIET = 4_000

_descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
"""As many as this process may have; each connection takes one."""
_quiet: "OrderedDict[HeadsProtocol, None]" = OrderedDict()
"""Connections on which nothing is being answered, the one that has been so for longest first."""


def allow_many_connections() -> None:
    """Let this process have as many descriptors as it may."""
    global _descriptors  # of the process, like the limit itself
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems say that there is no end, and take no number that has none.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    _descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)


class HeadsProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401  # as uvicorn calls it
        super().__init__(*args, **more)
        self._in_head = True
        self._begun = False
        self._body = 0
        self._size = 0
        self._due: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()
        _be_quiet(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._settle()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        self._begun, self._body = False, 0
        super().data_received(data)
        if self.transport.is_closing():
            return
        # Where a request begins in `data` is not known: what stands before its body counts whole.
        size = len(data) - self._body
        self._size = (size if self._in_head else 0) if self._begun else self._size + size
        if self._size > LARGEST_HEAD:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._in_head:
            self._wait_for_head()
        else:
            _cancel(self._due)
            self._due = None

    @override
    def on_message_begin(self) -> None:
        self._in_head = self._begun = True
        super().on_message_begin()

    @override
    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    @override
    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        _quiet.pop(self, None)
        super().on_message_complete()

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing():
            _be_quiet(self)

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(READ_S, self.transport.abort)

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        _cancel(self._unread)

    @override
    def handle_websocket_upgrade(self) -> None:
        # From here on the line is its own.
        self._settle()
        super().handle_websocket_upgrade()

    @override
    def send_400_response(self, msg: str) -> None:
        self._refuse(HTTPStatus.BAD_REQUEST)

    def _settle(self) -> None:
        _quiet.pop(self, None)
        _cancel(self._due)
        _cancel(self._unread)

    def _wait_for_head(self) -> None:
        if self._due is None:
            self._due = self.loop.call_later(HEAD_S, self.transport.close)

    def _refuse(self, status: HTTPStatus) -> None:
        problem = {**Invalid().body(), "status": int(status), "detail": status.phrase}
        body = msgspec.json.encode(problem)
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            "content-type: application/problem+json\r\ncache-control: no-store\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def _be_quiet(one: HeadsProtocol) -> None:
    _quiet[one] = None
    _quiet.move_to_end(one)
    if len(_quiet) > min(MOST_QUIET, _descriptors // 2):
        longest, _ = _quiet.popitem(last=False)
        longest.transport.abort()
