"""Every command of `tihi`. Each puts parts together and says what happened."""

import errno
import json
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import click
import msgspec
from typing_extensions import override

from tihi.base.problem import Problem
from tihi.game.packs.model import AppliedPack
from tihi.game.rewards.model import Difference
from tihi.platform.config import Settings, UnfitSetting, place, settings
from tihi.platform.engines import Endpoints, EngineError, HomeLocked
from tihi.platform.engines.attach import refuse_no_data
from tihi.platform.http import Parts
from tihi.roles import backup_commands, people_commands, role_commands
from tihi.roles.ending import Stopped, finished, stoppable

T = TypeVar("T")
PORT = role_commands.PORT
_NOT_OURS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}
)
"""The machine says no, to a file or to standard output: no trace helps whoever reads of it."""
_REPORT_S = 600.0
"""What a command may ask of the database; nobody waits for it at a screen."""


def say(line: str) -> None:
    """Write a line for a person; standard output is kept for results."""
    # Whoever closed the terminal or the pipe is told nothing: that is no reason to stop.
    with suppress(OSError):
        click.echo(line, err=True)


def _do(work: Awaitable[T], *, if_stopped: str = "") -> T:
    """Run `work`; say plainly why it cannot be done, and `if_stopped` to who stops it."""
    try:
        return finished(work, if_stopped=if_stopped)
    except EngineError as error:
        say(f"Tihi: {error}")
        raise SystemExit(1) from error
    except Problem as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _print(result: object, *, as_json: bool, words: str) -> None:
    click.echo(json.dumps(msgspec.to_builtins(result)) if as_json else words)


async def _with_parts(
    work: Callable[[Parts, Endpoints], Awaitable[T]], *, fresh: bool = False
) -> T:
    """Do `work` on the running system, or start the engines for it alone.

    Args:
        work: what is to be done.
        fresh: whether it may begin a data folder. A backup of a mistyped one would hold nothing,
            and to verify it would find all well.
    """
    from tihi.roles import serve
    from tihi.roles.parts import awaited, connected

    found = settings()
    if not fresh:
        refuse_no_data(found)
    try:
        async with (
            serve.engines(found, lambda _line: None) as engines,
            connected(engines.endpoints, deadline_s=_REPORT_S) as parts,
        ):
            return await work(parts, engines.endpoints)
    except HomeLocked:
        endpoints = await awaited(found, say)
        async with connected(endpoints, deadline_s=_REPORT_S) as parts:
            return await work(parts, endpoints)


@contextmanager
def _busy(words: str, *, as_json: bool) -> Generator[None]:
    """Show a person that something is being done, however long it takes."""
    if as_json or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield


as_json = click.option("--json", "as_json", is_flag=True, help="Print for machines.")
org_slug = click.option("--org", default=None, help="Short name; may be left out with one org.")


class _Tihi(click.Group):
    """The command; what a person can put right is said plainly, whatever was asked for."""

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for one in args:
            # Names and options are text; a file may bear any name, if it is there.
            if any("\ud800" <= letter <= "\udfff" for letter in one) and not Path(one).exists():
                raise click.UsageError(f"{one!r} is no text in UTF-8", ctx)
        return super().parse_args(ctx, args)

    @override
    def invoke(self, ctx: click.Context) -> object:
        try:
            stoppable()
            return super().invoke(ctx)
        except UnfitSetting as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.errno not in _NOT_OURS or isinstance(error, ConnectionError):
                raise
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{where}{error.strerror}") from error
        except KeyboardInterrupt as told:
            stopped = told if isinstance(told, Stopped) else Stopped()
            say(str(stopped))
            raise SystemExit(stopped.code) from None


@click.group(cls=_Tihi, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tihi")
def main() -> None:
    """Tihi, open gamified learning that you host yourself."""


def _listening(
    host: str | None, port: int | None, *, lan_http: bool, home: str | None = None
) -> Settings:
    found = settings()
    return msgspec.structs.replace(
        found,
        home=place("--home", home).absolute() if home else found.home,
        host=host or ("0.0.0.0" if lan_http else found.host),  # noqa: S104  # asked for by --lan-http
        port=port or found.port,
        lan_http=lan_http or found.lan_http,
    )


@main.command()
@click.option("--host", default=None, help="Address to listen on; 127.0.0.1 by default.")
@click.option("--port", default=None, type=PORT, help="Port to listen on; 8080 by default.")
@click.option("--lan-http", is_flag=True, help="Plain HTTP for a classroom's own network.")
def serve(host: str | None, port: int | None, lan_http: bool) -> None:  # noqa: FBT001  # click
    """Start everything: engines, web, workers, scheduler."""
    from tihi.roles import serve as role

    _do(role.run(_listening(host, port, lan_http=lan_http), say))


@main.command()
@click.option("--check", is_flag=True, help="Drive a scripted school day, verify it, and exit.")
@click.option("--port", default=None, type=PORT, help="Port to listen on; 8080 by default.")
@click.option("--home", default=None, help="Data folder; --check keeps one that is empty.")
@as_json
def demo(check: bool, port: int | None, home: str | None, as_json: bool) -> None:  # noqa: FBT001  # click
    """Start everything with a demo school, on this machine only."""
    from tihi.roles import check as checking
    from tihi.roles import demo as role

    if not check:
        _do(role.run(_listening(None, port, lan_http=False, home=home), say))
        return
    result = _do(checking.run(_listening(None, port, lan_http=False, home=home), say))
    _print(result, as_json=as_json, words=checking.words(result))
    raise SystemExit(0 if result.ok else 1)


@main.command()
def migrate() -> None:
    """Bring the database's schema up to date."""

    async def done(_parts: Parts, endpoints: Endpoints) -> None:
        from tihi.platform import schema

        await schema.migrate(endpoints.owner_url)

    _do(_with_parts(done, fresh=True))
    say("The schema is up to date.")


@main.command()
@as_json
def verify(as_json: bool) -> None:  # noqa: FBT001  # click
    """Recompute state, boards and streaks from facts and ledger; exit 1 on a difference."""
    from tihi.roles import verify as role
    from tihi.roles.parts import every_org

    async def found(parts: Parts, _endpoints: Endpoints) -> tuple[list[Difference], int]:
        orgs = await every_org(parts)
        lost = await role.without_boards(parts)
        return [one for org in orgs for one in await role.differences(parts, org)], lost

    with _busy("Recomputing everything from facts and ledger", as_json=as_json):
        result, lost = _do(_with_parts(found))
    if lost:
        say(f"Boards not written, so not compared, in {lost} of the organisations: `tihi rebuild`")
    lines = [
        f"{one.kind}: {one.subject}: stored {one.stored}, expected {one.expected}" for one in result
    ]
    words = "\n".join(lines) or "All is well: nothing differs."
    _print({"ok": not result, "differences": result}, as_json=as_json, words=words)
    raise SystemExit(1 if result else 0)


@main.command()
@as_json
def rebuild(as_json: bool) -> None:  # noqa: FBT001  # click
    """Write all of Valkey afresh from PostgreSQL."""
    from tihi.roles import verify as role

    async def done(parts: Parts, _endpoints: Endpoints) -> int:
        return await role.rebuild(parts)

    with _busy("Writing boards from the ledger", as_json=as_json):
        written = _do(_with_parts(done))
    _print({"written": written}, as_json=as_json, words=f"{written} totals written.")


@main.group(name="import")
def import_() -> None:
    """Bring content in."""


@import_.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--misconceptions", type=click.Path(exists=True, dir_okay=False), default=None)
@click.option("--strict", is_flag=True, help="Leave out a file whole that has a refused line.")
@click.option("--dry-run", is_flag=True, help="Read and check, store nothing.")
@org_slug
@as_json
def gift(  # click gives an argument for each option
    files: tuple[str, ...],
    misconceptions: str | None,
    strict: bool,  # noqa: FBT001  # click
    dry_run: bool,  # noqa: FBT001  # click
    org: str | None,
    as_json: bool,  # noqa: FBT001  # click
) -> None:
    """Import Moodle GIFT files. Each file is one transaction."""
    from tihi.roles import content

    tables = [Path(misconceptions)] if misconceptions else []
    read = content.read([Path(one) for one in files], tables, strict=strict)
    compared = True
    if dry_run:
        try:
            reports = finished(content.compare(settings(), org, read))
        except Problem as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except EngineError as error:
            # A file can be looked at without a system; it is then not known what is new.
            say(f"Not compared with the items of an organisation: {error}")
            reports, compared = content.reports(read), False
    else:

        async def taken(parts: Parts, _endpoints: Endpoints) -> list[content.FileReport]:
            return await content.take(parts, org, read, as_json=as_json)

        reports = _do(_with_parts(taken), if_stopped=content.IF_STOPPED)
    _print(
        content.total(reports, compared=compared),
        as_json=as_json,
        words=content.words(reports, compared=compared),
    )
    refused = any(report.refused for report in reports)
    raise SystemExit(1 if strict and refused else 0)


@main.group()
def pack() -> None:
    """Rules of the game as data."""


@pack.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@org_slug
@as_json
def apply(file: str, org: str | None, as_json: bool) -> None:  # noqa: FBT001  # click
    """Apply a pack to a running system, and count what history earns by it.

    Rules are in force for what happens from now on. Counting goes on beside the live system and
    may be interrupted; the scheduler finishes it.
    """
    from tihi.roles import content

    text = content.read_whole(Path(file))

    async def applied(parts: Parts, _endpoints: Endpoints) -> tuple[AppliedPack, int]:
        return await content.apply_pack(parts, org, text, as_json=as_json)

    result, awards = _do(_with_parts(applied), if_stopped=content.IF_APPLY_STOPPED)
    words = (
        f"{result.pack}: {result.rules} rules, {result.achievements} achievements"
        f"{f', {result.retired} retired' if result.retired else ''}; the rules are "
        f"now version {result.version}. History earned {awards} tiers."
    )
    _print({**msgspec.to_builtins(result), "awards": awards}, as_json=as_json, words=words)


@main.command()
@as_json
def doctor(as_json: bool) -> None:  # noqa: FBT001  # click
    """Check this machine and data folder; say what stands in the way."""
    from tihi.platform.engines import doctor as role

    checks = _do(role.doctor(settings()))
    lines = [
        f"{'ok  ' if one.ok else 'FAIL'} {one.name}: {one.detail}"
        + (f"\n     {one.advice}" if not one.ok else "")
        for one in checks
    ]
    _print(checks, as_json=as_json, words="\n".join(lines))
    raise SystemExit(0 if all(one.ok for one in checks) else 1)


@main.command()
def openapi() -> None:
    """Print the OpenAPI document of the interface."""
    from tihi.roles import document

    click.echo(document.openapi())


@main.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Measure; from a checkout, as benchmarks are not installed."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "bench/commands.py").is_file():
        raise click.ClickException("benchmarks run from a checkout of the repository")
    sys.path.insert(0, str(root))
    from bench import commands

    commands.main(list(arguments), prog_name="tihi bench")


def _on_the_system(work: Callable[[Parts], Awaitable[T]], *, fresh: bool = False) -> T:
    return _do(_with_parts(lambda parts, _endpoints: work(parts), fresh=fresh))


def _address() -> str:
    found = settings()
    return found.url or f"http://localhost:{found.port}"


for _command in (
    *people_commands.commands(_on_the_system, _address),
    *role_commands.commands(_do, say),
    *backup_commands.commands(_do, _with_parts, say),
):
    main.add_command(_command)
