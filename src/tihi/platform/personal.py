"""A person's rows in any table, by the list of what is kept of people.

The statements are made of names from that list, which ships with the code and is checked
against the schema by a test; a value never becomes part of one.
"""

import re
from uuid import UUID

from tihi.base.value import Value
from tihi.platform.db import Tx

_NAME = re.compile(r"[a-z_]+")
_WHEN = ["time", "created_at", "opened_at", "answered_at"]
"""Columns that say when a row came to be; a table has one of them at most, or none."""


class Held(Value):
    """How a table holds people.

    Attributes:
        table: its name.
        person: columns that hold somebody's id; none where `through` leads on.
        through: a table that does, when this one does not.
        by: columns that both have beside the org.
    """

    table: str
    person: list[str]
    through: "Held | None"
    by: list[str]


async def rows(tx: Tx, held: Held, person: UUID) -> list[dict[str, object]]:
    """Return what `held` keeps of `person`, oldest first, with no id of anybody else."""
    when = ", ".join(f"row ->> '{name}'" for name in _WHEN)
    found = f"SELECT to_jsonb(t) AS row FROM {_from(held)}"  # noqa: S608  # names of our own list
    query = f"SELECT row FROM ({found}) AS found ORDER BY coalesce({when}), row"  # noqa: S608  # likewise
    return [
        _own(row["row"], held, person)
        for row in await tx.connection.fetch(query, tx.org_id, person)
    ]


async def delete(tx: Tx, held: Held, person: UUID) -> int:
    """Delete what `held` keeps of `person`; return how many rows that were."""
    query = f"DELETE FROM {held.table} AS d WHERE d.ctid IN (SELECT t.ctid FROM {_from(held)})"  # noqa: S608  # likewise
    status = await tx.connection.execute(query, tx.org_id, person)
    return int(status.rpartition(" ")[2])


def _from(held: Held) -> str:
    names = [held.table, *held.person, *held.by]
    owner = held
    joined = f"{held.table} AS t"
    where = "t"
    if held.through is not None:
        owner = held.through
        names += [owner.table, *owner.person]
        on = " AND ".join(f"p.{name} = t.{name}" for name in ["org_id", *held.by])
        joined, where = f"{joined} JOIN {owner.table} AS p ON {on}", "p"
    if not all(_NAME.fullmatch(name) for name in names):
        raise ValueError("the list of what is kept names no table like this")
    whose = " OR ".join(f"{where}.{name} = $2" for name in owner.person)
    return f"{joined} WHERE {where}.org_id = $1 AND ({whose})"


def _own(row: dict[str, object], held: Held, person: UUID) -> dict[str, object]:
    """Return a row without the org, and with somebody else's id left out."""
    return {
        name: None if name in held.person and value != str(person) else value
        for name, value in row.items()
        if name != "org_id"
    }
