"""`tihi backup` and `tihi restore`: the truth in one file, and a new system made from it.

The file holds the database and the key of the secrets in it. Passwords of engines, boards and
streams are not in it: a restore makes them anew. Who was erased since is erased again (P12).
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from tihi.base.chance import SystemRandom
from tihi.base.value import Value
from tihi.game.rewards.model import Difference
from tihi.people.privacy import service as privacy
from tihi.people.privacy.model import Erasure
from tihi.platform import db, strongbox
from tihi.platform.clock import SystemClock
from tihi.platform.config import Settings
from tihi.platform.engines import Endpoints, EngineError, dump, running
from tihi.platform.engines.roles import connect
from tihi.platform.http import Parts
from tihi.platform.log import due
from tihi.platform.schema import migrate
from tihi.platform.strongbox import NotReadable
from tihi.platform.vault import key_in, put_key
from tihi.roles import scheduler, school, verify
from tihi.roles.erased import Erased
from tihi.roles.parts import connected, every_org
from tihi.roles.restoring import place_for

_STILL_S = 60.0
_PAUSE_S = 0.2
_LENGTH = 4
_REPORT_S = 600.0

# Workers of the old system are gone, and sequences begin anew.
_BEGIN = """
INSERT INTO system.epochs (epoch, begun_at) VALUES (gen_random_uuid(), clock_timestamp());
DELETE FROM system.workers;
UPDATE system.leases SET owner = NULL;
ANALYZE;
"""


class Manifest(Value):
    """What a backup says of itself, sealed with the rest.

    Attributes:
        made_at: as of when it is.
        version: of Tihi that made it.
        vault_key: opens the secrets in the database.
    """

    made_at: datetime
    version: str
    vault_key: str


class Restored(Value):
    """What a restore led to."""

    made_at: datetime
    erased_again: int
    differences: list[Difference]


class ListWanted(Exception):
    """Nobody said who was erased since the backup."""


@contextmanager
def _progress(what: str, total: int | None = None) -> Generator[Callable[[int], None]]:
    """Show at a terminal how many bytes are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    ends = (TimeRemainingColumn(),) if total else ()
    console = Console(stderr=True)
    with Progress(*columns, *ends, console=console, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.advance(task, more)


async def backup(settings: Settings, endpoints: Endpoints, path: Path, passphrase: str) -> None:
    """Write a backup of the embedded database to `path`.

    Raises:
        EngineError: it cannot be made; the message says why.
    """
    _embedded(settings)
    manifest = Manifest(
        made_at=SystemClock().now(),
        version=version("tihi"),
        vault_key=settings.vault_key or key_in(settings.home, SystemRandom()),
    )
    head = msgspec.json.encode(manifest)
    url = dump.whole_url(settings.home, endpoints)
    try:
        with strongbox.Writer(path, passphrase) as writer, _progress("Backing up") as tell:
            writer.write(len(head).to_bytes(_LENGTH, "big") + head)
            async for piece in dump.dumped(url):
                writer.write(piece)
                tell(len(piece))
    except FileExistsError:
        raise EngineError(f"{path} is there already; a backup is never written over") from None
    except OSError as error:
        raise EngineError(f"{path} cannot be written: {error.strerror or error}") from error


def read_manifest(path: Path, passphrase: str) -> tuple[Manifest, int]:
    """Read the whole backup, so that nothing is touched for one that is no good.

    Returns:
        What it says of itself, and the size of the file.

    Raises:
        EngineError: it is cut, altered, or opens with another passphrase.
    """
    try:
        size = path.stat().st_size
        with _progress("Checking the backup", size) as tell:
            pieces = strongbox.read(path, passphrase)
            first = next(pieces)
            tell(len(first))
            for piece in pieces:
                tell(len(piece))
    except NotReadable as error:
        raise EngineError(str(error)) from None
    except OSError as error:
        raise EngineError(f"{path} cannot be read: {error.strerror or error}") from error
    length = int.from_bytes(first[:_LENGTH], "big")
    try:
        return msgspec.json.decode(first[_LENGTH : _LENGTH + length], type=Manifest), size
    except msgspec.DecodeError:
        raise EngineError(f"{path} is a backup of another kind of Tihi") from None


async def _dump_in(path: Path, passphrase: str, size: int) -> AsyncGenerator[bytes]:
    """Give the database that is in the backup."""
    with _progress("Filling the database", size) as tell:
        skip: int | None = None
        for piece in strongbox.read(path, passphrase):
            if skip is None:
                skip = _LENGTH + int.from_bytes(piece[:_LENGTH], "big")
                yield piece[skip:]
            else:
                yield piece
            tell(len(piece))


async def restore(  # what a restore must be told
    settings: Settings,
    path: Path,
    passphrase: str,
    *,
    erased: Sequence[Erased] | None,
    replace: bool,
    say: Callable[[str], None],
) -> Restored:
    """Make the data folder anew from the backup at `path`.

    Args:
        settings: what the installation sets.
        path: the backup.
        passphrase: opens it.
        erased: who was erased since it was made; None when nobody knows.
        replace: whether data that is there may be put aside.
        say: tells a person.

    Raises:
        EngineError: it cannot be done; nothing was changed, or the folder says that it is not done.
        ListWanted: `erased` is None.
    """
    _embedded(settings)
    manifest, size = read_manifest(path, passphrase)
    if erased is None:
        raise ListWanted(manifest.made_at.isoformat(timespec="seconds"))
    async with place_for(settings, replace=replace, say=say):
        put_key(settings.home, manifest.vault_key)
        async with running(settings, say) as engines:
            ends = engines.endpoints
            url = dump.whole_url(settings.home, ends)
            await dump.load(url, _dump_in(path, passphrase, size))
            await migrate(ends.owner_url)
            await _run(url, _BEGIN)
            say("The database is filled; working off what was due")
            async with connected(ends, most=24, deadline_s=_REPORT_S) as parts:
                again = await _erase(parts, erased)
                await _catch_up(parts, ends.sweep_url)
                say("Writing boards, and verifying")
                await verify.rebuild(parts)
                found = [
                    one
                    for org in await every_org(parts)
                    for one in await verify.differences(parts, org)
                ]
    return Restored(made_at=manifest.made_at, erased_again=again, differences=found)


def _embedded(settings: Settings) -> None:
    if settings.database_url:
        detail = "the database is a server of your own: back it up with its own tools"
        raise EngineError(f"{detail}, and TIHI_VAULT_KEY with it; see docs/how-to/backup.md")


async def _run(url: str, statements: str) -> None:
    connection = await connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


async def _erase(parts: Parts, erased: Sequence[Erased]) -> int:
    """Erase again whom the backup brought back; return how many there were."""
    again = 0
    here = set(await every_org(parts))
    for one in erased:
        if one.org_id not in here:
            continue
        erasure = Erasure(account_id=one.account_id, erased_at=one.erased_at)
        async with parts.db.tx(one.org_id) as tx:
            facts = await privacy.erase_restored(
                tx, erasure, now=parts.clock.now(), chance=parts.chance
            )
        if facts is not None:
            parts.bus.publish(facts)
            again += 1
    return again


async def _catch_up(parts: Parts, sweep_url: str) -> None:
    """Work until nothing is due, or what is due stays so: the verification tells of it."""
    sweeper = await db.connect(sweep_url, most=2)
    async with school.working(parts):
        before, since = -1, parts.clock.monotonic()
        while (left := await _due(parts)) and parts.clock.monotonic() - since < _STILL_S:
            if left != before:
                before, since = left, parts.clock.monotonic()
            # The new stream has nothing of what is due.
            await scheduler.sweep(parts, sweeper)
            await asyncio.sleep(_PAUSE_S)
    await sweeper.close()


async def _due(parts: Parts) -> int:
    left = 0
    for org in await every_org(parts):
        async with parts.db.tx(org) as tx:
            left += sum(one.due for one in await due.lag(tx))
    return left
