"""Scripted players: how a response is made, right or wrong, for any kind of item."""

from tihi.base.chance import Random, below
from tihi.learn.items import service as items
from tihi.learn.items.model import (
    ClozeResponse,
    Item,
    ItemView,
    Kind,
    MatchingResponse,
    MultipleResponse,
    NumericResponse,
    OrderingResponse,
    Response,
    ShortTextResponse,
    SingleResponse,
    Solution,
    TrueFalseResponse,
)


def guess(view: ItemView, chance: Random) -> Response:  # noqa: C901, PLR0911  # a case a kind
    """Return a response that fits `view`, drawn at random; it may even be right."""
    numbers = [one.choice for one in view.choices]
    pick = numbers[below(chance, len(numbers))] if numbers else 0
    match view.kind:
        case Kind.SINGLE:
            return SingleResponse(choice=pick)
        case Kind.MULTIPLE:
            return MultipleResponse(choices=[pick])
        case Kind.TRUE_FALSE:
            return TrueFalseResponse(value=below(chance, 2) == 0)
        case Kind.NUMERIC:
            return NumericResponse(text="987654321")
        case Kind.SHORT_TEXT:
            return ShortTextResponse(text="kāore au i te mōhio")
        case Kind.CLOZE:
            return ClozeResponse(gaps=[gap.choices[0] if gap.choices else "?" for gap in view.gaps])
        case Kind.MATCHING:
            return MatchingResponse(choices=[pick for _ in view.lefts])
        case Kind.ORDERING:
            return OrderingResponse(choices=numbers)


def right_response(kind: Kind, solution: Solution) -> Response:  # noqa: C901, PLR0911  # likewise
    """Return the response that `solution` describes."""
    texts = solution.texts
    match kind:
        case Kind.SINGLE:
            return SingleResponse(choice=solution.choices[0])
        case Kind.MULTIPLE:
            return MultipleResponse(choices=solution.choices)
        case Kind.TRUE_FALSE:
            return TrueFalseResponse(value=texts[0] == "true")
        case Kind.NUMERIC:
            return NumericResponse(text=texts[0])
        case Kind.SHORT_TEXT:
            return ShortTextResponse(text=texts[0])
        case Kind.CLOZE:
            return ClozeResponse(gaps=texts)
        case Kind.MATCHING:
            return MatchingResponse(choices=list(solution.choices))
        case Kind.ORDERING:
            return OrderingResponse(choices=solution.choices)


def respond(item: Item, view: ItemView, *, right: bool, chance: Random) -> Response:
    """Return a right response to `view`, taken from its item, or a guess."""
    response = guess(view, chance)
    if not right:
        return response
    return right_response(view.kind, items.grade(item, response).solution)
