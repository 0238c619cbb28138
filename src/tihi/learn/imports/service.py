"""What can be done with imports."""

from collections.abc import Sequence
from datetime import datetime

from tihi.learn.courses import service as courses
from tihi.learn.imports import rules
from tihi.learn.imports.model import Content, FileReport, NothingToImport, SourceFile
from tihi.learn.items import service as items
from tihi.platform.db import Tx


def decode(name: str, raw: bytes) -> SourceFile:
    """Return a file as text.

    Raises:
        UnreadableFile: it is over 5 MiB or not UTF-8.
    """
    return rules.decode(name, raw)


def read(files: Sequence[SourceFile], *, strict: bool) -> list[tuple[SourceFile, Content]]:
    """Return what question files hold; tables of misconceptions come last, with their report.

    Raises:
        NothingToImport: there is no question file among them.
    """
    tables = [file for file in files if file.name.lower().endswith(".csv")]
    questions = [file for file in files if file not in tables]
    if not questions:
        raise NothingToImport
    table, reports = rules.tables(tables)
    found = [(file, rules.kept(rules.read(file, table), strict=strict)) for file in questions]
    return [*found, *zip(tables, reports, strict=True)]


async def take(tx: Tx, file: SourceFile, content: Content, *, now: datetime) -> FileReport:
    """Store what a file holds, in the caller's transaction: all of it or nothing."""
    lessons = {
        tuple(draft.category): await courses.put_lesson(tx, draft.category)
        for draft in content.items
    }
    placed = [(draft, lessons[tuple(draft.category)]) for draft in content.items]
    created, updated = await items.keep(tx, placed, now=now)
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
