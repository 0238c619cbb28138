"""Do boards show what the ledger comes to?"""

from contextlib import aclosing
from datetime import date, datetime, timedelta

from tihi.base.ids import OrgId
from tihi.game.boards import rules, store
from tihi.game.boards.service import ready
from tihi.platform.cache import Cache, reachable
from tihi.platform.db import Database

_PAGE = 2_000


async def differences(
    db: Database, cache: Cache, org: OrgId, *, now: datetime
) -> list[tuple[str, str, str]]:
    """Return places whose score differs from the totals: subject, stored, expected.

    Boards that are not whole are left out: they show nothing, and their first reader
    rebuilds them.
    """
    if not await ready(cache, org):
        return []
    found: list[tuple[str, str, str]] = []
    this_week = rules.week_of(now.date())
    for week in (None, this_week, this_week - timedelta(weeks=1)):
        found.extend(await _board_differences(db, cache, org, week))
    return found


async def lost(db: Database, cache: Cache, org: OrgId) -> bool:
    """Return whether there are totals, and no whole boards that show them."""
    if await ready(cache, org):
        return False
    async with db.tx(org) as tx, aclosing(store.totals(tx, week=None, size=1)) as pages:
        return bool(await anext(pages, []))


async def _board_differences(
    db: Database, cache: Cache, org: OrgId, week: date | None
) -> list[tuple[str, str, str]]:
    key = rules.key(org, week)
    with reachable():
        stored = {
            member.decode(): int(score)
            for member, score in await cache.client.zrange(key, 0, -1, withscores=True)
        }
    expected: dict[str, int] = {}
    async with db.tx(org) as tx:
        async for rows in store.totals(tx, week=week, size=_PAGE):
            expected.update((str(row.learner_id), rules.score(row, week)) for row in rows)
    return [
        (f"{key} {member}", str(stored.get(member)), str(expected.get(member)))
        for member in sorted(stored.keys() | expected.keys())
        if stored.get(member) != expected.get(member)
    ]
