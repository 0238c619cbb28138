"""Every statement and every table, against the schema as migrated."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import tihi
from tihi.people.privacy import service as privacy
from tihi.platform.engines import Endpoints
from tihi.platform.engines.roles import connect
from tihi.platform.sql import Statement, load
from world import School

SOURCE = Path(tihi.__file__).parent
SWEEPS = {"stale", "touch", "lag_everywhere"}
"""Statements of the sweep, which has a role of its own."""
UNBOUND = {"alembic_version"}


def statements() -> Iterator[tuple[str, Statement]]:
    for path in sorted(SOURCE.rglob("store.sql")):
        package = ".".join(("tihi", *path.parent.relative_to(SOURCE).parts))
        for statement in load(package).values():
            yield f"{package}:{statement.name}", statement


@pytest.fixture
async def app(endpoints: Endpoints) -> AsyncIterator[Any]:
    connection: Any = await connect(endpoints.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def sweep(endpoints: Endpoints) -> AsyncIterator[Any]:
    connection: Any = await connect(endpoints.sweep_url)
    yield connection
    await connection.close()


@pytest.fixture
async def tables(app: Any) -> list[str]:  # noqa: ANN401  # asyncpg has no types
    query = """
        SELECT c.relname FROM pg_class AS c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1
    """
    return [row[0] for row in await app.fetch(query) if row[0] not in UNBOUND]


@pytest.mark.parametrize("statement", [pytest.param(one, id=name) for name, one in statements()])
async def test_a_statement_is_understood_by_the_database(
    app: Any,  # noqa: ANN401
    sweep: Any,  # noqa: ANN401
    statement: Statement,
) -> None:
    connection = sweep if statement.name in SWEEPS else app
    prepared = await connection.prepare(statement.text)
    assert len(prepared.get_parameters()) == len(statement.params)


async def test_every_table_begins_its_key_with_the_org(
    app: Any,  # noqa: ANN401
    tables: list[str],
) -> None:
    query = """
        SELECT a.attname FROM pg_index AS i
        JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = $1::regclass AND i.indisprimary
    """
    found = {table: await app.fetchval(query, f"public.{table}") for table in tables}
    assert len(found) > 25
    assert set(found.values()) == {"org_id"}, found


async def test_every_table_is_behind_row_level_security(
    app: Any,  # noqa: ANN401
    tables: list[str],
) -> None:
    query = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = $1::regclass"
    for table in tables:
        assert await app.fetchval(query, f"public.{table}"), table


async def test_the_application_owns_nothing_and_is_no_superuser(
    app: Any,  # noqa: ANN401
) -> None:
    owned = "SELECT count(*) FROM pg_class WHERE relowner = 'tihi_app'::regrole"
    assert await app.fetchval(owned) == 0
    rights = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'tihi_app'"
    assert await app.fetchval(rights) is False


async def test_without_an_org_no_table_shows_a_row(
    app: Any,  # noqa: ANN401
    tables: list[str],
    school: School,
) -> None:
    """S6."""
    await school.world.play(school.learner, school.lesson)
    await school.world.deliver()
    for table in tables:
        assert await app.fetchval(f"SELECT count(*) FROM {table}") == 0, table  # noqa: S608


async def test_a_query_without_where_shows_one_org_only(
    tables: list[str], school: School, other_school: School
) -> None:
    """S6."""
    for one in (school, other_school):
        await one.world.play(one.learner, one.lesson)
        await one.world.deliver()
    for table in tables:
        query = f"SELECT DISTINCT org_id FROM {table}"  # noqa: S608
        assert set(await school.world.rows(query)) <= {(school.world.org_id,)}, table
    assert await school.world.rows("SELECT org_id FROM orgs") == [(school.world.org_id,)]


async def test_a_row_cannot_be_written_into_another_org(
    school: School, other_school: School
) -> None:
    """S6."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await school.world.rows(
            "INSERT INTO learner_memory VALUES ($1, $2, 99)",
            other_school.world.org_id,
            other_school.learner,
        )


@pytest.mark.parametrize(
    "table",
    [
        "ledger",
        "facts",
        "awards",
        "security_events",
        "erasures",
        "grade_corrections",
        "kept_grades",
    ],
)
@pytest.mark.parametrize(
    "attempt", ["UPDATE {} SET org_id = org_id", "DELETE FROM {}", "TRUNCATE {}"]
)
async def test_what_happened_cannot_be_changed(school: School, table: str, attempt: str) -> None:
    """R6."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await school.world.rows(attempt.format(table))


COLUMNS = """
    SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns AS c
    WHERE c.table_schema = 'public' AND c.column_name <> 'org_id' AND c.table_name <> ALL($1)
"""


async def test_every_table_says_whether_it_holds_people_and_every_column_why(
    app: Any,  # noqa: ANN401
) -> None:
    """P1: what is kept of a person stands in a list with its purpose, or the build fails."""
    found: dict[str, set[str]] = {}
    for row in await app.fetch(COLUMNS, list(UNBOUND)):
        found.setdefault(row["table_name"], set()).add(row["column_name"])
    kept = privacy.kept()
    assert found.keys() == kept.tables.keys() | kept.nobody.keys()
    for name, table in kept.tables.items():
        assert found[name] == table.columns.keys(), name
        assert all(table.columns.values()), name
        assert {*table.person, *table.by, *table.secret} <= found[name], name
        assert bool(table.person) != bool(table.through), name
    for name in kept.nobody:
        assert not found[name] & {"account_id", "learner_id", "subject", "subject_id"}, name


async def test_no_column_asks_for_what_is_not_needed(app: Any) -> None:  # noqa: ANN401
    """P1, P13: no birth date, gender, photo, place, address; no national student number."""
    unwanted = re.compile(
        r"""birth|gender|sex|photo|picture|latitude|longitude|location|address|email|phone
        |ethnic|iwi|nsn|national|student_(id|number)|social""",
        re.VERBOSE,
    )
    names = {row["column_name"] for row in await app.fetch(COLUMNS, list(UNBOUND))}
    assert [name for name in sorted(names) if unwanted.search(name)] == []


async def test_people_are_known_by_random_ids_of_our_own_only(
    app: Any,  # noqa: ANN401
) -> None:
    """P13: an id is a random UUID of our own in every table."""
    query = """
        SELECT table_name, data_type FROM information_schema.columns
        WHERE table_schema = 'public'
            AND column_name IN ('account_id', 'learner_id', 'subject', 'subject_id')
    """
    assert {row["data_type"] for row in await app.fetch(query)} == {"uuid"}
