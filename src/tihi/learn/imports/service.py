"""What can be done with imports."""

from collections.abc import Callable, Sequence
from datetime import datetime

from tihi.learn.courses import service as courses
from tihi.learn.imports import rules
from tihi.learn.imports.model import Content, FileReport, NothingToImport, SourceFile
from tihi.learn.items import service as items
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
    created, updated = await items.keep(tx, placed, now=now, advance=advance)
    return report(file, content, created=created, updated=updated)


def report(file: SourceFile, content: Content, *, created: int = 0, updated: int = 0) -> FileReport:
    """Return what became, or would become, of a file."""
    return FileReport(
        file=file.name,
        items=len(content.items),
        created=created,
        updated=updated,
        categories=content.categories,
        refused=content.refused,
    )
