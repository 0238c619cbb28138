r"""Patterns for typed words: `*` stands for any run of characters, `\*` for a star.

Words are equal whatever the typing habit: composed or combining macrons, curly or straight
apostrophes, a full stop at the end, spaces more or less. A missing macron is a difference, since
it makes another word; a pattern of its own may give it part of the credit.
"""

import re
import unicodedata
from collections.abc import Sequence

from tihi.learn.items.kinds.marking import FULL
from tihi.learn.items.model import TextAnswer, UnfitResponse

LONGEST_RESPONSE = 1_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LONGEST_PATTERN = 500

_STRAIGHT = str.maketrans(dict.fromkeys("‘’ʼʻ‛′`´", "'") | dict.fromkeys("“”„″", '"'))
_STAR = "\ufdd0"


def matches(pattern: str, words: str, *, case_sensitive: bool) -> bool:
    """Return whether `words` fit `pattern`, in time linear in `words` for each literal part.

    The parts between stars are looked for from left to right, each at its first place; nothing
    is ever tried again, so no pattern can be made slow.
    """
    parts = _same(pattern.replace(r"\*", _STAR), case_sensitive=case_sensitive).split("*")
    parts = [part.replace(_STAR, "*") for part in parts]
    text = _same(words, case_sensitive=case_sensitive)
    head, *middle = parts
    if not middle:
        return text == head
    *middle, tail = middle
    if not text.startswith(head) or not text.endswith(tail):
        return False
    return _in_turn(middle, text, len(head), len(text) - len(tail))


def _in_turn(parts: Sequence[str], text: str, start: int, end: int) -> bool:
    for part in parts:
        found = text.find(part, start, end)
        if found < 0:
            return False
        start = found + len(part)
    return start <= end


def _same(words: str, *, case_sensitive: bool) -> str:
    text = unicodedata.normalize("NFC", words).translate(_STRAIGHT)
    if not case_sensitive:
        text = unicodedata.normalize("NFC", text.casefold())
    text = " ".join(text.split())
    # Where the full stop is the whole answer, it is meant.
    return text.rstrip(" .") or text


def best(
    answers: Sequence[TextAnswer], words: str, *, case_sensitive: bool = False
) -> TextAnswer | None:
    """Return the first answer with the highest weight among those that fit `words`.

    Raises:
        UnfitResponse: there are too many characters, or one that cannot be stored.
    """
    if len(words) > LONGEST_RESPONSE:
        raise UnfitResponse("That answer is too long", limit=LONGEST_RESPONSE)
    # The zero character and halves of pairs: one would fail the whole batch that stores it.
    if _UNSTORABLE.search(words):
        raise UnfitResponse("That answer holds a character that cannot be kept")
    fitting = [a for a in answers if matches(a.pattern, words, case_sensitive=case_sensitive)]
    return max(fitting, key=lambda answer: answer.weight, default=None)


def shown(answers: Sequence[TextAnswer]) -> str:
    """Return the best answer as a learner may read it; '' when there is none."""
    top = max(answers, key=lambda answer: answer.weight, default=None)
    if top is None:
        return ""
    text = top.pattern.replace(r"\*", _STAR).replace("*", "…").replace(_STAR, "*")
    return text.strip()


def flaw(answers: Sequence[TextAnswer]) -> str:
    """Return why these answers cannot be played, or ''."""
    if all(answer.weight < FULL for answer in answers):
        return "No answer brings full credit. Put `=` without a percentage before the right one."
    if any(not answer.pattern.strip() for answer in answers):
        return "An answer is empty. Write the words after `=`."
    if any(len(answer.pattern) > LONGEST_PATTERN for answer in answers):
        return f"An answer is longer than {LONGEST_PATTERN} characters. Shorten it."
    return ""
