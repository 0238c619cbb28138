"""A person who left something in every table that holds people."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from tihi.base.ids import AccountId
from tihi.people.privacy import service as privacy
from tihi.roles.scheduler import close_days
from world import School

NAME = "Zyzzogeton Quux"
TYPED = "Zyzzogeton wrote this"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


async def live(school: School) -> AccountId:
    """Return a learner who has used everything there is."""
    world = school.world
    learner = await world.learner(NAME)
    account = AccountId(learner)
    await world.enrol(school.class_id, learner)
    # The week before is kept beside the newest one.
    world.clock.advance(-timedelta(days=8))
    await world.play(learner, school.lesson)
    await world.deliver()
    world.clock.advance(timedelta(days=8))
    answers = await world.play(learner, school.lesson)
    await world.deliver()
    await world.deliver()
    browser = await world.browser(account)
    asked = {"statement": TYPED, "key": str(uuid4())}
    await browser.post(f"/api/v1/me/answers/{answers[0].fact_id}/request", asked)
    await browser.post("/api/v1/me/passphrase")
    pause = {"first_day": "2027-01-01", "last_day": "2027-01-05"}
    await browser.post("/api/v1/me/streak/pause", pause)
    await browser.send("GET", "/api/v1/admin/health")
    admin = await world.browser(school.admin)
    await admin.post(f"/api/v1/admin/people/{account}/link")
    await close_days(world.here, None)
    await world.rows(
        "UPDATE answers SET response = $1 WHERE learner_id = $2",
        {"kind": "short_text", "text": TYPED},
        account,
    )
    for table in privacy.kept().tables:
        if table != "erasures" and not await rows_of(school, table, account):
            await _put(school, table, account)
    return account


async def rows_of(school: School, table: str, account: AccountId) -> int:
    """Return how many rows of a table are about `account`."""
    kept = privacy.kept().tables[table]
    if kept.through is None:
        where = " OR ".join(f"t.{name} = $1" for name in kept.person)
        query = f"SELECT count(*) FROM {table} AS t WHERE {where}"  # noqa: S608
    else:
        (owner,) = privacy.kept().tables[kept.through].person
        query = f"""
            SELECT count(*) FROM {table} AS t
            JOIN {kept.through} AS p USING (org_id, {", ".join(kept.by)}) WHERE p.{owner} = $1
        """  # noqa: S608
    return int((await school.world.rows(query, account))[0][0])


async def _put(school: School, table: str, account: AccountId) -> None:
    """Put a row about `account` into a table that using Tihi has left empty."""
    kept = privacy.kept().tables[table]
    values: dict[str, Any] = {"org_id": school.world.org_id}
    columns = await school.world.rows(
        """
        SELECT column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = $1 AND column_name <> 'org_id'
            AND is_nullable = 'NO' AND column_default IS NULL
        """,
        table,
    )
    for name, kind in columns:
        values[name] = _value(kind)
    values |= dict.fromkeys(kept.person, account)
    values |= FITTING.get(table, {})
    if kept.through is not None:
        names = ", ".join(f"t.{name}" for name in kept.by)
        (owner,) = privacy.kept().tables[kept.through].person
        query = f"SELECT {names} FROM {kept.through} AS t WHERE t.{owner} = $1 LIMIT 1"  # noqa: S608
        (found,) = await school.world.rows(query, account)
        values |= dict(zip(kept.by, found, strict=True))
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    query = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})"  # noqa: S608
    await school.world.rows(query, *values.values())


FITTING: dict[str, dict[str, Any]] = {
    "factors": {"kind": "totp", "sealed": b"sealed"},
    "streak_days": {"mark": "active"},
    "grade_corrections": {"old_credit": 0.0},
}


def _value(kind: str) -> Any:  # noqa: ANN401  # of any column
    return {
        "uuid": uuid4(),
        "text": "x",
        "integer": 1,
        "bigint": 1,
        "double precision": 1.0,
        "boolean": True,
        "bytea": b"x",
        "date": date(2026, 1, 1),
        "jsonb": {},
        "ARRAY": [],
    }.get(kind, NOW)
