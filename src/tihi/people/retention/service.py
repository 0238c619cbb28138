"""What retention does. The caller owns the transaction, and comes again while there is more."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import cache
from importlib import resources

import msgspec

from tihi.base.chance import Random
from tihi.facts.envelope import Fact
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind, Note
from tihi.people.privacy import service as privacy
from tihi.people.retention import rules, store
from tihi.people.retention.model import Schedule, What
from tihi.platform.clock import local_date
from tihi.platform.db import Tx
from tihi.platform.directory import lookup

_MOST = 1_000
_MOST_ACCOUNTS = 10
"""An account is erased from some thirty tables."""


@cache
def schedule() -> Schedule:
    """Return how long everything stays, as it ships."""
    text = resources.files("tihi").joinpath("content/retention.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=Schedule)


async def owed(tx: Tx, *, now: datetime) -> date | None:
    """Return the org's day, unless it has been gone through already."""
    found = await store.day(tx)
    if found is None:
        return None
    today = local_date(now, found.zone)
    return today if rules.owed(found.tidied_on, today) else None


async def finish(tx: Tx, today: date) -> None:
    """Keep that the org has been gone through."""
    await store.tidied(tx, today, last_credible=rules.last_credible(today))


async def look(tx: Tx, *, now: datetime, chance: Random) -> None:
    """Keep who used their account and who left; warn of accounts that nobody uses."""
    ages = schedule().ages
    await store.note_use(tx, rules.USES, since=rules.before(ages.sign_ins, now))
    await store.note_learning(tx, before=rules.warned_from(ages, now))
    await store.note_left(tx, now=now)
    warned = await store.warn(tx, before=rules.warned_from(ages, now), now=now)
    if warned:
        note = Note(kind=Kind.UNUSED_WARNED, detail=f"{What.ACCOUNTS.value} {warned}")
        await audit.note(tx, note, now=now, chance=chance)


async def remove(tx: Tx, what: What, *, now: datetime) -> tuple[int, bool]:
    """Remove some of what is too old; return how many rows, and whether there may be more."""
    gone = await _REMOVES[what](tx, now)
    return gone, gone == _MOST


async def _sessions(tx: Tx, now: datetime) -> int:
    before = rules.before(schedule().ages.sign_ins, now)
    ended = await store.end_sessions(tx, before=before, most=_MOST)
    await lookup.end_sessions(tx, ended)
    return len(ended)


async def _links(tx: Tx, now: datetime) -> int:
    before = rules.before(schedule().ages.sign_ins, now)
    ended = await store.end_links(tx, before=before, most=_MOST)
    await lookup.end_links(tx, ended)
    return len(ended)


async def _sign_ins(tx: Tx, now: datetime) -> int:
    before = rules.before(schedule().ages.sign_ins, now)
    return await store.forget_events(tx, rules.SIGN_INS, of_kinds=True, before=before, most=_MOST)


async def _record(tx: Tx, now: datetime) -> int:
    before = rules.before(schedule().ages.record, now)
    return await store.forget_events(tx, rules.SIGN_INS, of_kinds=False, before=before, most=_MOST)


async def _outcomes(tx: Tx, now: datetime) -> int:
    before = rules.before(schedule().ages.outcomes, now)
    return await store.forget_outcomes(tx, before=before, most=_MOST)


async def _answers(tx: Tx, now: datetime) -> int:
    before = rules.before(schedule().ages.answers, now)
    return await store.forget_answers(tx, before=before, most=_MOST)


_REMOVES: dict[What, Callable[[Tx, datetime], Awaitable[int]]] = {
    What.SESSIONS: _sessions,
    What.LINKS: _links,
    What.SIGN_INS: _sign_ins,
    What.RECORD: _record,
    What.OUTCOMES: _outcomes,
    What.ANSWERS: _answers,
}
BY_AGE = tuple(_REMOVES)


async def end_unused(tx: Tx, *, now: datetime, chance: Random) -> tuple[int, bool, list[Fact]]:
    """Erase some accounts that nobody used and that were warned of for long enough.

    Returns:
        How many, whether there may be more, and the facts to publish after the commit.
    """
    ages = schedule().ages
    found = await store.unused(
        tx,
        before=rules.before(ages.unused, now),
        warned_before=rules.before(ages.warning, now),
        most=_MOST_ACCOUNTS,
    )
    facts: list[Fact] = []
    # In the order in which a batch of answers locks its learners.
    for account in sorted(found):
        facts.extend(await privacy.erase_unused(tx, account, now=now, chance=chance))
    return len(found), len(found) == _MOST_ACCOUNTS, facts


async def note(tx: Tx, what: What, gone: int, *, now: datetime, chance: Random) -> None:
    """Put into the record how much went."""
    entry = Note(kind=Kind.RETENTION_APPLIED, detail=f"{what.value} {gone}")
    await audit.note(tx, entry, now=now, chance=chance)
