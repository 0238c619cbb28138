"""What can be done with streaks."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from tihi.base.ids import FactId, LearnerId, OrgId, derived_id
from tihi.facts.envelope import Fact, NewFact
from tihi.facts.learning import StreakKept
from tihi.facts.outcomes import StreakExtended, StreakSaved
from tihi.game.streaks import rules, store
from tihi.game.streaks.model import DayMark, LearnerStreak, Streak
from tihi.people.calendar import service as calendar
from tihi.people.calendar.model import Rest
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
    """Count the days of a batch as active; say so once, however often a fact arrives."""
    told = {
        (fact.subject, date.fromisoformat(str(fact.data["local_date"]))): fact for fact in facts
    }
    marks = [(fact.org_id, fact.subject, day, DayMark.ACTIVE) for (_, day), fact in told.items()]
    changed = await store.mark(tx, marks)
    if not changed:
        return Applied(facts=[], outcomes=[], effect=None)
    await store.begin_closing(tx, marks)
    causes = [told[row.learner_id, row.day] for row in changed]
    learners = sorted({(fact.org_id, fact.subject) for fact in causes})
    days = await store.days(tx, [org for org, _ in learners], [one for _, one in learners])
    rest = await calendar.rest_of(tx, learners)
    chained: list[NewFact] = []
    said: list[Said] = []
    for row, fact in zip(changed, causes, strict=True):
        length = rules.run_holding(days[row.learner_id], row.day, rest[row.learner_id])
        chained.append(_kept(fact, row.day, length))
        said.append(
            Said(
                org_id=fact.org_id,
                learner_id=fact.subject,
                time=fact.time,
                cause=fact.fact_id,
                context=fact.context,
                data=StreakExtended(local_date=row.day.isoformat(), length=length),
            )
        )
    new = await append(tx, chained, now=now)
    return Applied(facts=new, outcomes=await say(tx, CONSUMER, said), effect=None)


def _kept(fact: Fact, day: date, length: int) -> NewFact:
    data = StreakKept(local_date=day.isoformat(), length=length)
    return NewFact(
        org_id=fact.org_id,
        source=SOURCE,
        fact_id=FactId(derived_id(fact.org_id, fact.subject, "streak", day)),
        type=data.type,
        subject=fact.subject,
        time=fact.time,
        zone=fact.zone,
        org_zone=fact.zone,
        context=fact.context,
        parent=fact.parent,
        data=data.fields(),
        org_date=fact.org_date,
    )


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
        for mark in _closed(mine, row.closed_until, yesterday, rest[row.learner_id]):
            marks.append((row.org_id, row.learner_id, *mark))
            if mark[1] is DayMark.FROZEN:
                said.append(_saved(row.org_id, row.learner_id, mark[0], rules.freezes(mine)))
    await store.mark(tx, marks)
    await store.close_days(one, [learner for _, learner in learners], yesterday=yesterday)
    return await say(tx, CONSUMER, said)


def _closed(
    days: dict[date, DayMark], until: date, yesterday: date, rest: Rest
) -> list[tuple[date, DayMark]]:
    """Close the days after `until` in order, entering each mark into `days` as it is made."""
    marks: list[tuple[date, DayMark]] = []
    day = until + timedelta(days=1)
    while day <= yesterday:
        mark = rules.close(days, day, rest)
        if mark is not None:
            days[day] = mark
            marks.append((day, mark))
        day += timedelta(days=1)
    return marks


def _saved(org: OrgId, learner: LearnerId, day: date, left: int) -> Said:
    return Said(
        org_id=org,
        learner_id=learner,
        time=datetime.combine(day, time(12), tzinfo=UTC),
        cause=None,
        context="",
        data=StreakSaved(local_date=day.isoformat(), freezes=left),
    )


async def differences(tx: Tx) -> list[tuple[str, str, str]]:
    """Return days that differ from the log: subject, stored, expected."""
    facts, stored = await store.active_days(tx)
    expected = {(row.learner_id, row.day) for row in facts}
    kept = {(row.learner_id, row.day) for row in stored}
    return [
        (
            f"{learner} {day}",
            "active" if (learner, day) in kept else "not active",
            "active" if (learner, day) in expected else "not active",
        )
        for learner, day in sorted(expected ^ kept)
    ]
