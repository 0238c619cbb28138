"""Commands about people: organisations, ways back in, incidents. Each imports what it runs."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import click

if TYPE_CHECKING:
    from tihi.platform.http import Parts
    from tihi.roles.incident import Incident

T = TypeVar("T")


class Do(Protocol):
    """Runs work on the running system and returns what it led to."""

    def __call__(self, work: Callable[["Parts"], Awaitable[T]]) -> T:
        """Run `work`."""
        ...


def commands(do: Do, url: Callable[[], str]) -> list[click.Command]:
    """Return the commands; `do` runs work on the system, `url` is the server's address."""
    return [_org(do, url), _person(do, url), _incident(do)]


_org_option = click.option("--org", "slug", default=None, help="Short name of the organisation.")


def _org(do: Do, url: Callable[[], str]) -> click.Group:
    @click.group()
    def org() -> None:
        """Organisations on this server."""

    @org.command()
    @click.argument("slug")
    @click.option("--name", required=True, help="Name that people read.")
    @click.option("--zone", default="Pacific/Auckland", show_default=True, help="Time zone.")
    @click.option("--admin", required=True, help="Display name of the first administrator.")
    @click.option("--sign-in", required=True, help="Name that they sign in with.")
    @click.option("--bank", is_flag=True, help="Begin with the starter bank of questions, too.")
    def new(slug: str, name: str, zone: str, admin: str, sign_in: str, bank: bool) -> None:  # noqa: FBT001  # click gives an argument for each option
        """Found an organisation; print the link for its first administrator.

        It plays by the starter pack; other packs can be applied over it.
        """
        from tihi.people.members.model import NewPerson
        from tihi.roles import people

        person = NewPerson(
            role="admin", display_name=admin, sign_in_name=sign_in, zone=zone, locale="en"
        )

        async def founded(parts: "Parts") -> str:
            made = await people.found_org(
                parts, name=name, slug=slug, admin=person, url=url(), bank=bank
            )
            return made.link.url

        click.echo(do(founded))

    return org


def _person(do: Do, url: Callable[[], str]) -> click.Group:
    @click.group()
    def person() -> None:
        """People who cannot get in by themselves."""

    @person.command()
    @click.argument("sign_in_name")
    @_org_option
    def link(sign_in_name: str, slug: str | None) -> None:
        """Print a link by which somebody chooses a new password; it works once, within the hour."""
        from tihi.roles import people

        click.echo(do(lambda parts: people.link_for(parts, slug, sign_in_name, url())))

    @person.command(name="reset-second-step")
    @click.argument("sign_in_name")
    @_org_option
    def reset(sign_in_name: str, slug: str | None) -> None:
        """Let somebody set up their second step anew, once you know that it is they."""
        from tihi.roles import people

        do(lambda parts: people.reset_second_step(parts, slug, sign_in_name))
        click.echo("They set up a new second step when they next sign in.", err=True)

    return person


def _incident(do: Do) -> click.Group:
    @click.group()
    def incident() -> None:
        """After something went wrong: who, what data, when; a stop to it; what to say."""

    incident.add_command(_report(do))
    incident.add_command(_switch(do, frozen=True))
    incident.add_command(_switch(do, frozen=False))
    return incident


def _report(do: Do) -> click.Command:
    @click.command()
    @_org_option
    @click.option("--since", type=click.DateTime(), default=None, help="UTC; a day ago by default.")
    @click.option("--until", type=click.DateTime(), default=None, help="UTC; now by default.")
    @click.option("--suspect", default=None, help="Sign-in name whose acts alone are looked at.")
    @click.option("--out", type=click.Path(path_type=Path), default=None, help="Folder for drafts.")
    @click.option("--json", "as_json", is_flag=True, help="Print for machines.")
    def report(  # click gives an argument for each option
        slug: str | None,
        since: datetime | None,
        until: datetime | None,
        suspect: str | None,
        out: Path | None,
        as_json: bool,  # noqa: FBT001  # click
    ) -> None:
        """Say whose data was opened; with --out write report, letters and the list of people."""
        import msgspec

        from tihi.platform.clock import SystemClock
        from tihi.roles import incident as role
        from tihi.roles import people

        if out is not None and out.exists():
            raise click.ClickException(f"{out} is there already; name a folder that is not")
        now = SystemClock().now()
        begins = since.replace(tzinfo=now.tzinfo) if since else now - timedelta(days=1)
        ends = until.replace(tzinfo=now.tzinfo) if until else now

        async def looked(parts: "Parts") -> "Incident":
            org = await people.org_of(parts.db, slug)
            return await role.look(parts, org, since=begins, until=ends, suspect=suspect)

        found = do(looked)
        click.echo(msgspec.json.encode(found).decode() if as_json else role.words(found))
        try:
            written = role.write(found, out) if out else []
        except OSError as error:
            raise click.ClickException(f"{out} cannot be written: {error.strerror}") from error
        for path in written:
            click.echo(f"written: {path}", err=True)

    return report


def _switch(do: Do, *, frozen: bool) -> click.Command:
    said = "Sign everybody out and stop every API key; administrators alone may come back."

    @click.command(
        name="freeze" if frozen else "thaw",
        help=said if frozen else "Let people and API keys in again.",
    )
    @_org_option
    def switch(slug: str | None) -> None:
        from tihi.roles import incident as role
        from tihi.roles import people

        async def switched(parts: "Parts") -> int:
            org = await people.org_of(parts.db, slug)
            return await (role.freeze(parts, org) if frozen else role.thaw(parts, org))

        ended = do(switched)
        click.echo(
            f"{ended} sessions ended, API keys are stopped. `tihi incident thaw` ends this."
            if frozen
            else "People and API keys are let in again."
        )

    return switch
