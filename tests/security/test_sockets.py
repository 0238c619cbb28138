"""S24, S5, S25: sockets open for our own pages and people only, and take nothing odd."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from socketio.exceptions import ConnectionError as NotConnected

from security.client import Served, Socket
from tihi.platform.push import channel_of
from tihi.roles import gateway, wire

SOCKET = "/socket.io/?EIO=4&transport=websocket"


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://127.0.0.1:1"])
async def test_a_foreign_page_is_refused_at_the_handshake(served: Served, origin: str) -> None:
    """S24: the browser sends the cookie along; the origin gives the page away."""
    headers = {**await served.cookie(served.school.learner), "origin": origin}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await served.http.ws_connect(served.base + SOCKET, headers=headers)
    assert refused.value.status == 403


async def test_our_own_page_gets_in(served: Served) -> None:
    """S24."""
    headers = {**await served.cookie(served.school.learner), "origin": served.base}
    socket = await Socket.opened(served.base, headers)
    assert await socket.call("resume", {"seen": {}})
    await socket.close()


async def test_nobody_and_half_of_somebody_get_no_socket(served: Served) -> None:
    """S33: a password alone opens no socket either."""
    half = await served.school.world.browser(served.school.teacher, half=True)
    for headers in ({}, {"cookie": f"__Host-tihi={half.token}"}):
        with pytest.raises(NotConnected):
            await Socket.opened(served.base, headers)


async def test_no_payload_leads_into_somebody_elses_room(served: Served) -> None:
    """S5: rooms follow from the session."""
    school = served.school
    other = await school.world.learner("Ben")
    spy, owner = await served.sit(other), await served.sit(school.learner)
    for event in ("join", "enter_room", "subscribe", "resume"):
        await spy.client.emit(event, {"room": channel_of(school.world.org_id), "seen": {}})
    lesson = await school.world.play(school.learner, school.lesson)
    await school.world.deliver()
    missed = await spy.call("resume", {"seen": {}})
    assert missed["outcomes"] == []
    mine = await owner.call("resume", {"seen": {}})
    assert len(mine["outcomes"]) >= len(lesson)
    forged = {"seen": {}, "learner": str(school.learner)}
    assert (await spy.call("resume", forged))["status"] == 422
    await asyncio.gather(spy.close(), owner.close())


ODD = [
    None,
    0,
    "",
    [],
    {},
    {"seen": []},
    {"seen": {"rewards": "x"}},
    {"seen": {"rewards": 10**30}},
    {"seen": {"\x00": 1}},
    b"\x00\xff",
    {"attempt": 1, "step": "x", "answer": None, "key": {}},
    {"seen": {str(n): n for n in range(2000)}},
    {"seen": {"rewards": -1}},
    {"seen": {"x" * 65: 1}},
    {"seen": {}, "epoch": "x" * 65},
]


async def test_odd_events_are_refused_and_the_socket_lives(served: Served) -> None:
    """S25."""
    socket = await served.sit(served.school.learner)
    for event in ("resume", "complete_task"):
        for odd in ODD:
            said = await socket.call(event, odd)
            assert isinstance(said, dict)
            if "status" in said:
                assert 400 <= said["status"] < 500, (event, odd, said)
            else:
                assert event == "resume", (odd, said)
    for event in ("no-such-event", "__class__", ""):
        await socket.client.emit(event, {"x": 1})
    assert "outcomes" in await socket.call("resume", {"seen": {}})
    assert not socket.cut.is_set()
    await socket.close()


async def test_asking_for_what_was_missed_has_a_limit_of_its_own(served: Served) -> None:
    """S25: over all of somebody's sockets; others are not kept waiting."""
    mine = [await served.sit(served.school.learner) for _ in range(2)]
    other = await served.sit(served.school.teacher)
    said = [await mine[n % 2].call("resume", {"seen": {}}) for n in range(40)]
    assert all("outcomes" in one for one in said[:30])
    refused = said[30:]
    assert {one.get("status") for one in refused} == {429}
    assert all(1 <= one["retry_after"] <= 10 for one in refused)
    assert "outcomes" in await other.call("resume", {"seen": {}})
    await asyncio.gather(*(one.close() for one in (*mine, other)))


async def test_a_frame_over_64_kib_ends_its_own_socket_alone(served: Served) -> None:
    """S25."""
    other = await served.sit(served.school.teacher)
    headers = await served.cookie(served.school.learner)
    async with served.http.ws_connect(served.base + SOCKET, headers=headers) as raw:
        await raw.receive()
        await raw.send_str("40")
        await raw.receive()
        await raw.send_str("42" + json.dumps(["resume", "x" * 1_000_000]))
        seen = [await asyncio.wait_for(raw.receive(), 5)]
        while seen[-1].type is aiohttp.WSMsgType.TEXT:
            seen.append(await asyncio.wait_for(raw.receive(), 5))
        assert seen[-1].type in {
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSED,
            aiohttp.WSMsgType.CLOSING,
        }
    assert "outcomes" in await other.call("resume", {"seen": {}})
    await other.close()


async def test_a_binary_event_that_never_ends_holds_up_nobody(served: Served) -> None:
    """S25."""
    headers = await served.cookie(served.school.learner)
    other = await served.sit(served.school.teacher)
    async with served.http.ws_connect(served.base + SOCKET, headers=headers) as raw:
        await raw.receive()
        await raw.send_str("40")
        await raw.receive()
        await raw.send_str('451-["resume",{"_placeholder":true,"num":0}]')
        for broken in ("4", "49", "42[", "42{}", "459999999-[]", "99", "\x00", '42["resume"'):
            await raw.send_str(broken)
        for _ in range(200):
            await raw.send_str('42["no-such-event",{}]')
        assert "outcomes" in await other.call("resume", {"seen": {}})
    await other.close()


@asynccontextmanager
async def raw_line(served: Served) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    """Open a line of a learner that has greeted."""
    headers = await served.cookie(served.school.learner)
    async with served.http.ws_connect(served.base + SOCKET, headers=headers) as raw:
        await raw.receive()
        await raw.send_str("40")
        await raw.receive()
        yield raw


async def ended(raw: aiohttp.ClientWebSocketResponse) -> bool:
    """Return whether a line is closed soon."""
    async with asyncio.timeout(5):
        while (await raw.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
    return raw.closed


@pytest.mark.parametrize(
    "said",
    [
        '42["disconnect"]',
        '42["connect",{"asgi.scope":{"headers":[]}}]',
        '42["connect_error",1]',
        '421["disconnect","x"]',
        "40",
    ],
)
async def test_what_a_line_goes_through_is_not_for_its_client_to_say(
    served: Served, said: str
) -> None:
    """Our own handlers are not called by a client, and nobody greets twice on one line."""
    other = await served.sit(served.school.teacher)
    async with raw_line(served) as raw:
        await raw.send_str(said)
        assert await ended(raw)
    assert "outcomes" in await other.call("resume", {"seen": {}})
    await other.close()


async def test_an_event_that_says_more_than_one_thing_is_answered(served: Served) -> None:
    async with raw_line(served) as raw:
        for event in ("resume", "complete_task"):
            await raw.send_str(f'427["{event}",{{"seen":{{}}}},{{}}]')
            reply = str((await asyncio.wait_for(raw.receive(), 5)).data)
            assert reply.startswith("437[")
            assert json.loads(reply[3:])[0]["status"] == 422


async def test_a_line_that_is_in_no_namespace_any_more_is_closed(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever leaves, or was made to, keeps no line open by answering pings."""
    monkeypatch.setattr(wire, "GREET_S", 0.3)
    async with raw_line(served) as raw:
        await asyncio.sleep(0.5)  # the time for its first greeting is over
        await raw.send_str("41")
        assert await ended(raw)


async def test_one_person_has_so_many_sockets_and_the_oldest_makes_room(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "_MOST_SOCKETS", 3)
    other = await served.sit(served.school.teacher)
    mine = [await served.sit(served.school.learner) for _ in range(5)]
    for one in mine[:2]:
        await asyncio.wait_for(one.cut.wait(), 5)
    for one in (*mine[2:], other):
        assert "outcomes" in await one.call("resume", {"seen": {}})
    await asyncio.gather(*(one.close() for one in (*mine[2:], other)))
