"""What can be done with streaks."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from tihi.base.chance import Random
from tihi.base.ids import AccountId, FactId, LearnerId, OrgId, derived_id
from tihi.facts.envelope import Fact, NewFact, chained
from tihi.facts.learning import StreakKept
from tihi.facts.outcomes import StreakExtended, StreakSaved
from tihi.game.streaks import rules, store
from tihi.game.streaks.model import (
    ACTIVE_DAYS_A_FREEZE,
    LONGEST_AMNESTY,
    OLDEST_AMNESTY,
    DayMark,
    LearnerStreak,
    Pardoned,
    Streak,
    UnfitAmnesty,
)
from tihi.people.calendar import service as calendar
from tihi.people.calendar.model import RestSpan
from tihi.platform.clock import local_date
from tihi.platform.consumer import Applied
from tihi.platform.db import BatchTx, Tx
from tihi.platform.log.append import append
from tihi.platform.log.outcomes import Addressed, Said, say

CONSUMER = "streaks"
SOURCE = "streaks"
_MOST_CLOSED = 500


async def read(tx: Tx, learner: LearnerId, *, today: date) -> Streak:
    """Return the streak as it stands on `today`, the learner's local date."""
    days = (await store.days(tx, [tx.org_id], [learner])).get(learner, {})
    rest = await calendar.rest(tx, learner)
    pause = await calendar.pause_of(tx, learner, today=today)
    return rules.describe(days, today, rest, pause)


async def of_learners(tx: Tx, learners: Sequence[LearnerId], *, today: date) -> list[LearnerStreak]:
    """Return the streaks of learners, for their teacher; `today` is the org's date."""
    days = await store.days(tx, [tx.org_id], learners)
    rest = await calendar.rest_of(tx, [(tx.org_id, learner) for learner in learners])
    return [
        LearnerStreak(
            learner_id=learner,
            length=rules.standing(days.get(learner, {}), today, rest[learner]),
            active_today=days.get(learner, {}).get(today) is DayMark.ACTIVE,
        )
        for learner in learners
    ]


async def apply(tx: BatchTx, facts: Sequence[Fact], *, now: datetime) -> Applied:
    """Count the days of a batch as active; say so once, however often a fact arrives.

    A day that arrives late gives those after it, as far as they are closed, another look:
    what nothing could save then may be saved now.
    """
    told = {
        (fact.subject, date.fromisoformat(str(fact.data["local_date"]))): fact for fact in facts
    }
    marks = [(fact.org_id, fact.subject, day, DayMark.ACTIVE) for (_, day), fact in told.items()]
    closed = await store.watch(tx, marks)
    changed = await store.mark(tx, marks)
    if not changed:
        return Applied(facts=[], outcomes=[], effect=None)
    causes = [told[row.learner_id, row.day] for row in changed]
    learners = sorted({(fact.org_id, fact.subject) for fact in causes})
    days = await store.days(tx, [org for org, _ in learners], [one for _, one in learners])
    rest = await calendar.rest_of(tx, learners)
    late: list[store.NewMark] = []
    saved: list[Said] = []
    for org, learner in learners:
        first = min(row.day for row in changed if row.learner_id == learner)
        made, frozen = rules.close_all(days[learner], first, closed[learner], rest[learner])
        days[learner] |= made
        late.extend((org, learner, day, mark) for day, mark in made.items())
        left = rules.freezes(days[learner])
        saved.extend(_saved(org, learner, day, left) for day in frozen)
    if late:
        await store.mark(tx, late)
    lengths = [
        rules.run_holding(days[one.learner_id], one.day, rest[one.learner_id]) for one in changed
    ]
    said = [
        _extended(fact, row.day, n) for row, fact, n in zip(changed, causes, lengths, strict=True)
    ]
    chained = [
        _kept(fact, row.day, n) for row, fact, n in zip(changed, causes, lengths, strict=True)
    ]
    new = await append(tx, chained, now=now)
    return Applied(facts=new, outcomes=await say(tx, CONSUMER, [*said, *saved]), effect=None)


def _extended(fact: Fact, day: date, length: int) -> Said:
    return Said(
        org_id=fact.org_id,
        learner_id=fact.subject,
        time=fact.time,
        cause=fact.fact_id,
        context=fact.context,
        data=StreakExtended(local_date=day.isoformat(), length=length),
        parent=fact.parent,
    )


def _kept(fact: Fact, day: date, length: int) -> NewFact:
    fact_id = FactId(derived_id(fact.org_id, fact.subject, "streak", day))
    data = StreakKept(local_date=day.isoformat(), length=length)
    return chained(fact, data, source=SOURCE, fact_id=fact_id)


async def zones(tx: Tx) -> list[str]:
    """Return the time zones in which the org's learners live."""
    return await store.zones(tx)


async def close(tx: BatchTx, one: Tx, zone: str, *, now: datetime) -> list[Addressed]:
    """Close the days that are over in `zone` for up to 500 learners; return what to tell them.

    Args:
        tx: the transaction as a batch, for the outcomes.
        one: the same transaction, bound to its org.
        zone: IANA time zone.
        now: this moment.
    """
    yesterday = local_date(now, zone) - timedelta(days=1)
    found = await store.unclosed(one, zone, yesterday=yesterday, most=_MOST_CLOSED)
    if not found:
        return []
    learners = [(row.org_id, row.learner_id) for row in found]
    days = await store.days(tx, [one.org_id], [learner for _, learner in learners])
    rest = await calendar.rest_of(tx, learners)
    marks: list[store.NewMark] = []
    said: list[Said] = []
    for row in found:
        mine = days[row.learner_id]
        made, frozen = rules.close_all(mine, row.closed_until, yesterday, rest[row.learner_id])
        marks.extend((row.org_id, row.learner_id, day, mark) for day, mark in made.items())
        left = rules.freezes(mine | made)
        said.extend(_saved(row.org_id, row.learner_id, day, left) for day in frozen)
    await store.mark(tx, marks)
    await store.close_days(one, [learner for _, learner in learners], yesterday=yesterday)
    return await say(tx, CONSUMER, said)


def _saved(org: OrgId, learner: LearnerId, day: date, left: int) -> Said:
    return Said(
        org_id=org,
        learner_id=learner,
        time=datetime.combine(day, time(12), tzinfo=UTC),
        cause=None,
        context="",
        data=StreakSaved(local_date=day.isoformat(), freezes=left),
    )


async def pardon(
    tx: Tx, span: RestSpan, *, today: date, by: AccountId, now: datetime, chance: Random
) -> Pardoned:
    """Let nobody's streak suffer from days on which the school could not be reached.

    They become days of rest for all, freezes spent on them come back, and days after them are
    looked at again. `today` is the org's date.

    Raises:
        UnfitAmnesty: the days are not over yet, are long past, or are over 31.
        UnfitPause: they end before they begin, or their label is over 80 characters.
    """
    if span.last_day > today or span.last_day - span.first_day >= LONGEST_AMNESTY:
        raise UnfitAmnesty
    if today - span.first_day > OLDEST_AMNESTY:
        raise UnfitAmnesty("that is more than three months ago")
    await calendar.add_holiday(tx, span, by=by, now=now, chance=chance)
    await store.reopen(tx, after=span.first_day - timedelta(days=1))
    given_back = await store.thaw(tx, span.first_day, span.last_day)
    return Pardoned(freezes=given_back)


async def differences(tx: Tx) -> list[tuple[str, str, str]]:
    """Return what differs from the log: subject, stored, expected.

    Every active day has its fact and every such fact its day; the log tells each day's run; and
    no more days are frozen than freezes were earned.
    """
    facts, stored = await store.active_days(tx)
    expected = {(row.learner_id, row.day) for row in facts}
    kept = {(row.learner_id, row.day) for row in stored}
    found = [
        (
            f"{learner} {day}",
            "active" if (learner, day) in kept else "not active",
            "active" if (learner, day) in expected else "not active",
        )
        for learner, day in sorted(expected ^ kept)
    ]
    found.extend(
        (f"{row.learner_id} {row.day}", "no streak.kept in the log", "one")
        for row in await store.untold(tx)
    )
    found.extend(
        (str(row.learner_id), f"{row.frozen} days frozen", f"at most {row.earned}")
        for row in await store.overspent(tx, active_days=ACTIVE_DAYS_A_FREEZE)
    )
    return found
