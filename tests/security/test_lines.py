"""Frames built once reach every kind of client whole, and nobody who is slow holds them up."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import uuid4

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_websocket
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from security.client import Served
from tihi.base.ids import OrgId
from tihi.platform.line import WORTH_DEFLATING, Words
from tihi.platform.push import Push

PATH = "/socket.io/?EIO=4&transport="
LONG = {"words": "He aha te mea nui o te ao? He tangata, he tangata, he tangata. " * 40}
SHORT = {"words": "Kia ora"}


@asynccontextmanager
async def sat(
    served: Served, *extensions: ClientPerMessageDeflateFactory
) -> AsyncGenerator[ClientConnection]:
    """Open a socket with a client of another hand, which checks what it is sent."""
    headers = await served.cookie(served.school.learner)
    async with open_websocket(
        served.base.replace("http", "ws") + PATH + "websocket",
        additional_headers=headers,
        extensions=list(extensions) or None,
        compression=None,
    ) as line:
        await line.recv()
        await line.send("40")
        assert str(await line.recv()).startswith("40")
        yield line


async def tell(served: Served, what: object) -> None:
    world = served.school.world
    await Push(world.here.cache).send_to_all(world.org_id, "told", what)


async def heard(line: ClientConnection) -> object:
    text = str(await asyncio.wait_for(line.recv(), 5))
    event, data = json.loads(text.removeprefix("42"))
    assert event == "told"
    return data


@pytest.mark.parametrize(
    "extensions",
    [
        (),
        (ClientPerMessageDeflateFactory(),),
        (ClientPerMessageDeflateFactory(server_no_context_takeover=True),),
        (ClientPerMessageDeflateFactory(client_no_context_takeover=True),),
        (ClientPerMessageDeflateFactory(server_max_window_bits=9),),
        (ClientPerMessageDeflateFactory(server_max_window_bits=15, client_max_window_bits=9),),
    ],
    ids=["plain", "usual", "no server context", "no client context", "window 9", "window 15"],
)
async def test_every_client_reads_every_frame(
    served: Served, extensions: tuple[ClientPerMessageDeflateFactory, ...]
) -> None:
    """One deflated frame for all is right under any negotiation, however many follow it."""
    async with sat(served, *extensions) as line:
        for number in range(8):
            for what in (LONG, SHORT):
                await tell(served, {**what, "number": number})
                assert await heard(line) == {**what, "number": number}
            # What the library frames goes between them, and is read as well.
            await line.send(f'42{number}["resume",{{"seen":{{}}}}]')
            said = str(await asyncio.wait_for(line.recv(), 5))
            assert said.startswith(f"43{number}[")


async def test_who_came_by_long_polling_hears_it_too(served: Served) -> None:
    headers = await served.cookie(served.school.learner)
    async with aiohttp.ClientSession(base_url=served.base, headers=headers) as http:
        opened = await (await http.get(PATH + "polling")).text()
        sid = json.loads(opened[1:])["sid"]
        await http.post(f"{PATH}polling&sid={sid}", data="40")
        await (await http.get(f"{PATH}polling&sid={sid}")).text()
        await tell(served, LONG)
        async with asyncio.timeout(5):
            got = await (await http.get(f"{PATH}polling&sid={sid}")).text()
    assert json.loads(got.removeprefix("42"))[1] == LONG


async def test_nobody_of_another_org_hears_it(served: Served) -> None:
    """S5: an event for an org goes to those whose session is of it."""
    async with sat(served) as line:
        push = Push(served.school.world.here.cache)
        await push.send_to_all(OrgId(uuid4()), "told", {"number": 0})
        await tell(served, {"number": 1})
        assert await heard(line) == {"number": 1}


async def test_who_does_not_read_is_cut_off_and_holds_up_nobody(served: Served) -> None:
    """S25: a client that stops reading costs at most what one buffer holds."""
    headers = await served.cookie(served.school.learner)
    slow = socket.create_connection(("127.0.0.1", int(served.base.rpartition(":")[2])))
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
    slow.sendall(
        (
            f"GET {PATH}websocket HTTP/1.1\r\nHost: {served.base.removeprefix('http://')}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {'A' * 22}==\r\nCookie: {headers['cookie']}\r\n\r\n"
        ).encode()
    )
    await asyncio.to_thread(slow.recv, 4096)
    slow.sendall(b"\x81\x82\0\0\0\x0040")
    await asyncio.sleep(0.3)
    async with sat(served) as line:
        big = {"words": "x" * 50_000}
        for number in range(200):
            await tell(served, {**big, "number": number})
            got = await heard(line)
            assert isinstance(got, dict)
            assert got["number"] == number
    slow.settimeout(5)
    read = b"-"
    total = 0
    try:
        while read:
            read = await asyncio.to_thread(slow.recv, 1 << 20)
            total += len(read)
    except ConnectionResetError:
        pass
    slow.close()
    assert total < 200 * 50_000


@given(st.text())
def test_a_frame_says_what_it_was_given(text: str) -> None:
    words = Words(text.encode())
    assert words.plain.endswith(text.encode())
    assert (words.deflated == words.plain) is (len(text.encode()) < WORTH_DEFLATING)
