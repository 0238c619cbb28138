"""Boards of many: written anew page by page, written late in pieces, scored alike everywhere."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from valkey.asyncio import Valkey

from tihi.base.ids import LearnerId
from tihi.base.problem import Unavailable
from tihi.game.boards import rules, service, store, verifying
from tihi.game.boards.model import Board, Standing, Totals, WeekPoints
from tihi.platform.cache import Cache
from tihi.platform.db import Tx
from world import World

MANY = 9_000
"""More than a few pages, and more than one call of the store's function takes."""
TIMES = st.datetimes(datetime(2019, 12, 1), datetime(2106, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # made aware by `timezones`

Take = Callable[[bytes], Awaitable[None]]


def someone(number: int) -> LearnerId:
    return LearnerId(UUID(int=(0xA << 120) + number))


async def scored(world: World, learners: int) -> None:
    """Give learners points in this week, and every third of them some in the week before."""
    now = world.clock.now()
    week = rules.week_of(now.date())
    async with world.here.db.tx(world.org_id) as tx:
        connection: Any = tx.connection
        await connection.execute(
            """INSERT INTO reward_states (org_id, learner_id, version, xp, level, entry, last_time,
                day, day_points, week, week_points, week_time)
            SELECT $1, ('0a000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, n * 7, 1,
                2, $2::timestamptz - n * interval '7 ms', $3, 1, $3, n % 50 + 1,
                $2::timestamptz - n * interval '3 ms'
            FROM generate_series(1, $4::int) AS n""",
            world.org_id,
            now,
            week,
            learners,
        )
        await connection.execute(
            """INSERT INTO reward_weeks (org_id, learner_id, week, points, last_time)
            SELECT org_id, learner_id, $2::date - 7, 9, $3::timestamptz - interval '7 days'
            FROM reward_states WHERE org_id = $1 AND xp % 3 = 0""",
            world.org_id,
            week,
            now,
        )


async def members(world: World, week: date | None) -> int:
    return int(await world.here.cache.client.zcard(rules.key(world.org_id, week)))


async def test_boards_of_many_are_written_anew(world: World) -> None:
    await scored(world, MANY)
    here, now = world.here, world.clock.now()
    this_week = rules.week_of(now.date())
    assert await service.rebuild(here.db, here.cache, world.org_id, now=now) == MANY * 7 // 3
    assert await members(world, None) == MANY
    assert await members(world, this_week) == MANY
    assert await members(world, this_week - timedelta(weeks=1)) == MANY // 3
    assert await members(world, this_week - timedelta(weeks=2)) == 0
    assert await verifying.differences(here.db, here.cache, world.org_id, now=now) == []


async def test_a_page_of_erased_people_ends_nothing(world: World) -> None:
    await scored(world, MANY)
    here, now = world.here, world.clock.now()
    async with here.db.tx(world.org_id) as tx:
        connection: Any = tx.connection
        await connection.execute(
            """INSERT INTO erasures (org_id, account_id, erased_at)
            SELECT org_id, learner_id, $2 FROM reward_states
            WHERE org_id = $1 AND xp <= 7 * 4500""",
            world.org_id,
            now,
        )
    await service.rebuild(here.db, here.cache, world.org_id, now=now)
    assert await members(world, None) == MANY - 4_500
    assert await verifying.differences(here.db, here.cache, world.org_id, now=now) == []


async def test_boards_that_waited_are_written_in_pieces(world: World) -> None:
    """What a store that was away left to be written may be more than one call takes."""
    await scored(world, MANY)
    here, now = world.here, world.clock.now()
    await service.rebuild(here.db, here.cache, world.org_id, now=now)
    async with here.db.tx(world.org_id) as tx:
        connection: Any = tx.connection
        await connection.execute(
            "UPDATE reward_states SET xp = xp + 1, entry = 3 WHERE org_id = $1", world.org_id
        )
    desk = service.Desk(here.cache)
    standings = [_standing(world, number) for number in range(1, MANY + 1)]
    async with here.db.batch([world.org_id]) as tx:
        for start in range(0, MANY, 1_000):
            await desk.owe(tx, standings[start : start + 1_000], now=now)
    late = now + timedelta(minutes=1)
    assert await service.write_waiting(here.db, here.cache, world.org_id, now=late) == MANY
    assert await verifying.differences(here.db, here.cache, world.org_id, now=now) == []


def _standing(world: World, number: int) -> Standing:
    now = world.clock.now()
    week = WeekPoints(week=rules.week_of(now.date()), points=1, last_time=now)
    return Standing(
        org_id=world.org_id,
        learner_id=someone(number),
        entry=3,
        fell=False,
        xp=1,
        last_time=now,
        weeks=[week],
    )


async def test_an_older_page_takes_nothing_back(world: World) -> None:
    """A total that was written while a page was being read is newer than the page."""
    await scored(world, 10)
    here, now = world.here, world.clock.now()
    await service.rebuild(here.db, here.cache, world.org_id, now=now)
    key = rules.key(world.org_id, None)
    far = 2**50
    totals = Totals(grown=f"{far} {someone(1)} 1 {someone(2)}")
    await service.set_totals(here.cache, {key: totals})
    client = here.cache.client
    assert await client.zscore(key, str(someone(1))) == far
    assert await client.zscore(key, str(someone(2))) != 1


async def test_who_fell_stands_on_rebuilt_boards_and_older_totals_pass_them_over(
    world: World,
) -> None:
    await scored(world, MANY)
    here, now = world.here, world.clock.now()
    async with here.db.tx(world.org_id) as tx:
        connection: Any = tx.connection
        await connection.execute(
            "UPDATE reward_states SET fell = true WHERE org_id = $1 AND xp % 2 = 0", world.org_id
        )
    written = await service.rebuild(here.db, here.cache, world.org_id, now=now)
    assert written == MANY * 7 // 3
    assert await verifying.differences(here.db, here.cache, world.org_id, now=now) == []
    older = {one: msgspec.structs.replace(_standing(world, one), xp=2**30) for one in (2, 3)}
    desk = service.Desk(here.cache)
    async with here.db.batch([world.org_id]) as tx:
        write = await desk.owe(tx, list(older.values()), now=now)
    await write()
    found = await verifying.differences(here.db, here.cache, world.org_id, now=now)
    assert {str(someone(3))} == {subject.split()[1] for subject, _, _ in found}


async def test_a_store_that_goes_while_boards_are_written_leaves_the_database_usable(
    world: World,
) -> None:
    await scored(world, MANY)
    here, now = world.here, world.clock.now()

    async def refuse(_lines: bytes) -> None:
        raise Unavailable("the ranking store does not answer")

    for _ in range(20):
        with pytest.raises(Unavailable):
            async with here.db.tx(world.org_id) as tx:
                await store.fill(tx, refuse, rules.spans(), None)
    assert await service.rebuild(here.db, here.cache, world.org_id, now=now) == MANY * 7 // 3


@given(
    totals=st.lists(
        st.tuples(st.integers(-100, 2**31), TIMES, st.integers(0, 5_000)), min_size=1, max_size=50
    )
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_the_database_scores_as_the_rules_do(
    world: World, totals: list[tuple[int, datetime, int]]
) -> None:
    spans = rules.spans()
    weeks = [date(2020, 1, 6) + timedelta(weeks=n) for _, _, n in totals]
    async with world.here.db.tx(world.org_id) as tx:
        connection: Any = tx.connection
        rows = await connection.fetch(
            """SELECT
                board_score(points, time, $4, $5) AS all_time,
                board_score(points, time, (week - DATE '1970-01-01') * 86400000000 - $6, $7) AS week
            FROM unnest($1::bigint[], $2::timestamptz[], $3::date[]) AS k (points, time, week)""",
            [points for points, _, _ in totals],
            [time for _, time, _ in totals],
            weeks,
            *spans.values(),
        )
    assert [(row["all_time"], row["week"]) for row in rows] == [
        (rules.all_time_score(points, time), rules.week_score(points, time, week))
        for (points, time, _), week in zip(totals, weeks, strict=True)
    ]


async def test_a_place_in_the_middle_shows_two_to_each_side(world: World) -> None:
    await scored(world, MANY)
    here, now = world.here, world.clock.now()

    async def read(number: int) -> Board:
        async with here.db.tx(world.org_id) as tx:
            return await service.read(
                tx,
                here.cache,
                someone(number),
                scope="org",
                period="all",
                class_id=None,
                today=now.date(),
            )

    before = await read(1)
    assert (before.updating, before.top, before.members) == (True, [], 0)
    await service.rebuild(here.db, here.cache, world.org_id, now=now)
    # Whoever has the higher number has more points.
    middle = await read(MANY - 4_999)
    assert [one.place for one in middle.top] == list(range(1, 11))
    assert [one.place for one in middle.around] == [4_998, 4_999, 5_000, 5_001, 5_002]
    assert [one.you for one in middle.around] == [False, False, True, False, False]
    assert middle.around[2].xp == 7 * (MANY - 4_999)
    assert middle.members == MANY
    last, tenth, stranger = await read(1), await read(MANY - 9), await read(0)
    assert [one.place for one in last.around] == [MANY - 2, MANY - 1, MANY]
    assert (tenth.around, tenth.top[9].you) == ([], True)
    assert (stranger.around, len(stranger.top)) == ([], 10)


async def test_while_the_store_is_away_a_board_says_that_it_is_updating(world: World) -> None:
    """R14."""
    here = world.here
    away = Cache(Valkey.from_url("valkey://127.0.0.1:1", socket_connect_timeout=0.2))
    async with here.db.tx(world.org_id) as tx:
        board = await service.read(
            tx,
            away,
            someone(1),
            scope="org",
            period="all",
            class_id=None,
            today=world.clock.now().date(),
        )
    assert (board.updating, board.top, board.around, board.members) == (True, [], [], 0)
    assert not await service.claim_rebuild(away, world.org_id)
    await away.close()


async def test_who_falls_or_is_erased_while_boards_are_written_does_not_come_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database read them a moment before: the store is handed what they had then."""
    await scored(world, MANY)
    here, now = world.here, world.clock.now()
    fell, erased = someone(MANY), someone(MANY - 1)
    fill = store.fill

    async def filled(tx: Tx, take: Take, spans: Mapping[str, int], week: date | None) -> None:
        lines = bytearray()

        async def keep(some: bytes) -> None:
            lines.extend(some)

        await fill(tx, keep, spans, week)
        if week is None:
            await _leave(world, fell, erased)
        await take(bytes(lines))

    monkeypatch.setattr(store, "fill", filled)
    await service.rebuild(here.db, here.cache, world.org_id, now=now)
    assert await verifying.differences(here.db, here.cache, world.org_id, now=now) == []
    client = here.cache.client
    key = rules.key(world.org_id, None)
    assert rules.points_of(await client.zscore(key, str(fell)) or 0) == 1
    assert await client.zscore(key, str(erased)) is None


async def _leave(world: World, fell: LearnerId, erased: LearnerId) -> None:
    """Take points of one, erase the other, and write both on their boards as it is done live."""
    now = world.clock.now()
    async with world.here.db.tx(world.org_id) as tx:
        connection: Any = tx.connection
        await connection.execute(
            """UPDATE reward_states SET xp = 1, week_points = 1, last_time = $3, week_time = $3,
                entry = 3, fell = true WHERE org_id = $1 AND learner_id = $2""",
            world.org_id,
            fell,
            now,
        )
        await connection.execute(
            "INSERT INTO erasures (org_id, account_id, erased_at) VALUES ($1, $2, $3)",
            world.org_id,
            erased,
            now,
        )
    standing = msgspec.structs.replace(_standing(world, MANY), fell=True)
    await service.set_totals(world.here.cache, rules.totals([standing]))
    await service.forget(world.here.cache, [(world.org_id, erased)], now=now)


async def test_nobody_reads_boards_that_are_being_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor writes them anew beside the one who does."""
    await scored(world, 10)
    here, now = world.here, world.clock.now()
    await service.rebuild(here.db, here.cache, world.org_id, now=now)
    seen: list[bool] = []
    fill = store.fill

    async def filled(tx: Tx, take: Take, spans: Mapping[str, int], week: date | None) -> None:
        seen.append(await service.ready(here.cache, world.org_id))
        seen.append(await service.claim_rebuild(here.cache, world.org_id))
        await fill(tx, take, spans, week)

    monkeypatch.setattr(store, "fill", filled)
    await service.rebuild(here.db, here.cache, world.org_id, now=now)
    assert set(seen) == {False}
    assert await service.ready(here.cache, world.org_id)
