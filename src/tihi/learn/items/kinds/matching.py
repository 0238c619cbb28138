"""Matching: right parts are found for left ones."""

from tihi.base.ids import ItemId
from tihi.learn.items.kinds.marking import Marking, counted, known
from tihi.learn.items.kinds.numbering import kinds_of
from tihi.learn.items.model import MatchingBody, MatchingResponse, Solution

FEWEST_PAIRS = 2


def grade(item_id: ItemId, body: MatchingBody, response: MatchingResponse) -> Marking:
    """Mark the pairs: the share of left parts that got a right part that says the right thing."""
    counted(len(response.choices), len(body.pairs))
    offered = kinds_of(item_id, rights(body))
    wanted = [offered.index(pair.right.html) for pair in body.pairs]
    given = [None if c is None else known(c, len(offered)) for c in response.choices]
    hits = sum(want == got for want, got in zip(wanted, given, strict=True))
    return Marking(
        credit=hits / (len(wanted) or 1),
        feedback=[],
        misconceptions=[],
        solution=Solution(choices=wanted, texts=[]),
    )


def rights(body: MatchingBody) -> set[str]:
    """Return what the right parts and decoys show; those that look the same are one choice."""
    return {pair.right.html for pair in body.pairs} | {decoy.html for decoy in body.decoys}


def flaw(body: MatchingBody) -> str:
    """Return why the pairs cannot be played, or ''."""
    if len(body.pairs) < FEWEST_PAIRS:
        return "Matching needs two pairs or more, each written `=left -> right`."
    if len(rights(body)) < FEWEST_PAIRS:
        return "All right parts say the same, so there is nothing to match."
    return ""
