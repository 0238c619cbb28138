"""Statements of retention, typed."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from tihi.base.ids import AccountId, SessionId
from tihi.base.value import Value
from tihi.people.audit.model import Kind
from tihi.platform.db import Tx
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.people.retention")


class Day(Value):
    """An org's zone, and up to which day it has been gone through."""

    zone: str
    tidied_on: date | None


_TODAY = One(_SQL["today"], Day)
_TIDIED = Run(_SQL["tidied"])
_NOTE_USE = Run(_SQL["note_use"])
_NOTE_LEARNING = Run(_SQL["note_learning"])
_NOTE_LEFT = Run(_SQL["note_left"])
_UNWARN = Run(_SQL["unwarn"])
_WARN = Run(_SQL["warn"])
_UNUSED = Many(_SQL["unused"], UUID)
_END_SESSIONS = Many(_SQL["end_sessions"], UUID)
_END_LINKS = Many(_SQL["end_links"], UUID)
_FORGET_EVENTS = One(_SQL["forget_events"], int)
_FORGET_OUTCOMES = Run(_SQL["forget_outcomes"])
_FORGET_ANSWERS = One(_SQL["forget_answers"], int)


async def day(tx: Tx) -> Day | None:
    """Return where the org is in its days."""
    return await _TODAY(tx)


async def tidied(tx: Tx, today: date, *, last_credible: date) -> None:
    """Keep that the org has been gone through today; a day after `last_credible` is put right."""
    await _TIDIED(tx, today=today, last_credible=last_credible)


async def note_use(tx: Tx, uses: Collection[Kind], *, since: datetime) -> None:
    """Keep when accounts were last used, by sessions and by entries of these kinds since then."""
    await _NOTE_USE(tx, uses=[kind.value for kind in uses], since=since)


async def note_learning(tx: Tx, *, before: datetime) -> None:
    """Keep the time of the newest fact of accounts that were last used before then."""
    await _NOTE_LEARNING(tx, before=before)


async def note_left(tx: Tx, *, now: datetime) -> None:
    """Keep since when accounts are closed."""
    await _NOTE_LEFT(tx, now=now)


async def warn(tx: Tx, *, before: datetime, now: datetime) -> int:
    """Warn of accounts last used before then, and of no others; return how many are new."""
    await _UNWARN(tx, before=before)
    return await _WARN(tx, before=before, now=now)


async def unused(
    tx: Tx, *, before: datetime, warned_before: datetime, most: int
) -> list[AccountId]:
    """Return and lock accounts last used before then that have been warned of for long enough."""
    found = await _UNUSED(tx, before=before, warned_before=warned_before, most=most)
    return [AccountId(one) for one in found]


async def end_sessions(tx: Tx, *, before: datetime, most: int) -> list[SessionId]:
    """Delete sessions that ended before then; return which."""
    return [SessionId(one) for one in await _END_SESSIONS(tx, before=before, most=most)]


async def end_links(tx: Tx, *, before: datetime, most: int) -> list[UUID]:
    """Delete links that ended before then; return which."""
    return await _END_LINKS(tx, before=before, most=most)


async def forget_events(
    tx: Tx, kinds: Collection[Kind], *, of_kinds: bool, before: datetime, most: int
) -> int:
    """Delete entries of the record, of these kinds or of all others; return how many."""
    found = await _FORGET_EVENTS(
        tx, kinds=[kind.value for kind in kinds], of_kinds=of_kinds, before=before, most=most
    )
    return found or 0


async def forget_outcomes(tx: Tx, *, before: datetime, most: int) -> int:
    """Delete outcomes of things that happened before then; return how many."""
    return await _FORGET_OUTCOMES(tx, before=before, most=most)


async def forget_answers(tx: Tx, *, before: datetime, most: int) -> int:
    """Delete attempts of people who left before then, with steps and answers; return how many."""
    return await _FORGET_ANSWERS(tx, before=before, most=most) or 0
