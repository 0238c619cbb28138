"""Statements of streaks, typed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from tihi.base.ids import LearnerId, OrgId
from tihi.game.streaks.model import DayMark, StreakDay, Unclosed
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, Run, load

_SQL = load("tihi.game.streaks")
_DAYS = Many(_SQL["days"], StreakDay)
_MARK_DAYS = Many(_SQL["mark_days"], StreakDay)
_BEGIN_CLOSING = Run(_SQL["begin_closing"])
_ZONES = Many(_SQL["zones"], str)
_UNCLOSED = Many(_SQL["unclosed"], Unclosed)
_CLOSE_DAYS = Run(_SQL["close_days"])
_ACTIVE_FACTS = Many(_SQL["active_facts"], StreakDay)
_ACTIVE_DAYS = Many(_SQL["active_days"], StreakDay)

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


async def begin_closing(tx: Batch, marks: Sequence[NewMark]) -> None:
    """Let the closing job watch learners from their first active day on."""
    await _BEGIN_CLOSING(
        tx,
        org_ids=[one[0] for one in marks],
        learner_ids=[one[1] for one in marks],
        days=[one[2] for one in marks],
    )


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
