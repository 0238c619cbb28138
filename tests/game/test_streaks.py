"""Streaks on the real engines: late facts, replays, the closing of days, pauses, an amnesty."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import msgspec
import pytest

from game.happen import active_on, answer, days, new, noon, record
from heard import heard
from tihi.base.chance import SeededRandom, SystemRandom
from tihi.base.ids import AccountId, LearnerId
from tihi.facts.learning import StreakKept
from tihi.game.streaks import jobs, service
from tihi.game.streaks.model import Streak, UnfitAmnesty
from tihi.people.calendar import service as calendar
from tihi.people.calendar.model import Pause, RestSpan
from tihi.platform.clock import local_date, zone
from tihi.roles import verify
from world import ZONE, School, World

MONDAY = date(2026, 9, 14)


@pytest.fixture(autouse=True)
async def restless(world: World) -> None:
    """Let the org never rest, so that every day is asked for."""
    await world.rows("UPDATE orgs SET rest_days = '{}'")


async def active(world: World, learner: LearnerId, *when: date) -> None:
    await record(world, *(active_on(world, learner, day) for day in when))
    await world.deliver()


async def night(world: World, day: date) -> None:
    """Let `day` end, and the closing job run."""
    after = datetime.combine(day + timedelta(days=1), time(0, 1), tzinfo=zone(ZONE))
    world.clock.set(after.astimezone(UTC))
    await jobs.close_days(world.here.db, None, world.org_id, world.clock)


async def streak(world: World, learner: LearnerId, today: date) -> Streak:
    async with world.here.db.tx(world.org_id) as tx:
        return await service.read(tx, learner, today=today)


async def marks(world: World, learner: LearnerId) -> dict[date, str]:
    query = "SELECT day, mark FROM streak_days WHERE learner_id = $1"
    return dict(await world.rows(query, learner))


async def told(world: World, learner: LearnerId) -> list[tuple[str, int]]:
    query = """
        SELECT data ->> 'local_date', (data ->> 'length')::int FROM facts
        WHERE subject = $1 AND type = $2 ORDER BY n
    """
    return await world.rows(query, learner, StreakKept.type)


async def test_each_day_counts_once_however_often_and_in_whatever_order_it_arrives(
    world: World,
) -> None:
    """Delivered twice and shuffled, the days and the lengths are the same (R2)."""
    one, two = await world.learner(), await world.learner("Ben")
    week = days(MONDAY, 6)
    await record(world, *(active_on(world, one, day) for day in week))
    await record(world, *(active_on(world, two, day) for day in reversed(week)))
    await world.deliver(SeededRandom("streaks", 1), times=3)
    await world.hand(await world.facts())
    found = [await streak(world, learner, week[-1]) for learner in (one, two)]

    assert [(one.length, one.longest, one.freezes) for one in found] == [(6, 6, 0)] * 2
    assert len(await told(world, one)) == 6
    assert await verify.differences(world.here, world.org_id) == []


async def test_one_batch_of_many_days_and_many_batches_of_one_say_the_same(world: World) -> None:
    learner = await world.learner()
    await active(world, learner, *days(MONDAY, 3))
    for day in days(MONDAY + timedelta(days=3), 3):
        await active(world, learner, day)

    assert max(length for _, length in await told(world, learner)) == 6
    assert (await streak(world, learner, MONDAY + timedelta(days=5))).length == 6


@pytest.mark.parametrize("change", [date(2026, 9, 27), date(2027, 4, 4)])
async def test_daylight_saving_in_auckland_neither_breaks_nor_inflates(
    world: World, change: date
) -> None:
    """Answers in every hour of three days around the change, the job every hour: 3 days (R22)."""
    learner = await world.learner()
    first = change - timedelta(days=1)
    begins = datetime.combine(first, time(0, 30), tzinfo=zone(ZONE)).astimezone(UTC)
    ends = datetime.combine(first + timedelta(days=3), time(0), tzinfo=zone(ZONE)).astimezone(UTC)
    moment = begins
    while moment < ends:
        world.clock.set(moment)
        day = local_date(moment, ZONE)
        await record(world, active_on(world, learner, day, at=3))
        await world.deliver()
        await jobs.close_days(world.here.db, None, world.org_id, world.clock)
        moment += timedelta(hours=1)
    found = await streak(world, learner, change + timedelta(days=1))

    assert (found.length, found.longest, found.active_today) == (3, 3, True)
    assert await marks(world, learner) == dict.fromkeys(days(first, 3), "active")


async def test_a_fact_two_days_late_joins_the_runs_and_says_so(world: World) -> None:
    """R22."""
    learner = await world.learner()
    await active(world, learner, *days(MONDAY, 3))
    late, after = MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)
    await night(world, late)
    await active(world, learner, after)
    assert (await streak(world, learner, after)).length == 1

    await active(world, learner, late)
    assert (await streak(world, learner, after)).length == 5
    assert (await told(world, learner))[-1] == (late.isoformat(), 5)


async def test_a_late_day_lets_a_freeze_save_what_it_could_not_before(world: World) -> None:
    """Six days and a late seventh: the freeze that it earns saves the missed eighth (R22)."""
    learner = await world.learner()
    await active(world, learner, *days(MONDAY, 6))
    seventh, eighth, ninth = days(MONDAY + timedelta(days=6), 3)
    await night(world, seventh)
    await night(world, eighth)
    await active(world, learner, ninth)
    assert (await streak(world, learner, ninth)).length == 1

    await active(world, learner, seventh)
    found = await streak(world, learner, ninth)
    assert (found.length, found.freezes) == (8, 0)
    assert (await marks(world, learner))[eighth] == "frozen"


async def test_a_missed_day_is_frozen_once_and_a_late_fact_gives_the_freeze_back(
    world: World,
) -> None:
    learner = await world.learner()
    await active(world, learner, *days(MONDAY, 7))
    missed = MONDAY + timedelta(days=7)
    for _ in range(3):
        await night(world, missed)
    found = await streak(world, learner, missed + timedelta(days=1))
    assert (found.length, found.freezes) == (7, 0)
    assert len(await heard(world, "streak_saved")) == 1

    await active(world, learner, missed)
    found = await streak(world, learner, missed + timedelta(days=1))
    assert (found.length, found.freezes) == (8, 1)


async def test_two_jobs_at_once_close_each_day_once(world: World) -> None:
    """R20."""
    learners = [await world.learner(f"Learner {n}") for n in range(20)]
    for learner in learners:
        await record(world, *(active_on(world, learner, day) for day in days(MONDAY, 7)))
    await world.deliver()
    world.clock.set(noon(MONDAY + timedelta(days=9)))
    await asyncio.gather(
        *(jobs.close_days(world.here.db, None, world.org_id, world.clock) for _ in range(6))
    )
    saved = [learner for learner, _, _ in await heard(world, "streak_saved")]

    assert sorted(saved) == sorted(learners)
    assert await verify.differences(world.here, world.org_id) == []


async def test_the_calendar_and_a_pause_carry_a_streak_and_cost_no_freeze(world: World) -> None:
    learner = await world.learner()
    await active(world, learner, *days(MONDAY, 7))
    resting = days(MONDAY + timedelta(days=7), 4)
    world.clock.set(noon(resting[0]))
    async with world.here.db.tx(world.org_id) as tx:
        holiday = RestSpan(first_day=resting[0], last_day=resting[1], label="Holiday")
        await calendar.add_holiday(
            tx, holiday, by=AccountId(learner), now=world.clock.now(), chance=SystemRandom()
        )
        pause = Pause(first_day=resting[2], last_day=resting[3])
        await calendar.pause(
            tx,
            learner,
            pause,
            today=resting[0],
            now=world.clock.now(),
            chance=SystemRandom(),
        )
    for day in resting:
        await night(world, day)
    found = await streak(world, learner, resting[-1] + timedelta(days=1))

    assert (found.length, found.freezes) == (7, 1)
    assert set((await marks(world, learner)).values()) == {"active", "paused"}


async def test_flying_over_the_date_line_counts_no_date_twice(world: World) -> None:
    """R22."""
    learner = await world.learner()
    await active(world, learner, MONDAY)
    for zone_name in ("Pacific/Honolulu", "Pacific/Pago_Pago", ZONE, "Pacific/Kiritimati"):
        for day in days(MONDAY, 2):
            await record(world, active_on(world, learner, day, zone_name=zone_name, at=20))
    await world.deliver()

    assert (await streak(world, learner, MONDAY + timedelta(days=1))).length == 2
    assert len(await told(world, learner)) == 2


async def test_an_amnesty_gives_freezes_back_and_mends_what_an_outage_broke(
    school: School, world: World
) -> None:
    saved, broken = school.learner, await world.learner("Ben")
    await active(world, saved, *days(MONDAY, 7))
    await active(world, broken, *days(MONDAY + timedelta(days=4), 3))
    outage = days(MONDAY + timedelta(days=7), 2)
    for day in outage:
        await night(world, day)
    back = outage[-1] + timedelta(days=1)
    assert (await streak(world, saved, back)).length == 0
    span = {
        "first_day": outage[0].isoformat(),
        "last_day": outage[-1].isoformat(),
        "label": "Server down",
    }
    browsers = await school.browsers()
    granted = await browsers["admin"].post("/api/v1/calendar/amnesty", span)
    assert granted == {"freezes": 1}

    await night(world, outage[-1])
    found = [await streak(world, learner, back) for learner in (saved, broken)]
    assert [(one.length, one.freezes) for one in found] == [(7, 1), (3, 0)]
    again = await browsers["admin"].post("/api/v1/calendar/amnesty", span)
    assert again == {"freezes": 0}
    assert await verify.differences(world.here, world.org_id) == []


@pytest.mark.parametrize(("first", "last"), [(0, 1), (-40, 0), (1, 1)])
async def test_an_amnesty_is_for_days_that_are_over(world: World, first: int, last: int) -> None:
    world.clock.set(noon(MONDAY))
    span = RestSpan(
        first_day=MONDAY + timedelta(days=first),
        last_day=MONDAY + timedelta(days=last),
        label="",
    )
    by, now, chance = AccountId(uuid4()), world.clock.now(), SystemRandom()
    async with world.here.db.tx(world.org_id) as tx:
        with pytest.raises(UnfitAmnesty):
            await service.pardon(tx, span, today=MONDAY, by=by, now=now, chance=chance)


@pytest.mark.parametrize("year", ["0001", "0026", "1999", "2099", "9999"])
async def test_a_mistyped_year_is_refused(school: School, year: str) -> None:
    """Every day since then would be looked at again, for everybody; a worker hung for hours."""
    school.world.clock.set(noon(MONDAY))
    admin = await school.world.browser(school.admin)
    span = {"first_day": f"{year}-01-01", "last_day": f"{year}-01-02", "label": ""}
    for path in ("/api/v1/calendar/amnesty", "/api/v1/calendar"):
        reply = await admin.send("POST", path, json=span)
        assert reply.status_code == 422, (path, reply.text)


async def test_an_amnesty_is_for_the_last_three_months(school: School) -> None:
    school.world.clock.set(noon(MONDAY))
    admin = await school.world.browser(school.admin)
    for ago, status in ((93, 422), (92, 200)):
        day = (MONDAY - timedelta(days=ago)).isoformat()
        span = {"first_day": day, "last_day": day, "label": ""}
        reply = await admin.send("POST", "/api/v1/calendar/amnesty", json=span)
        assert reply.status_code == status, reply.text


async def test_what_is_pushed_leads_from_the_old_streak_to_the_new_one(world: World) -> None:
    """Old snapshot + outcomes = fresh snapshot, over days that are kept, missed and saved."""
    learner = await world.learner()
    shown = 0
    for day, there in zip(days(MONDAY, 12), "AAAAAAA.AA..", strict=True):
        if there == "A":
            fact = msgspec.structs.replace(active_on(world, learner, day))
            await record(world, fact)
            await world.deliver()
            ((_, _, latest), *_) = await heard(world, "streak_extended")
            assert latest["local_date"] == day.isoformat()
            shown = latest["length"]
        assert (await streak(world, learner, day)).length in {shown, 0}
        await night(world, day)
        following = day + timedelta(days=1)
        fresh = await streak(world, learner, following)
        for _, _, data in (await heard(world, "streak_saved"))[:1]:
            if data["local_date"] == day.isoformat():
                assert (fresh.length, fresh.freezes) == (shown, data["freezes"])


async def test_a_fact_of_nobodys_day_is_no_day(world: World) -> None:
    """An answer alone makes no active day."""
    learner = await world.learner()
    await record(world, new(world, learner, answer()))
    await world.deliver()
    assert await marks(world, learner) == {}
