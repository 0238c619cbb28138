"""`tihi bench boards`: places among a million, at the store and over HTTP, and the rebuild."""

import asyncio
from contextlib import AsyncExitStack
from time import perf_counter
from typing import Any

import asyncpg
from valkey import Valkey

from bench import plain
from bench.figures import Setting, percentile, setting
from bench.stand import CLOCK, COOKIE, Stand, learners, listening, org, process, standing
from bench.worker import history, learner
from tihi.base.chance import SeededRandom, below
from tihi.base.ids import OrgId
from tihi.base.value import Value
from tihi.game.boards import rules
from tihi.game.boards import service as boards

_READS = 3_000
_PEOPLE = 50
_RATE = 100
_WARM_S = 2.0
_SECONDS = 10.0
_QUIET_TRIES = 600
_TOP = 10
_EACH_SIDE = 2


class BoardsResult(Value):
    """Times of reading a board of `members`, and of writing all boards anew.

    Attributes:
        top_p99_us: the first ten, at the store.
        around_p99_us: the first ten, somebody's place and two to each side, as the product asks
            for them: in one call of the store's function.
        http_p99_ms: the same, with names, over HTTP at 100 a second, from when each was due.
        rebuild_s: all-time and weekly boards from PostgreSQL.
    """

    top_p99_us: int
    around_p99_us: int
    http_p99_ms: float
    rebuild_s: float
    members: int
    totals: int
    top_p50_us: int
    around_p50_us: int
    http_p50_ms: float
    setting: Setting


async def run(*, members: int) -> BoardsResult:
    """Measure once."""
    async with AsyncExitStack() as stack:
        stand = await stack.enter_async_context(standing())
        parts = stand.parts
        org_id = await org(parts)
        people = await learners(parts, org_id, _PEOPLE)
        await history(stand, org_id, members)
        await _score(stand, org_id)
        await _tidied(stand)
        begun = CLOCK.monotonic()
        totals = await boards.rebuild(parts.db, parts.cache, org_id, now=parts.clock.now())
        rebuild_s = CLOCK.monotonic() - begun
        await _quiet(stand)
        top, around = await asyncio.to_thread(_at_the_store, stand, org_id, members)
        await stack.enter_async_context(process(stand, "web"))
        await listening(stand)
        cookies = [f"{COOKIE}={token}" for _, token in people]
        http = await _over_http(stand.settings.port, cookies)
    return BoardsResult(
        top_p99_us=round(percentile(top, 0.99)),
        around_p99_us=round(percentile(around, 0.99)),
        http_p99_ms=round(percentile(http, 0.99), 2),
        rebuild_s=round(rebuild_s, 2),
        members=members,
        totals=totals,
        top_p50_us=round(percentile(top, 0.5)),
        around_p50_us=round(percentile(around, 0.5)),
        http_p50_ms=round(percentile(http, 0.5), 2),
        setting=setting(),
    )


async def _score(stand: Stand, org_id: OrgId) -> None:
    """Give learners points of their own, and the people who will ask a place among them."""
    async with stand.parts.db.tx(org_id) as tx:
        connection: Any = tx.connection
        await connection.execute(
            """UPDATE reward_states SET xp = 10 + (hashtext(learner_id::text) & 65535),
                week_points = 10 + (hashtext(learner_id::text) & 4095) WHERE org_id = $1""",
            org_id,
            timeout=600,
        )
        await connection.execute(
            """INSERT INTO reward_states (org_id, learner_id, version, xp, level, entry, last_time,
                day, day_points, week, week_points, week_time)
            SELECT s.org_id, a.account_id, 1, 5000, 1, 1, s.last_time, s.day, 10, s.week, 500,
                s.week_time
            FROM accounts AS a
            CROSS JOIN (SELECT * FROM reward_states WHERE org_id = $1 LIMIT 1) AS s
            WHERE a.org_id = $1 AND a.role = 'learner'""",
            org_id,
        )


async def _tidied(stand: Stand) -> None:
    """Do now what the database does by itself some minutes after so many rows were written."""
    connection: Any = await asyncpg.connect(stand.endpoints.owner_url)
    await connection.execute("VACUUM (ANALYZE) ledger, reward_states", timeout=600)
    await connection.close()


async def _quiet(stand: Stand) -> None:
    """Wait until the store has written its own file anew, as it does after a rebuild at times."""
    client: Any = stand.parts.cache.client
    for _ in range(_QUIET_TRIES):
        if not (await client.info("persistence"))["aof_rewrite_in_progress"]:
            break
        await asyncio.sleep(0.1)


def _at_the_store(stand: Stand, org_id: OrgId, members: int) -> tuple[list[float], list[float]]:
    """Return microseconds for the first ten, and for them with somebody's surroundings."""
    client: Any = Valkey.from_url(stand.endpoints.valkey_url)
    key, ready = rules.key(org_id, None), rules.ready_key(org_id)
    chance = SeededRandom("bench boards")
    top: list[float] = []
    around: list[float] = []
    for _ in range(_READS):
        begun = perf_counter()
        client.zrevrange(key, 0, _TOP - 1, withscores=True)
        top.append((perf_counter() - begun) * 1e6)
        who = str(learner(below(chance, members)))
        begun = perf_counter()
        client.fcall("tihi_board_read", 2, key, ready, who, _TOP, _EACH_SIDE)
        around.append((perf_counter() - begun) * 1e6)
    client.close()
    return top, around


async def _over_http(port: int, cookies: list[str]) -> list[float]:
    """Return milliseconds from when each request was due."""
    lines = [await plain.connect(port) for _ in cookies]
    asked = [plain.get("/api/v1/boards/org/all", port, cookie) for cookie in cookies]
    # A server that has just begun opens its connections with the first ones who ask.
    await plain.at_a_rate(lines, asked, rate=_RATE, seconds=_WARM_S)
    took = await plain.at_a_rate(lines, asked, rate=_RATE, seconds=_SECONDS)
    for one in lines:
        one.close()
    return took
