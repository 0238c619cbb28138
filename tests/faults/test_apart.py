"""Roles of every kind, several of each, behind the proxy that we ship: killed at random."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from time import monotonic
from typing import Any

import aiohttp
import pytest

from browser import COOKIE
from faults.apart import Emitter, Player, edge, proxied
from faults.crowd import Crowd
from faults.rig import Rig, Role, until
from ports import free_port
from tihi.base.chance import SeededRandom, below, shuffled
from world import School

SECONDS = 20.0
_CATCH_UP_S = 30.0
KINDS = {"api": 2, "gateway": 2, "worker": 3, "scheduler": 2}
KILLS_EACH = 2
"""One by a kill, one by a word; a soak goes on with it (test_soak.py)."""
PUPILS = 8
PLAYERS = 8


class Fleet:
    """So many of each role; whichever ends is started again."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.ports = {kind: [free_port() for _ in range(KINDS[kind])] for kind in KINDS}
        self.roles: dict[tuple[str, int], Role] = {}
        self.busy: set[tuple[str, int]] = set()

    async def start(self) -> None:
        """Start them all."""
        places = [(kind, place) for kind, count in KINDS.items() for place in range(count)]
        await asyncio.gather(*(self.launch(kind, place) for kind, place in places))

    async def launch(self, kind: str, place: int) -> None:
        if kind in {"api", "gateway"}:
            self.roles[kind, place], _ = await edge(self.rig, kind, self.ports[kind][place])
        else:
            role = self.roles[kind, place] = await self.rig.start(kind)
            # Before it is at work it hears no word.
            await until(lambda: "at work" in role.said(), 60)

    async def steady(self, kind: str, chance: SeededRandom) -> int:
        """Return one of a kind that is not just starting; it is not given out again until it is."""
        await until(lambda: any((kind, one) not in self.busy for one in range(KINDS[kind])), 60)
        free = [one for one in range(KINDS[kind]) if (kind, one) not in self.busy]
        chosen = free[below(chance, len(free))]
        self.busy.add((kind, chosen))
        return chosen

    async def end(self, kind: str, place: int, *, politely: bool) -> None:
        """End one, by a kill or a word; start it again."""
        role = self.roles[kind, place]
        if politely:
            assert await role.stop() == 0, role.said()
        else:
            await role.kill()
        await self.launch(kind, place)
        self.busy.discard((kind, place))


async def test_nothing_is_lost_or_doubled_while_roles_are_killed(seed: int) -> None:
    """R1, R2, R9, R16, R20, R33: acknowledged answers stand, count once, and players come back."""
    chance = SeededRandom("apart", seed)
    async with Rig.built() as rig:
        school = await rig.school()
        fleet = Fleet(rig)
        await fleet.start()
        ports = fleet.ports
        async with (
            proxied(rig, ports["api"], ports["gateway"]) as base,
            Crowd.of(school, base, PUPILS, seed) as crowd,
        ):
            players = [await Player.joined(school, base, number) for number in range(PLAYERS)]
            ends = monotonic() + SECONDS
            load = asyncio.gather(
                crowd.load(SECONDS, 20), *(one.play(ends, 0.3) for one in players)
            )
            await kill_at_random(fleet, chance, ends)
            async with asyncio.timeout(_CATCH_UP_S):
                await load
                await crowd.finish()
            took = await rig.settled(school)
            for one in players:
                await one.catch_up()
            acknowledged = [one.acknowledged for one in players]
            crowd.acknowledged.update(
                {key: fact for one in acknowledged for key, fact in one.items()}
            )
            back = sum(one.came_back for one in players)
            answers = len(crowd.acknowledged)
            sys.stdout.write(f"{answers} answers, {back} times back, settled in {took:.1f} s\n")
            assert await crowd.lost() == []
            assert await crowd.uncounted() == []
            assert back > 0
            for one in players:
                # Each answer of theirs was told to them, and nothing twice; facts that follow
                # from answers, as a lesson that is through, bring points of their own.
                assert set(one.acknowledged.values()) <= set(one.told)
                assert set(one.told.values()) == {1}
                await one.close()
            await crowd.board()
            code, said = await rig.command("verify")
            assert code == 0, said


async def kill_at_random(fleet: Fleet, chance: SeededRandom, ends: float) -> None:
    """End each kind several times, in a random order: by a kill, and the last by a word."""
    order = shuffled([kind for kind in KINDS for _ in range(KILLS_EACH)], chance)
    ended = dict.fromkeys(KINDS, 0)
    pause = SECONDS / (len(order) + 1)
    begun = ends - SECONDS
    async with asyncio.TaskGroup() as ending:
        for number, kind in enumerate(order):
            await asyncio.sleep(max(0.0, begun + pause * (number + 1) - monotonic()))
            ended[kind] += 1
            politely = ended[kind] == KILLS_EACH
            place = await fleet.steady(kind, chance)
            ending.create_task(fleet.end(kind, place, politely=politely))


@pytest.fixture(scope="module")
async def edges(standing: Rig) -> AsyncIterator["Edges"]:
    """Two of each edge behind the proxy, which they believe; the last test here ends them."""
    ports = [free_port() for _ in range(4)]
    apis, gateways = ports[:2], ports[2:]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIHI_PROXIES", "127.0.0.1")
        started = await asyncio.gather(
            *(edge(standing, "api", port) for port in apis),
            *(edge(standing, "gateway", port) for port in gateways),
        )
    async with (
        proxied(standing, apis, gateways) as base,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
    ):
        yield Edges(base, http, [role for role, _ in started], ports)
    await standing.clear()


class Edges:
    """Two apis and two gateways behind the proxy."""

    def __init__(
        self, base: str, http: aiohttp.ClientSession, roles: list[Role], ports: list[int]
    ) -> None:
        self.base = base
        self.http = http
        self.roles = roles
        self.ports = ports


async def test_the_proxy_refuses_what_is_too_large(edges: Edges) -> None:
    """S35: no api sees it."""
    path = f"{edges.base}/api/v1/signin"
    async with edges.http.post(path, data=b"x" * 300_000, headers={"x-tihi": "1"}) as reply:
        assert reply.status == 413


async def test_limits_go_by_the_address_that_the_proxy_saw(edges: Edges, rig: Rig) -> None:
    """S36: what a stranger forwards is put behind what the proxy saw."""
    stranger = aiohttp.TCPConnector(local_addr=("127.0.0.9", 0))
    headers = {"x-tihi": "1", "x-forwarded-for": "198.51.100.7"}
    async with aiohttp.ClientSession(connector=stranger) as http:
        path = f"{edges.base}/api/v1/links/open"
        async with http.post(path, json={"token": "none"}, headers=headers) as reply:
            assert reply.status >= 400
    client: Any = rig.parts.cache.client
    assert await client.exists("limit:link:127.0.0.9")
    assert not await client.exists("limit:link:198.51.100.7")


async def test_websockets_are_upgraded(edges: Edges, school: School) -> None:
    """R16: by both gateways."""
    sat = [await Emitter.sat(school, edges.base, number) for number in range(6)]
    async with asyncio.timeout(20):
        await asyncio.gather(*(one.emit(most=3) for one in sat))
    assert [one.acknowledged for one in sat] == [3] * 6
    for one in sat:
        await one.socket.close()


async def test_long_polling_finds_its_gateway_again(edges: Edges, school: School) -> None:
    """R16: where a school lets no WebSocket through, each request goes to the same gateway."""
    for number in range(8):
        learner = await school.world.learner(f"Poller {number}")
        browser = await school.world.browser(learner)
        headers = {"cookie": f"other=1; {COOKIE}={browser.token}"}
        path = f"{edges.base}/socket.io/?EIO=4&transport=polling"
        async with edges.http.get(path, headers=headers) as reply:
            path += "&sid=" + json.loads((await reply.text())[1:])["sid"]
        said = ""
        for packet in ("40", '420["resume",{"seen":{}}]'):
            async with edges.http.post(path, headers=headers, data=packet) as reply:
                assert (await reply.text()).lower() == "ok"
            async with edges.http.get(path, headers=headers) as reply:
                said = await reply.text()
        assert said.startswith('430[{"outcomes":[]'), said


async def test_a_plain_port_beyond_loopback_is_for_the_listed_proxies_alone(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D15: a stranger gets nothing over plain HTTP, by no transport."""
    monkeypatch.setenv("TIHI_PROXIES", "127.0.0.1")
    whole = free_port()
    await edge(rig, "gateway", whole, host="0.0.0.0")  # noqa: S104
    for local, status in (("127.0.0.1", 200), ("127.0.0.9", 403)):
        connector = aiohttp.TCPConnector(local_addr=(local, 0))
        async with aiohttp.ClientSession(connector=connector) as http:
            async with http.get(f"http://127.0.0.1:{whole}/health/live") as reply:
                assert reply.status == status
            path = f"http://127.0.0.1:{whole}/socket.io/?EIO=4&transport=websocket"
            if status == 403:
                with pytest.raises(aiohttp.WSServerHandshakeError):
                    await http.ws_connect(path)


async def test_a_plain_port_beyond_loopback_needs_a_proxy(rig: Rig) -> None:
    """D15."""
    code, said = await rig.command("gateway", "--host", "0.0.0.0")  # noqa: S104
    assert code == 1
    assert "TIHI_PROXIES" in said


async def test_an_api_that_is_gone_is_noticed_by_nobody_and_the_last_is_told_of(
    edges: Edges, school: School, seed: int
) -> None:
    """R1, R11: the other api goes on; without any, the proxy says when to come back."""
    async with Crowd.of(school, edges.base, PUPILS, seed) as crowd:
        load = asyncio.create_task(crowd.load(3, 60))
        await until(lambda: len(crowd.acknowledged) > 20)
        await edges.roles[0].kill()
        await load
        assert set(crowd.statuses()) <= {200, 201}, crowd.statuses()
        assert await crowd.lost() == []
    for role in edges.roles[1:]:
        await role.kill()
    async with edges.http.get(f"{edges.base}/api/v1/welcome") as reply:
        assert reply.status == 503
        assert reply.headers["retry-after"] == "1"
        # Our own words, never a page of nginx.
        assert reply.content_type == "application/problem+json"
        assert (await reply.json())["type"] == "urn:tihi:problem:request/unavailable"
