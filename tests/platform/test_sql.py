"""The loader of statements: parameters, casts, quotes, and the org that cannot be left out."""

import sys
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tihi.base.ids import OrgId
from tihi.base.problem import Unavailable
from tihi.platform.http import Parts
from tihi.platform.sql import Run, UnboundStatement, load, orgs_setting, parse
from world import World


def test_parameters_are_numbered_by_first_use() -> None:
    found = parse("x", "SELECT :b, :a, :b FROM t WHERE org_id = :org_id;\n")
    assert found.text == "SELECT $1, $2, $1 FROM t WHERE org_id = $3"
    assert found.params == ["b", "a", "org_id"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("SELECT :ids::uuid[]", "SELECT $1::uuid[]"),
        ("SELECT ':not_one', :one", "SELECT ':not_one', $1"),
        ("SELECT 'it''s :not', :one", "SELECT 'it''s :not', $1"),
        ("SELECT :one -- :not_one\n, 1", "SELECT $1 -- :not_one\n, 1"),
        ("SELECT '12:30'::time", "SELECT '12:30'::time"),
        ("SELECT :some::text::int[], :one::text::json", "SELECT $1::text::int[], $2::text::json"),
    ],
)
def test_casts_literals_and_comments_are_passed_over(source: str, text: str) -> None:
    assert parse("x", source).text == text


def test_a_statement_without_its_org_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "unbound_feature"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "store.sql").write_text("-- name: everything\nSELECT * FROM ledger;\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(UnboundStatement, match="everything"):
        load("unbound_feature")


def test_the_setting_is_a_list_of_uuids() -> None:
    one, two = sorted([uuid4(), uuid4()], key=str)
    assert orgs_setting([two, one, two]) == f"{{{one},{two}}}"
    assert orgs_setting([]) == "{}"


NASTY = [chr(code) for code in range(1, 256)] + [
    *("", "NULL", "null", "{}", '"', "\\", '\\"', "a,b", " a ", "\\n", "\n", "\u2028", "Tāne", "🏔"),
    *("".join(pair) for pair in permutations('a"\\{},\n\x01', 3)),
]
COLUMNS = [
    ("text", NASTY),
    ("text", [None, "a", None, '"']),
    ("text", []),
    ("json", ["[]", msgspec.json.encode(NASTY).decode()]),
    ("uuid", [UUID(int=0), UUID(int=2**128 - 1), None]),
    ("bigint", [0, -(2**63), 2**63 - 1, None]),
    ("boolean", [True, False, None]),
    ("float8", [0.0, 0.1, 1 / 3, -1e300, 5e-324]),
    ("date", [date(1, 1, 1), date(2026, 11, 30), date(9999, 12, 31)]),
    ("timestamptz", [datetime(2026, 11, 30, 23, 59, 59, 999999, UTC), None]),
    ("timestamptz", [datetime(2026, 4, 5, 2, 30, 0, 1, timezone(timedelta(hours=13)))]),
]


@pytest.mark.parametrize(("kind", "values"), COLUMNS)
async def test_a_column_arrives_as_it_was_sent(
    world: World, kind: str, values: list[object]
) -> None:
    source = "SELECT v FROM unnest(:values::text::KIND[]) AS v WHERE :org_id::uuid IS NOT NULL"
    statement = parse("x", source.replace("KIND", kind))
    async with world.here.db.tx(world.org_id) as tx:
        connection: Any = tx.connection
        rows = await connection.fetch(statement.text, *statement.arguments(tx, {"values": values}))
    assert [row["v"] for row in rows] == values


TEXTS = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    st.text(st.sampled_from('\\"{},; \n\t\x01\x1f\x7fnulNUL\u2028ā🏔'), max_size=12),
)


@given(st.lists(TEXTS, max_size=20))
@settings(
    deadline=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_no_text_is_altered_on_its_way(world: World, values: list[str | None]) -> None:
    """What authors, players and other products write goes through array literals (ADR 81)."""
    source = "SELECT :values::text::text[] AS found WHERE :org_id::uuid IS NOT NULL"
    statement = parse("x", source)
    async with world.here.db.tx(world.org_id) as tx:
        connection: Any = tx.connection
        sent = statement.arguments(tx, {"values": values})
        assert await connection.fetchval(statement.text, *sent) == values


PROBE = Run(parse("probe", "SELECT :org_id::uuid"))
MANY = Run(parse("many", "SELECT :org_ids::uuid[]"))


async def test_no_caller_can_choose_another_org(world: World, other: World) -> None:
    async with world.here.db.tx(world.org_id) as tx:
        assert tx.bind(["org_id"], {"org_id": other.org_id}) == [world.org_id]
        with pytest.raises(LookupError):
            await MANY(tx, org_ids=[other.org_id])
    async with world.here.db.batch([world.org_id]) as tx:
        with pytest.raises(LookupError):
            await MANY(tx, org_ids=[world.org_id, other.org_id])
        with pytest.raises(KeyError):
            await PROBE(tx)


async def test_a_transaction_that_fails_leaves_nothing(parts: Parts, world: World) -> None:
    async def break_off() -> None:
        async with parts.db.tx(world.org_id) as tx:
            connection: Any = tx.connection
            await connection.execute("UPDATE orgs SET name = 'gone'")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()
    assert await world.rows("SELECT name FROM orgs") == [("Te Kura",)]
    # The setting died with its transaction, though the connection lives on.
    async with parts.db.system() as tx:
        connection: Any = tx.connection
        assert await connection.fetchval("SELECT count(*) FROM orgs") == 0
    assert OrgId(world.org_id)


@pytest.mark.parametrize(
    "fault",
    [
        "SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)",
        "SET LOCAL transaction_timeout = 1; SELECT pg_sleep(1)",
        "SET LOCAL transaction_read_only = on; DELETE FROM due",
        *(
            f"DO $$ BEGIN RAISE 'as the database says' USING ERRCODE = '{code}'; END $$"
            for code in ("lock_not_available", "deadlock_detected", "serialization_failure")
        ),
    ],
)
async def test_what_may_succeed_a_moment_later_is_no_failure_of_ours(
    world: World, fault: str
) -> None:
    """An administrator or a limit of the server's own ended a statement: nobody gives up."""

    async def meet() -> None:
        async with world.here.db.tx(world.org_id) as tx:
            connection: Any = tx.connection
            await connection.execute("UPDATE orgs SET name = 'gone'")
            await connection.execute(fault)

    with pytest.raises(Unavailable):
        await meet()
    assert await world.rows("SELECT name FROM orgs") == [("Te Kura",)]
