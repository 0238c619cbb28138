"""Statements of classes, typed."""

from datetime import date, datetime
from uuid import UUID

from tihi.base.ids import AccountId, ClassId
from tihi.people.classes.model import ClassCard, ClassLearner, ClassName, Room
from tihi.platform.db import Tx
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.people.classes")
_ADD = Run(_SQL["add"])
_CARDS = Many(_SQL["cards"], ClassCard)
_NAME_OF = One(_SQL["name_of"], ClassName)
_LEARNERS = Many(_SQL["learners"], ClassLearner)
_CLASSES_OF = Many(_SQL["classes_of"], ClassName)
_JOIN_CLASS = Run(_SQL["join_class"])
_LEAVE_CLASS = Run(_SQL["leave_class"])
_ROOM = One(_SQL["room"], Room)
_LOCK = One(_SQL["lock"], UUID)
_SET_CODE_OPEN = Run(_SQL["set_code_open"])
_SET_CODE = Run(_SQL["set_code"])
_SET_BOARDS_UPWARD = Run(_SQL["set_boards_upward"])
_UPWARD = Many(_SQL["upward"], UUID)


async def add(tx: Tx, class_id: ClassId, *, name: str, join_code: str, now: datetime) -> None:
    """Add a class."""
    await _ADD(tx, class_id=class_id, name=name, join_code=join_code, created_at=now)


async def cards(tx: Tx, *, taught_by: AccountId | None, week_ago: date) -> list[ClassCard]:
    """Return the classes that `taught_by` teaches, or all of the org's, by name."""
    return await _CARDS(tx, taught_by=taught_by, week_ago=week_ago)


async def name_of(tx: Tx, class_id: ClassId) -> ClassName | None:
    """Return a class, if the org has it."""
    return await _NAME_OF(tx, class_id=class_id)


async def learners(tx: Tx, class_id: ClassId) -> list[ClassLearner]:
    """Return the learners of a class, by name."""
    return await _LEARNERS(tx, class_id=class_id)


async def classes_of(tx: Tx, account: AccountId) -> list[ClassName]:
    """Return the classes that `account` is in, by name."""
    return await _CLASSES_OF(tx, account_id=account)


async def join(
    tx: Tx, class_id: ClassId, account: AccountId, *, teaches: bool, now: datetime
) -> bool:
    """Put `account` in the class; return whether it was not there."""
    joined = await _JOIN_CLASS(
        tx, class_id=class_id, account_id=account, teaches=teaches, joined_at=now
    )
    return joined == 1


async def leave(tx: Tx, class_id: ClassId, account: AccountId) -> bool:
    """Take a learner out of the class; return whether they were there."""
    return await _LEAVE_CLASS(tx, class_id=class_id, account_id=account) == 1


async def room(tx: Tx, class_id: ClassId) -> Room | None:
    """Return how much room a class has, if the org has it."""
    return await _ROOM(tx, class_id=class_id)


async def lock(tx: Tx, class_id: ClassId) -> None:
    """Let nobody else in until the transaction ends."""
    await _LOCK(tx, class_id=class_id)


async def set_code_open(tx: Tx, class_id: ClassId, *, is_open: bool) -> None:
    """Say whether the class's code lets anybody in."""
    await _SET_CODE_OPEN(tx, class_id=class_id, is_open=is_open)


async def set_code(tx: Tx, class_id: ClassId, join_code: str) -> None:
    """Give the class another code, which is open."""
    await _SET_CODE(tx, class_id=class_id, join_code=join_code)


async def set_boards_upward(tx: Tx, class_id: ClassId, *, upward: bool) -> None:
    """Let the class's boards show neighbours above alone, or all."""
    await _SET_BOARDS_UPWARD(tx, class_id=class_id, upward=upward)


async def upward(tx: Tx, account: AccountId) -> list[ClassId]:
    """Return the classes that `account` learns in whose boards show neighbours above alone."""
    return [ClassId(one) for one in await _UPWARD(tx, account_id=account)]
