"""Does what is stored follow from the log and the ledger? `tihi verify` and `tihi rebuild`."""

from datetime import timedelta

import msgspec

from tihi.base.ids import LearnerId, OrgId
from tihi.game.achievements import service as achievements
from tihi.game.boards import service as boards
from tihi.game.boards import verifying as boards_verifying
from tihi.game.rewards import service as rewards
from tihi.game.rewards import verifying as rewards_verifying
from tihi.game.rewards.model import Difference
from tihi.game.streaks import service as streaks
from tihi.platform.db import Database, Tx
from tihi.platform.http import Parts
from tihi.platform.log import due
from tihi.roles.parts import every_org

_STALE_AFTER = timedelta(seconds=60)
_LEARNERS = 200


async def differences(parts: Parts, org: OrgId) -> list[Difference]:
    """Return what differs in an org; nothing means that all is well.

    Compared are: points with the facts and rules that brought them, state, balances, days
    and weeks with the ledger, counters and awards with the facts, boards with the totals, streaks
    with the log, and whether anything is due for over a minute or was given up on.
    """
    now = parts.clock.now()
    found: list[Difference] = []
    async with parts.db.tx(org) as tx:
        found.extend(await rewards_verifying.differences(tx))
        found.extend(await rewards_verifying.wrong_points(tx))
        found.extend(
            Difference(kind="streak", subject=subject, stored=stored, expected=expected)
            for subject, stored, expected in await streaks.differences(tx)
        )
        found.extend(await _achievements(tx))
        found.extend(
            Difference(
                kind="due",
                subject=f"{one.consumer} {one.source} {one.fact_id}",
                stored=f"given up after {one.tries} tries",
                expected="applied",
            )
            for one in await due.letters(tx)
        )
        found.extend(
            Difference(
                kind="due",
                subject=one.name,
                stored=f"{one.due} due since {one.oldest.isoformat()}",
                expected="nothing older than a minute",
            )
            for one in await due.lag(tx)
            if now - one.oldest > _STALE_AFTER
        )
    found.extend(
        Difference(kind="board", subject=subject, stored=stored, expected=expected)
        for subject, stored, expected in await boards_verifying.differences(
            parts.db, parts.cache, org, now=now
        )
    )
    return found


async def without_boards(parts: Parts) -> int:
    """Return how many orgs have no boards to compare, as the ranking store lost them."""
    lost = [
        await boards_verifying.lost(parts.db, parts.cache, org) for org in await every_org(parts)
    ]
    return sum(lost)


async def doubled(db: Database, org: OrgId) -> int:
    """Return how often an answer has more than one fact, or a fact one rule's points twice."""
    async with db.tx(org) as tx:
        found = await tx.connection.fetchval(
            """
            SELECT
                (SELECT count(*) FROM answers AS a WHERE a.org_id = $1 AND 1 <> (
                    SELECT count(*) FROM facts AS f
                    WHERE f.org_id = a.org_id AND f.fact_id = a.fact_id))
                + (SELECT count(*) FROM (
                    SELECT 1 FROM ledger WHERE org_id = $1 AND rule <> 'award'
                    GROUP BY learner_id, cause, rule HAVING count(*) > 1) AS twice)
            """,
            org,
        )
    return int(found or 0)


async def _achievements(tx: Tx) -> list[Difference]:
    found: list[Difference] = []
    after = LearnerId(due.FIRST)
    while True:
        counted = await rewards.counted(tx, after=after, most=_LEARNERS)
        if not counted:
            return found
        found.extend(
            msgspec.convert(
                {"kind": kind, "subject": subject, "stored": stored, "expected": expected},
                Difference,
            )
            for kind, subject, stored, expected in await achievements.differences(
                tx, counted, consumer=rewards.CONSUMER
            )
        )
        after = max(counted)


async def rebuild(parts: Parts) -> int:
    """Write every board of every org afresh; return how many totals were written."""
    await parts.cache.load_functions()
    written = 0
    for org in await every_org(parts):
        written += await boards.rebuild(parts.db, parts.cache, org, now=parts.clock.now())
    return written
