"""Ordering: parts are put into their right order."""

from collections.abc import Sequence
from itertools import pairwise

from tihi.base.ids import ItemId
from tihi.learn.items.kinds.marking import Marking, counted, distinct, known
from tihi.learn.items.kinds.numbering import numbers
from tihi.learn.items.model import OrderingBody, OrderingResponse, Solution

FEWEST_PARTS = 2


def grade(item_id: ItemId, body: OrderingBody, response: OrderingResponse) -> Marking:
    """Mark the order by the longest run of parts, not always neighbours, that stand rightly.

    Credit is (L - 1) / (n - 1) with L the length of the longest common subsequence: one part
    moved costs one step, and the order reversed brings nothing.
    """
    order = numbers(item_id, [part.html for part in body.parts])
    counted(len(response.choices), len(order))
    distinct(known(choice, len(order)) for choice in response.choices)
    right = [part.html for part in body.parts]
    shown = dict(zip(order, right, strict=True))
    longest = _common([shown[choice] for choice in response.choices], right)
    return Marking(
        credit=(longest - 1) / (len(right) - 1) if len(right) > 1 else 1.0,
        feedback=[],
        misconceptions=[],
        solution=Solution(choices=order, texts=[]),
    )


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the length of the longest common subsequence (Wagner and Fischer 1974)."""
    row = [0] * (len(other) + 1)
    for left in one:
        fresh = [0]
        for (above_left, above), right in zip(pairwise(row), other, strict=True):
            fresh.append(above_left + 1 if left == right else max(above, fresh[-1]))
        row = fresh
    return row[-1]


def flaw(body: OrderingBody) -> str:
    """Return why the parts cannot be ordered, or ''."""
    if len(body.parts) < FEWEST_PARTS:
        return "Ordering needs two parts or more."
    if len({part.html for part in body.parts}) < FEWEST_PARTS:
        return "All parts say the same, so there is no order to find."
    return ""
