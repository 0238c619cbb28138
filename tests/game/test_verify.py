"""`tihi verify` finds a fault in whatever is stored, and nothing where there is none (R7)."""

from datetime import timedelta
from typing import Any

import pytest

from game.test_backfills import filler, pack
from tihi.game.boards import rules as boards
from tihi.platform.engines import Endpoints
from tihi.platform.engines.roles import connect
from tihi.roles import verify
from world import School, World

ONE = "(SELECT learner_id FROM reward_states WHERE entry > 3 LIMIT 1)"
FAULTS = [
    ("state", "UPDATE reward_states SET xp = xp + 1"),
    ("state", "UPDATE reward_states SET entry = entry + 1"),
    ("state", "UPDATE reward_states SET last_time = last_time + interval '1 second'"),
    ("state", f"DELETE FROM reward_states WHERE learner_id = {ONE}"),  # noqa: S608  # our own
    ("level", "UPDATE reward_states SET level = level + 1"),
    ("day", "UPDATE reward_states SET day_points = day_points + 1"),
    ("week", "UPDATE reward_states SET week_points = week_points + 1"),
    ("week", "UPDATE reward_states SET week_time = week_time - interval '1 second'"),
    ("week", "UPDATE reward_weeks SET points = points - 1"),
    ("week", "DELETE FROM reward_weeks"),
    ("balance", "UPDATE ledger SET balance = balance + 1 WHERE entry = 2"),
    ("points", "UPDATE ledger SET points = points + 1 WHERE rule <> 'award' AND entry = 2"),
    ("points", "DELETE FROM ledger WHERE rule = 'correct-answer' AND entry = 1"),
    ("points", "DELETE FROM ledger WHERE rule = 'reverse:correct-answer'"),
    ("points", "UPDATE ledger SET points = points + 1 WHERE rule = 'reverse:correct-answer'"),
    ("points", "UPDATE ledger SET rule = 'reverse:x' WHERE rule = 'reverse:correct-answer'"),
    ("points", "UPDATE ledger SET rule = 'made-up' WHERE rule = 'first-mastery'"),
    ("award", "UPDATE ledger SET points = points + 1 WHERE rule = 'award'"),
    ("award", "DELETE FROM ledger WHERE rule = 'award'"),
    ("award", "DELETE FROM awards WHERE achievement = 'climber'"),
    (
        "award",
        f"""
        INSERT INTO awards
        SELECT org_id, {ONE}, 'levels', 3, 1, cause, time FROM awards LIMIT 1
        """,  # noqa: S608  # likewise
    ),
    (
        "counter",
        """
        UPDATE achievement_sheets SET sheet = jsonb_set(sheet::jsonb, '{counts}', (
            SELECT jsonb_object_agg(key, value::text::float + 1)
            FROM jsonb_each(sheet::jsonb -> 'counts')
        ))::json WHERE sheet::jsonb -> 'counts' <> '{}'
        """,
    ),
    ("counter", "UPDATE achievement_sheets SET sheet = (sheet::jsonb - 'seen')::json"),
    (
        "counter",
        """
        UPDATE achievement_sheets SET sheet = replace(sheet::text, '":1.0}', '":7.0}')::json
        WHERE sheet::jsonb -> 'spans' <> '{}'
        """,
    ),
    ("counter", "DELETE FROM achievement_sheets"),
    ("award", "UPDATE achievement_sheets SET sheet = (sheet::jsonb - 'held')::json"),
    ("streak", "DELETE FROM streak_days"),
    ("streak", "UPDATE streak_days SET day = day - 1"),
    ("streak", "UPDATE streak_days SET mark = 'paused'"),
    (
        "streak",
        """
        INSERT INTO streak_days
        SELECT org_id, learner_id, day - 40, 'frozen' FROM streak_days LIMIT 1
        """,
    ),
    ("streak", "DELETE FROM facts WHERE type = 'streak.kept.v1'"),
    (
        "due",
        """
        INSERT INTO due SELECT org_id, 'rewards', source, fact_id, time - interval '2 minutes'
        FROM facts LIMIT 1
        """,
    ),
    (
        "due",
        """
        INSERT INTO dead_letters
        SELECT org_id, 'streaks', source, fact_id, fact_id, type, 'E', 5, time FROM facts LIMIT 1
        """,
    ),
]


@pytest.fixture
async def played(school: School) -> World:
    """A school with two learners who played for two weeks, and an achievement from history."""
    world = school.world
    other = await world.learner("Ben")
    for _ in range(2):
        await world.play(school.learner, school.lesson, lambda step: step % 3 != 0)
        await world.play(other, school.lesson)
        await world.deliver()
        world.clock.advance(timedelta(days=7))
    await world.apply(pack())
    await filler(world).fill(world.org_id)
    answers = await world.play(other, school.lesson, lambda step: step != 1)
    await world.deliver()
    await world.correct(other, answers[0].fact_id, 1, by=school.teacher)
    await world.correct(other, answers[0].fact_id, 0.5, by=school.teacher)
    await world.deliver()
    assert await verify.rebuild(world.here)
    assert await verify.differences(world.here, world.org_id) == []
    return world


async def broken(endpoints: Endpoints, world: World, fault: str) -> str:
    """Do what the application may not, as the owner of the tables; return what was said."""
    connection: Any = await connect(endpoints.owner_url)
    try:
        async with connection.transaction():
            await connection.execute(
                "SELECT set_config('tihi.orgs', $1, true)", f"{{{world.org_id}}}"
            )
            return await connection.execute(fault)
    finally:
        await connection.close()


@pytest.mark.parametrize(("kind", "fault"), FAULTS)
async def test_a_fault_in_a_table_is_found(
    endpoints: Endpoints, played: World, kind: str, fault: str
) -> None:
    assert not (await broken(endpoints, played, fault)).endswith(" 0")
    found = await verify.differences(played.here, played.org_id)

    assert kind in {one.kind for one in found}
    assert [one for one in found if one.stored == one.expected] == []


async def test_a_state_that_is_gone_is_told_as_nothing(endpoints: Endpoints, played: World) -> None:
    await broken(endpoints, played, "DELETE FROM reward_states")
    found = await verify.differences(played.here, played.org_id)

    assert {one.stored for one in found if one.kind == "state"} == {"nothing"}


async def test_a_fault_on_a_board_is_found(played: World, school: School) -> None:
    key = boards.key(played.org_id, None)
    await played.here.cache.client.zincrby(key, 1, str(school.learner))
    found = await verify.differences(played.here, played.org_id)

    assert [one.kind for one in found] == ["board"]


async def test_every_table_of_the_game_has_its_fault(played: World) -> None:
    """A new table of the game asks for a look here."""
    query = """
        SELECT table_name FROM information_schema.tables
        WHERE table_schema = 'public' AND table_name ~ '^(ledger|reward|achievement|award|streak)'
    """
    tables = {name for (name,) in await played.rows(query)}
    faults = " ".join(fault for _, fault in FAULTS)

    # Up to where days are closed follows from nothing that is stored.
    assert {name for name in tables if name not in faults} == {"streak_closes"}


async def test_the_applications_role_can_change_no_ledger_entry(played: World) -> None:
    """R6; `tests/contracts/test_sql.py` tries the same on the log and the awards."""
    for fault in ("UPDATE ledger SET points = 0", "DELETE FROM ledger", "TRUNCATE ledger"):
        with pytest.raises(Exception, match="permission denied"):
            await played.rows(fault)
