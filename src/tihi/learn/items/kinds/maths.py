r"""Formulas in texts: `\( \)`, `\[ \]` and `$$ $$`, made into MathML.

A formula is taken out before Markdown or the sanitiser see the text, a token stands for it, and
the MathML goes in after the text was sanitised. The MathML is sanitised on its own, because TeX
can name links and styles, and because the converter does not escape what it puts into words.
"""

import re
from html import escape

import nh3
from latex2mathml.converter import convert

LONGEST = 600
"""Characters of one formula; a longer one is shown as it was written."""
DEEPEST = 40
"""Nested braces of one formula; the converter calls itself for each."""

_DELIMITER = re.compile(r"\\\\|\\[()\[\]]|\$\$")
_CLOSES = {r"\(": r"\)", r"\[": r"\]", "$$": "$$"}
_STAND_IN = "\ufdd0{}\ufdd1"
TOKEN = re.compile("\ufdd0([0-9]+)\ufdd1")
RESERVED = re.compile("[\x00\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that stand for nothing in a text: noncharacters, surrogates, NUL."""

_LESS, _MORE = "\ufdd2", "\ufdd3"
_ELEMENTS = """
    math mrow mi mo mn ms mtext mspace mfrac msqrt mroot mstyle merror mpadded mphantom menclose
    msub msup msubsup munder mover munderover mmultiscripts mprescripts mtable mtr mtd
"""
_TAGS = frozenset(_ELEMENTS.split())
_ATTRIBUTES = {
    "math": {"xmlns", "display"},
    "mo": {"stretchy", "fence", "form", "separator", "lspace", "rspace", "minsize", "maxsize"},
    "mi": {"mathvariant"},
    "mspace": {"width", "linebreak"},
    "mfrac": {"linethickness"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "mtable": {"columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines"},
    "mtd": {"columnalign"},
    "menclose": {"notation"},
}


def take_out(text: str) -> tuple[str, list[str]]:
    """Return `text` with a token for each formula, and the formulas with their delimiters.

    A delimiter that is never closed stays where it is. The time is linear in the text.
    """
    pieces: list[str] = []
    formulas: list[str] = []
    copied, opened, closing = 0, -1, ""
    for found in _DELIMITER.finditer(text):
        mark = found[0]
        if not closing and mark in _CLOSES:
            opened, closing = found.start(), _CLOSES[mark]
        elif mark == closing:
            pieces += [text[copied:opened], _STAND_IN.format(len(formulas))]
            formulas.append(text[opened : found.end()])
            copied, closing = found.end(), ""
    pieces.append(text[copied:])
    return "".join(pieces), formulas


def to_mathml(formula: str) -> str:
    """Return the formula, delimiters included, as MathML; as code text when it cannot be made."""
    tex = formula[2:-2].strip()
    made = _made(tex, "inline" if formula.startswith(r"\(") else "block")
    return made or f"<code>{escape(formula)}</code>"


def _made(tex: str, display: str) -> str:
    if not tex or len(tex) > LONGEST or _depth(tex) > DEEPEST:
        return ""
    try:
        raw = convert(tex.replace("<", _LESS).replace(">", _MORE), display=display)
    except Exception:  # noqa: BLE001 - odd TeX makes the converter raise nearly anything
        return ""
    if "<mi>\\" in raw:  # A command that the converter does not know comes back as a name.
        return ""
    for mark, entity in ((_LESS, "&lt;"), (_MORE, "&gt;")):
        raw = raw.replace(f"<mi>{mark}</mi>", f"<mo>{entity}</mo>").replace(mark, entity)
    return nh3.clean(raw, tags=set(_TAGS), attributes=_ATTRIBUTES, link_rel=None)


def _depth(tex: str) -> int:
    depth = deepest = 0
    for char in tex:
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth, -depth)
    # Commands without braces nest as well: \sqrt\sqrt\sqrt x.
    return max(deepest, tex.count("\\left"), tex.count("\\begin"), tex.count("\\sqrt\\sqrt"))
