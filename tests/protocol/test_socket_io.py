"""S25: Socket.IO v5, case by case, on our gateway."""

import json

import pytest

from protocol.conftest import Peer, patient
from tihi.roles import wire

TWO = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'


@patient
@pytest.mark.parametrize("space", ["", "/custom,"])
@pytest.mark.parametrize("auth", ["", '{"token":"123"}'])
async def test_a_client_says_where_it_comes_in(gateway: Peer, space: str, auth: str) -> None:
    """S25: the main namespace or another one, with or without a payload."""
    line = await gateway.line()
    await line.say(f"40{space}{auth}")
    said = await line.heard()
    assert said.startswith(f"40{space}")
    assert json.loads(said[2 + len(space) :]).keys() == {"sid"}
    assert await line.heard() == f'42{space}["auth",{auth or "{}"}]'
    await line.socket.close()


@patient
async def test_an_unknown_namespace_is_refused_and_the_line_goes_on(gateway: Peer) -> None:
    """S25."""
    line = await gateway.line()
    await line.say("40/random")
    assert await line.heard() == '44/random,{"message":"Invalid namespace"}'
    await line.say("40")
    assert (await line.heard()).startswith("40{")
    await line.socket.close()


@patient
@pytest.mark.parametrize("said", ["4abc", '42["message",1]', "41", "4", '40{"token":'])
async def test_nothing_comes_before_a_greeting(gateway: Peer, said: str) -> None:
    """S25: the line is closed at once."""
    line = await gateway.line()
    await line.say(said)
    await line.closed()


async def test_a_client_that_never_greets_is_not_kept(
    gateway: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S25: however faithfully it answers pings."""
    monkeypatch.setattr(wire, "GREET_S", 0.7)
    line = await gateway.line()
    for _ in range(2):
        assert await line.heard() == "2"
        await line.say("3")
    await line.closed(within=1)


async def test_a_client_may_leave_one_namespace_and_stay_in_another(gateway: Peer) -> None:
    """S25."""
    line = await gateway.greeted()
    await line.say("40/custom")
    assert (await line.heard_no_ping()).startswith("40/custom,")
    assert await line.heard_no_ping() == '42/custom,["auth",{}]'
    await line.say("41/custom", '42["message","still here"]')
    assert await line.heard_no_ping() == '42["message-back","still here"]'
    await line.say("41")
    assert await line.heard() == "2"
    await line.socket.close()


@patient
async def test_events_carry_what_json_holds(gateway: Peer) -> None:
    """S25: with and without an acknowledgement."""
    line = await gateway.greeted()
    await line.say('42["message",1,"2",{"3":[true]}]', '42456["message-with-ack",1,"2"]')
    heard = {await line.heard_no_ping(), await line.heard_no_ping()}
    assert heard == {'42["message-back",1,"2",{"3":[true]}]', '43456[1,"2"]'}
    await line.socket.close()


@patient
@pytest.mark.parametrize(
    ("said", "back"),
    [
        (f'452-["message",{TWO}]', f'452-["message-back",{TWO}]'),
        (f'452-789["message-with-ack",{TWO}]', f"462-789[{TWO}]"),
    ],
)
async def test_events_carry_bytes(gateway: Peer, said: str, back: str) -> None:
    """S25: attachments follow the packet that names them."""
    line = await gateway.greeted()
    parts = [bytes([1, 2, 3]), bytes([4, 5, 6])]
    await line.say(said, *parts)
    assert [await line.heard_no_ping() for _ in range(3)] == [back, *parts]
    await line.socket.close()


@patient
@pytest.mark.parametrize(
    "said",
    [
        *("4abc", "42", "47", '44"no"'),
        *("42{}", "42[]", "42[1]", "42[{}]", '42abc["message-with-ack",1]'),
        *("45[]", '450-["message"]', '4511-["message"]', f'4599999999-["message",{TWO}]'),
    ],
)
async def test_what_is_no_packet_ends_the_line(gateway: Peer, said: str) -> None:
    """S25: at once."""
    line = await gateway.greeted()
    await line.say(said)
    await line.closed()


@patient
async def test_an_attachment_that_is_owed_is_waited_for(gateway: Peer) -> None:
    """S25: a packet in its place ends the line."""
    line = await gateway.greeted()
    await line.say(f'452-["message",{TWO}]', b"one", '42["message",1]')
    await line.closed()
