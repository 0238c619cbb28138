"""What `tihi bench loop` measures, and how it searches for the highest rate."""

from collections.abc import Awaitable, Callable

import click

from bench.figures import Setting
from tihi.base.value import Value

_FIND_S = 8
_FINEST = 25
_TRIES = 2
_GOAL_P99_MS = 100.0
_GOAL_LAG_MS = 5.0


class LoopResult(Value):
    """What a run led to. Times are from the moment an answer was due.

    Attributes:
        accepted: answers that were acknowledged.
        refused: answers that got a problem, and sends for which no learner was free.
        lost: answers without an acknowledgement, a row, or points at their socket.
        double: answers that were counted more than once.
        rate: acknowledged answers a second.
        acknowledged_p50_ms: to the acknowledgement; p50_ms and so on: to `points_earned`.
        cpu_us_per_answer: of every process of ours and the engines, opening lessons included.
        generator_lag_p99_ms: how late the generator sent; over 5 ms the run is void.
        curve_ms: percentiles for a plot: 5, 25, 50, 75, 90, 95, 99 and 99.9.
    """

    accepted: int
    refused: int
    lost: int
    double: int
    rate: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    acknowledged_p50_ms: float
    acknowledged_p99_ms: float
    cpu_us_per_answer: float
    cpu_us_web: float
    cpu_us_work: float
    cpu_us_engines: float
    generator_lag_p99_ms: float
    learners: int
    verified: bool
    curve_ms: list[float]
    setting: Setting


class LoopLimit(Value):
    """The highest rate at which p99 stayed within 100 ms, and each rate that was tried."""

    highest_rate: int
    tried: list[LoopResult]


async def highest(measure: Callable[[int, float], Awaitable[LoopResult]], start: int) -> LoopLimit:
    """Raise the rate until p99 is too long, then halve the gap until it is 25 a second.

    A rate that failed is tried once more: a machine that others use as well stops now and then for
    longer than the goal allows.

    Args:
        measure: measures at a rate for so many seconds.
        start: the rate to begin with.
    """
    tried: list[LoopResult] = []
    low, high, rate = 0, 0, start
    while not high or high - low > _FINEST:
        for _ in range(_TRIES):
            found = await measure(rate, _FIND_S)
            tried.append(found)
            said = f"{rate}/s: p99 {found.p99_ms} ms, lag {found.generator_lag_p99_ms}"
            click.echo(said, err=True)
            if _keeps(found):
                break
        low, high = (rate, high) if _keeps(tried[-1]) else (low, rate)
        rate = (low + high) // 2 if high else rate * 3 // 2
    return LoopLimit(highest_rate=low, tried=tried)


def _keeps(found: LoopResult) -> bool:
    """Return whether the goal was met."""
    return (
        found.p99_ms <= _GOAL_P99_MS
        and not found.refused
        and not found.lost
        and found.generator_lag_p99_ms <= _GOAL_LAG_MS
    )
