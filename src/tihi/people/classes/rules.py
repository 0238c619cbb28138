"""Decisions about classes."""

from tihi.base.chance import Random, below

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
