"""Decisions about what is old enough to go. Pure."""

from datetime import date, datetime, timedelta

from tihi.people.audit.model import Kind
from tihi.people.retention.model import Age, Ages

SIGN_INS = frozenset(
    {Kind.SIGNED_IN, Kind.SIGN_IN_REFUSED, Kind.SIGNED_OUT, Kind.SECOND_STEP_REFUSED}
)
"""Entries of the record that only say who came in or tried to."""
USES = frozenset({Kind.SIGNED_IN, Kind.SIGNED_OUT})
"""Of these, those that show that somebody used their account."""


_AHEAD = timedelta(days=7)
"""A clock that was so far ahead, or is so far back, may be waited for."""


def owed(tidied_on: date | None, today: date) -> bool:
    """Return whether an org is to be gone through on `today`.

    A day further in the future is of a clock that was wrong, and would end all tidying until then.
    """
    return tidied_on is None or tidied_on < today or tidied_on > last_credible(today)


def last_credible(today: date) -> date:
    """Return the last day that may stand as tidied on `today`."""
    return today + _AHEAD


def before(age: Age, now: datetime) -> datetime:
    """Return the moment before which something is too old."""
    return now - timedelta(days=age.days)


def warned_from(ages: Ages, now: datetime) -> datetime:
    """Return the moment before which an account must have been used last to be warned of.

    The warning comes so early that the account is erased when it has become `unused`.
    """
    return now - timedelta(days=ages.unused.days - ages.warning.days)
