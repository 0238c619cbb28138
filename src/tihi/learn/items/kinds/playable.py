"""Whether a draft can be played, and if not, why, in words for its author."""

import math
from collections.abc import Iterator

from tihi.learn.items.kinds import choice, cloze, matching, numeric, ordering, short_text
from tihi.learn.items.kinds.text import LONGEST, shows_something
from tihi.learn.items.model import (
    Body,
    ClozeBody,
    ItemDraft,
    MatchingBody,
    MultipleBody,
    NumericBody,
    OrderingBody,
    ShortTextBody,
    SingleBody,
    Text,
    TrueFalseBody,
)

MOST_CHOICES = 20
MOST_ANSWERS = 50
LONGEST_NAME = 200
LONGEST_CHOICE = 2_000
LONGEST_FEEDBACK = 5_000
LONGEST_LABEL = 100
MOST_TAGS = 50
HARDEST = 5


def flaw(draft: ItemDraft) -> str:
    """Return why `draft` cannot be played and what to do about it, or ''."""
    return next(filter(None, _flaws(draft)), "")


def _flaws(draft: ItemDraft) -> Iterator[str]:
    yield _name_flaw(draft)
    # The text around the gaps is the question of a cloze, so its prompt may be empty.
    if not isinstance(draft.body, ClozeBody):
        yield _shown_flaw("The question", draft.prompt, LONGEST)
    yield _feedback_flaw(draft.feedback)
    yield from _count_flaws(draft.body)
    yield from _choice_flaws(draft.body)
    yield from _answer_flaws(draft.body)
    yield _typed_flaw(draft.body) or _chosen_flaw(draft.body)


def _name_flaw(draft: ItemDraft) -> str:
    if not 1 <= len(draft.ref) <= LONGEST_NAME:
        return f"Its name must have 1 to {LONGEST_NAME} characters."
    if len(draft.title) > LONGEST_NAME:
        return f"Its title is longer than {LONGEST_NAME} characters. Shorten it."
    if not 1 <= draft.difficulty <= HARDEST:
        return f"Its difficulty must be 1 to {HARDEST}."
    if len(draft.tags) > MOST_TAGS or any(len(tag) > LONGEST_LABEL for tag in draft.tags):
        return f"It has more than {MOST_TAGS} tags, or one over {LONGEST_LABEL} characters."
    return ""


def _shown_flaw(what: str, text: Text, limit: int) -> str:
    if len(text.source) > limit:
        return f"{what} is longer than {limit} characters. Shorten it."
    if not shows_something(text.html):
        return f"{what} has no text."
    return ""


def _feedback_flaw(text: Text | None) -> str:
    if text is not None and len(text.source) > LONGEST_FEEDBACK:
        return f"A feedback is longer than {LONGEST_FEEDBACK} characters. Shorten it."
    return ""


def _count_flaws(body: Body) -> Iterator[str]:
    choices = choices_of(body)
    if len(choices) > MOST_CHOICES:
        yield f"It has {len(choices)} choices. Keep {MOST_CHOICES} at most."
    if isinstance(body, SingleBody | MultipleBody):
        if len(choices) <= 1:
            yield "A choice needs two options or more."
        # The same words twice are odd, and fair as long as they are worth the same.
        worth = {(option.text.html, option.weight) for option in body.options}
        if len({html for html, _ in worth}) < len(worth):
            yield "Two options say the same. Change or remove one."
    if isinstance(body, NumericBody | ShortTextBody) and len(body.answers) > MOST_ANSWERS:
        yield f"It has {len(body.answers)} answers. Keep {MOST_ANSWERS} at most."


def _choice_flaws(body: Body) -> Iterator[str]:
    for text in choices_of(body):
        yield _shown_flaw("An option", text, LONGEST_CHOICE)
    if isinstance(body, MatchingBody):
        for pair in body.pairs:
            yield _shown_flaw("A left part", pair.left, LONGEST_CHOICE)


def _answer_flaws(body: Body) -> Iterator[str]:
    weights: list[float] = []
    if isinstance(body, SingleBody | MultipleBody):
        weights = [option.weight for option in body.options]
        yield from (_feedback_flaw(option.feedback) for option in body.options)
    elif isinstance(body, NumericBody | ShortTextBody):
        weights = [answer.weight for answer in body.answers]
        yield from (_feedback_flaw(answer.feedback) for answer in body.answers)
    elif isinstance(body, ClozeBody):
        weights = [answer.weight for gap in body.gaps for answer in gap.answers]
    elif isinstance(body, TrueFalseBody):
        yield _feedback_flaw(body.feedback_right) or _feedback_flaw(body.feedback_wrong)
    if any(math.isnan(weight) or abs(weight) > 1 for weight in weights):
        yield "A percentage is not between -100 and 100."


def choices_of(body: Body) -> list[Text]:
    """Return what there is to choose from; nothing for typed kinds."""
    match body:
        case SingleBody() | MultipleBody():
            return [option.text for option in body.options]
        case MatchingBody():
            return [pair.right for pair in body.pairs] + body.decoys
        case OrderingBody():
            return body.parts
        case _:
            return []


def _typed_flaw(body: Body) -> str:
    match body:
        case NumericBody():
            return numeric.flaw(body)
        case ShortTextBody():
            return short_text.flaw(body)
        case ClozeBody():
            return cloze.flaw(body)
        case _:
            return ""


def _chosen_flaw(body: Body) -> str:
    match body:
        case SingleBody():
            return choice.single_flaw(body)
        case MultipleBody():
            return choice.multiple_flaw(body)
        case MatchingBody():
            return matching.flaw(body)
        case OrderingBody():
            return ordering.flaw(body)
        case _:
            return ""
