"""Decisions about items: what is shown, how an answer is graded, which drafts can be played.

Pure and total. Which choice is which follows from the item, never from the order in which its
author wrote it, so a response can be graded without what was shown when.
"""

from collections.abc import Sequence
from html import escape

from tihi.base.chance import Random
from tihi.learn.items.kinds import (
    choice,
    cloze,
    matching,
    numeric,
    ordering,
    playable,
    short_text,
    true_false,
)
from tihi.learn.items.kinds.marking import FULL, Marking
from tihi.learn.items.kinds.numbering import kinds_of, numbers, views
from tihi.learn.items.model import (
    ChoiceView,
    ClozeBody,
    ClozeResponse,
    Grade,
    Item,
    ItemDraft,
    ItemView,
    Kind,
    MatchingBody,
    MatchingResponse,
    MultipleBody,
    MultipleResponse,
    NumericBody,
    NumericResponse,
    OrderingBody,
    OrderingResponse,
    Response,
    ShortTextBody,
    ShortTextResponse,
    SingleBody,
    SingleResponse,
    Solution,
    TrueFalseBody,
    TrueFalseResponse,
    UnfitResponse,
    Unplayable,
    Verdict,
)

_KINDS: dict[type, Kind] = {
    SingleBody: Kind.SINGLE,
    MultipleBody: Kind.MULTIPLE,
    TrueFalseBody: Kind.TRUE_FALSE,
    NumericBody: Kind.NUMERIC,
    ShortTextBody: Kind.SHORT_TEXT,
    ClozeBody: Kind.CLOZE,
    MatchingBody: Kind.MATCHING,
    OrderingBody: Kind.ORDERING,
}


def present(item: Item, chance: Random) -> ItemView:
    """Return what a learner sees of `item`, choices shuffled by `chance`.

    Two items that differ only in their solution give the same view for the same chance,
    RELIABILITY S9; only the pairs of a matching hold theirs together with what is shown.
    """
    body = item.body
    return ItemView(
        item_id=item.item_id,
        kind=_KINDS[type(body)],
        prompt_html=item.prompt.html,
        choices=_choices(item, chance),
        lefts=[pair.left.html for pair in body.pairs] if isinstance(body, MatchingBody) else [],
        pieces=[piece.html for piece in body.pieces] if isinstance(body, ClozeBody) else [],
        gaps=cloze.gap_views(item.item_id, body.gaps, chance)
        if isinstance(body, ClozeBody)
        else [],
        unit=body.unit if isinstance(body, NumericBody) else "",
    )


def _choices(item: Item, chance: Random) -> list[ChoiceView]:
    if isinstance(item.body, MatchingBody):
        return views(item.item_id, kinds_of(item.item_id, matching.rights(item.body)), chance)
    return views(item.item_id, [text.html for text in playable.choices_of(item.body)], chance)


def grade(item: Item, response: Response) -> Grade:
    """Return what `response` to `item` is worth, with feedback and the solution.

    Raises:
        UnfitResponse: the response is of another kind, names a choice that the item has not or
            one twice, has another number of answers, or is no number where one is asked for.
    """
    marking = _mark_chosen(item, response) or _mark_typed(item, response)
    if marking is None:
        raise UnfitResponse("The answer is of another kind", wanted=_KINDS[type(item.body)].value)
    credit = 1.0 if marking.credit >= FULL else round(max(marking.credit, 0.0), 5)
    return Grade(
        credit=credit,
        verdict=verdict_of(credit),
        feedback_html=[text.html for text in [*marking.feedback, item.feedback] if text],
        misconceptions=list(dict.fromkeys(filter(None, marking.misconceptions))),
        solution=marking.solution,
    )


def _mark_chosen(item: Item, response: Response) -> Marking | None:
    match item.body, response:
        case SingleBody() as body, SingleResponse():
            return choice.grade_single(item.item_id, body, response)
        case MultipleBody() as body, MultipleResponse():
            return choice.grade_multiple(item.item_id, body, response)
        case MatchingBody() as body, MatchingResponse():
            return matching.grade(item.item_id, body, response)
        case OrderingBody() as body, OrderingResponse():
            return ordering.grade(item.item_id, body, response)
        case _:
            return None


def _mark_typed(item: Item, response: Response) -> Marking | None:
    match item.body, response:
        case TrueFalseBody() as body, TrueFalseResponse():
            return true_false.grade(body, response)
        case NumericBody() as body, NumericResponse():
            return numeric.grade(body, response)
        case ShortTextBody() as body, ShortTextResponse():
            return short_text.grade(body, response)
        case ClozeBody() as body, ClozeResponse():
            return cloze.grade(body, response)
        case _:
            return None


def said(item: Item, response: Response) -> list[str]:
    """Return what `response` says, as HTML, part by part; a judgement is `true` or `false`."""
    if isinstance(response, SingleResponse):
        return _shown(item, [response.choice], [])
    if isinstance(response, MultipleResponse | MatchingResponse | OrderingResponse):
        return _shown(item, response.choices, [])
    if isinstance(response, TrueFalseResponse):
        return ["true" if response.value else "false"]
    return _shown(
        item, [], response.gaps if isinstance(response, ClozeResponse) else [response.text]
    )


def solved(item: Item, solution: Solution) -> list[str]:
    """Return what the right answer says, likewise."""
    return _shown(item, solution.choices, solution.texts)


def _shown(item: Item, choices: Sequence[int | None], texts: Sequence[str]) -> list[str]:
    body = item.body
    if isinstance(body, MatchingBody) and choices:
        offered = kinds_of(item.item_id, matching.rights(body))
        found = ["–" if choice is None else offered[choice] for choice in choices]
        return [
            f"{pair.left.html} → {right}" for pair, right in zip(body.pairs, found, strict=True)
        ]
    htmls = [text.html for text in playable.choices_of(body)]
    by_number = dict(zip(numbers(item.item_id, htmls), htmls, strict=True))
    chosen = [by_number[choice] for choice in choices if choice is not None]
    return [*chosen, *(escape(text) for text in texts)]


def verdict_of(credit: float) -> Verdict:
    """Return what `credit` says in one word."""
    if credit == 0:
        return Verdict.WRONG
    return Verdict.RIGHT if credit == 1 else Verdict.PARTIAL


def check(draft: ItemDraft) -> None:
    """Check that `draft` can be played.

    Raises:
        Unplayable: it cannot; the detail says why and what to do.
    """
    reason = playable.flaw(draft)
    if reason:
        raise Unplayable(reason, line=draft.line)
