"""Decisions about classes."""

import msgspec

from tihi.base.chance import Random, below
from tihi.people.classes.model import ClassCard, ClassFull, Room, UnknownCode

FEWEST = 5
"""Of fewer people than these no figure is shown: it would tell about one of them (P15)."""

# No letter or digit that can be mistaken for another on a whiteboard.
_SIGNS = "ABCDEFGHJKMNPQRTUVWXYZ2346789"
_LENGTH = 8


def draw_code(chance: Random) -> str:
    """Return a class code: 8 signs, 38 bits, in two groups as people read it aloud."""
    signs = "".join(_SIGNS[below(chance, len(_SIGNS))] for _ in range(_LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def plain_code(typed: str) -> str:
    """Return a code as typed in the form in which it was given out."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    return f"{signs[:4]}-{signs[4:]}"


def told(card: ClassCard) -> ClassCard:
    """Return a card without figures about too few people."""
    if card.learners >= FEWEST:
        return card
    return msgspec.structs.replace(card, active_this_week=None)


def may_enter(room: Room | None, *, most: int) -> Room:
    """Return the class that a code leads to if it lets one more learner in; `most` is its size.

    Raises:
        UnknownCode: there is none, or its code is closed; the two look alike.
        ClassFull: it holds as many already.
    """
    if room is None or not room.code_open:
        raise UnknownCode
    if room.learners >= most:
        raise ClassFull
    return room
