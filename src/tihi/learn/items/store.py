"""Statements of items, typed."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tihi.base.ids import CourseId, ItemId, LessonId, OrgId
from tihi.base.value import Value
from tihi.learn.items.model import Item, ItemVersion
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, One, Run, load

Document = dict[str, object]


class Known(Value):
    """An item as it stands, found by its author's name."""

    ref: str
    item_id: ItemId
    version: int
    document: Document


class Versioned(Value):
    """One version of an item."""

    item_id: ItemId
    version: int
    document: Document


class Placed(Value):
    """An item and where it stands."""

    item_id: ItemId
    ref: str
    version: int
    document: Document
    course: str
    unit: str
    lesson: str


_SQL = load("tihi.learn.items")
_LOCK_BANK = One(_SQL["lock_bank"], str)
_KNOWN = Many(_SQL["known"], Known)
_STANDING = Many(_SQL["standing"], Known)
_PUT = Run(_SQL["put"])
_PUT_VERSION = Run(_SQL["put_version"])
_IN_LESSON = Many(_SQL["in_lesson"], ItemVersion)
_VERSIONS = Many(_SQL["versions"], Versioned)
_EVERYTHING = Many(_SQL["everything"], Versioned)
_CARDS = Many(_SQL["cards"], Placed)


async def known(tx: Tx, refs: Sequence[str]) -> dict[str, Known]:
    """Return the items that the org has under `refs`, locked until the transaction ends."""
    return {row.ref: row for row in await _KNOWN(tx, refs=list(refs))}


async def standing(tx: Tx, refs: Sequence[str]) -> dict[str, Known]:
    """Return the items that the org has under `refs`, as they stand; nothing is locked."""
    return {row.ref: row for row in await _STANDING(tx, refs=list(refs))}


async def lock_bank(tx: Tx) -> None:
    """Let nobody else write the org's items until the transaction ends."""
    await _LOCK_BANK(tx)


async def put(tx: Tx, item: Item, *, lesson: LessonId | None, position: int, now: datetime) -> None:
    """Store `item` as it is now, and its version for good."""
    document = msgspec.to_builtins(item)
    await _PUT(
        tx,
        item_id=item.item_id,
        ref=item.ref,
        version=item.version,
        document=document,
        lesson_id=lesson,
        position=position,
        updated_at=now,
    )
    await _PUT_VERSION(tx, item_id=item.item_id, version=item.version, document=document)


async def in_lesson(tx: Tx, lesson: LessonId) -> list[ItemVersion]:
    """Return the items of a lesson, in order."""
    return await _IN_LESSON(tx, lesson_id=lesson)


async def versions(tx: Batch, keys: Sequence[tuple[OrgId, ItemId, int]]) -> list[Item]:
    """Return items in the versions asked for."""
    rows = await _VERSIONS(
        tx,
        org_ids=[key[0] for key in keys],
        item_ids=[key[1] for key in keys],
        versions=[key[2] for key in keys],
    )
    return [msgspec.convert(row.document, Item) for row in rows]


async def cards(tx: Tx, *, words: str, course: CourseId | None) -> list[Placed]:
    """Return up to 500 items whose name or prompt holds `words`."""
    return await _CARDS(tx, words=words, course_id=course)


async def everything(tx: Tx) -> list[Item]:
    """Return all items of the org as they are now."""
    return [msgspec.convert(row.document, Item) for row in await _EVERYTHING(tx)]
