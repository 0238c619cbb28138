"""True or false."""

from tihi.learn.items.kinds.marking import Marking
from tihi.learn.items.model import Solution, TrueFalseBody, TrueFalseResponse


def grade(body: TrueFalseBody, response: TrueFalseResponse) -> Marking:
    """Mark a judgement: all or nothing."""
    right = response.value is body.answer
    return Marking(
        credit=float(right),
        feedback=[body.feedback_right if right else body.feedback_wrong],
        misconceptions=[None if right else body.misconception],
        solution=Solution(choices=[], texts=["true" if body.answer else "false"]),
    )
