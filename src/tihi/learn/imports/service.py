"""What can be done with imports."""

from collections.abc import Callable, Sequence
from datetime import datetime

from tihi.learn.courses import service as courses
from tihi.learn.imports import rules
from tihi.learn.imports.model import Content, FileReport, NothingToImport, SourceFile
from tihi.learn.items import service as items
from tihi.learn.items.model import Kept
from tihi.platform.db import Tx

LARGEST = rules.LARGEST
"""Bytes of a file."""


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
    lessons = {
        tuple(draft.category): await courses.put_lesson(tx, draft.category)
        for draft in content.items
    }
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
