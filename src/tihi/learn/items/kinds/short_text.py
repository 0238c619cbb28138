"""Short text: words are typed."""

from tihi.learn.items.kinds import pattern
from tihi.learn.items.kinds.marking import Marking
from tihi.learn.items.model import ShortTextBody, ShortTextResponse, Solution


def grade(body: ShortTextBody, response: ShortTextResponse) -> Marking:
    """Mark typed words: the weight of the best answer that fits them."""
    hit = pattern.best(body.answers, response.text, case_sensitive=body.case_sensitive)
    return Marking(
        credit=hit.weight if hit else 0.0,
        feedback=[hit.feedback if hit else None],
        misconceptions=[hit.misconception if hit else None],
        solution=Solution(choices=[], texts=[pattern.shown(body.answers)]),
    )


def flaw(body: ShortTextBody) -> str:
    """Return why the words cannot be asked for, or ''."""
    return pattern.flaw(body.answers)
