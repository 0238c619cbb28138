"""Decisions about API keys."""

from datetime import datetime, timedelta

from tihi.people.keys.model import NewKey, TooManyKeys, UnfitKey

PREFIX = "tihi_"
"""Begins every secret, so that scanners of leaked secrets know ours."""
_LONGEST_NAME = 60
_DAYS = range(1, 731)
_MOST = 50


def check(asked: NewKey, working: int) -> NewKey:
    """Return `asked` with its name clean.

    Raises:
        UnfitKey: it has no name, no scope, or too long a life.
        TooManyKeys: the org has 50 that work.
    """
    name = " ".join(asked.name.split())
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise UnfitKey
    if not asked.scopes or asked.days not in _DAYS:
        raise UnfitKey
    if working >= _MOST:
        raise TooManyKeys
    return NewKey(name=name, scopes=sorted(set(asked.scopes)), days=asked.days)


def ends(asked: NewKey, now: datetime) -> datetime:
    """Return when a key stops working by itself."""
    return now + timedelta(days=asked.days)
