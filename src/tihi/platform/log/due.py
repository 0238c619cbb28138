"""What is due: the lock that makes a fact count exactly once for each consumer."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from tihi.base.ids import FactId, LearnerId, OrgId
from tihi.base.value import Value
from tihi.facts.envelope import Fact, Fields
from tihi.platform.db import Batch, Database, SystemTx, Tx
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.platform.log")


class _Key(Value):
    org_id: UUID
    source: str
    fact_id: UUID


class Letter(Value):
    """A fact that a consumer gave up on, with the last error."""

    letter_id: UUID
    consumer: str
    source: str
    fact_id: UUID
    type: str
    error: str
    tries: int
    time: datetime


class Lag(Value):
    """How much is due to a consumer in an org, and since when."""

    name: str
    due: int
    oldest: datetime


class Waiting(Value):
    """How much waits for a consumer in all orgs, and how many dead letters it has."""

    consumer: str
    due: int
    oldest: datetime | None
    letters: int


class SeenWaiting(Waiting):
    """The same, as a scheduler saw it."""

    seen_at: datetime


class _Stale(Value):
    consumer: str
    tries: int
    org_id: OrgId
    source: str
    fact_id: FactId
    type: str
    subject: LearnerId
    time: datetime
    zone: str
    org_zone: str
    n: int
    local_date: date
    org_date: date
    nth_today: int
    rule_set: int
    context: str
    parent: str
    data: Fields


_TAKE = Many(_SQL["take_due"], _Key)
_FAIL = One(_SQL["fail_due"], int)
_BURY = Run(_SQL["bury"])
_LETTERS = Many(_SQL["letters"], Letter)
_EXHUME = Run(_SQL["exhume"])
_LAG = Many(_SQL["lag"], Lag)
_OWED = Many(_SQL["owed"], Fact)
_WAITS = One(_SQL["waits"], bool)
_CONSUMER_NAMES = Many(_SQL["consumer_names"], str)
_LAG_EVERYWHERE = Many(_SQL["lag_everywhere"], Waiting)
_KEEP_LAG = Run(_SQL["keep_lag"])
_SEEN_LAG = Many(_SQL["seen_lag"], SeenWaiting)
_STALE = Many(_SQL["stale"], _Stale)
_TOUCH = Run(_SQL["touch"])
_HISTORY = Many(_SQL["history"], Fact)
_HISTORY_OF = Many(_SQL["history_of"], Fact)
_REGISTER = Run(_SQL["register"])
_BACKFILLS_WAITING = Many(_SQL["backfills_waiting"], UUID)
_BOARDS_WAITING = Many(_SQL["boards_waiting"], UUID)

FIRST = UUID(int=0)
_PAGE = 5_000
_NEWEST = 200
AHEAD = timedelta(minutes=1)
"""How far ahead of now a time may lie before the clock must have stepped back."""


async def take(
    tx: Batch, consumer: str, facts: Sequence[Fact], *, owner: UUID | None = None
) -> list[Fact]:
    """Delete the due rows of `facts`; return the facts that were still due, in order.

    Only what comes back may be applied, in this very transaction.

    Args:
        tx: the transaction that applies what comes back.
        consumer: whom the facts are due to.
        facts: what was delivered, in any order and number.
        owner: a worker; facts of partitions that it does not own stay due (R10).
    """
    rows = await _TAKE(
        tx,
        consumer=consumer,
        owner=owner,
        partitions=[fact.partition for fact in facts],
        org_ids=[fact.org_id for fact in facts],
        sources=[fact.source for fact in facts],
        fact_ids=[fact.fact_id for fact in facts],
    )
    taken = {key(row) for row in rows}
    due: list[Fact] = []
    for fact in facts:
        if key(fact) in taken:
            taken.remove(key(fact))
            due.append(fact)
    return due


def key(one: Fact | _Key) -> tuple[int, int, str]:
    """Return what a fact is known by: its own number, its org's and its source."""
    # As numbers: a UUID of the standard library hashes and compares in Python.
    return one.fact_id.int, one.org_id.int, one.source


async def fail(tx: Tx, consumer: str, fact: Fact) -> int:
    """Count a failed try of `fact`; return how many there were."""
    tries = await _FAIL(tx, consumer=consumer, source=fact.source, fact_id=fact.fact_id)
    return tries or 0


async def bury(tx: Tx, consumer: str, fact: Fact, *, error: str, tries: int, now: datetime) -> None:
    """Give up on `fact` for `consumer`, visibly: it leaves what is due and becomes a letter."""
    await take(tx, consumer, [fact])
    await _BURY(
        tx,
        consumer=consumer,
        source=fact.source,
        fact_id=fact.fact_id,
        letter_id=uuid4(),
        type=fact.type,
        error=error,
        tries=tries,
        time=now,
    )


async def letters(tx: Tx) -> list[Letter]:
    """Return the org's dead letters, newest first, at most 200."""
    return await _LETTERS(tx)


async def exhume(tx: Tx, letter_id: UUID, *, now: datetime) -> bool:
    """Make a dead letter due again; return whether there was one."""
    return await _EXHUME(tx, letter_id=letter_id, since=now) == 1


async def waits(tx: Tx, consumer: str, learner: LearnerId, *, before: datetime) -> bool:
    """Return whether a fact of `learner`'s newest is due to `consumer` since before then."""
    return bool(
        await _WAITS(tx, learner_id=learner, consumer=consumer, before=before, newest=_NEWEST)
    )


async def lag(tx: Tx) -> list[Lag]:
    """Return what is due in the org, for each consumer that is owed something."""
    return await _LAG(tx)


async def owed(tx: Tx) -> list[Fact]:
    """Return facts that are due in the org to anybody, at most 5,000."""
    return await _OWED(tx, most=_PAGE)


async def consumer_names(tx: Tx) -> list[str]:
    """Return the name of every consumer there is."""
    return await _CONSUMER_NAMES(tx)


async def lag_everywhere(sweep: Database) -> list[Waiting]:
    """Return what waits in all orgs, for each consumer."""
    async with sweep.system() as tx:
        return await _LAG_EVERYWHERE(tx)


async def keep_lag(tx: SystemTx, waiting: Sequence[Waiting], *, now: datetime) -> None:
    """Keep what was seen `now`, for every process to show."""
    await _KEEP_LAG(
        tx,
        consumers=[one.consumer for one in waiting],
        dues=[one.due for one in waiting],
        oldests=[one.oldest for one in waiting],
        letters=[one.letters for one in waiting],
        seen_at=now,
    )


async def seen_lag(tx: SystemTx) -> list[SeenWaiting]:
    """Return what a scheduler last saw waiting."""
    return await _SEEN_LAG(tx)


async def stale(sweep: Database, *, before: datetime, now: datetime, most: int) -> list[Fact]:
    """Return facts due since before `before`, and mark them as tried again at `now`.

    Args:
        sweep: a database under the sweep's own role.
        before: what became due later is left to the ordinary way.
        now: when it is next worth a look.
        most: how many at most.
    """
    async with sweep.system() as tx:
        rows = await _STALE(tx, before=before, ahead=now + AHEAD, most=most)
        if rows:
            await _TOUCH(
                tx,
                since=now,
                org_ids=[row.org_id for row in rows],
                consumers=[row.consumer for row in rows],
                sources=[row.source for row in rows],
                fact_ids=[row.fact_id for row in rows],
            )
    known = {(row.org_id, row.source, row.fact_id): row for row in rows}
    return [_fact(row) for row in known.values()]


async def boards_waiting(sweep: Database, *, before: datetime, now: datetime) -> list[OrgId]:
    """Return the orgs in which boards have waited since before `before`."""
    async with sweep.system() as tx:
        found = await _BOARDS_WAITING(tx, before=before, ahead=now + AHEAD)
    return [OrgId(one) for one in found]


async def backfills_waiting(sweep: Database) -> list[OrgId]:
    """Return the orgs in which history is being counted."""
    async with sweep.system() as tx:
        return [OrgId(found) for found in await _BACKFILLS_WAITING(tx)]


def _fact(row: _Stale) -> Fact:
    whole = msgspec.structs.asdict(row)
    return msgspec.convert({k: v for k, v in whole.items() if k not in {"consumer", "tries"}}, Fact)


async def history(
    tx: Tx,
    types: Sequence[str],
    *,
    consumer: str,
    after: tuple[UUID, int] = (FIRST, 0),
    learners: Sequence[LearnerId] | None = None,
) -> list[Fact]:
    """Return up to 5,000 of the org's facts of `types` that `consumer` has applied.

    What is due or became a dead letter is not applied. They come by learner and then in the
    log's order.

    Args:
        tx: the org's transaction.
        types: as consumers are registered for them.
        consumer: its name.
        after: subject and n of the last one of the page before.
        learners: whose; None asks for everybody's.
    """
    page = {"consumer": consumer, "after_subject": after[0], "after_n": after[1], "most": _PAGE}
    if learners is None:
        return await _HISTORY(tx, types=list(types), **page)
    return await _HISTORY_OF(tx, types=list(types), learner_ids=list(learners), **page)


async def register(tx: SystemTx, consumer: str, types: Sequence[str]) -> None:
    """Owe facts of `types` to `consumer` from now on."""
    await _REGISTER(tx, name=consumer, types=list(types))
