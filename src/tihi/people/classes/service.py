"""What can be done with classes."""

from datetime import date, datetime, timedelta

import msgspec

from tihi.base.chance import Random
from tihi.base.ids import AccountId, ClassId, LearnerId, fresh_id
from tihi.base.problem import Invalid, Missing
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind, Note
from tihi.people.classes import rules, store
from tihi.people.classes.model import (
    ClassCard,
    ClassChanges,
    ClassLearner,
    ClassName,
    ClassPage,
    Door,
    UnknownCode,
)
from tihi.people.orgs import service as orgs
from tihi.platform.cache import Cache
from tihi.platform.db import SystemTx, Tx
from tihi.platform.directory import lookup

_LONGEST_NAME = 60
_TRIES_BY_PEER = 200
_TRY_WINDOW_S = 600


async def create(
    tx: Tx, name: str, *, taught_by: AccountId, now: datetime, chance: Random
) -> ClassCard:
    """Create a class that `taught_by` teaches; return it with its code.

    Raises:
        Invalid: the name is empty or longer than 60 characters.
    """
    clean = " ".join(name.split())
    if not 0 < len(clean) <= _LONGEST_NAME:
        raise Invalid("a class needs a name of 1 to 60 characters")
    class_id = ClassId(fresh_id(now, chance))
    code = rules.draw_code(chance)
    await store.add(tx, class_id, name=clean, join_code=code, now=now)
    await lookup.add_code(tx, code, class_id)
    await store.join(tx, class_id, taught_by, teaches=True, now=now)
    return rules.told(
        ClassCard(
            class_id=class_id,
            name=clean,
            learners=0,
            active_this_week=0,
            join_code=code,
            code_open=True,
            boards_upward=False,
        )
    )


async def cards(tx: Tx, *, taught_by: AccountId | None, today: date) -> list[ClassCard]:
    """Return the classes that `taught_by` teaches; all of the org's for None."""
    found = await store.cards(tx, taught_by=taught_by, week_ago=today - timedelta(days=7))
    return [rules.told(one) for one in found]


async def card(tx: Tx, class_id: ClassId, *, reader: AccountId | None, today: date) -> ClassCard:
    """Return one class as `reader` may see it.

    Raises:
        Missing: there is none, or `reader` does not teach it.
    """
    for found in await cards(tx, taught_by=reader, today=today):
        if found.class_id == class_id:
            return found
    raise Missing


async def page(tx: Tx, class_id: ClassId, *, reader: AccountId | None, today: date) -> ClassPage:
    """Return a class with its learners.

    Raises:
        Missing: there is none, or `reader` does not teach it.
    """
    found = await card(tx, class_id, reader=reader, today=today)
    return ClassPage(
        class_id=class_id,
        name=found.name,
        join_code=found.join_code,
        code_open=found.code_open,
        most=(await orgs.read(tx)).class_size,
        boards_upward=found.boards_upward,
        learners=await store.learners(tx, class_id),
    )


async def renew_code(
    tx: Tx, class_id: ClassId, *, reader: AccountId | None, today: date, chance: Random
) -> ClassCard:
    """Give the class another code; the old one leads nowhere from now on.

    Raises:
        Missing: there is none, or `reader` does not teach it.
    """
    await card(tx, class_id, reader=reader, today=today)
    code = rules.draw_code(chance)
    await lookup.end_codes(tx, class_id)
    await lookup.add_code(tx, code, class_id)
    await store.set_code(tx, class_id, code)
    return await card(tx, class_id, reader=reader, today=today)


async def change(  # noqa: PLR0913  # which class, what of it, by whom, when
    tx: Tx,
    class_id: ClassId,
    changes: ClassChanges,
    *,
    reader: AccountId | None,
    by: AccountId,
    now: datetime,
    today: date,
    chance: Random,
) -> ClassCard:
    """Change how a class does things.

    Raises:
        Missing: there is none, or `reader` does not teach it.
    """
    await store.lock(tx, class_id)
    before = await card(tx, class_id, reader=reader, today=today)
    upward, is_open = changes.boards_upward, changes.code_open
    details: list[str] = []
    if upward is not msgspec.UNSET and upward != before.boards_upward:
        await store.set_boards_upward(tx, class_id, upward=upward)
        details.append(f"boards upward {class_id} {upward}")
    if is_open is not msgspec.UNSET and is_open != before.code_open:
        await _set_code_open(tx, before, is_open=is_open)
        details.append(f"class code open {class_id} {is_open}")
    for detail in details:
        note = Note(kind=Kind.SETTINGS_CHANGED, actor=by, detail=detail)
        await audit.note(tx, note, now=now, chance=chance)
    return await card(tx, class_id, reader=reader, today=today)


async def _set_code_open(tx: Tx, found: ClassCard, *, is_open: bool) -> None:
    """Let the code lead to its class or nowhere; it stays the class's own either way."""
    if is_open:
        await lookup.add_code(tx, found.join_code, found.class_id)
    else:
        await lookup.end_codes(tx, found.class_id)
    await store.set_code_open(tx, found.class_id, is_open=is_open)


async def set_size(tx: Tx, most: int, *, by: AccountId, now: datetime, chance: Random) -> None:
    """Let each class of the org take so many learners by its code.

    Raises:
        UnfitSize: it is not 1 to 2,000.
    """
    if (await orgs.read(tx)).class_size == most:
        return
    await orgs.set_class_size(tx, most)
    note = Note(kind=Kind.SETTINGS_CHANGED, actor=by, detail=f"class size {most}")
    await audit.note(tx, note, now=now, chance=chance)


async def upward(tx: Tx, learner: LearnerId) -> frozenset[ClassId]:
    """Return the classes of a learner whose boards show the neighbours above alone."""
    return frozenset(await store.upward(tx, AccountId(learner)))


async def let_try(cache: Cache, peer: str) -> None:
    """Count a try of a class code from an address.

    Raises:
        TooMany: there were too many lately.
    """
    await cache.limit(f"join:{peer}", _TRIES_BY_PEER, _TRY_WINDOW_S)


async def was_right(cache: Cache, peer: str) -> None:
    """Take back a try whose code was right, so that looking before joining costs no second one."""
    await cache.give_back(f"join:{peer}", _TRY_WINDOW_S)


async def door(tx: Tx, class_id: ClassId) -> Door:
    """Return what a code leads to.

    Raises:
        UnknownCode: its class lets nobody in by it.
        ClassFull: it lets nobody more in.
    """
    org = await orgs.read(tx)
    room = rules.may_enter(await store.room(tx, class_id), most=org.class_size)
    return Door(class_name=room.name, org_name=org.name)


async def enter(tx: Tx, class_id: ClassId, account: AccountId, *, now: datetime) -> None:
    """Let a learner in who has the class's code; being there already is no error.

    Raises:
        UnknownCode: the class lets nobody in by it.
        ClassFull: it lets nobody more in.
    """
    await store.lock(tx, class_id)
    if class_id in {one.class_id for one in await store.classes_of(tx, account)}:
        return
    await door(tx, class_id)
    await store.join(tx, class_id, account, teaches=False, now=now)


async def find_code(tx: SystemTx, typed: str) -> lookup.Code:
    """Return the class that a typed code leads to.

    Raises:
        UnknownCode: it leads nowhere.
    """
    found = await lookup.code(tx, rules.plain_code(typed))
    if found is None:
        raise UnknownCode
    return found


async def join(
    tx: Tx, class_id: ClassId, account: AccountId, *, now: datetime, teaches: bool = False
) -> None:
    """Put `account` in the class; being there already is no error."""
    if await store.name_of(tx, class_id) is None:
        raise Missing
    await store.join(tx, class_id, account, teaches=teaches, now=now)


async def leave(tx: Tx, class_id: ClassId, learner: LearnerId) -> None:
    """Take a learner out of the class.

    Raises:
        Missing: they are not in it.
    """
    if not await store.leave(tx, class_id, AccountId(learner)):
        raise Missing


async def classes_of(tx: Tx, account: AccountId) -> list[ClassName]:
    """Return the classes that `account` is in, by name."""
    return await store.classes_of(tx, account)


async def learners(tx: Tx, class_id: ClassId) -> list[ClassLearner]:
    """Return the learners of a class, by name."""
    return await store.learners(tx, class_id)
