"""From a session cookie to an actor, with a copy in memory for two seconds."""

from collections import OrderedDict, defaultdict
from collections.abc import Sequence

from tihi.base.ids import OrgId, SessionId
from tihi.people.accounts import service as accounts
from tihi.people.accounts.model import Present
from tihi.people.keys import service as keys
from tihi.platform.directory import lookup
from tihi.platform.http import NOBODY, Actor, Caller, KeyHolder, Parts, Role

_KEPT_S = 2.0
_MOST_KEPT = 20_000


class Sessions:
    """Finds who a session token belongs to.

    A role that was taken away or a session that was ended counts within two seconds
    everywhere, and at once in the process that ended it (S32).
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._kept: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()

    async def actor(self, token: str) -> Actor | None:
        """Return who is signed in with `token`, wholly, or None."""
        return (await self.caller(token)).actor

    async def caller(self, token: str) -> Caller:
        """Return whom `token` belongs to; nobody when it is unknown or over."""
        digest = lookup.digest(token)
        now = self._parts.clock.monotonic()
        found = self._kept.get(digest)
        if found is not None and now - found[0] < _KEPT_S:
            return found[1]
        (caller,) = await self.callers([token])
        return caller

    async def callers(self, tokens: Sequence[str]) -> list[Caller]:
        """Return whom each of `tokens` belongs to now, all asked for at once."""
        digests = [lookup.digest(token) for token in tokens]
        moment = self._parts.clock.monotonic()
        found = await self._look_up(digests)
        callers = [found.get(digest, NOBODY) for digest in digests]
        for digest, caller in zip(digests, callers, strict=True):
            self._kept[digest] = (moment, caller)
            self._kept.move_to_end(digest)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return callers

    async def _look_up(self, digests: Sequence[bytes]) -> dict[bytes, Caller]:
        now = self._parts.clock.now()
        async with self._parts.db.system() as tx:
            sessions = await lookup.sessions(tx, digests, now=now)
        by_org: defaultdict[OrgId, list[SessionId]] = defaultdict(list)
        for one in sessions:
            by_org[one.org_id].append(one.session_id)
        present: dict[SessionId, Present] = {}
        for org, mine in by_org.items():
            async with self._parts.db.tx(org) as tx:
                present |= await accounts.present(tx, mine, now=now)
        return {
            one.token_hash: _caller(one.org_id, present[one.session_id])
            for one in sessions
            if one.session_id in present
        }

    async def key_holder(self, secret: str) -> Caller:
        """Return which product has the key `secret`.

        It is never read from a copy, so that a key that was revoked is dead at once (S34).
        """
        async with self._parts.db.system() as tx:
            key = await lookup.key(tx, secret)
        if key is None:
            return NOBODY
        async with self._parts.db.tx(key.org_id) as tx:
            live = await keys.use(tx, key.key_id, now=self._parts.clock.now())
        if live is None:
            return NOBODY
        return Caller(
            key=KeyHolder(
                org_id=key.org_id,
                key_id=live.key_id,
                source=f"key:{live.key_id}",
                scopes=frozenset(live.scopes),
            )
        )

    def forget(self, session: SessionId) -> None:
        """Look `session` up afresh the next time."""
        stale = [
            digest
            for digest, (_, caller) in self._kept.items()
            if session in {one.session_id for one in (caller.actor, caller.half) if one}
        ]
        for digest in stale:
            del self._kept[digest]


def _caller(org: OrgId, present: Present) -> Caller:
    actor = Actor(
        org_id=org,
        account_id=present.account_id,
        session_id=present.session_id,
        role=Role(present.role),
        zone=present.zone,
        org_zone=present.org_zone,
        locale=present.locale,
        since=present.created_at,
    )
    return Caller(half=actor) if present.half else Caller(actor=actor)
