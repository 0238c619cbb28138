"""Named statements from `store.sql`, typed.

A file holds statements, each under a line `-- name: words_like_this`. Parameters are
written `:word`. Every statement names `:org_id` (bound from the transaction, so no caller
can choose it) or `:org_ids` (checked against the orgs the transaction was opened for);
only files of `tihi.platform` may speak of the system above orgs.

A list goes value by value in the driver's own binary form, unless the file says `:word::text::T[]`:
then it goes as one literal, which for more than a few numbers, texts or times costs less, but not
for UUIDs (ADR 81). That is for `unnest`, which reads it once; `= ANY` of a cast is read anew for
every row.
"""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from importlib import resources
from types import UnionType
from typing import Any, Generic, Protocol, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

import asyncpg
import msgspec

from tihi.base.value import Value

T = TypeVar("T")

_NAME = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)$", re.MULTILINE)
# A literal, a comment or a cast is passed over; what is left is a parameter.
_TOKEN = re.compile(
    r"'(?:[^']|'')*'|--[^\n]*|::|:(?P<word>[a-z][a-z0-9_]*)(?P<column>::text::[a-z0-9]+\[\])?"
)
_JSON = msgspec.json.Encoder()


class Scope(Protocol):
    """An open transaction, as statements see it."""

    @property
    def connection(self) -> asyncpg.Connection:
        """The connection that holds the transaction."""
        ...

    def bind(self, params: Sequence[str], given: Mapping[str, object]) -> list[object]:
        """Return the arguments for `params` in order."""
        ...


class Statement(Value):
    """One statement.

    Attributes:
        name: as in the file.
        text: with `$1`, `$2`, … for parameters.
        params: names of the parameters, in order of their numbers.
        columns: places of those that go as array literals.
    """

    name: str
    text: str
    params: list[str]
    columns: list[int]

    def arguments(self, tx: Scope, given: Mapping[str, object]) -> list[object]:
        """Return what the driver is given for the parameters, by their numbers."""
        bound = tx.bind(self.params, given)
        for place in self.columns:
            bound[place] = literal(bound[place])
        return bound


def literal(values: object) -> str:
    """Return the array literal of a list of UUIDs, numbers, texts, times, dates or None.

    It is the JSON of the list with other brackets, but for texts with a character that JSON
    escapes in its own way.
    """
    text = _JSON.encode(values).decode()
    if "\\" in text and "\\" in text.replace("\\\\", "").replace('\\"', ""):
        texts = msgspec.convert(values, list[str | None])
        return "{" + ",".join("null" if one is None else _quoted(one) for one in texts) + "}"
    return "{" + text[1:-1] + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class UnboundStatement(Exception):
    """A statement outside `tihi.platform` names neither `:org_id` nor `:org_ids`."""


def parse(name: str, source: str) -> Statement:
    """Return the statement called `name` with its parameters numbered."""
    params: list[str] = []
    columns: set[int] = set()

    def number(match: re.Match[str]) -> str:
        word = match["word"]
        if word is None:
            return match[0]
        if word not in params:
            params.append(word)
        place = params.index(word)
        if match["column"]:
            columns.add(place)
        return f"${place + 1}{match['column'] or ''}"

    text = _TOKEN.sub(number, source).strip().rstrip(";")
    return Statement(name=name, text=text, params=params, columns=sorted(columns))


def load(package: str) -> dict[str, Statement]:
    """Return the statements of `store.sql` in `package` by name.

    Raises:
        UnboundStatement: one could reach beyond its org.
    """
    source = resources.files(package).joinpath("store.sql").read_text(encoding="utf-8")
    parts = _NAME.split(source)
    statements = {
        name: parse(name, body) for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }
    if not package.startswith("tihi.platform"):
        for statement in statements.values():
            if not {"org_id", "org_ids"} & set(statement.params):
                raise UnboundStatement(f"{package}: {statement.name}")
    return statements


_PLAIN = (UUID, str, int, float, bool, datetime, date, bytes, type(None))


def _flat(shape: type) -> bool:
    """Return whether the driver gives every field of `shape` as it is wanted.

    Then rows need no conversion, which costs more than the whole of the rest.
    """
    if not issubclass(shape, msgspec.Struct):
        return False
    for hint in get_type_hints(shape).values():
        parts = get_args(hint) if get_origin(hint) is UnionType else (hint,)
        for part in parts:
            plain = getattr(part, "__supertype__", part)
            if plain not in _PLAIN:
                return False
    return True


class Many(Generic[T]):
    """A statement that gives any number of rows, each as `row`: a struct, or the one column."""

    def __init__(self, statement: Statement, row: type[T]) -> None:
        self.statement = statement
        self._row = row
        self._whole = issubclass(row, msgspec.Struct)
        self._flat = _flat(row)

    async def __call__(self, tx: Scope, **given: object) -> list[T]:
        """Run it in `tx` and return its rows."""
        arguments = self.statement.arguments(tx, given)
        rows = await tx.connection.fetch(self.statement.text, *arguments)
        if self._flat:
            return [self._row(**row) for row in rows]
        return [_typed(row, self._row, whole=self._whole) for row in rows]


class Paged(Generic[T]):
    """A statement whose rows come a page at a time, however many there are."""

    def __init__(self, statement: Statement, row: type[T]) -> None:
        self.statement = statement
        self._row = row

    async def __call__(self, tx: Scope, size: int, **given: object) -> AsyncGenerator[list[T]]:
        """Run it in `tx`; yield its rows, `size` at a time."""
        arguments = self.statement.arguments(tx, given)
        cursor = await tx.connection.cursor(self.statement.text, *arguments)
        while rows := await cursor.fetch(size):
            yield [self._row(**row) for row in rows]


class Copied:
    """A statement of one column, whose rows go as lines of text to `take`, however many."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement

    async def __call__(
        self, tx: Scope, take: Callable[[bytes], Awaitable[None]], within_s: float, **given: object
    ) -> None:
        """Run it in `tx` within so many seconds; `take` is awaited before more is read."""
        arguments = self.statement.arguments(tx, given)
        await tx.connection.copy_from_query(
            self.statement.text, *arguments, output=take, timeout=within_s
        )


class One(Generic[T]):
    """A statement that gives one row or none."""

    def __init__(self, statement: Statement, row: type[T]) -> None:
        self.statement = statement
        self._row = row
        self._whole = issubclass(row, msgspec.Struct)

    async def __call__(self, tx: Scope, **given: object) -> T | None:
        """Run it in `tx` and return its row, or None."""
        arguments = self.statement.arguments(tx, given)
        row = await tx.connection.fetchrow(self.statement.text, *arguments)
        return None if row is None else _typed(row, self._row, whole=self._whole)


class Run:
    """A statement that gives no rows."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement

    async def __call__(self, tx: Scope, **given: object) -> int:
        """Run it in `tx` and return how many rows it touched."""
        arguments = self.statement.arguments(tx, given)
        status = await tx.connection.execute(self.statement.text, *arguments)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0


def _typed(row: Mapping[str, Any], shape: type[T], *, whole: bool) -> T:
    if whole:
        return msgspec.convert(dict(row.items()), shape)
    (value,) = row.values()
    return value if isinstance(value, shape) else msgspec.convert(value, shape)


def orgs_setting(orgs: Sequence[UUID]) -> str:
    """Return the value of the setting `tihi.orgs` that row-level security reads."""
    return "{" + ",".join(sorted({str(org) for org in orgs})) + "}"
