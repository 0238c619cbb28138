"""What can be done with items: keep them, show them, grade responses to them."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from tihi.base.chance import Random
from tihi.base.ids import CourseId, ItemId, LessonId, OrgId, derived_id
from tihi.learn.items import rules, store
from tihi.learn.items.model import (
    Grade,
    Item,
    ItemCard,
    ItemDraft,
    ItemVersion,
    ItemView,
    Kept,
    Kind,
    Response,
    Verdict,
)
from tihi.platform.db import Batch, Tx

Change = Literal["created", "updated", "unchanged"]

_PART = 50
_MOST_KEPT = 5_000
# A version never changes, so a copy in memory cannot be stale. Keyed with the org all the same.
_kept: OrderedDict[tuple[OrgId, ItemId, int], Item] = OrderedDict()


async def lock(tx: Tx) -> None:
    """Let nobody else write the org's items until the transaction ends."""
    await store.lock_bank(tx)


async def keep(
    tx: Tx,
    drafts: Sequence[tuple[ItemDraft, LessonId]],
    *,
    now: datetime,
    advance: Callable[[], None] = lambda: None,
) -> Kept:
    """Store drafts in their lessons; return how many were new, changed or there already.

    An item whose ref the org has already becomes a new version of it, and only when
    something changed; so the same file twice changes nothing. `advance` is called after each.
    """
    known = await store.known(tx, [draft.ref for draft, _ in drafts])
    found: list[Change] = []
    for position, (draft, lesson) in enumerate(drafts):
        before = known.get(draft.ref)
        item = _item(tx.org_id, draft, before)
        found.append(_change(item, before))
        await store.put(tx, item, lesson=lesson, position=position, now=now)
        advance()
    return _counted(found)


async def compare(tx: Tx, files: Sequence[Sequence[ItemDraft]]) -> list[Kept]:
    """Return what keeping the drafts would do, file by file in this order; nothing is stored."""
    # What a file before brings is found by a later one that brings it again.
    brought: dict[str, store.Known] = {}
    counts: list[Kept] = []
    for drafts in files:
        found: list[Change] = []
        # In small parts, between which answers have their turn.
        for start in range(0, len(drafts), _PART):
            part = drafts[start : start + _PART]
            known = await store.standing(tx, [draft.ref for draft in part])
            for draft in part:
                before = brought.get(draft.ref) or known.get(draft.ref)
                item = _item(tx.org_id, draft, before)
                found.append(_change(item, before))
                brought[draft.ref] = store.Known(
                    ref=item.ref,
                    item_id=item.item_id,
                    version=item.version,
                    document=msgspec.to_builtins(item),
                )
        counts.append(_counted(found))
    return counts


def _change(item: Item, before: store.Known | None) -> Change:
    if before is None:
        return "created"
    return "unchanged" if item.version == before.version else "updated"


def _counted(found: Sequence[Change]) -> Kept:
    return Kept(
        created=found.count("created"),
        updated=found.count("updated"),
        unchanged=found.count("unchanged"),
    )


def _item(org: OrgId, draft: ItemDraft, before: store.Known | None) -> Item:
    item = Item(
        item_id=ItemId(derived_id(org, "item", draft.ref)) if before is None else before.item_id,
        version=1 if before is None else before.version,
        ref=draft.ref,
        title=draft.title,
        prompt=draft.prompt,
        body=draft.body,
        feedback=draft.feedback,
        tags=draft.tags,
        skill=draft.skill,
        difficulty=draft.difficulty,
    )
    if before is None or msgspec.to_builtins(item) == before.document:
        return item
    return msgspec.structs.replace(item, version=before.version + 1)


def check(draft: ItemDraft) -> None:
    """Refuse a draft that cannot be played; see `rules.check`."""
    rules.check(draft)


async def in_lesson(tx: Tx, lesson: LessonId) -> list[ItemVersion]:
    """Return the items of a lesson, in order."""
    return await store.in_lesson(tx, lesson)


async def versions(
    tx: Batch, keys: Sequence[tuple[OrgId, ItemId, int]]
) -> dict[tuple[ItemId, int], Item]:
    """Return items in the versions asked for, from memory where they have been read before."""
    missing = [key for key in dict.fromkeys(keys) if key not in _kept]
    if missing:
        org_of = {(item_id, version): org for org, item_id, version in missing}
        for item in await store.versions(tx, missing):
            _kept[org_of[item.item_id, item.version], item.item_id, item.version] = item
    found = {(key[1], key[2]): _kept[key] for key in keys if key in _kept}
    while len(_kept) > _MOST_KEPT:
        _kept.popitem(last=False)
    return found


def present(item: Item, chance: Random) -> ItemView:
    """Return what a learner sees of `item`, in an order drawn from `chance`."""
    return rules.present(item, chance)


def grade(item: Item, response: Response) -> Grade:
    """Grade `response`.

    Raises:
        UnfitResponse: it does not fit the item.
    """
    return rules.grade(item, response)


def verdict_of(credit: float) -> Verdict:
    """Return what `credit` says in one word."""
    return rules.verdict_of(credit)


def said(item: Item, response: Response) -> list[str]:
    """Return what `response` says, as HTML, part by part."""
    return rules.said(item, response)


def solved(item: Item, response: Response) -> list[str]:
    """Return what the right answer says, as HTML, part by part."""
    return rules.solved(item, rules.grade(item, response).solution)


async def cards(tx: Tx, *, words: str, course: CourseId | None) -> list[ItemCard]:
    """Return up to 500 items whose name or prompt holds `words`, in the order of the bank."""
    cards: list[ItemCard] = []
    for row in await store.cards(tx, words=words.strip()[:80], course=course):
        item = msgspec.convert(row.document, Item)
        cards.append(
            ItemCard(
                item_id=row.item_id,
                ref=row.ref,
                title=item.title,
                kind=Kind(str(item.body.__struct_config__.tag)),
                prompt_html=item.prompt.html,
                skill=item.skill,
                difficulty=item.difficulty,
                course=row.course,
                unit=row.unit,
                lesson=row.lesson,
                version=row.version,
            )
        )
    return cards


async def everything(tx: Tx) -> list[Item]:
    """Return all items of the org as they are now."""
    return await store.everything(tx)
