"""S25, S35: what a stranger begins on a connection has a size, an end, and holds up nobody."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from security.client import Served
from tihi.platform import heads

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
CHUNKED = b"POST /api/v1/signin HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
PROBLEM = b"application/problem+json"


@asynccontextmanager
async def lines(served: Served, many: int = 1) -> AsyncGenerator[list[Line]]:
    """Open `many` connections."""
    port = int(served.base.rpartition(":")[2])
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(many)]
    try:
        yield opened
    finally:
        for _, writer in opened:
            writer.close()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Return what is said until the connection is closed."""
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionResetError:
        return b""


async def flood(writer: asyncio.StreamWriter, piece: bytes, most: int = 4_000) -> int:
    """Send `piece` again and again; return how often before the other side closed."""
    for sent in range(most):
        try:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        except ConnectionError:
            return sent
        if writer.transport.is_closing():
            return sent
    return most


async def lives(served: Served) -> bool:
    async with served.http.get(served.base + "/api/v1/welcome") as reply:
        return reply.status == 200


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"GET /", b"a" * 4096),
        (b"GET / HTTP/1.1\r\nhost: x\r\n", b"x-a: " + b"b" * 1000 + b"\r\n"),
        (b"GET / HTTP/1.1\r\nhost: x\r\nx-a: ", b"b" * 4096),
        (b"GET / HTTP/1.1\r\nhost: x\r\nx-", b"a" * 4096),
        (
            CHUNKED + b"1\r\n{\r\n0\r\n",
            b"x-a: " + b"b" * 1000 + b"\r\n",
        ),
        (CHUNKED + b"1;", b"a" * 4096),
    ],
    ids=["address", "headers", "a value", "a name", "trailers", "an extension of a chunk"],
)
async def test_a_head_without_end_is_refused(served: Served, begin: bytes, piece: bytes) -> None:
    async with lines(served) as ((_, writer),):
        writer.write(begin)
        assert await flood(writer, piece) < 4_000
    assert await lives(served)


async def test_a_head_that_is_too_large_is_told_why(served: Served) -> None:
    async with lines(served) as ((reader, writer),):
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nx-a: " + b"b" * 40_000)
        said = await rest(reader)
    assert said.startswith(b"HTTP/1.1 431 ")
    assert PROBLEM in said


async def test_a_head_of_a_usual_size_is_taken_in_however_many_pieces(served: Served) -> None:
    async with lines(served) as ((reader, writer),):
        for _ in range(3):
            for piece in (
                b"GET /api/v1/wel",
                b"come HTTP/1.1\r\nho",
                b"st: x\r\n",
                b"c: " + b"d" * 15_000,
            ):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)
            writer.write(b"\r\n\r\n")
            assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 200")
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))


async def test_a_body_counts_for_itself_however_it_comes(served: Served) -> None:
    body = b'{"name": "' + b"a" * 200_000 + b'"}'
    async with lines(served) as ((reader, writer),):
        writer.write(CHUNKED.replace(b"host: x", b"host: x\r\nx-tihi: 1\r\nconnection: close"))
        for start in range(0, len(body), 1000):
            piece = body[start : start + 1000]
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        assert (await rest(reader)).startswith(b"HTTP/1.1 422 ")


async def test_many_requests_in_one_piece_are_all_answered(served: Served) -> None:
    request = b"GET /api/v1/welcome HTTP/1.1\r\nhost: x\r\nx-a: " + b"b" * 3000 + b"\r\n"
    async with lines(served) as ((reader, writer),):
        writer.write((request + b"\r\n") * 30 + request + b"connection: close\r\n\r\n")
        assert (await rest(reader)).count(b"HTTP/1.1 200") == 31


@pytest.mark.parametrize("begin", [b"", b"GET /", b"GET / HTTP/1.1\r\nhost: x\r\n"])
async def test_a_head_that_does_not_end_is_not_waited_for(
    served: Served, monkeypatch: pytest.MonkeyPatch, begin: bytes
) -> None:
    """However slowly it comes."""
    monkeypatch.setattr(heads, "HEAD_S", 0.5)
    async with lines(served) as ((reader, writer),):
        writer.write(begin)
        for _ in range(4):
            await asyncio.sleep(0.1)
            writer.write(b"x" if begin else b"")
        assert await asyncio.wait_for(rest(reader), 2) == b""


async def test_who_asks_again_in_time_is_served(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "HEAD_S", 0.3)
    async with lines(served) as ((reader, writer),):
        for _ in range(3):
            writer.write(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
            assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 200")
            await reader.readuntil(b"\r\n\r\nlive")
            await asyncio.sleep(0.5)


async def test_of_too_many_quiet_connections_the_longest_makes_room(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "MOST_QUIET", 20)
    async with lines(served, 60) as opened:
        for _, writer in opened:
            writer.write(b"GET / HTTP/1.1\r\n")
        assert await lives(served)
        assert await asyncio.wait_for(rest(opened[0][0]), 5) == b""
        assert not opened[-1][0].at_eof()


async def test_a_reply_that_nobody_reads_is_cut_off(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "READ_S", 0.5)
    async with lines(served) as ((reader, writer),):
        transport: Any = writer.transport
        transport.pause_reading()
        for _ in range(400):
            writer.write(b"GET /api/docs/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n")
        await asyncio.sleep(3)
        transport.resume_reading()
        said = await rest(reader)
    assert said.count(b"HTTP/1.1 200") < 400
    assert await lives(served)


@pytest.mark.parametrize(
    "nonsense", [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / X/9\r\n\r\n"]
)
async def test_what_is_no_http_is_refused_as_a_problem(served: Served, nonsense: bytes) -> None:
    async with lines(served) as ((reader, writer),):
        writer.write(nonsense)
        said = await rest(reader)
    assert said.startswith(b"HTTP/1.1 400 ")
    assert PROBLEM in said


@pytest.mark.parametrize("path", ["/", "/api/v1/welcome", "/health/live", "/api/v1/me", "/api/no"])
async def test_head_says_what_get_would_say_without_the_body(served: Served, path: str) -> None:
    """RFC 9110 §9.3.2; whatever looks whether a server lives asks so."""
    plain = {"accept-encoding": "identity"}
    async with served.http.get(served.base + path, headers=plain) as reply:
        status, length = reply.status, reply.headers["content-length"]
    async with lines(served) as ((reader, writer),):
        writer.write(f"HEAD {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
        said = await rest(reader)
    assert said.startswith(f"HTTP/1.1 {status} ".encode())
    assert f"content-length: {length}\r\n".encode() in said.lower()
    assert said.endswith(b"\r\n\r\n")


async def test_head_opens_no_socket(served: Served) -> None:
    path = "/socket.io/?EIO=4&transport=polling"
    async with served.http.head(served.base + path) as reply:
        assert reply.status == 400
