"""`tihi bench …`: a command for each number that we claim."""

import json
import os

import click
import msgspec

from tihi.roles.ending import finished

as_json = click.option("--json", "as_json", is_flag=True, help="Print for machines.")


def show(result: object, *, as_json: bool) -> None:
    """Print a result, for a machine or as a table."""
    fields = msgspec.to_builtins(result)
    if as_json:
        click.echo(json.dumps(fields))
        return
    for name, value in fields.items():
        click.echo(f"{name:28} {value}")


_COUNT = click.IntRange(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Measure, on engines of its own in a fresh folder."""


@main.command()
@click.option("--events", default=200_000, type=_COUNT, show_default=True)
@click.option("--learners", default=10_000, type=_COUNT, show_default=True)
@click.option("--achievements", default=21, type=_COUNT, show_default=True)
@click.option("--all", "everything", is_flag=True, help="Every consumer, not rewards alone.")
@click.option(
    "--processes",
    default=os.cpu_count() or 1,
    type=_COUNT,
    help="Workers; one a core by default.",
)
@as_json
def worker(
    events: int,
    learners: int,
    achievements: int,
    everything: bool,  # noqa: FBT001  # click
    processes: int,
    as_json: bool,  # noqa: FBT001  # click
) -> None:
    """From the stream to committed ledger and boards, exactly once; verified."""
    from bench import worker as measured

    result = finished(
        measured.run(
            events=events,
            learners=learners,
            achievements=achievements,
            everything=everything,
            processes=processes,
        )
    )
    show(result, as_json=as_json)


@main.command()
@click.option("--learners", default=500, type=_COUNT, show_default=True)
@click.option("--rate", default=200, type=_COUNT, show_default=True, help="Answers a second.")
@click.option("--seconds", default=30.0, type=click.FloatRange(1), show_default=True)
@click.option("--find-max", is_flag=True, help="Search the highest rate with p99 within 100 ms.")
@as_json
def loop(
    learners: int,
    rate: int,
    seconds: float,
    find_max: bool,  # noqa: FBT001  # click
    as_json: bool,  # noqa: FBT001  # click
) -> None:
    """From an answer sent to its points received, through the public interfaces."""
    from bench import loop as measured

    result = finished(measured.run(count=learners, rate=rate, seconds=seconds, find_max=find_max))
    show(result, as_json=as_json)


@main.command()
@click.option("--sockets", default=4_000, type=_COUNT, show_default=True)
@click.option("--compress", is_flag=True, help="Clients that ask for compression, as browsers do.")
@as_json
def fanout(
    sockets: int,
    compress: bool,  # noqa: FBT001  # click
    as_json: bool,  # noqa: FBT001  # click
) -> None:
    """One event to everybody who is connected, until the last one has it."""
    from bench import fanout as measured

    show(finished(measured.run(sockets=sockets, compress=compress)), as_json=as_json)


@main.command()
@click.option("--members", default=1_000_000, type=_COUNT, show_default=True)
@as_json
def boards(
    members: int,
    as_json: bool,  # noqa: FBT001  # click
) -> None:
    """Places among many, at the store and over HTTP; and writing all of them anew."""
    from bench import boards as measured

    show(finished(measured.run(members=members)), as_json=as_json)


@main.command()
@as_json
def http(
    as_json: bool,  # noqa: FBT001  # click
) -> None:
    """What a page asks for first."""
    from bench import http as measured

    show(finished(measured.run()), as_json=as_json)


@main.command()
@as_json
def start(
    as_json: bool,  # noqa: FBT001  # click
) -> None:
    """From the command to a server that answers."""
    from bench import start as measured

    show(finished(measured.run()), as_json=as_json)


@main.command("all")
@click.option("--against", metavar="REV", help="Measure another revision in the same run.")
@click.option("--only", multiple=True, help="Names of benchmarks; see bench/report.py.")
def everything(against: str | None, only: tuple[str, ...]) -> None:
    """Every benchmark, into docs/reference/performance.md."""
    from bench import report

    report.run(against=against, only=only)
