"""From a session cookie to an actor, with a copy in memory for two seconds."""

from collections import OrderedDict
from collections.abc import Sequence

from tihi.base.ids import SessionId
from tihi.people.accounts import service as accounts
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
        caller = await self._look_up(token)
        self._kept[digest] = (now, caller)
        self._kept.move_to_end(digest)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return caller

    async def _look_up(self, token: str) -> Caller:
        now = self._parts.clock.now()
        async with self._parts.db.system() as tx:
            session = await lookup.session(tx, token, now=now)
        if session is None:
            return NOBODY
        async with self._parts.db.tx(session.org_id) as tx:
            present = await accounts.present(tx, session.session_id, now=now)
        if present is None:
            return NOBODY
        actor = Actor(
            org_id=session.org_id,
            account_id=present.account_id,
            session_id=session.session_id,
            role=Role(present.role),
            zone=present.zone,
            org_zone=present.org_zone,
            locale=present.locale,
            since=present.created_at,
        )
        return Caller(half=actor) if present.half else Caller(actor=actor)

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

    async def ended(self, tokens: Sequence[str]) -> set[str]:
        """Return which of `tokens` lead nowhere any more, whoever ended them."""
        async with self._parts.db.system() as tx:
            alive = await lookup.alive(tx, tokens, now=self._parts.clock.now())
        return {token for token in tokens if lookup.digest(token) not in alive}
