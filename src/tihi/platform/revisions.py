"""Which migrations there are, by their files alone.

Every role asks whether the schema is its own; none of them brings in what runs migrations, so that
one that was killed is soon back.
"""

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable


def files() -> list[Traversable]:
    """Return the files of `tihi.migrations` that hold statements."""
    folder = resources.files("tihi.migrations")
    return [one for one in folder.iterdir() if one.name.endswith(".sql")]


@cache
def known() -> frozenset[str]:
    """Return every revision that we know: the number that its file begins with."""
    return frozenset(one.name.partition("_")[0] for one in files())


def is_behind(revision: str) -> bool:
    """Return whether a schema at `revision` lacks a migration that we know.

    One that we do not know is newer than us, as while machines are brought up to date in turn.
    """
    return revision in known() - {max(known())}
