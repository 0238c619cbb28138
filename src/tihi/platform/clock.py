"""Time comes from a `Clock` that somebody passed, so that it can be moved in tests and seeds."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware UTC, for business dates."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start that never step back, for deadlines."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the machine's time."""
        return datetime.now(UTC)  # noqa: TID251  # the one place where the clock is read

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds."""
        return monotonic()


class MovedClock:
    """A clock that stands where it was put and moves when it is told to."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the moment it was last set to."""
        return self._now

    def monotonic(self) -> float:
        """Return seconds that follow the moved time."""
        return self._now.timestamp()

    def set(self, moment: datetime) -> None:
        """Put the clock at `moment`."""
        self._now = moment

    def advance(self, by: timedelta) -> None:
        """Move the clock forward by `by`."""
        self._now += by


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the time zone called `name` in the IANA data base."""
    return ZoneInfo(name)


def local_date(moment: datetime, zone_name: str) -> date:
    """Return the date on the wall calendar of `zone_name` at `moment`."""
    return moment.astimezone(zone(zone_name)).date()
