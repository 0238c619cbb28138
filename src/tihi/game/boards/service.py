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
    WeekPoints,
)
from tihi.people.accounts import service as accounts
from tihi.people.classes import service as classes
from tihi.people.orgs import service as orgs
from tihi.platform.cache import Cache, reachable
from tihi.platform.db import BatchTx, Database, Tx
from tihi.platform.log import due

TOP = 10
EACH_SIDE = 2
_WEEKS_KEPT = 5
_PAGE = 2_000
_WEEK_LASTS_S = 60 * 24 * 3600
_REBUILD_S = 60
_MOST_DONE = 1_000
_TRIES = 20
_PAUSE_S = 0.5
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
    totals: defaultdict[OrgId, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in standings:
        member = str(one.learner_id)
        of_org = totals[one.org_id]
        score = rules.all_time_score(one.xp, one.last_time)
        of_org[rules.key(one.org_id, None)].append(f"{one.entry} {score} {member}")
        for week in one.weeks:
            score = rules.week_score(week.points, week.last_time, week.week)
            of_org[rules.key(one.org_id, week.week)].append(f"{one.entry} {score} {member}")
    for of_org in totals.values():
        most = max(len(lines) for lines in of_org.values())
        for start in range(0, most, _PAGE):
            await set_totals(
                cache,
                {
                    key: " ".join(lines[start : start + _PAGE])
                    for key, lines in of_org.items()
                    if start < len(lines)
                },
            )


async def set_totals(cache: Cache, totals: Mapping[str, str]) -> None:
    """Write boards of one org at once.

    Args:
        cache: the store.
        totals: by the board's key, sequence, score and member of each, at most 2,000 of them.
    """
    keys = [name for key in totals for name in (key, f"{key}:seq")]
    await cache.call("tihi_board_set", keys, list(totals.values()))


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
            xp=row.points,
            last_time=row.last_time,
            weeks=by_learner[row.learner_id],
        )
        for row in rows
    ]


async def rebuild(db: Database, cache: Cache, org: OrgId, *, now: datetime) -> int:
    """Write every board of an org from PostgreSQL; return how many totals were written.

    Live writes may go on meanwhile: whichever total is newer stays.
    """
    spans = rules.spans()
    weeks = _weeks(now)
    keys = [rules.key(org, week) for week in (None, *weeks)]
    with reachable():
        await cache.client.unlink(*keys, *(f"{key}:seq" for key in keys))

    async def page(after: LearnerId) -> list[store.Page]:
        async with db.tx(org) as tx:
            return await store.fill(tx, spans, since=weeks[-1], after=after, most=_PAGE)

    async def page_of_week(week: date, after: LearnerId) -> list[store.Page]:
        async with db.tx(org) as tx:
            return await store.fill_week(tx, spans, week=week, after=after, most=_PAGE)

    written = await _fill(cache, org, page)
    for week in weeks:
        written += await _fill(cache, org, partial(page_of_week, week))
        with reachable():
            key = rules.key(org, week)
            await cache.client.expire(key, _WEEK_LASTS_S)
            await cache.client.expire(f"{key}:seq", _WEEK_LASTS_S)
    with reachable():
        await cache.client.set(rules.ready_key(org), "1")
    return written


async def _fill(
    cache: Cache, org: OrgId, read: Callable[[LearnerId], Awaitable[list[store.Page]]]
) -> int:
    """Write page after page; while one is written, the next one is read."""
    written = 0
    pages = await read(_FIRST)
    while pages:
        written += sum(page.n for page in pages)
        totals = {rules.key(org, page.week): page.totals for page in pages if page.totals}
        pages, _ = await asyncio.gather(read(pages[0].last), _set_patiently(cache, totals))
    return written


async def _set_patiently(cache: Cache, totals: Mapping[str, str]) -> None:
    """Write totals though the store is slow at times, as when it writes its own file anew.

    Raises:
        Unavailable: it did not answer for ten seconds.
    """
    for left in reversed(range(_TRIES)):
        try:
            await set_totals(cache, totals)
        except Unavailable:
            if not left:
                raise
            await asyncio.sleep(_PAUSE_S)
        else:
            return


async def forget(cache: Cache, people: Sequence[tuple[OrgId, LearnerId]], *, now: datetime) -> None:
    """Take people who were erased off every board, for good: no later write brings them back."""
    weeks = _weeks(now)
    for org, learner in people:
        keys = [rules.key(org, week) for week in (None, *weeks)]
        await set_totals(cache, dict.fromkeys(keys, f"{_LAST_ENTRY} - {learner}"))


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
        return bool(
            await cache.client.set(f"{rules.ready_key(org)}:by", "1", nx=True, ex=_REBUILD_S)
        )
    return False


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
