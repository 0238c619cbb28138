"""What can be done with facts from outside."""

from collections.abc import Sequence
from datetime import datetime

from asyncpg import UniqueViolationError

from tihi.base.chance import Random
from tihi.base.ids import AccountId, LearnerId
from tihi.facts.envelope import NewFact
from tihi.facts.learning import DAY_SOURCE, DayActive, day_id
from tihi.people.accounts import service as accounts
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind, Note
from tihi.people.orgs import service as orgs
from tihi.platform.clock import local_date, zone
from tihi.platform.db import Tx
from tihi.platform.log.append import append
from tihi.reach.external import rules, store
from tihi.reach.external.model import (
    ActivityTypes,
    NewExternal,
    OtherBody,
    StoredFact,
    Taken,
    TakenBatch,
    TakenFact,
    UnknownLearner,
)

_MOST_READ = 100


async def take(
    tx: Tx, source: str, batch: Sequence[NewExternal], *, now: datetime, parent: str
) -> Taken:
    """Log a batch, all of it or none; what is known word for word adds nothing.

    Args:
        tx: the transaction of the key's org.
        source: the key's.
        batch: as it was sent.
        now: by which the window and lateness are judged.
        parent: the trace that the batch came in, or ''.

    Raises:
        UnfitFact, OutOfWindow, TooManyFacts, UnknownLearner: as they say.
        OtherBody: an id belongs to a fact that says something else.
            Where one fact is to blame, `index` says which, from 0.
    """
    rules.check_size(len(batch))
    rules.check_each(batch, now)
    zones = await accounts.learner_zones(tx, [AccountId(one.subject) for one in batch])
    for index, one in enumerate(batch):
        if one.subject not in zones:
            raise UnknownLearner(index=index)
    org = await orgs.read(tx)
    new = [
        NewFact(
            org_id=tx.org_id,
            source=source,
            fact_id=rules.fact_id(tx.org_id, source, one.id),
            type=one.type,
            subject=LearnerId(one.subject),
            time=one.time,
            zone=zones[AccountId(one.subject)],
            org_zone=org.zone,
            context="",
            parent=parent,
            data=rules.fields(one, late=rules.is_late(one.time, now)),
        )
        for one in batch
    ]
    try:
        logged = await append(tx, new, now=now)
    except UniqueViolationError as error:
        # Two batches at once gave one id to two learners.
        raise OtherBody from error
    stored = await store.stored(tx, source, [fact.fact_id for fact in new])
    for index, (one, fact) in enumerate(zip(batch, new, strict=True)):
        if not rules.same(one, stored[fact.fact_id]):
            raise OtherBody(index=index)
    added = {fact.fact_id for fact in logged}
    active = [
        _day(fact) for fact in new if fact.fact_id in added and fact.type in org.activity_types
    ]
    return Taken(
        reply=TakenBatch(
            facts=[
                TakenFact(
                    id=one.id,
                    fact_id=fact.fact_id,
                    known=fact.fact_id not in added,
                    late=bool(stored[fact.fact_id].data["late"]),
                )
                for one, fact in zip(batch, new, strict=True)
            ]
        ),
        facts=[*logged, *await append(tx, active, now=now)],
    )


def _day(fact: NewFact) -> NewFact:
    """Return the fact that the day's minimum was met; the log takes it once a day."""
    day = local_date(fact.time, fact.zone)
    data = DayActive(
        local_date=day.isoformat(),
        hour=fact.time.astimezone(zone(fact.zone)).hour,
        weekday=day.isoweekday(),
    )
    return NewFact(
        org_id=fact.org_id,
        source=DAY_SOURCE,
        fact_id=day_id(fact.org_id, fact.subject, day),
        type=data.type,
        subject=fact.subject,
        time=fact.time,
        zone=fact.zone,
        org_zone=fact.org_zone,
        context="",
        parent=fact.parent,
        data=data.fields(),
    )


async def newest(tx: Tx, source: str, learner: LearnerId) -> list[StoredFact]:
    """Return what the log holds from `source` about a learner, newest first, at most 100."""
    return await store.newest(tx, source, [learner], most=_MOST_READ)


async def activity_types(tx: Tx) -> ActivityTypes:
    """Return which types meet the org's daily minimum."""
    return ActivityTypes(types=(await orgs.read(tx)).activity_types)


async def set_activity_types(
    tx: Tx, chosen: ActivityTypes, *, by: AccountId, now: datetime, chance: Random
) -> ActivityTypes:
    """Let these types meet the org's daily minimum from now on.

    Raises:
        UnfitFact: one cannot be a type of another product.
    """
    types = rules.check_types(chosen.types)
    await orgs.set_activity_types(tx, types)
    note = Note(kind=Kind.SETTINGS_CHANGED, actor=by, detail="activity types")
    await audit.note(tx, note, now=now, chance=chance)
    return ActivityTypes(types=types)
