"""Cloze: a text with gaps, typed or chosen."""

from collections.abc import Sequence

from tihi.base.chance import Random, shuffled
from tihi.base.ids import ItemId
from tihi.learn.items.kinds import pattern
from tihi.learn.items.kinds.marking import Marking, counted
from tihi.learn.items.kinds.numbering import kinds_of
from tihi.learn.items.model import (
    ClozeBody,
    ClozeResponse,
    Gap,
    GapView,
    Solution,
    TextAnswer,
    UnfitResponse,
)

MOST_GAPS = 30
MOST_CHOICES = 20
LONGEST = 20_000


def grade(body: ClozeBody, response: ClozeResponse) -> Marking:
    """Mark the gaps: the mean of their credits, by the gaps' weights; an empty gap brings 0.

    A gap never brings less than 0, so one bad word cannot spoil another gap.
    """
    counted(len(response.gaps), len(body.gaps))
    hits = [_hit(gap, words) for gap, words in zip(body.gaps, response.gaps, strict=True)]
    gained = sum(
        gap.weight * max(hit.weight, 0.0)
        for gap, hit in zip(body.gaps, hits, strict=True)
        if hit is not None
    )
    return Marking(
        credit=gained / (sum(gap.weight for gap in body.gaps) or 1),
        feedback=[hit.feedback for hit in hits if hit],
        misconceptions=[hit.misconception for hit in hits if hit],
        solution=Solution(choices=[], texts=[pattern.shown(gap.answers) for gap in body.gaps]),
    )


def gap_views(item_id: ItemId, gaps: Sequence[Gap], chance: Random) -> list[GapView]:
    """Return the gaps as a learner sees them: choices shuffled, typed gaps without any."""
    return [GapView(choices=shuffled(kinds_of(item_id, gap.choices), chance)) for gap in gaps]


def _hit(gap: Gap, words: str) -> TextAnswer | None:
    if not words.strip():
        return None
    if gap.choices and words not in gap.choices:
        raise UnfitResponse("A gap was filled with a word that is not offered")
    return pattern.best(gap.answers, words)


def flaw(body: ClozeBody) -> str:
    """Return why the gaps cannot be filled, or ''."""
    if not 1 <= len(body.gaps) <= MOST_GAPS:
        return f"A text with gaps needs 1 to {MOST_GAPS} of them."
    if len(body.pieces) != len(body.gaps) + 1:
        return "Gaps and the texts around them do not alternate."
    if sum(len(piece.source) for piece in body.pieces) > LONGEST:
        return f"The text is longer than {LONGEST} characters. Shorten it."
    if any(not 0 < gap.weight <= 1 for gap in body.gaps):
        return "A gap's weight must be above 0 and at most 1."
    return next((why for gap in body.gaps if (why := _gap_flaw(gap))), "")


def _gap_flaw(gap: Gap) -> str:
    if len(gap.choices) > MOST_CHOICES:
        return f"A gap has {len(gap.choices)} choices. Keep {MOST_CHOICES} at most."
    hits = [pattern.best(gap.answers, choice[: pattern.LONGEST_PATTERN]) for choice in gap.choices]
    if gap.choices and not any(hit and hit.weight > 0 for hit in hits):
        return "A gap offers no right choice."
    return pattern.flaw(gap.answers)
