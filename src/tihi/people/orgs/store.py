"""Statements of orgs, typed."""

from collections.abc import Sequence

from tihi.people.orgs.model import Org
from tihi.platform.db import Tx
from tihi.platform.sql import One, Run, load

_SQL = load("tihi.people.orgs")
_ADD = Run(_SQL["add"])
_READ = One(_SQL["read"], Org)
_SET_ACTIVITY_TYPES = Run(_SQL["set_activity_types"])
_SET_CLASS_SIZE = Run(_SQL["set_class_size"])
_SET_FROZEN = Run(_SQL["set_frozen"])
_SET_RULE_SET = Run(_SQL["set_rule_set"])


async def add(tx: Tx, *, name: str, slug: str, zone: str) -> None:
    """Add the transaction's org."""
    await _ADD(tx, name=name, slug=slug, zone=zone)


async def read(tx: Tx) -> Org | None:
    """Return the transaction's org, if it exists."""
    return await _READ(tx)


async def set_rule_set(tx: Tx, version: int) -> None:
    """Put `version` of the rules in force."""
    await _SET_RULE_SET(tx, version=version)


async def set_activity_types(tx: Tx, types: Sequence[str]) -> None:
    """Let these types of other products' facts meet the daily minimum."""
    await _SET_ACTIVITY_TYPES(tx, types=list(types))


async def set_frozen(tx: Tx, *, frozen: bool) -> None:
    """Freeze the org, or thaw it."""
    await _SET_FROZEN(tx, frozen=frozen)


async def set_class_size(tx: Tx, most: int) -> None:
    """Let each class take so many learners by its code."""
    await _SET_CLASS_SIZE(tx, most=most)
