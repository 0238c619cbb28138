"""Identifiers. Each is a UUID to the machine and a type of its own to the checker."""

from datetime import datetime
from typing import NewType, cast
from uuid import UUID, uuid5

import msgspec

from tihi.base.chance import Random

OrgId = NewType("OrgId", UUID)
AccountId = NewType("AccountId", UUID)
LearnerId = NewType("LearnerId", UUID)
"""The account id of a learner. Facts, ledger and boards know a learner by nothing else."""
ClassId = NewType("ClassId", UUID)
SessionId = NewType("SessionId", UUID)
CourseId = NewType("CourseId", UUID)
UnitId = NewType("UnitId", UUID)
LessonId = NewType("LessonId", UUID)
ItemId = NewType("ItemId", UUID)
AttemptId = NewType("AttemptId", UUID)
FactId = NewType("FactId", UUID)

_NAMESPACE = UUID("6f6a2f5e-7f0d-5d5c-9d3c-74696869f0a7")


def fresh_id(now: datetime, chance: Random) -> UUID:
    """Return a new time-ordered id: UUID version 7, RFC 9562 §5.7.

    Args:
        now: aware moment that gives the first 48 bits, in milliseconds.
        chance: source of the other 74 bits.
    """
    millis = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    noise = chance.bits(74)
    value = (millis << 80) | (0x7 << 76) | ((noise >> 62) << 64) | (0b10 << 62)
    return UUID(int=value | (noise & ((1 << 62) - 1)))


def derived_id(*parts: object) -> UUID:
    """Return the id that always belongs to `parts`: UUID version 5, RFC 9562 §5.5."""
    texts = (spelled(part) if isinstance(part, UUID) else str(part) for part in parts)
    return uuid5(_NAMESPACE, "\x1f".join(texts))


def spelled(one: UUID) -> str:
    """Return the text of an id, as `str` does in four times the time."""
    return cast("str", msgspec.to_builtins(one))
