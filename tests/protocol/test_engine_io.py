"""S25: Engine.IO v4, case by case, on our gateway."""

import asyncio

import aiohttp
import pytest

from protocol.conftest import OLD_ENOUGH, Peer, patient
from protocol.echo import LIMITS

OPENED = {"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}
POLLING, WEBSOCKET = f"{OLD_ENOUGH}polling", f"{OLD_ENOUGH}websocket"
BETWEEN = "\x1e"


async def test_a_handshake_tells_how_to_go_on(engine: Peer) -> None:
    """S25."""
    polled = (await engine.polling()).opened
    assert polled.keys() == OPENED
    assert polled["upgrades"] == ["websocket"]
    assert (polled["pingInterval"], polled["pingTimeout"]) == (300, 200)
    assert polled["maxPayload"] == LIMITS.largest
    socket = await engine.websocket()
    said = await socket.heard()
    assert said[0] == "0"
    assert '"upgrades":[]' in said
    await socket.socket.close()


@pytest.mark.parametrize(
    ("method", "query"),
    [
        ("GET", "transport=polling"),
        ("GET", "EIO=3&transport=polling"),
        ("GET", "EIO=abc&transport=polling"),
        ("GET", "EIO=4"),
        ("GET", "EIO=4&transport=abc"),
        ("GET", f"{POLLING}&sid=unknown"),
        ("GET", f"{POLLING}&j=0"),
        ("GET", WEBSOCKET),
        ("POST", POLLING),
        ("PUT", POLLING),
        ("DELETE", POLLING),
    ],
)
async def test_a_request_that_fits_no_line_is_refused(
    engine: Peer, method: str, query: str
) -> None:
    """S25."""
    status, _ = await engine.ask(query, method)
    assert status == 400


@pytest.mark.parametrize("query", ["transport=websocket", "EIO=abc&transport=websocket", "EIO=4"])
async def test_a_websocket_that_fits_no_line_is_refused(engine: Peer, query: str) -> None:
    """S25."""
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await engine.websocket(query)


@patient
@pytest.mark.parametrize(
    "body", ["4hello", BETWEEN.join(["4one", "4two", "4three"]), f"4hello{BETWEEN}bAQIDBA=="]
)
async def test_packets_come_and_go_by_polling(engine: Peer, body: str) -> None:
    """S25: one, several, and binary ones."""
    line = await engine.polling()
    assert await line.say(body) == (200, "ok")
    assert await line.hear() == (200, body)


@patient
async def test_packets_come_and_go_by_websocket(engine: Peer) -> None:
    """S25."""
    line = await engine.line()
    await line.say("4hello", bytes([1, 2, 3, 4]))
    assert [await line.heard(), await line.heard()] == ["4hello", bytes([1, 2, 3, 4])]
    await line.socket.close()


@patient
@pytest.mark.parametrize("body", ["abc", "9", "bnot base64!", "2", "0"])
async def test_what_is_no_packet_ends_a_polled_line(engine: Peer, body: str) -> None:
    """S25: an unknown one, or one that only a server may send."""
    line = await engine.polling()
    assert (await line.say(body))[0] == 400
    assert (await line.hear())[0] == 400


@patient
@pytest.mark.parametrize("said", ["abc", "9", "0", "2"])
async def test_what_is_no_packet_ends_a_websocket(engine: Peer, said: str) -> None:
    """S25: at once."""
    line = await engine.line()
    await line.say(said)
    await line.closed()


@patient
async def test_two_polls_at_once_end_the_line(engine: Peer) -> None:
    """S25: the first is told so, the second refused."""
    line = await engine.polling()
    first = asyncio.create_task(line.hear())
    await asyncio.sleep(0.02)
    assert (await line.hear())[0] == 400
    assert await first == (200, "1")
    assert (await line.hear())[0] == 400


async def test_a_line_lives_by_its_answers_to_pings(engine: Peer) -> None:
    """S25."""
    line = await engine.polling()
    socket = await engine.line()
    for _ in range(3):
        assert await line.hear() == (200, "2")
        assert (await line.say("3"))[0] == 200
        assert await socket.heard() == "2"
        await socket.say("3")
    await socket.socket.close()


async def test_a_silent_line_is_closed(engine: Peer) -> None:
    """S25: after a ping and the time for its answer."""
    line = await engine.polling()
    socket = await engine.line()
    await socket.closed(within=1)
    await asyncio.sleep(LIMITS.ping_s + LIMITS.pong_s)
    assert (await line.hear())[0] == 400


@patient
async def test_a_client_may_close_its_line(engine: Peer) -> None:
    """S25: a poll that is open ends with it."""
    line = await engine.polling()
    polled = asyncio.create_task(line.hear())
    await asyncio.sleep(0.02)
    assert (await line.say("1"))[0] == 200
    assert await polled == (200, "6")
    assert (await line.hear())[0] == 400
    socket = await engine.line()
    await socket.say("1")
    await socket.closed()


@patient
async def test_a_polled_line_may_become_a_websocket(engine: Peer) -> None:
    """S25: probe, end of the poll, upgrade; then only the WebSocket counts."""
    line = await engine.polling()
    socket = await engine.websocket(line.upgrade)
    await socket.say("2probe")
    assert await socket.heard() == "3probe"
    assert await line.hear() == (200, "6")
    await socket.say("5", "4hello")
    assert await socket.heard_no_ping() == "4hello"
    assert (await line.hear())[0] == 400
    second = await engine.websocket(line.upgrade)
    await second.closed(within=1)
    await socket.say("4still here")
    assert await socket.heard_no_ping() == "4still here"
    await socket.socket.close()


@patient
async def test_a_second_client_cannot_take_a_line_over(engine: Peer) -> None:
    """S25: neither while it is being upgraded nor after."""
    line = await engine.polling()
    socket = await engine.websocket(line.upgrade)
    await socket.say("2probe", "5")
    second = await engine.websocket(line.upgrade)
    await second.closed(within=1)
    await socket.say("4hello")
    assert await socket.heard() == "3probe"
    assert await socket.heard_no_ping() == "4hello"
    await socket.socket.close()
