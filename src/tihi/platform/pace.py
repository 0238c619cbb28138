"""How fast routes were lately: one histogram a minute and route, for the administrator's page.

It holds what this process served in the last minutes, in memory alone; Prometheus keeps more.
"""

from bisect import bisect_left
from collections import deque

from tihi.base.value import Value

MINUTES = 15
_BOUNDS = tuple(0.001 * 1.3**n for n in range(40))
"""From 1 ms to about half a minute; a quantile is off by 30 % at most."""


class RoutePace(Value):
    """How fast a route was. Times are in milliseconds."""

    method: str
    route: str
    calls: int
    errors: int
    p50_ms: float
    p99_ms: float


class _Minute:
    """What one route did in one minute."""

    def __init__(self, minute: int) -> None:
        self.minute = minute
        self.counts = [0] * (len(_BOUNDS) + 1)
        self.errors = 0


class Pace:
    """Counts replies by route and minute."""

    def __init__(self) -> None:
        self._routes: dict[tuple[str, str], deque[_Minute]] = {}

    def count(self, method: str, route: str, seconds: float, *, error: bool, now: float) -> None:
        """Count one reply at `now`, seconds of a clock that never steps back."""
        minutes = self._routes.get((method, route))
        if minutes is None:
            minutes = self._routes[method, route] = deque(maxlen=MINUTES)
        minute = int(now // 60)
        if not minutes or minutes[-1].minute != minute:
            minutes.append(_Minute(minute))
        one = minutes[-1]
        one.counts[bisect_left(_BOUNDS, seconds)] += 1
        one.errors += error

    def slowest(self, most: int, *, now: float) -> list[RoutePace]:
        """Return the routes of the last minutes whose slowest replies took longest."""
        since = int(now // 60) - MINUTES
        found = [
            pace
            for (method, route), minutes in self._routes.items()
            if (pace := _pace(method, route, [one for one in minutes if one.minute > since]))
        ]
        found.sort(key=lambda one: (-one.p99_ms, one.route))
        return found[:most]


def _pace(method: str, route: str, minutes: list[_Minute]) -> RoutePace | None:
    counts = [sum(column) for column in zip(*(one.counts for one in minutes), strict=True)]
    calls = sum(counts)
    if not calls:
        return None
    return RoutePace(
        method=method,
        route=route,
        calls=calls,
        errors=sum(one.errors for one in minutes),
        p50_ms=quantile_ms(counts, 0.5),
        p99_ms=quantile_ms(counts, 0.99),
    )


def quantile_ms(counts: list[int], share: float) -> float:
    """Return the time in ms within which `share` of the counted replies were made.

    It is the upper bound of the bucket that holds it, so it never says too little, but for
    what took longer than the last bound.
    """
    left = share * sum(counts)
    for bound, count in zip(_BOUNDS, counts, strict=False):
        left -= count
        if left <= 0:
            return round(bound * 1000, 1)
    return round(_BOUNDS[-1] * 1000, 1)
