"""`make bench`: every benchmark once, into a page with a table and plots.

With another revision, both are measured in turn on the same machine in the same run, which is
the only way in which figures of two revisions may be compared.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from bench import plot
from bench.figures import CURVE, ROOT
from tihi.base.value import Value
from tihi.platform.clock import SystemClock
from tihi.platform.config import child_environment

PAGE = ROOT / "docs/reference/performance.md"
_PLOTS = ROOT / "docs/reference"
_LONGEST_S = 900
Found = dict[str, Any]


class Figure(Value):
    """A line of the table: one figure of one benchmark, and its goal."""

    what: str
    bench: str
    key: str
    unit: str
    goal: str
    most: float | None = None
    least: float | None = None


class Bench(Value):
    """A benchmark and how it is called."""

    name: str
    arguments: list[str]


_WORKER = ["worker", "--events", "60000", "--learners"]
BENCHES = [
    Bench(name="loop", arguments=["loop", "--learners", "500", "--rate", "200", "--seconds", "30"]),
    Bench(name="most", arguments=["loop", "--learners", "500", "--rate", "400", "--find-max"]),
    Bench(name="worker", arguments=["worker", "--events", "200000"]),
    Bench(name="all", arguments=["worker", "--events", "60000", "--all"]),
    Bench(name="fanout", arguments=["fanout", "--sockets", "4000", "--compress"]),
    Bench(name="boards", arguments=["boards"]),
    Bench(name="http", arguments=["http"]),
    Bench(name="start", arguments=["start"]),
    Bench(name="10k", arguments=[*_WORKER, "10000"]),
    Bench(name="100k", arguments=[*_WORKER, "100000"]),
    Bench(name="1M", arguments=[*_WORKER, "1000000"]),
    Bench(name="200", arguments=[*_WORKER, "10000", "--achievements", "200"]),
    Bench(name="1000", arguments=[*_WORKER, "10000", "--achievements", "1000"]),
]
_COST = "cpu_us_per_event"
FIGURES = [
    Figure(what="answer to points, 500 learners, 200/s, median", bench="loop", key="p50_ms",
           unit="ms", goal="≤ 30", most=30),
    Figure(what="the same, p99", bench="loop", key="p99_ms", unit="ms", goal="≤ 100", most=100),
    Figure(what="the same, lost", bench="loop", key="lost", unit="", goal="0", most=0),
    Figure(what="the same, counted twice", bench="loop", key="double", unit="", goal="0", most=0),
    Figure(what="processor for an answer, all processes and engines", bench="loop",
           key="cpu_us_per_answer", unit="µs", goal=""),
    Figure(what="the generator's own lag, p99", bench="loop", key="generator_lag_p99_ms",
           unit="ms", goal="≤ 5, else void", most=5),
    Figure(what="highest rate with p99 within 100 ms", bench="most", key="highest_rate",
           unit="answers/s", goal="≥ 500", least=500),
    Figure(what="stream to ledger and boards, rewards alone", bench="worker", key="events_per_s",
           unit="events/s", goal="≥ 20,000", least=20_000),
    Figure(what="the same, processor of the worker", bench="worker", key=_COST, unit="µs", goal=""),
    Figure(what="the same with every consumer", bench="all", key="events_per_s",
           unit="events/s", goal="≥ 8,000", least=8_000),
    Figure(what="an event to 4,000 sockets, compressed, last one", bench="fanout", key="last_ms",
           unit="ms", goal="≤ 60", most=60),
    Figure(what="memory of a socket in the gateway", bench="fanout", key="kib_per_socket",
           unit="KiB", goal="≤ 60", most=60),
    Figure(what="first ten of 1,000,000, at the store, p99", bench="boards", key="top_p99_us",
           unit="µs", goal="≤ 300", most=300),
    Figure(what="you ± 2 of 1,000,000, at the store, p99", bench="boards", key="around_p99_us",
           unit="µs", goal="≤ 300", most=300),
    Figure(what="a board over HTTP, p99", bench="boards", key="http_p99_ms", unit="ms",
           goal="≤ 3", most=3),
    Figure(what="all boards of 1,000,000 learners written anew", bench="boards", key="rebuild_s",
           unit="s", goal="≤ 5", most=5),
    Figure(what="requests for `/api/v1/me`, 64 connections", bench="http", key="rps",
           unit="requests/s", goal=""),
    Figure(what="the same at 500/s, p99", bench="http", key="p99_ms", unit="ms", goal=""),
    Figure(what="start with data, to ready", bench="start", key="warm_s", unit="s", goal="≤ 5",
           most=5),
    Figure(what="start into an empty folder", bench="start", key="cold_s", unit="s", goal=""),
]  # fmt: skip


def run(*, against: str | None, only: Sequence[str]) -> None:
    """Measure, and write the page."""
    chosen = [one for one in BENCHES if not only or one.name in only]
    mine: dict[str, Found] = {}
    theirs: dict[str, Found] = {}
    with tempfile.TemporaryDirectory(prefix="tihi-bench-rev-") as folder:
        other = Path(folder) / "tree"
        if against:
            _git("worktree", "add", "--detach", str(other), against)
            # What is built is not in a revision; pages are not what is measured.
            (other / "src/tihi/static").symlink_to(ROOT / "src/tihi/static")
        try:
            for one in chosen:
                mine[one.name] = _measured(one, ROOT)
                if against:
                    theirs[one.name] = _measured(one, other)
        finally:
            if against:
                _git("worktree", "remove", "--force", str(other))
    _write(mine, theirs, against)
    click.echo(f"» {PAGE.relative_to(ROOT)}")


def _git(*arguments: str) -> None:
    subprocess.run(["git", "-C", str(ROOT), *arguments], check=True, capture_output=True)  # noqa: S607  # git of the path


def _measured(bench: Bench, tree: Path) -> Found:
    """Return what a benchmark printed in `tree`; nothing when it is not there or failed."""
    click.echo(f"» tihi bench {' '.join(bench.arguments)} ({tree.name})")
    done = subprocess.run(
        [sys.executable, "-m", "tihi", "bench", *bench.arguments, "--json"],
        cwd=tree,
        env=child_environment({"PYTHONPATH": os.pathsep.join([str(tree / "src"), str(tree)])}),
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST_S,
    )
    try:
        found: Found = json.loads(done.stdout)
    except ValueError:
        click.echo(f"  failed: {done.stderr.strip()[-300:]}", err=True)
        return {}
    return found


def _write(mine: Mapping[str, Found], theirs: Mapping[str, Found], against: str | None) -> None:
    made_on = next((one["setting"] for one in mine.values() if "setting" in one), {})
    head = "| what | measured | goal | |" + (f" against {against} |" if against else "")
    rows = [_row(one, mine, theirs, compared=bool(against)) for one in FIGURES if one.bench in mine]
    page = [
        "# Performance",
        "",
        "Written by `make bench`. Each figure is of one run, generator included, durable settings",
        "on. Figures drift by a factor of two from run to run and machine to machine: trust the",
        "ratios of one run (`make bench AGAINST=REV`).",
        "",
        ", ".join(
            [
                f"{SystemClock().now().date()}",
                f"commit `{made_on.get('commit', '?')}`",
                f"{made_on.get('cores', '?')} cores",
                f"Python {made_on.get('python', '?')}",
                f"pgserver {made_on.get('postgresql', '?')}",
                f"Valkey {made_on.get('valkey', '?')}",
                f"NATS {made_on.get('nats', '?')}.",
            ]
        ),
        "",
        head,
        "|---|---|---|---|" + ("---|" if against else ""),
        *rows,
        *_plots(mine, theirs, against),
    ]
    PAGE.write_text("\n".join(page) + "\n", encoding="utf-8")


def _row(
    one: Figure, mine: Mapping[str, Found], theirs: Mapping[str, Found], *, compared: bool
) -> str:
    value = mine[one.bench].get(one.key)
    if value is None:
        return f"| {one.what} | not measured | {one.goal} | |" + (" |" if compared else "")
    held = (one.most is None or value <= one.most) and (one.least is None or value >= one.least)
    judged = "" if one.most is None and one.least is None else "met" if held else "**not met**"
    row = f"| {one.what} | {value:,} {one.unit}".rstrip() + f" | {one.goal} | {judged} |"
    if compared:
        before = theirs.get(one.bench, {}).get(one.key)
        row += f" {before:,} (× {value / before:.2f}) |" if before else " |"
    return row


def _plots(
    mine: Mapping[str, Found], theirs: Mapping[str, Found], against: str | None
) -> list[str]:
    said: list[str] = []
    sets = [("this commit", mine), *([(against, theirs)] if against else [])]
    curves = [
        plot.Line(name=name, values=found["loop"]["curve_ms"])
        for name, found in sets
        if found.get("loop", {}).get("curve_ms")
    ]
    if curves:
        labels = [f"p{share}" for share in CURVE]
        said += _plotted("latency", "Answer to points at 200/s", labels, curves, "ms")
    for name, title, keys in (
        ("growth-learners", "Cost of an event by learners", ("10k", "100k", "1M")),
        ("growth-achievements", "Cost of an event by achievements", ("10k", "200", "1000")),
    ):
        if not all(_COST in mine.get(key, {}) for key in keys):
            continue
        labels = ["20", *keys[1:]] if "achievements" in name else list(keys)
        drawn = [
            plot.Line(name="worker", values=[mine[key][_COST] for key in keys]),
            plot.Line(
                name="engines", values=[mine[key]["engines_cpu_us_per_event"] for key in keys]
            ),
        ]
        said += _plotted(name, title, labels, drawn, "µs")
        whole = [sum(line.values[number] for line in drawn) for number in (0, -1)]
        times = f"× {whole[1] / whole[0]:.2f}"
        said += ["", f"The last costs {times} of the first, engines included (goal: ≤ 1.2)."]
    return said


def _plotted(
    name: str, title: str, labels: Sequence[str], drawn: Sequence[plot.Line], unit: str
) -> list[str]:
    file = f"performance-{name}.svg"
    (_PLOTS / file).write_text(plot.lines(title, labels, drawn, unit), encoding="utf-8")
    return ["", f"![{title}]({file})"]
