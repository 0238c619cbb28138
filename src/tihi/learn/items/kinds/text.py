"""Texts of items: from the author's own format to HTML that a browser may safely show."""

import re
from enum import StrEnum
from html import escape, unescape

from markdown_it import MarkdownIt

from tihi.learn.items.kinds.clean import KNOWN_TAGS, clean
from tihi.learn.items.kinds.maths import RESERVED, TOKEN, take_out, to_mathml
from tihi.learn.items.model import Text

LONGEST = 20_000
"""Characters of one text. A longer one is shown as plain text, cut, so that time stays bounded."""
_MOST_FORMULAS = 100

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_LONE_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>\s*", re.DOTALL)
_OPENING = re.compile(r"<(?!/?([A-Za-z][A-Za-z0-9]*)\b)|</?([A-Za-z][A-Za-z0-9]*)\b")
_TAG_OR_TOKEN = re.compile(f"<(/?)([a-z0-9]+)[^>]*>|{TOKEN.pattern}")
_TAG = re.compile("<[^>]*>")
_BREAK = re.compile("<(?:br|/p|/li|/div|/tr|/td|/th|hr|/h[1-6])[^>]*>")
_VERBATIM = frozenset({"code", "pre", "kbd", "samp"})


class Form(StrEnum):
    """How an author's text is to be read. The values are the names that GIFT gives them."""

    MARKDOWN = "markdown"
    PLAIN = "plain"
    HTML = "html"
    MOODLE = "moodle"
    """Moodle auto-format: plain text with HTML in it, where line ends count."""


def render(source: str, form: Form) -> Text:
    r"""Return `source` with the HTML that shows it: sanitised, formulas as MathML.

    Formulas stand in `\( \)`, `\[ \]` or `$$ $$` in every form. The same source gives the same
    HTML; nothing that is put in makes it raise.
    """
    source = RESERVED.sub("\ufffd", source.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(source) > LONGEST:
        return Text(source=source, html=_plain(source[:LONGEST] + " …"))
    tokenised, formulas = take_out(source)
    if len(formulas) > _MOST_FORMULAS:
        tokenised, formulas = source, []
    return Text(source=source, html=_put_back(clean(_html(tokenised, form)), formulas))


def plain(html: str) -> str:
    """Return the words that `html` shows, on one line."""
    return " ".join(unescape(_TAG.sub("", _BREAK.sub(" ", html))).split())


def shows_something(html: str) -> bool:
    """Return whether anything is to be seen: words, a picture or a formula."""
    return bool(plain(html)) or "<img" in html or "<math" in html


def _html(text: str, form: Form) -> str:
    if form is Form.MARKDOWN:
        made = _MARKDOWN.render(text)
        lone = _LONE_PARAGRAPH.fullmatch(made)
        # Options and feedback are mostly one paragraph, and stand inside a label or a line.
        return lone[1] if lone else made
    if form is Form.PLAIN:
        return _plain(text)
    if form is Form.MOODLE:
        return _OPENING.sub(_tag_or_less, text).replace("\n", "<br>")
    return text


def _plain(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _tag_or_less(found: re.Match[str]) -> str:
    # In auto-format people write both <b> and x<y; a parser of HTML would swallow the second.
    if (found[2] or "").lower() in KNOWN_TAGS:
        return found[0]
    return "&lt;" + found[0][1:]


def _put_back(html: str, formulas: list[str]) -> str:
    """Put formulas where their tokens are: MathML in text, as written in code and attributes."""
    verbatim = 0

    def swap(found: re.Match[str]) -> str:
        nonlocal verbatim
        if found[3] is not None:
            formula = _formula(found[3], formulas)
            return escape(formula) if verbatim else to_mathml(formula)
        if found[2] in _VERBATIM:
            verbatim += -1 if found[1] else 1
        return TOKEN.sub(lambda inner: escape(_formula(inner[1], formulas)), found[0])

    return _TAG_OR_TOKEN.sub(swap, html)


def _formula(number: str, formulas: list[str]) -> str:
    return formulas[int(number)]
