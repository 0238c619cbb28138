"""Decisions about imports: reading files, and what of them can be taken."""

from tihi.learn.imports.formats import gift, misconceptions
from tihi.learn.imports.model import Content, Refused, SourceFile, UnreadableFile

LARGEST = 5 * 1024 * 1024


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
        raise UnreadableFile(f"{name}: save it as UTF-8 text") from error
    if "\x00" in text:
        raise UnreadableFile(f"{name}: this is not a text file")
    return SourceFile(name=name, text=text)


def read(file: SourceFile, tables: misconceptions.Misconceptions | None) -> Content:
    """Return what `file` holds, with misconceptions put to its options."""
    parsed = gift.parse(file.text, file=file.name)
    items = parsed.items
    if tables is not None:
        items = misconceptions.apply_misconceptions(items, tables).items
    return Content(
        items=items,
        categories=parsed.categories,
        refused=[Refused(line=one.line, reason=one.reason) for one in parsed.refused],
    )


def tables(files: list[SourceFile]) -> tuple[misconceptions.Misconceptions | None, list[Content]]:
    """Return the misconceptions of all CSV files as one table, and a report for each file."""
    rows = []
    reads: list[Content] = []
    for file in files:
        parsed = misconceptions.parse_misconceptions(file.text)
        rows.extend(parsed.rows)
        refused = [Refused(line=one.line, reason=one.reason) for one in parsed.refused]
        reads.append(Content(items=[], categories=[], refused=refused))
    if not files:
        return None, []
    return misconceptions.Misconceptions(rows=rows, refused=[]), reads


def kept(read: Content, *, strict: bool) -> Content:
    """Return what may be stored: with `strict`, nothing of a file that has a refused line."""
    if strict and read.refused:
        return Content(items=[], categories=read.categories, refused=read.refused)
    return read
