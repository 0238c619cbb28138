"""Refusals in te reo Māori, from the catalogue beside: the English text is the key."""

import ast
import re
from importlib import resources

_ENTRY = re.compile(r'^msgid (".+")\nmsgstr (".+")$', re.MULTILINE)
_HOLE = re.compile(r"\{([0-9]?)\}")


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(re.escape(english).replace(r"\{\}", "(.*?)"), re.DOTALL)


def _catalogue() -> list[tuple[re.Pattern[str], str]]:
    text = resources.files("tihi.learn.imports.formats").joinpath("mi-NZ.po").read_text("utf-8")
    return [
        (_pattern(ast.literal_eval(english)), ast.literal_eval(maori))
        for english, maori in _ENTRY.findall(text)
    ]


_WORDS = _catalogue()


def in_te_reo(reason: str) -> str:
    """Return a refusal in te reo Māori; one that has no words yet stays in English."""
    for pattern, maori in _WORDS:
        found = pattern.fullmatch(reason)
        if found:
            return _fill(maori, found.groups())
    return reason


def _fill(maori: str, values: tuple[str, ...]) -> str:
    """Return `maori` with its holes filled: `{}` in turn, `{1}` with the second value."""
    left = iter(values)
    return _HOLE.sub(
        lambda hole: values[int(hole[1])] if hole[1] else next(left, ""),
        maori,
    )
