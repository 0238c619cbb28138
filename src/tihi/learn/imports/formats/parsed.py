"""What reading a file gives: drafts, and a refusal for each thing that could not be read."""

from tihi.base.value import Value
from tihi.learn.items.model import ItemDraft

MOST_REFUSED = 1_000
"""Refusals of one file that are told; a file that is something else would have a million."""
ENOUGH = "1,000 lines were refused; from this one on it was not read. Is it the right file?"


class Refusal(Value):
    """Something in the file that was left out. `reason` says why and what to do."""

    line: int
    reason: str


class Parsed(Value):
    """What a file holds.

    Attributes:
        items: drafts that can be played, in the order of the file.
        categories: paths that the file names, in order, once each; `//` is a slash in a name.
        refused: what was left out, by line, 1-based.
    """

    items: list[ItemDraft]
    categories: list[str]
    refused: list[Refusal]


class Unreadable(Exception):
    """One question cannot be read; the message tells its author what to do."""
