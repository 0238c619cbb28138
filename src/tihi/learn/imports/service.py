"""What can be done with imports."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from datetime import datetime

import msgspec

from tihi.learn.courses import service as courses
from tihi.learn.imports import rules
from tihi.learn.imports.model import (
    Content,
    FileReport,
    NothingToImport,
    Order,
    Piece,
    SourceFile,
    UnreadableFile,
)
from tihi.learn.items import service as items
from tihi.learn.items.model import Kept
from tihi.platform import apart
from tihi.platform.db import Tx

LARGEST = rules.LARGEST
"""Bytes of a file."""
_MOST_S = 180.0
"""A file of that size takes six seconds of a core, and many times that on a busy machine."""
_MOST_MEMORY = 1 << 30
_PIECE = 25


def decode(name: str, raw: bytes) -> SourceFile:
    """Return a file as text.

    Raises:
        UnreadableFile: it is over 5 MiB or not UTF-8.
    """
    return rules.decode(name, raw)


def is_table(name: str) -> bool:
    """Return whether a file of this name is a table of misconceptions."""
    return name.lower().endswith(".csv")


def read(
    questions: Sequence[SourceFile], tables: Sequence[SourceFile] = (), *, strict: bool
) -> list[tuple[SourceFile, Content]]:
    """Return what files hold: questions, with what `tables` say of them, then the tables.

    Raises:
        NothingToImport: there is no question file.
    """
    if not questions:
        raise NothingToImport
    contents = [rules.read(file) for file in questions]
    reports: list[Content] = []
    for table in tables:
        contents, report = rules.label(contents, table, strict=strict)
        reports.append(report)
    kept = [rules.kept(content, strict=strict) for content in contents]
    return [*zip(questions, kept, strict=True), *zip(tables, reports, strict=True)]


async def read_apart(
    questions: Sequence[SourceFile], tables: Sequence[SourceFile], *, strict: bool
) -> list[tuple[SourceFile, Content]]:
    """Return what `read` does, read by a process of its own.

    Raises:
        NothingToImport: there is no question file.
        UnreadableFile: it cannot be read within the time and memory that there are.
    """
    if not questions:
        raise NothingToImport
    order = Order(questions=list(questions), tables=list(tables), strict=strict)
    found = [Content(items=[], categories=[], refused=[]) for _ in (*questions, *tables)]
    work = apart.pieces(
        packed, msgspec.msgpack.encode(order), most_s=_MOST_S, most_memory=_MOST_MEMORY
    )
    try:
        async with aclosing(work) as pieces:
            async for raw in pieces:
                piece = msgspec.msgpack.decode(raw, type=Piece)
                whole = found[piece.file]
                whole.items.extend(piece.content.items)
                whole.categories.extend(piece.content.categories)
                whole.refused.extend(piece.content.refused)
    except apart.Broken as error:
        names = ", ".join(file.name for file in questions)
        raise UnreadableFile(f"{names}: reading takes too long; split it") from error
    return list(zip((*questions, *tables), found, strict=True))


def packed(order: bytes) -> Iterator[bytes]:
    """Read what `order` names; give it in pieces."""
    asked = msgspec.msgpack.decode(order, type=Order)
    found = read(asked.questions, asked.tables, strict=asked.strict)
    for number, (_, content) in enumerate(found):
        rest = msgspec.structs.replace(content, items=[])
        yield msgspec.msgpack.encode(Piece(file=number, content=rest))
        for start in range(0, len(content.items), _PIECE):
            part = Content(items=content.items[start : start + _PIECE], categories=[], refused=[])
            yield msgspec.msgpack.encode(Piece(file=number, content=part))


async def take(
    tx: Tx,
    file: SourceFile,
    content: Content,
    *,
    now: datetime,
    advance: Callable[[], None] = lambda: None,
) -> FileReport:
    """Store what a file holds, in the caller's transaction: all of it or nothing.

    `advance` is called after each item, for whoever shows how far it is.
    """
    await items.lock(tx)
    categories = dict.fromkeys(tuple(draft.category) for draft in content.items)
    lessons = {category: await courses.put_lesson(tx, category) for category in categories}
    placed = [(draft, lessons[tuple(draft.category)]) for draft in content.items]
    return report(file, content, await items.keep(tx, placed, now=now, advance=advance))


async def compare(tx: Tx, found: Sequence[tuple[SourceFile, Content]]) -> list[FileReport]:
    """Return what would become of files if they were taken in this order; nothing is stored."""
    counts = await items.compare(tx, [content.items for _, content in found])
    return [
        report(file, content, count) for (file, content), count in zip(found, counts, strict=True)
    ]


def report(file: SourceFile, content: Content, kept: Kept) -> FileReport:
    """Return what `kept` says of a file."""
    return FileReport(
        file=file.name,
        items=len(content.items),
        created=kept.created,
        updated=kept.updated,
        unchanged=kept.unchanged,
        categories=content.categories,
        refused=content.refused,
    )
