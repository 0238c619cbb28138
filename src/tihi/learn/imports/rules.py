"""Decisions about imports: reading files, and what of them can be taken."""

from collections.abc import Sequence
from itertools import islice
from pathlib import PurePath

import msgspec

from tihi.learn.imports.formats import gift, misconceptions
from tihi.learn.imports.formats.parsed import Refusal
from tihi.learn.imports.formats.te_reo import in_te_reo
from tihi.learn.imports.model import Content, Refused, SourceFile, UnreadableFile

LARGEST = 5 * 1024 * 1024
_SHELF = "Imported"
_LONGEST_SHELF = 200


def decode(name: str, raw: bytes) -> SourceFile:
    """Return a file as text.

    Raises:
        UnreadableFile: it is over 5 MiB or not UTF-8.
    """
    if len(raw) > LARGEST:
        raise UnreadableFile(f"{name}: larger than 5 MiB; split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(f"{name}: save it as UTF-8 text; line {line} is not") from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise UnreadableFile(f"{name}: line {line} holds a NUL, so this is not a text file")
    return SourceFile(name=name, text=text)


def read(file: SourceFile) -> Content:
    """Return what a question file holds; questions in no category get a lesson of its name."""
    shelf = (PurePath(file.name).stem or file.name)[:_LONGEST_SHELF]
    parsed = gift.parse(file.text, home=(_SHELF, shelf))
    return Content(
        items=parsed.items, categories=parsed.categories, refused=_refused(parsed.refused)
    )


def label(
    contents: Sequence[Content], table: SourceFile, *, strict: bool
) -> tuple[list[Content], Content]:
    """Return contents with the misconceptions of `table` in them, and what came of the table.

    A row may fit an item of any file. With `strict` a table with a refused row is left out whole.
    """
    items = [item for content in contents for item in content.items]
    found = misconceptions.apply_misconceptions(
        items, misconceptions.parse_misconceptions(table.text)
    )
    report = Content(items=[], categories=[], refused=_refused(found.refused))
    if strict and report.refused:
        return list(contents), report
    left = iter(found.items)
    labelled = [
        msgspec.structs.replace(content, items=list(islice(left, len(content.items))))
        for content in contents
    ]
    return labelled, report


def kept(read: Content, *, strict: bool) -> Content:
    """Return what may be stored: with `strict`, nothing of a file that has a refused line."""
    if strict and read.refused:
        return Content(items=[], categories=read.categories, refused=read.refused)
    return read


def _refused(refusals: Sequence[Refusal]) -> list[Refused]:
    return [
        Refused(line=one.line, reason=one.reason, reason_mi=in_te_reo(one.reason))
        for one in refusals
    ]
