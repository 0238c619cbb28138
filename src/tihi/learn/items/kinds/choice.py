"""Single and multiple choice."""

from collections.abc import Sequence

from tihi.base.ids import ItemId
from tihi.learn.items.kinds.marking import FULL, Marking, distinct, known
from tihi.learn.items.kinds.numbering import numbers
from tihi.learn.items.model import (
    MultipleBody,
    MultipleResponse,
    Option,
    SingleBody,
    SingleResponse,
    Solution,
)

_SUM_SLACK = 0.011
"""How far the right options' weights may miss 1: three thirds are often written 3 x 33 %."""


def grade_single(item_id: ItemId, body: SingleBody, response: SingleResponse) -> Marking:
    """Mark a single choice: the weight of the chosen option."""
    order = numbers(item_id, htmls(body.options))
    chosen = body.options[order.index(known(response.choice, len(order)))]
    right = [n for n, option in zip(order, body.options, strict=True) if option.weight >= FULL]
    return Marking(
        credit=chosen.weight,
        feedback=[chosen.feedback],
        misconceptions=[chosen.misconception],
        solution=Solution(choices=sorted(right), texts=[]),
    )


def grade_multiple(item_id: ItemId, body: MultipleBody, response: MultipleResponse) -> Marking:
    """Mark a multiple choice: the sum of the chosen weights over the sum of the right ones."""
    order = numbers(item_id, htmls(body.options))
    by_number = dict(zip(order, body.options, strict=True))
    picks = sorted(distinct(known(choice, len(order)) for choice in response.choices))
    chosen = [by_number[pick] for pick in picks]
    return Marking(
        credit=sum(option.weight for option in chosen) / (_right_sum(body.options) or 1),
        feedback=[option.feedback for option in chosen],
        misconceptions=[option.misconception for option in chosen],
        solution=Solution(
            choices=sorted(n for n, option in by_number.items() if option.weight > 0), texts=[]
        ),
    )


def htmls(options: Sequence[Option]) -> list[str]:
    """Return what the options show, in stored order."""
    return [option.text.html for option in options]


def single_flaw(body: SingleBody) -> str:
    """Return why the choice cannot be played, or ''."""
    if all(option.weight < FULL for option in body.options):
        return "No option is right. Put `=` before the right one."
    return ""


def multiple_flaw(body: MultipleBody) -> str:
    """Return why the choice cannot be played, or ''."""
    total = _right_sum(body.options)
    if total <= 0:
        return "No option is right. Put `=` before the right one, or `~%50%` before each of two."
    if abs(total - 1) > _SUM_SLACK:
        return f"The right options add up to {total:.0%}. Make them add up to 100%."
    return ""


def _right_sum(options: Sequence[Option]) -> float:
    return sum(option.weight for option in options if option.weight > 0)
