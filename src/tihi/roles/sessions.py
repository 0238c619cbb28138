"""From a session cookie to an actor, with a copy in memory for two seconds."""

from collections import OrderedDict

from tihi.base.ids import SessionId
from tihi.people.accounts import service as accounts
from tihi.platform.directory import lookup
from tihi.platform.http import Actor, Parts, Role

_KEPT_S = 2.0
_MOST_KEPT = 20_000


class Sessions:
    """Finds who a session token belongs to.

    A role that was taken away or a session that was ended counts within two seconds
    everywhere, and at once in the process that ended it (S32).
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._kept: OrderedDict[bytes, tuple[float, Actor | None]] = OrderedDict()

    async def actor(self, token: str) -> Actor | None:
        """Return whom `token` belongs to, or None when it is unknown or over."""
        digest = lookup.digest(token)
        now = self._parts.clock.monotonic()
        found = self._kept.get(digest)
        if found is not None and now - found[0] < _KEPT_S:
            return found[1]
        actor = await self._look_up(token)
        self._kept[digest] = (now, actor)
        self._kept.move_to_end(digest)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return actor

    async def _look_up(self, token: str) -> Actor | None:
        now = self._parts.clock.now()
        async with self._parts.db.system() as tx:
            session = await lookup.session(tx, token, now=now)
        if session is None:
            return None
        async with self._parts.db.tx(session.org_id) as tx:
            present = await accounts.present(tx, session.session_id, now=now)
        if present is None:
            return None
        return Actor(
            org_id=session.org_id,
            account_id=present.account_id,
            session_id=session.session_id,
            role=Role(present.role),
            zone=present.zone,
            org_zone=present.org_zone,
            locale=present.locale,
        )

    def forget(self, session: SessionId) -> None:
        """Look `session` up afresh the next time."""
        stale = [
            digest
            for digest, (_, actor) in self._kept.items()
            if actor is not None and actor.session_id == session
        ]
        for digest in stale:
            del self._kept[digest]
