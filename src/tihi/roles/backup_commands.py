"""`tihi backup` and `tihi restore`. Each imports what it runs."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import click

from tihi.platform.config import settings

if TYPE_CHECKING:
    from tihi.platform.engines import Endpoints
    from tihi.platform.http import Parts
    from tihi.roles.backup import Restored
    from tihi.roles.erased import Erased

T = TypeVar("T")
Say = Callable[[str], None]
_MIB = 1 << 20
_LONGEST = 4096
"""Characters of a passphrase; a file without end must not fill the memory."""


class Do(Protocol):
    """Runs work to its end and says plainly why it cannot be done."""

    def __call__(self, work: Awaitable[T]) -> T:
        """Run `work`."""
        ...


class On(Protocol):
    """Makes work of what is to be done on the running system, or on engines started for it."""

    def __call__(self, work: "Callable[[Parts, Endpoints], Awaitable[T]]") -> Awaitable[T]:
        """Return the work."""
        ...


_passphrase = click.option(
    "--passphrase-file",
    default=None,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    help="File whose first line is the passphrase; - for standard input.",
)


def commands(do: Do, on: On, say: Say) -> list[click.Command]:
    """Return the commands."""
    return [_backup(do, on, say), _restore(do, say)]


def _backup(do: Do, on: On, say: Say) -> click.Command:
    @click.command()
    @click.argument("file", type=click.Path(dir_okay=False))
    @_passphrase
    def backup(file: str, passphrase_file: str | None) -> None:
        """Write everything into one FILE, while Tihi runs or not.

        Keep it elsewhere, and the list of who was erased with it: a restore needs both.
        """
        from tihi.roles import backup as role

        passphrase = _first_line(passphrase_file)
        path = Path(file).absolute()
        found = settings()

        async def done(_parts: "Parts", endpoints: "Endpoints") -> None:
            await role.backup(found, endpoints, path, passphrase)

        do(on(done))
        say(f"{path}: {path.stat().st_size / _MIB:.1f} MiB")
        if not passphrase:
            say("It is not encrypted: whoever has it can read it all. See --passphrase-file.")
        say(f"Keep {found.erased_list} with it; it says who was erased since.")

    return backup


def _restore(do: Do, say: Say) -> click.Command:
    @click.command()
    @click.argument("file", type=click.Path(exists=True, dir_okay=False))
    @_passphrase
    @click.option(
        "--erased",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False),
        help="List of who was erased; the one of TIHI_ERASED is taken by itself.",
    )
    @click.option("--none-erased", is_flag=True, help="Nobody was erased since the backup.")
    @click.option("--replace", is_flag=True, help="Put data aside that is in the data folder.")
    def restore(
        file: str,
        passphrase_file: str | None,
        erased: tuple[str, ...],
        none_erased: bool,  # noqa: FBT001  # click
        replace: bool,  # noqa: FBT001  # click
    ) -> None:
        """Make the data folder anew from FILE, and verify it.

        Tihi must not run on it. Whoever was erased after the backup is erased again.
        """
        from tihi.roles import backup as role

        found = settings()
        path = Path(file).absolute()
        passphrase = _first_line(passphrase_file)
        lists = [Path(one) for one in erased]
        if found.erased_list.exists():
            lists.append(found.erased_list)
        known = _lists(lists) if lists or none_erased else None
        work = role.restore(found, path, passphrase, erased=known, replace=replace, say=say)
        try:
            result = do(work)
        except role.ListWanted as wanted:
            detail = f"the backup is of {wanted}: who was erased since would come back"
            raise click.ClickException(
                f"{detail}. Give the list with --erased, or say --none-erased."
            ) from None
        _tell(result, say)

    return restore


def _tell(result: "Restored", say: Say) -> None:
    for one in result.differences:
        say(f"{one.kind}: {one.subject}: stored {one.stored}, expected {one.expected}")
    as_of = result.made_at.isoformat(timespec="seconds")
    differences = len(result.differences)
    say(f"Restored as of {as_of}; {result.erased_again} erased again; {differences} differences.")
    raise SystemExit(1 if result.differences else 0)


def _lists(paths: list[Path]) -> "list[Erased]":
    from tihi.roles import erased

    try:
        return [one for path in paths for one in erased.read(path)]
    except erased.UnreadableList as error:
        raise click.ClickException(str(error)) from error


def _first_line(path: str | None) -> str:
    if path is None:
        return ""
    try:
        with click.open_file(path, encoding="utf-8") as file:
            line = file.readline(_LONGEST + 1).rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path} is no text in UTF-8") from error
    if len(line) > _LONGEST:
        raise click.ClickException(f"{path}: its first line is longer than {_LONGEST} characters")
    if not line:
        raise click.ClickException(f"{path}: its first line is empty")
    return line
