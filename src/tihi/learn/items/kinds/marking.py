"""What a kind's grader hands back, before it is made into a `Grade`."""

from collections.abc import Iterable

from tihi.base.value import Value
from tihi.learn.items.model import Solution, Text, UnfitResponse

FULL = 0.99999
"""From here on credit is full: 3 x 33.333 % must not cost a learner the last thousandth."""


class Marking(Value):
    """One response, marked.

    Attributes:
        credit: share of the full credit, not yet clamped to [0, 1].
        feedback: of what was chosen or typed, in order; gaps in it are dropped.
        misconceptions: of what was chosen or typed; gaps in it are dropped.
        solution: the right answer.
    """

    credit: float
    feedback: list[Text | None]
    misconceptions: list[str | None]
    solution: Solution


def distinct(choices: Iterable[int]) -> set[int]:
    """Return `choices` as a set.

    Raises:
        UnfitResponse: a choice is named twice.
    """
    seen: set[int] = set()
    for choice in choices:
        if choice in seen:
            raise UnfitResponse("The same choice was sent twice", choice=choice)
        seen.add(choice)
    return seen


def known(choice: int, limit: int) -> int:
    """Return `choice`.

    Raises:
        UnfitResponse: the item has only the choices 0 to `limit` - 1.
    """
    if not 0 <= choice < limit:
        raise UnfitResponse("This question has no such choice", choice=choice)
    return choice


def counted(given: int, wanted: int) -> None:
    """Check that as many answers came as are wanted.

    Raises:
        UnfitResponse: they did not.
    """
    if given != wanted:
        raise UnfitResponse("Another number of answers is wanted", wanted=wanted, given=given)
