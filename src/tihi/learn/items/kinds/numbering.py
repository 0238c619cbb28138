"""Numbers for choices that say nothing of their worth.

Files mostly put the right option first, so a stored index would tell the solution, and so would
any permutation that a reader of this code can undo. Therefore a choice's number follows from
what the learner sees anyway, its HTML and the item's id, and from nothing else: two items that
differ only in their solution, or in the order in which they were written, get the same numbers.
"""

from collections.abc import Iterable, Sequence

from tihi.base.chance import Random, SeededRandom, shuffled
from tihi.base.ids import ItemId
from tihi.learn.items.model import ChoiceView


def numbers(item_id: ItemId, htmls: Sequence[str]) -> list[int]:
    """Return the number of each choice, in stored order: a permutation of 0 to n - 1."""
    ranked = sorted(range(len(htmls)), key=lambda index: _key(item_id, htmls[index]))
    result = [0] * len(htmls)
    for number, index in enumerate(ranked):
        result[index] = number
    return result


def kinds_of(item_id: ItemId, htmls: Iterable[str]) -> list[str]:
    """Return `htmls` without repeats, where each stands at its number."""
    return sorted(set(htmls), key=lambda html: _key(item_id, html))


def views(item_id: ItemId, htmls: Sequence[str], chance: Random) -> list[ChoiceView]:
    """Return the choices with their numbers, shuffled."""
    ranked = sorted(htmls, key=lambda html: _key(item_id, html))
    # Shuffling starts from the ranked order: from the stored one, a known seed could be undone.
    return shuffled([ChoiceView(choice=n, html=html) for n, html in enumerate(ranked)], chance)


def _key(item_id: ItemId, html: str) -> tuple[int, str]:
    return SeededRandom("choices", item_id, html).bits(128), html
