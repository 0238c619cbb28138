"""Pushing outcomes to learners' browsers, from any process to whichever gateway holds them.

One message an org and batch goes over Valkey, and only gateways with that org's people listen
to it. A push may be lost: a client that reconnects asks for what it has not seen.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

import msgspec
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from tihi.base.ids import LearnerId, OrgId
from tihi.base.problem import Problem
from tihi.base.value import Value
from tihi.platform import metrics
from tihi.platform.cache import Cache, reachable
from tihi.platform.log.outcomes import Addressed

_log = logging.getLogger(__name__)
_json = msgspec.json.Encoder().encode
_pack = msgspec.msgpack.Encoder().encode
_Packed = tuple[UUID | None, str, bytes, float, str]
_unpack = msgspec.msgpack.Decoder(list[_Packed]).decode

CHANNELS = "push:"
_PAUSE_S = 0.2


class Pushed(Value):
    """An event for the sockets of one learner, or of everybody in the org when that is None.

    Attributes:
        data: what it says, as JSON.
        accepted: when the answer arrived that led to it, by the wall clock of the machine that
            took it; 0 when nobody waits for it.
        parent: the trace it belongs to, or ''.
    """

    org_id: OrgId
    learner_id: LearnerId | None
    event: str
    data: bytes
    accepted: float
    parent: str


def channel_of(org: OrgId) -> str:
    """Return the channel that carries an org's pushes."""
    return f"{CHANNELS}{org}"


def unpack(channel: bytes, message: bytes) -> list[Pushed]:
    """Return what a message of a channel holds."""
    org = OrgId(UUID(channel.decode().removeprefix(CHANNELS)))
    return [
        Pushed(
            org_id=org,
            learner_id=None if learner is None else LearnerId(learner),
            event=event,
            data=data,
            accepted=accepted,
            parent=parent,
        )
        for learner, event, data, accepted, parent in _unpack(message)
    ]


class Push:
    """Sends outcomes on their way."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def send(self, addressed: Sequence[Addressed]) -> None:
        """Send `addressed` in order; a failure is only logged."""
        by_org: defaultdict[OrgId, list[_Packed]] = defaultdict(list)
        for one in addressed:
            accepted = one.accepted.timestamp() if one.accepted else 0.0
            packed = (one.learner_id, one.outcome.type, _json(one.outcome), accepted, one.parent)
            by_org[one.org_id].append(packed)
        if by_org:
            await self._publish(by_org)

    async def send_to_all(self, org: OrgId, event: str, data: object) -> None:
        """Send an event to everybody of `org` who is connected now; a failure is only logged."""
        await self._publish({org: [(None, event, _json(data), 0.0, "")]})

    async def _publish(self, by_org: Mapping[OrgId, Sequence[_Packed]]) -> None:
        try:
            with reachable():
                pipe = self._cache.client.pipeline(transaction=False)
                for org, pushed in by_org.items():
                    pipe.publish(channel_of(org), _pack(pushed))
                await pipe.execute()
        except Problem as error:
            metrics.PUSH_FAILED.add()
            _log.warning("push failed, resume repairs it: %r", error)


Deliver = Callable[[Pushed], Awaitable[None]]


class Listener:
    """Hears the pushes of orgs whose people are connected to this process."""

    def __init__(self, valkey_url: str, deliver: Deliver) -> None:
        # It waits for as long as nothing is said; a deadline would cut it off.
        self._client = Valkey.from_url(valkey_url, socket_timeout=None, socket_connect_timeout=2)
        self._heard = self._client.pubsub(ignore_subscribe_messages=True)
        self._deliver = deliver
        self._people: Counter[OrgId] = Counter()
        self._closed = False

    async def join(self, org: OrgId) -> None:
        """Hear `org`, whose person has connected."""
        self._people[org] += 1
        if self._people[org] == 1:
            with suppress(ValkeyError, OSError):
                # What fails now is subscribed to with the next connection.
                await self._heard.subscribe(channel_of(org))

    async def leave(self, org: OrgId) -> None:
        """Hear `org` no more once nobody of it is connected."""
        self._people[org] -= 1
        if self._people[org] <= 0:
            del self._people[org]
            if self._closed:
                return
            with suppress(ValkeyError, OSError):
                await self._heard.unsubscribe(channel_of(org))

    async def run(self) -> None:
        """Deliver what is heard until cancelled."""
        while True:
            try:
                await self._heard.subscribe(CHANNELS, *(channel_of(org) for org in self._people))
                async for message in self._heard.listen():
                    for pushed in unpack(message["channel"], message["data"]):
                        await self._deliver(pushed)
            except (ValkeyError, OSError) as error:
                _log.warning("pushes are not heard: %r", error)
                await asyncio.sleep(_PAUSE_S)

    async def close(self) -> None:
        """Hear nothing more."""
        self._closed = True
        await self._heard.aclose()
        await self._client.aclose()
