"""GIFT, the whole: a file in Moodle's question format into drafts, line by line accounted for.

What is taken and what is refused is told in docs/reference/gift.md.
"""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from tihi.base.value import Value
from tihi.learn.imports.formats.gift_answers import body_of, formatted, text_or_none
from tihi.learn.imports.formats.gift_scan import Block, blocks, hide, show
from tihi.learn.imports.formats.parsed import (
    ENOUGH,
    MOST_REFUSED,
    Parsed,
    Refusal,
    Unreadable,
)
from tihi.learn.items.kinds.playable import HARDEST, LONGEST_NAME, flaw
from tihi.learn.items.kinds.text import Form, plain, render
from tihi.learn.items.model import ItemDraft

_LONGEST_QUESTION = 100_000
_MOST_ITEMS = 10_000
_LONGEST_TITLE = 80
_LONGEST_PATH = 1_000
_GAP = "_____"
_MIDDLING = 3

_SPLIT = "A file has 10,000 questions at most; from this line on it was not read. Split it."
_PATH = """\
The path of the category is longer than 1,000 characters. Shorten it; \
the questions under it go to *Imported*."""
_ESSAY = """\
Nothing stands in the braces: an essay, which cannot be marked by itself. \
Give answers, such as {=yes ~no}, or leave it out."""
_DESCRIPTION = """\
It has no answers in braces: a description, which asks nothing. \
Add answers, such as {TRUE}, or leave it out."""
_UNCLOSED = """\
The `{` is not closed before the next blank line. Close it with `}`, take blank lines out of the \
answers, and write a brace that is meant as text as `\\{`."""
_UNOPENED = """\
A `}` stands before any `{`. Open the answers with `{`, take blank lines out of them, and write \
a brace that is meant as text as `\\}`."""
_TWO_SETS = """\
It has two sets of answers. \
Leave a blank line between questions, and ask for one gap at a time."""


class Cut(Value):
    """A question cut into its parts, marks still hidden.

    Attributes:
        name: what stands between double colons, or ''.
        prompt: the text around the braces; before the gap, when the gap is inside.
        tail: the text behind the gap; None when the braces end the question.
        answers: what stands between the braces.
        general: the general feedback.
    """

    name: str
    prompt: str
    tail: str | None
    answers: str
    general: str


class Shelf:
    """Where drafts go while a file is read: refs are kept unique."""

    def __init__(self) -> None:
        self.items: list[ItemDraft] = []
        self.refused: list[Refusal] = []
        self._refs: set[str] = set()
        self._again: Counter[str] = Counter()

    def put(self, draft: ItemDraft, mark: str) -> None:
        """Take `draft`; where its ref is taken, `mark` and then a number are put behind it.

        The mark follows from the content, so a re-import finds the same item.

        Raises:
            Unreadable: the draft cannot be played.
        """
        kept = msgspec.structs.replace(draft, ref=self._free(draft.ref, mark))
        reason = flaw(kept)
        if reason:
            raise Unreadable(reason)
        self._refs.add(kept.ref)
        self.items.append(kept)

    @property
    def enough(self) -> str:
        """Why no more of the file is read, or ''."""
        if len(self.refused) >= MOST_REFUSED:
            return ENOUGH
        return _SPLIT if len(self.items) >= _MOST_ITEMS else ""

    def _free(self, ref: str, mark: str) -> str:
        if ref not in self._refs:
            return ref
        marked = free = _behind(ref, f"~{mark}")
        while free in self._refs:
            self._again[marked] += 1
            free = _behind(marked, f"~{self._again[marked] + 1}")
        return free


def parse(text: str, *, home: Sequence[str] = (), form: Form = Form.MOODLE) -> Parsed:
    """Return the items of a GIFT file, with a refusal for each question left out.

    Args:
        text: the file, decoded; any line ends, with or without a byte order mark.
        home: the path of questions that stand in no category.
        form: how texts without a `[format]` are read, until a comment on its own, such as
            `// [format:markdown]`, says otherwise.
    """
    shelf = Shelf()
    category: list[str] = []
    categories: dict[str, None] = {}
    for block in blocks(text):
        path = block.category
        form = block.form or form
        if path is not None:
            category = path
            if len(_joined(path)) > _LONGEST_PATH:
                category = []
                shelf.refused.append(Refusal(line=block.line, reason=_PATH))
            else:
                categories[_joined(path)] = None
        elif block.text:
            enough = shelf.enough
            if enough:
                shelf.refused.append(Refusal(line=block.line, reason=enough))
                break
            try:
                _take(block, category or list(home), form, shelf)
            except Unreadable as why:
                shelf.refused.append(Refusal(line=block.line, reason=str(why)))
    return Parsed(items=shelf.items, categories=list(categories), refused=shelf.refused)


def _joined(path: Sequence[str]) -> str:
    return "/".join(name.replace("/", "//") for name in path)


def _take(block: Block, category: list[str], form: Form, shelf: Shelf) -> None:
    if len(block.text) > _LONGEST_QUESTION:
        raise Unreadable(f"It is longer than {_LONGEST_QUESTION:,} characters. Shorten it.")
    cut = _cut(hide(block.text))
    words, form = formatted(cut.prompt, form)
    if cut.tail is not None:
        # Markdown would take five underscores on a line of their own for a rule.
        gap = _GAP.replace("_", r"\_") if form is Form.MARKDOWN else _GAP
        words = formatted(cut.prompt + gap + cut.tail, form)[0]
    prompt = render(words, form)
    name = " ".join(show(cut.name).split())
    mark = _mark(cut.prompt, cut.tail or "", cut.answers)
    shelf.put(
        ItemDraft(
            ref=block.id_number or _ref(category, name or f"q-{mark}"),
            title=_title(name) or _shortened(plain(prompt.html)),
            prompt=prompt,
            body=body_of(cut.answers, form),
            feedback=text_or_none(cut.general, form),
            tags=block.tags,
            skill=next((tag[6:] for tag in block.tags if tag.startswith("skill-")), ""),
            difficulty=_difficulty(block.tags),
            category=category,
            line=block.line,
        ),
        mark,
    )


def _title(name: str) -> str:
    # A name is shown as words; exports of rich texts leave tags and entities in it.
    marked = "<" in name or "&" in name
    return (plain(render(name, Form.MOODLE).html) if marked else name)[:LONGEST_NAME]


def _ref(category: Sequence[str], name: str) -> str:
    """Return what `name` is known by in its category: every quiz has a `Q1`, and no other's."""
    ref = f"{_joined(category)}/{name}" if category else name
    if len(ref) <= LONGEST_NAME:
        return ref
    return _behind(ref, f"~{_mark(ref)}")


def _behind(ref: str, tail: str) -> str:
    return ref[: LONGEST_NAME - len(tail)] + tail


def _cut(text: str) -> Cut:
    name = ""
    if text.startswith("::"):
        name, closed, rest = text[2:].partition("::")
        name, text = (name, rest.strip()) if closed else ("", text[2:].strip())
    opening, closing = text.find("{"), text.find("}")
    _check_braces(opening, closing)
    inside, behind = text[opening + 1 : closing].strip(), text[closing + 1 :]
    _check_behind(inside, behind)
    answers, _, general = inside.rpartition("####") if "####" in inside else (inside, "", "")
    if not answers.strip():
        raise Unreadable(_ESSAY)
    ends = text.endswith("}")
    return Cut(
        name=name,
        prompt=text[:opening] + behind if ends else text[:opening],
        tail=None if ends else behind,
        answers=answers.strip(),
        general=general,
    )


def _check_braces(opening: int, closing: int) -> None:
    if opening < 0 and closing < 0:
        raise Unreadable(_DESCRIPTION)
    if closing < 0:
        raise Unreadable(_UNCLOSED)
    if opening < 0 or closing < opening:
        raise Unreadable(_UNOPENED)


def _check_behind(inside: str, behind: str) -> None:
    if "{" in inside and "}" in behind:
        raise Unreadable(r"There are braces inside the answers. Write them as `\{` and `\}`.")
    second = behind.partition("{")[2].strip()
    if second.startswith(("=", "~", "#", "}", "T}", "F}", "TRUE", "FALSE")):
        raise Unreadable(_TWO_SETS)


def _mark(*words: str) -> str:
    return blake2b(" ".join("\x1f".join(words).split()).encode(), digest_size=8).hexdigest()


def _shortened(words: str) -> str:
    if len(words) <= _LONGEST_TITLE:
        return words
    return words[:_LONGEST_TITLE].rsplit(" ", 1)[0] + " …"


def _difficulty(tags: list[str]) -> int:
    levels = {f"difficulty-{level}": level for level in range(1, HARDEST + 1)}
    return next((levels[tag] for tag in tags if tag in levels), _MIDDLING)
