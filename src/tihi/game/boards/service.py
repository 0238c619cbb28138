"""What can be done with boards: write totals, read places, rebuild what was lost."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import msgspec

from tihi.base.ids import AccountId, ClassId, LearnerId, OrgId
from tihi.base.problem import Unavailable
from tihi.game.boards import rules, store
from tihi.game.boards.model import (
    Board,
    BoardRow,
    NotYourClass,
    PeriodName,
    Place,
    Scope,
    Standing,
    Totals,
    WeekPoints,
)
from tihi.people.accounts import service as accounts
from tihi.people.classes import service as classes
from tihi.people.orgs import service as orgs
from tihi.platform.cache import Cache, reachable
from tihi.platform.db import BatchTx, Database, Tx
from tihi.platform.log import due
from tihi.platform.scores import ScoreLines, patiently

TOP = 10
EACH_SIDE = 2
_WEEKS_KEPT = 5
_PAGE = 2_000
_WEEK_LASTS_S = 60 * 24 * 3600
_REBUILD_S = 60
_MOST_DONE = 1_000
_FIRST = LearnerId(UUID(int=0))
_LAST_ENTRY = 2**53 - 1
"""Newer than any entry there will be, and still exact in Valkey."""


class Desk:
    """Writes boards after commits, and remembers what is written until it can note it."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._done: dict[UUID, list[OrgId]] = {}

    async def owe(
        self, tx: BatchTx, standings: Sequence[Standing], *, now: datetime
    ) -> Callable[[], Awaitable[None]]:
        """Note in `tx` that boards must be written; return what writes them after the commit.

        When that does not happen, the scheduler finds the note and writes them.
        """
        noted = [
            (org, batch) for batch, found in self._done.items() for org in found if org in tx.orgs
        ]
        batch = uuid4()
        learners = [(one.org_id, one.learner_id) for one in standings]
        await store.owe(tx, batch, learners, done=noted, now=now)

        async def write() -> None:
            for org, done in noted:
                self._forget(org, done)
            await _write(self._cache, standings)
            self._done[batch] = list({org for org, _ in learners})
            while len(self._done) > _MOST_DONE:
                del self._done[next(iter(self._done))]

        return write

    def _forget(self, org: OrgId, batch: UUID) -> None:
        left = [one for one in self._done.get(batch, ()) if one != org]
        if left:
            self._done[batch] = left
        else:
            self._done.pop(batch, None)


async def _write(cache: Cache, standings: Sequence[Standing]) -> None:
    """Write boards, 2,000 learners at a time."""
    for start in range(0, len(standings), _PAGE):
        of_org: defaultdict[OrgId, list[Standing]] = defaultdict(list)
        for one in standings[start : start + _PAGE]:
            of_org[one.org_id].append(one)
        for page in of_org.values():
            await set_totals(cache, rules.totals(page))


async def set_totals(cache: Cache, totals: Mapping[str, Totals]) -> None:
    """Write boards of one org at once.

    Args:
        cache: the store.
        totals: by the board's key, at most 2,000 of each kind.
    """
    keys = [name for key in totals for name in (key, rules.fallen_key(key))]
    texts = [text for one in totals.values() for text in (one.grown, one.ordered)]
    await cache.call("tihi_board_set", keys, texts)


async def write_waiting(db: Database, cache: Cache, org: OrgId, *, now: datetime) -> int:
    """Write the boards of learners who have waited over 2 s; return how many there were."""
    async with db.tx(org) as tx:
        waiting = await store.waiting(tx, before=now - timedelta(seconds=2), ahead=now + due.AHEAD)
        learners = list({one for batch in waiting for one in batch.learner_ids})
        standings = await _standings(tx, learners, now=now) if learners else []
    if waiting:
        await _write(cache, standings)
        async with db.tx(org) as tx:
            await store.written(tx, [one.batch for one in waiting])
    return len(standings)


async def _standings(tx: Tx, learners: Sequence[LearnerId], *, now: datetime) -> list[Standing]:
    since = rules.week_of(now.date()) - timedelta(weeks=_WEEKS_KEPT)
    rows, weeks = await store.standings(tx, learners, since_week=since)
    by_learner: defaultdict[LearnerId, list[WeekPoints]] = defaultdict(list)
    for week in weeks:
        by_learner[week.learner_id].append(
            WeekPoints(week=week.week, points=week.points, last_time=week.last_time)
        )
    return [
        Standing(
            org_id=tx.org_id,
            learner_id=row.learner_id,
            entry=row.entry,
            fell=row.fell,
            xp=row.xp,
            last_time=row.last_time,
            weeks=by_learner[row.learner_id],
        )
        for row in rows
    ]


async def rebuild(db: Database, cache: Cache, org: OrgId, *, now: datetime) -> int:
    """Write every board of an org from PostgreSQL; return how many totals were written.

    Live writes may go on meanwhile: whichever total is newer stays. Readers see no board until
    all are whole.
    """
    weeks = _weeks(now)
    keys = [rules.key(org, week) for week in (None, *weeks)]
    with reachable():
        await cache.client.set(_by_key(org), "1", ex=_REBUILD_S)
        await cache.client.unlink(
            rules.ready_key(org), *keys, *(rules.fallen_key(key) for key in keys)
        )
    async with db.tx(org) as tx:
        meant = await store.weeks(tx, weeks)
    # The database sorts one board while the store takes another.
    written = sum(await asyncio.gather(_fill(db, cache, org, [None]), _fill(db, cache, org, meant)))
    # Last, so that whoever falls or is erased meanwhile is found here or has been written since.
    written += await _fill_fallen(db, cache, org, now=now)
    for key in keys:
        await cache.call("tihi_board_clear", [key, rules.fallen_key(key)], [_LAST_ENTRY])
    with reachable():
        for week in weeks:
            key = rules.key(org, week)
            await cache.client.expire(key, _WEEK_LASTS_S)
            await cache.client.expire(rules.fallen_key(key), _WEEK_LASTS_S)
        await cache.client.set(rules.ready_key(org), "1")
    return written


async def _fill(db: Database, cache: Cache, org: OrgId, weeks: Sequence[date | None]) -> int:
    """Write boards of those who never fell, as fast as they come; return how many totals."""
    written = 0
    for week in weeks:
        lines = ScoreLines(cache, rules.key(org, week))
        async with db.tx(org) as tx:
            await store.fill(tx, lines.take, rules.spans(), week)
        written += await lines.finish()
    return written


async def _fill_fallen(db: Database, cache: Cache, org: OrgId, *, now: datetime) -> int:
    """Write boards of those whose totals were higher once; return how many totals."""
    written, after = 0, _FIRST
    while True:
        async with db.tx(org) as tx:
            learners = await store.fallen(tx, after=after, most=_PAGE)
            standings = await _standings(tx, learners, now=now)
        if not learners:
            return written
        await patiently(partial(set_totals, cache, rules.totals(standings)))
        written += sum(1 + len(one.weeks) for one in standings)
        after = learners[-1]


async def forget(cache: Cache, people: Sequence[tuple[OrgId, LearnerId]], *, now: datetime) -> None:
    """Take people who were erased off every board, for good: no later write brings them back."""
    weeks = _weeks(now)
    for org, learner in people:
        keys = [rules.key(org, week) for week in (None, *weeks)]
        gone = Totals(ordered=f"{_LAST_ENTRY} - {learner}")
        await set_totals(cache, dict.fromkeys(keys, gone))


def _weeks(now: datetime) -> list[date]:
    """Return the weeks that have boards, newest first; the next may have begun elsewhere."""
    this_week = rules.week_of(now.date())
    return [this_week - timedelta(weeks=n) for n in range(-1, _WEEKS_KEPT)]


async def ready(cache: Cache, org: OrgId) -> bool:
    """Return whether the org's boards are whole."""
    with reachable():
        return bool(await cache.client.exists(rules.ready_key(org)))


async def claim_rebuild(cache: Cache, org: OrgId) -> bool:
    """Return whether the caller is the one who rebuilds now; not while the store is away."""
    with suppress(Unavailable), reachable():
        return bool(await cache.client.set(_by_key(org), "1", nx=True, ex=_REBUILD_S))
    return False


def _by_key(org: OrgId) -> str:
    """Return the name of the mark that somebody writes an org's boards anew."""
    return f"{rules.ready_key(org)}:by"


async def read(  # noqa: PLR0913  # a board is named by whose, which period and which class
    tx: Tx,
    cache: Cache,
    you: LearnerId,
    *,
    scope: Scope,
    period: PeriodName,
    class_id: ClassId | None,
    today: date,
) -> Board:
    """Return a board as `you` may see it; `today` is the org's date.

    Raises:
        NotYourClass: a class board without a class that `you` are in.
    """
    chosen = await _chosen(tx, you, class_id) if scope == "class" else None
    off = not (await orgs.read(tx)).boards_on
    week = rules.week_of(today)
    key = rules.key(tx.org_id, week if period == "week" else None)
    try:
        places = (
            await _org_places(cache, key, tx.org_id, you)
            if chosen is None
            else await _class_places(tx, cache, key, chosen, you)
        )
    except Unavailable:
        # The store is away. Where it was the database, what follows says so.
        places = None
    updating = places is None and not off
    top, around, members = ([], [], 0) if off or places is None else places
    # On the org's board there are people of every class of yours.
    set_so = await classes.upward(tx, you)
    upward = chosen in set_so if chosen is not None else bool(set_so)
    if upward:
        top, around = [], rules.upward(top, around, you, above=EACH_SIDE)
    names = await _names(tx, you, [*top, *around])
    shown = rules.shown([one.learner_id for one in (*top, *around)], names, week)

    def rows(places: Sequence[Place]) -> list[BoardRow]:
        return [
            rules.row(one, shown[one.learner_id], you=you, masked=one.learner_id not in names)
            for one in places
        ]

    return Board(
        scope=scope,
        period=period,
        class_id=chosen,
        updating=updating,
        off=off,
        upward=upward,
        members=None if upward else members,
        top=rows(top),
        around=rows(around),
    )


async def _chosen(tx: Tx, you: LearnerId, class_id: ClassId | None) -> ClassId:
    mine = await classes.classes_of(tx, AccountId(you))
    found = next((one.class_id for one in mine if class_id in (None, one.class_id)), None)
    if found is None:
        raise NotYourClass
    return found


_Seen = tuple[list[Place], list[Place], int]
"""The first places, those around somebody who is not among them, and how many there are."""


async def _org_places(cache: Cache, key: str, org: OrgId, you: LearnerId) -> _Seen | None:
    """Return places on the org's board, or None while it is not whole."""
    found = await cache.call(
        "tihi_board_read", [key, rules.ready_key(org)], [str(you), TOP, EACH_SIDE]
    )
    whole, members, first, rank, near = msgspec.convert(found, _Read)
    if not whole:
        return None
    return _places(first, 1), _places(near, max(0, rank - EACH_SIDE) + 1), members


_Read = tuple[int, int, list[bytes], int, list[bytes]]


def _places(flat: Sequence[bytes], first: int) -> list[Place]:
    """Return places from members and scores in turn."""
    return [
        Place(
            place=number,
            learner_id=LearnerId(UUID(member.decode())),
            xp=rules.points_of(float(score)),
        )
        for number, (member, score) in enumerate(
            zip(flat[::2], flat[1::2], strict=True), start=first
        )
    ]


async def _class_places(
    tx: Tx, cache: Cache, key: str, class_id: ClassId, you: LearnerId
) -> _Seen | None:
    """Return the places within a class: its present members by their scores in the org's set.

    A class holds tens of people, so ranking them at reading costs less than a set of its
    own, and one who joins or leaves is right at once (ADR 17).
    """
    members = [one.learner_id for one in await classes.learners(tx, class_id)]
    if not await ready(cache, tx.org_id):
        return None
    with reachable():
        scores = await cache.client.zmscore(key, [str(one) for one in members]) if members else []
    found = [(score, one) for one, score in zip(members, scores, strict=True) if score is not None]
    found.sort(key=lambda pair: (-pair[0], str(pair[1])))
    places = [
        Place(place=number, learner_id=one, xp=rules.points_of(score))
        for number, (score, one) in enumerate(found, start=1)
    ]
    around = rules.window(places, you, top=TOP, each_side=EACH_SIDE)
    return places[:TOP], around, len(places)


async def _names(tx: Tx, you: LearnerId, places: Sequence[Place]) -> dict[LearnerId, str]:
    found = await accounts.names(tx, [AccountId(one.learner_id) for one in places])
    return {
        LearnerId(one.account_id): one.display_name
        for one in found.values()
        if one.public_rank or one.account_id == you
    }
