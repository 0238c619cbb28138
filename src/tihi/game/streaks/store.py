"""Statements of streaks, typed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from tihi.base.ids import LearnerId, OrgId
from tihi.game.streaks.model import Closed, DayMark, Spent, StreakDay, Unclosed
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, Run, load

_SQL = load("tihi.game.streaks")
_DAYS = Many(_SQL["days"], StreakDay)
_MARK_DAYS = Many(_SQL["mark_days"], StreakDay)
_WATCH = Many(_SQL["watch"], Closed)
_ZONES = Many(_SQL["zones"], str)
_UNCLOSED = Many(_SQL["unclosed"], Unclosed)
_CLOSE_DAYS = Run(_SQL["close_days"])
_ACTIVE_FACTS = Many(_SQL["active_facts"], StreakDay)
_ACTIVE_DAYS = Many(_SQL["active_days"], StreakDay)
_UNTOLD = Many(_SQL["untold"], StreakDay)
_OVERSPENT = Many(_SQL["overspent"], Spent)
_THAW = Run(_SQL["thaw"])
_REOPEN = Run(_SQL["reopen"])

NewMark = tuple[OrgId, LearnerId, date, DayMark]


async def days(
    tx: Batch, orgs: Sequence[OrgId], learners: Sequence[LearnerId]
) -> dict[LearnerId, dict[date, DayMark]]:
    """Return the marks of learners by local date."""
    found: defaultdict[LearnerId, dict[date, DayMark]] = defaultdict(dict)
    for row in await _DAYS(tx, org_ids=list(orgs), learner_ids=list(learners)):
        found[row.learner_id][row.day] = row.mark
    return found


async def mark(tx: Batch, marks: Sequence[NewMark]) -> list[StreakDay]:
    """Mark days; return those that changed, so that a replay is seen as one."""
    return await _MARK_DAYS(
        tx,
        org_ids=[one[0] for one in marks],
        learner_ids=[one[1] for one in marks],
        days=[one[2] for one in marks],
        marks=[one[3].value for one in marks],
    )


async def watch(tx: Batch, marks: Sequence[NewMark]) -> dict[LearnerId, date]:
    """Let the closing job watch learners from their first active day on, and lock them.

    Returns:
        Up to which day each of them has been looked at.
    """
    rows = await _WATCH(
        tx,
        org_ids=[one[0] for one in marks],
        learner_ids=[one[1] for one in marks],
        days=[one[2] for one in marks],
    )
    return {row.learner_id: row.closed_until for row in rows}


async def zones(tx: Tx) -> list[str]:
    """Return the time zones of the org's learners."""
    return await _ZONES(tx)


async def unclosed(tx: Tx, zone: str, *, yesterday: date, most: int) -> list[Unclosed]:
    """Return learners of `zone` with days up to `yesterday` not looked at, locked."""
    return await _UNCLOSED(tx, zone=zone, yesterday=yesterday, most=most)


async def close_days(tx: Tx, learners: Sequence[LearnerId], *, yesterday: date) -> None:
    """Note that days up to `yesterday` have been looked at."""
    await _CLOSE_DAYS(tx, learner_ids=list(learners), yesterday=yesterday)


async def active_days(tx: Tx) -> tuple[list[StreakDay], list[StreakDay]]:
    """Return the org's active days: as the log says, and as they are stored."""
    return await _ACTIVE_FACTS(tx), await _ACTIVE_DAYS(tx)


async def untold(tx: Tx) -> list[StreakDay]:
    """Return active days whose run the log does not tell; at most 100."""
    return await _UNTOLD(tx)


async def overspent(tx: Tx, *, active_days: int) -> list[Spent]:
    """Return learners with more frozen days than one for every `active_days`; at most 100."""
    return await _OVERSPENT(tx, active_days=active_days)


async def thaw(tx: Tx, first_day: date, last_day: date) -> int:
    """Turn the org's frozen days into rest; return how many there were."""
    return await _THAW(tx, first_day=first_day, last_day=last_day)


async def reopen(tx: Tx, *, after: date) -> None:
    """Let the closing job look again at all days after `after`."""
    await _REOPEN(tx, after=after)
