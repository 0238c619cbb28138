r"""GIFT, first step: a file into blocks, and a block's text made safe to cut.

Escaped characters are hidden as noncharacters, so that the later steps can split at `=`, `~`,
`#`, `:` and braces without looking back. They come out again when a text is finished.
"""

import re
from collections.abc import Iterator

from tihi.base.value import Value
from tihi.learn.items.kinds.maths import RESERVED
from tihi.learn.items.kinds.text import Form

_BLANK = " \t\r\x0b"
"""What Moodle trims: a no-break space is text."""
_ENDS = frozenset({"", "0"})
"""Lines that end a question. Moodle takes a line that holds only `0` for an empty one."""

_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_HIDDEN = {mark: chr(0xFDE0 + index) for index, mark in enumerate(":#={}~n")} | {"\\": "\\"}
_SHOWN = str.maketrans({hidden: mark for mark, hidden in _HIDDEN.items() if mark not in "\\n"})
_NEWLINE = _HIDDEN["n"]

_CATEGORY = "$CATEGORY:"
_LONGEST_COMMENT = 4_000
_ID = re.compile(r"\[id:((?:\\\]|[^\]\x00-\x1f\x7f])+)\]")
_TAG = re.compile(r"\[tag:((?:\\\]|[^\]<>`\x00-\x1f\x7f])+)\]")
_FORM = re.compile(r"\[format:(markdown|plain|html|moodle)\]")


class Block(Value):
    """Lines between two blank ones.

    Attributes:
        line: number of the first line that is no comment.
        text: those lines; '' when there are comments only.
        comment: the comments' text.
    """

    line: int
    text: str
    comment: str

    @property
    def category(self) -> list[str] | None:
        """The path that a category line sets; None when this is no such line."""
        if not self.text.startswith(_CATEGORY):
            return None
        return _path(show(hide(self.text.removeprefix(_CATEGORY))))

    @property
    def form(self) -> Form | None:
        """The format that comments on their own set for the rest of the file."""
        found = None if self.text else _FORM.search(self.comment)
        return Form(found[1]) if found else None

    @property
    def id_number(self) -> str:
        """The first `[id:…]` of the comments, or ''."""
        found = _ID.search(self.comment[:_LONGEST_COMMENT])
        return _label(found[1]) if found else ""

    @property
    def tags(self) -> list[str]:
        """The `[tag:…]` of the comments in lower case, once each."""
        raw = _TAG.findall(self.comment[:_LONGEST_COMMENT])
        return list(dict.fromkeys(tag for each in raw if (tag := _label(each).lower())))


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a file. A category line is a block, with or without blank lines."""
    text = RESERVED.sub("\ufffd", text.removeprefix("\ufeff"))
    kept: list[str] = []
    comments: list[str] = []
    first = 0
    # Windows tools that convert twice leave "\r\r\n", which is one line end and no blank line.
    end = "\n" if "\n" in text else "\r"
    for number, raw in enumerate((text + end + end).split(end), 1):
        line = raw.strip(_BLANK)
        starts_category = line.startswith(_CATEGORY)
        if line in _ENDS or starts_category:
            if kept or comments:
                yield _block(first, kept, comments)
            kept, comments = [], []
        if starts_category:
            yield _block(number, [line], [])
        elif line.startswith("//"):
            comments.append(line)
            if kept:
                # A comment leaves an empty line, which a text in Markdown takes for a paragraph.
                kept.append("")
        elif line not in _ENDS:
            first = first if kept else number
            kept.append(line)


def _block(first: int, kept: list[str], comments: list[str]) -> Block:
    return Block(line=first, text="\n".join(kept).strip(), comment="\n".join(comments))


def _label(raw: str) -> str:
    return raw.strip().replace(r"\]", "]")


def _path(raw: str) -> list[str]:
    # Only a slash on its own parts names; a doubled one belongs to the name.
    names = [name.replace("//", "/").strip() for name in re.split("(?<!/)/(?!/)", raw.strip())]
    if names and re.fullmatch(r"\$[a-z0-9]+\$", names[0]):
        names = names[1:]
    # Older exports name the roof of all categories more than once.
    return [name for name in names if name not in {"", "top"}]


def hide(text: str) -> str:
    r"""Return `text` where an escaped character cannot be taken for a mark of GIFT.

    A backslash before any other character is itself, so `\(` and `\frac` need no care.
    """
    return _ESCAPE.sub(lambda found: _HIDDEN[found[1]], text)


def show(text: str) -> str:
    """Return `text` as its author meant it; the inverse of `hide` without the backslashes."""
    return text.replace(_NEWLINE, "\n").translate(_SHOWN)
