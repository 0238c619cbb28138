"""P9: what is kept of people ends by a schedule, and sums stay right."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tihi.base.ids import AccountId, LearnerId
from tihi.people.members import service as members
from tihi.people.privacy import service as privacy
from tihi.people.retention import jobs
from tihi.people.retention import service as retention
from tihi.people.retention.model import What
from tihi.platform import bus
from tihi.platform.log import outcomes
from tihi.roles import verify
from world import School, World

DAY = timedelta(days=1)


async def tidy(world: World) -> dict[What, int]:
    parts = world.here
    return await jobs.tidy(parts.db, parts.bus.publish, world.org_id, parts.clock, parts.chance)


async def count(world: World, table: str, where: str = "true", *values: object) -> int:
    query = f"SELECT count(*) FROM {table} WHERE {where}"  # noqa: S608  # our own words
    return (await world.rows(query, *values))[0][0]


async def come_in(world: World, account: AccountId | LearnerId) -> None:
    """Let somebody sign in, as the record and a session tell."""
    await world.browser(account)


def test_every_table_of_people_has_an_age_or_a_reason() -> None:
    schedule = retention.schedule()
    ages: dict[str, Any] = {name: getattr(schedule.ages, name) for name in _ages()}
    aged = {table for age in ages.values() for table in age.tables}
    rest = [*schedule.with_account, *schedule.passing, *schedule.for_good]
    assert len(rest) == len(set(rest))
    assert aged.isdisjoint(rest)
    assert aged | set(rest) == set(privacy.kept().tables)
    assert all(age.days > 0 and age.why for age in ages.values())


def _ages() -> tuple[str, ...]:
    return type(retention.schedule().ages).__struct_fields__


def test_the_stream_is_as_old_as_the_schedule_says() -> None:
    assert retention.schedule().ages.stream.days * 86_400 == bus.MAX_AGE_S


async def test_after_400_days_what_is_too_old_is_gone_and_all_sums_hold(school: School) -> None:
    world = school.world
    await world.play(school.learner, school.lesson)
    await world.deliver()
    browser = await world.browser(school.admin)
    left = await world.learner("Left")
    await world.play(left, school.lesson)
    await world.deliver()
    await browser.send("PATCH", f"/api/v1/admin/people/{left}", json={"active": False})
    invited = await world.person("teacher", "Matua Ben", sign_in_name="ben")
    await browser.post(f"/api/v1/admin/people/{invited}/link")
    await tidy(world)
    facts, ledger = await count(world, "facts"), await count(world, "ledger")
    assert await count(world, "answers", "learner_id = $1", left)
    assert await count(world, "sessions")
    assert await count(world, "links")

    world.clock.advance(400 * DAY)
    await come_in(world, school.learner)
    removed = await tidy(world)

    assert removed[What.OUTCOMES] > 0
    assert removed[What.ANSWERS] == 1
    assert removed[What.LINKS] == 1
    assert removed[What.SESSIONS] > 0
    for table in ("answers", "attempts"):
        assert await count(world, table, "learner_id = $1", left) == 0
        assert await count(world, table, "learner_id = $1", school.learner) > 0
    assert await count(world, "outcomes") == 0
    assert await count(world, "links") == 0
    # Nobody is erased who was not warned of before, however long the machine was off.
    assert removed[What.ACCOUNTS] == 0
    assert (await count(world, "facts"), await count(world, "ledger")) == (facts, ledger)
    assert await verify.differences(world.here, world.org_id) == []
    noted = await world.rows("SELECT detail FROM security_events WHERE kind = 'retention-applied'")
    assert f"outcomes {removed[What.OUTCOMES]}" in {detail for (detail,) in noted}


async def test_it_is_done_once_a_day_of_the_school(school: School) -> None:
    world = school.world
    assert await tidy(world)
    assert await tidy(world) == {}
    # Eleven in the morning; thirteen hours later it is tomorrow in Auckland.
    world.clock.advance(timedelta(hours=12, minutes=59))
    assert await tidy(world) == {}
    world.clock.advance(timedelta(minutes=1))
    assert await tidy(world)
    world.clock.advance(-2 * DAY)
    assert await tidy(world) == {}


async def test_a_clock_that_was_years_ahead_does_not_end_it(school: School) -> None:
    """R23: what it went through then is gone, but the days after it are gone through as ever."""
    world = school.world
    now = world.clock.now()
    assert await tidy(world)
    world.clock.set(now + 3650 * DAY)
    assert await tidy(world)
    world.clock.set(now + DAY)
    assert await tidy(world)
    assert not await tidy(world)


async def test_two_schedulers_at_once_remove_each_row_once(school: School) -> None:
    """R20."""
    world = school.world
    await world.play(school.learner, school.lesson)
    await world.deliver()
    said = await count(world, "outcomes")
    world.clock.advance(100 * DAY)
    both = await asyncio.gather(tidy(world), tidy(world))
    assert sum(one.get(What.OUTCOMES, 0) for one in both) == said > 0
    assert await count(world, "outcomes") == 0


async def test_an_unused_account_is_shown_to_staff_a_month_before_it_is_erased(
    school: School,
) -> None:
    world = school.world
    await come_in(world, school.learner)
    idle = await world.learner("Idle")
    await tidy(world)
    world.clock.advance(365 * DAY)
    await come_in(world, school.learner)
    await tidy(world)
    assert await _ends(school, idle) is None
    world.clock.advance(2 * DAY)
    await tidy(world)
    ends = await _ends(school, idle)
    assert ends == (world.clock.now() + 30 * DAY).date()
    assert await _ends(school, school.learner) is None
    assert await _ends(school, school.admin) is None

    world.clock.advance(29 * DAY)
    await tidy(world)
    assert await count(world, "accounts", "account_id = $1", idle) == 1
    world.clock.advance(DAY)
    removed = await tidy(world)
    # The teacher had not been here either.
    assert removed[What.ACCOUNTS] == 2
    assert await count(world, "identities", "account_id = $1", idle) == 0
    assert await count(world, "erasures", "account_id = $1", idle) == 1
    assert await count(world, "accounts", "account_id = $1", school.learner) == 1
    assert await count(world, "accounts", "account_id = $1", school.admin) == 1
    await world.deliver()
    assert await verify.differences(world.here, world.org_id) == []


@pytest.mark.parametrize("how", ["signs in", "learns elsewhere"])
async def test_whoever_comes_back_is_not_warned_of_any_more(school: School, how: str) -> None:
    world = school.world
    await tidy(world)
    world.clock.advance(367 * DAY)
    await tidy(world)
    assert await _ends(school, school.learner) is not None
    if how == "signs in":
        await come_in(world, school.learner)
    else:
        product = await world.product("facts:write")
        passed = {
            "id": "a",
            "type": "external.quiz.passed.v1",
            "subject": str(school.learner),
            "time": world.clock.now().isoformat(),
            "data": {},
        }
        await product.post("/api/v1/facts", {"facts": [passed]})
    world.clock.advance(DAY)
    await tidy(world)
    assert await _ends(school, school.learner) is None
    assert await _ends(school, school.teacher) is not None


async def test_the_sign_in_log_ends_before_the_record_does(school: School) -> None:
    world = school.world
    browser = await world.browser(school.admin)
    await browser.sign_in(world.slug, "nobody", "not the password")
    await browser.send("PATCH", f"/api/v1/admin/people/{school.learner}", json={"active": False})
    kinds = "kind = 'sign-in-refused'", "kind = 'account-suspended'"
    left: list[list[int]] = []
    for days in (89, 2, 1095):
        world.clock.advance(days * DAY)
        # What is written today is the newest entry.
        await browser.sign_in(world.slug, "nobody", "not the password")
        await tidy(world)
        left.append([await count(world, "security_events", one) for one in kinds])
    assert left == [[2, 1], [2, 1], [1, 0]]


async def test_the_application_cannot_empty_the_record_by_the_function_either(
    school: School,
) -> None:
    """S41: what is less than 30 days older than the newest entry stays, whatever is asked for."""
    world = school.world
    browser = await world.browser(school.admin)
    await browser.send("PATCH", f"/api/v1/admin/people/{school.learner}", json={"active": False})
    before = await count(world, "security_events")
    await world.rows(
        "SELECT system.forget_events($1, $2, '{}', false, 1000)",
        world.org_id,
        world.clock.now() + 1000 * DAY,
    )
    assert await count(world, "security_events") == before > 0


async def test_nothing_of_another_school_goes(school: School, other_school: School) -> None:
    other = other_school.world
    await other.play(other_school.learner, other_school.lesson)
    await other.deliver()
    said = await count(other, "outcomes")
    school.world.clock.advance(400 * DAY)
    await tidy(school.world)
    assert await count(other, "outcomes") == said > 0


async def test_who_missed_what_is_gone_reads_all_afresh(school: School) -> None:
    """R31."""
    world = school.world
    await world.play(school.learner, school.lesson)
    await world.deliver()
    world.clock.advance(100 * DAY)
    await tidy(world)
    await world.play(school.learner, school.lesson)
    await world.deliver()
    async with world.here.db.tx(world.org_id) as tx:
        missed = await outcomes.missed(tx, school.learner, {"rewards": 1}, "")
        assert missed.snapshot
        assert missed.outcomes == []
        up_to_date = await outcomes.missed(tx, school.learner, missed.seen, missed.epoch)
        assert (up_to_date.snapshot, up_to_date.outcomes) == (False, [])


async def _ends(school: School, account: AccountId | LearnerId) -> object:
    async with school.world.here.db.tx(school.world.org_id) as tx:
        return (await members.person(tx, AccountId(account))).ends_on
