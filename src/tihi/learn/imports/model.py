"""The nouns of imports."""

from typing import ClassVar

from tihi.base.problem import Invalid
from tihi.base.value import Value
from tihi.learn.items.model import ItemDraft


class Refused(Value):
    """A line that was not taken, and why, in both languages; lines count from 1."""

    line: int
    reason: str
    reason_mi: str


class SourceFile(Value):
    """A file to import; `text` is its decoded content."""

    name: str
    text: str


class Content(Value):
    """What a file holds: drafts that can be played, their categories, and refused lines."""

    items: list[ItemDraft]
    categories: list[str]
    refused: list[Refused]


class Order(Value):
    """What another process is to read."""

    questions: list[SourceFile]
    tables: list[SourceFile]
    strict: bool


class Piece(Value):
    """A part of what the file of that number holds, so small that answers hardly wait for it."""

    file: int
    content: Content


class FileReport(Value):
    """What became of one file, or would become of it: `items` is the sum of the next three."""

    file: str
    items: int
    created: int
    updated: int
    unchanged: int
    categories: list[str]
    refused: list[Refused]


class ImportReport(Value):
    """What became of all files, in order."""

    files: list[FileReport]


class NothingToImport(Invalid):
    """No file with questions was given."""

    slug: ClassVar[str] = "imports/nothing"
    title: ClassVar[str] = "Choose at least one GIFT file"


class UnreadableFile(Invalid):
    """A file is not UTF-8 text, or too large."""

    slug: ClassVar[str] = "imports/unreadable"
    title: ClassVar[str] = "That file cannot be read as text"
