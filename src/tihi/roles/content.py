"""Bringing content in from files: `tihi import` and `tihi pack`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import UNSET, UnsetType
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from tihi.base.ids import OrgId
from tihi.base.problem import Problem
from tihi.base.value import Value
from tihi.game.backfills.jobs import Filler
from tihi.game.boards.service import Desk
from tihi.game.packs import service as packs
from tihi.game.packs.model import AppliedPack
from tihi.learn.imports import service as imports
from tihi.learn.imports.model import Content, FileReport, Refused, SourceFile
from tihi.learn.items.model import Kept
from tihi.platform.config import Settings
from tihi.platform.engines import EngineError
from tihi.platform.engines.attach import attached
from tihi.platform.http import Parts
from tihi.roles.parts import database
from tihi.roles.people import NoSuchOrg, org_of

__all__ = [
    "IF_APPLY_STOPPED",
    "IF_STOPPED",
    "FileReport",
    "apply_pack",
    "compare",
    "read",
    "reports",
    "take",
    "total",
    "words",
]

IF_STOPPED = "Each file is in whole, or not at all; import it again, nothing comes in twice."
IF_APPLY_STOPPED = (
    "The pack is in force whole, or not at all; apply it again to be sure. What history earns is "
    "counted by a running system, or when the pack is applied again."
)

Read = list[tuple[SourceFile, Content]]


class Line(Value):
    """A refused line; its file is named when there are several."""

    line: int
    reason: str
    file: str | UnsetType = UNSET


class Total(Value):
    """What became of all files together, or would; the last three when they are known."""

    items: int
    categories: list[str]
    refused: list[Line]
    created: int | UnsetType = UNSET
    updated: int | UnsetType = UNSET
    unchanged: int | UnsetType = UNSET


def read(paths: Sequence[Path], tables: Sequence[Path], *, strict: bool) -> Read:
    """Return what the files hold; say plainly which one cannot be read."""
    try:
        files = [imports.decode(path.name, read_whole(path)) for path in paths]
        beside = [imports.decode(path.name, read_whole(path)) for path in tables]
        return imports.read(files, beside, strict=strict)
    except Problem as problem:
        raise click.ClickException(problem.detail or problem.title) from problem


def read_whole(path: Path) -> bytes:
    """Return a file; refuse one that is too large before all of it is in memory."""
    with path.open("rb") as file:
        found = file.read(imports.LARGEST + 1)
    if len(found) > imports.LARGEST:
        raise click.ClickException(f"{path.name}: larger than 5 MiB; split it")
    return found


def reports(found: Read) -> list[FileReport]:
    """Return what the files hold, not held against any items."""
    nothing = Kept(created=0, updated=0, unchanged=0)
    return [imports.report(file, content, nothing) for file, content in found]


async def compare(found: Settings, slug: str | None, read: Read) -> list[FileReport]:
    """Return what would become of the files in an org; only its database is asked.

    Raises:
        EngineError: there is nothing to compare with: nothing runs, or which org is not said.
        NoSuchOrg: there is no org called `slug`.
    """
    async with database(attached(found)) as db:
        try:
            org = await org_of(db, slug)
        except NoSuchOrg as error:
            if slug is not None:
                raise
            raise EngineError(error.detail or error.title) from error
        async with db.tx(org) as tx:
            return await imports.compare(tx, read)


async def take(parts: Parts, slug: str | None, found: Read, *, as_json: bool) -> list[FileReport]:
    """Store the files, each in one transaction, with a progress bar for a person."""
    org = await org_of(parts.db, slug)
    done: list[FileReport] = []
    with _bar(as_json=as_json) as progress:
        task = progress.add_task("", total=sum(len(content.items) for _, content in found))
        for file, content in found:
            progress.update(task, description=file.name)
            async with parts.db.tx(org) as tx:
                done.append(
                    await imports.take(
                        tx,
                        file,
                        content,
                        now=parts.clock.now(),
                        advance=lambda: progress.advance(task),
                    )
                )
    return done


def total(found: Sequence[FileReport], *, compared: bool) -> Total:
    """Return the files' reports as one; what was not compared says nothing of the items."""
    several = len(found) > 1
    return Total(
        items=sum(one.items for one in found),
        categories=list(dict.fromkeys(name for one in found for name in one.categories)),
        refused=[
            Line(line=line.line, reason=line.reason, file=one.file if several else UNSET)
            for one in found
            for line in one.refused
        ],
        created=sum(one.created for one in found) if compared else UNSET,
        updated=sum(one.updated for one in found) if compared else UNSET,
        unchanged=sum(one.unchanged for one in found) if compared else UNSET,
    )


def _told(one: FileReport) -> str:
    return f", {one.created} new, {one.updated} changed, {one.unchanged} unchanged"


def _line(file: str, refused: Refused) -> str:
    return f"  {file}:{refused.line}: {refused.reason}"


def words(found: Sequence[FileReport], *, compared: bool) -> str:
    """Return the files' reports for a person."""
    lines = [
        f"{one.file}: {one.items} items"
        + (_told(one) if compared else "")
        + (f", {len(one.refused)} refused" if one.refused else "")
        for one in found
    ]
    lines.extend(_line(one.file, refused) for one in found for refused in one.refused)
    return "\n".join(lines)


async def apply_pack(
    parts: Parts, slug: str | None, text: bytes, *, as_json: bool
) -> tuple[AppliedPack, int]:
    """Apply a pack to an org and count its history; return also how many tiers that earned."""
    org = await org_of(parts.db, slug)
    pack = packs.read(text)
    async with parts.db.tx(org) as tx:
        applied = (await packs.apply(tx, pack, now=parts.clock.now())).applied
    return applied, await _count_history(parts, org, as_json=as_json)


async def _count_history(parts: Parts, org: OrgId, *, as_json: bool) -> int:
    """Take the steps of back-fills until none is left, beside a scheduler that may do the same."""
    filler = Filler(parts.db, parts.bus, Desk(parts.cache), parts.clock, parts.chance)
    awards: dict[int, int] = {}
    with _bar(as_json=as_json) as progress:
        task = progress.add_task("Counting history", total=None)
        while (found := await filler.step(org)) is not None:
            awards[found.version] = found.awards
            progress.update(task, total=found.total or 0, completed=found.done)
    return sum(awards.values())


def _bar(*, as_json: bool) -> Progress:
    """Return a progress bar that a person sees, and nobody else."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    quiet = as_json or not sys.stderr.isatty()
    return Progress(*columns, console=Console(stderr=True), disable=quiet)
