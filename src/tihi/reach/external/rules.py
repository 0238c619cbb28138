"""What a fact from outside may say. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from tihi.base.ids import FactId, OrgId, derived_id
from tihi.facts.envelope import Fields, Scalar
from tihi.reach.external.model import NewExternal, OutOfWindow, StoredFact, TooManyFacts, UnfitFact

MOST = 100
_WINDOW = timedelta(days=30)
_AHEAD = timedelta(minutes=5)
_LATE = timedelta(days=2)
_LONGEST_ID = 200
_MOST_FIELDS = 20
_MOST_TYPES = 50
_LATE_FIELD = "late"
_TYPE = re.compile(r"external(\.[a-z0-9][a-z0-9_-]{0,39}){1,5}\.v[1-9][0-9]?")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Codes and not text: whoever wants to send a name has nowhere to put it.
_CODE = re.compile(r"[A-Za-z0-9._:/#@+-]{0,64}")
_BIGGEST = 2**53


def check_size(facts: int) -> None:
    """Refuse an empty or an oversized batch.

    Raises:
        UnfitFact: it is empty.
        TooManyFacts: it holds more than 100.
    """
    if facts == 0:
        raise UnfitFact("a batch holds at least one fact")
    if facts > MOST:
        raise TooManyFacts(f"{facts} facts in one batch")


def check_type(name: str) -> str:
    """Return `name` if it can be a type of another product.

    Raises:
        UnfitFact: it cannot.
    """
    if not _TYPE.fullmatch(name):
        raise UnfitFact("a type is like external.quiz.passed.v1")
    return name


def check_types(names: list[str]) -> list[str]:
    """Return types, each once and in order.

    Raises:
        UnfitFact: one cannot be a type of another product, or they are over 50.
    """
    if len(names) > _MOST_TYPES:
        raise UnfitFact(f"at most {_MOST_TYPES} types count as activity")
    return sorted({check_type(name) for name in names})


def check_each(batch: Sequence[NewExternal], now: datetime) -> None:
    """Refuse a batch with a fact that cannot be taken; `index` says which one, from 0.

    Raises:
        UnfitFact, OutOfWindow: as `check` says.
    """
    for index, one in enumerate(batch):
        try:
            check(one, now)
        except (UnfitFact, OutOfWindow) as refusal:
            raise type(refusal)(refusal.detail, index=index) from refusal


def check(one: NewExternal, now: datetime) -> None:
    """Refuse a fact that cannot be taken.

    Raises:
        UnfitFact: its id, type, time or data do not have the expected form.
        OutOfWindow: it is over 30 days old, or more than 5 minutes ahead.
    """
    if not 0 < len(one.id) <= _LONGEST_ID or one.specversion != "1.0":
        raise UnfitFact("a fact has an id of 1 to 200 characters and specversion 1.0")
    check_type(one.type)
    if one.time.tzinfo is None:
        raise UnfitFact("a time says its offset")
    if not now - _WINDOW <= one.time <= now + _AHEAD:
        raise OutOfWindow
    if len(one.data) > _MOST_FIELDS or _LATE_FIELD in one.data:
        raise UnfitFact(f"data has up to {_MOST_FIELDS} fields, and not `{_LATE_FIELD}`")
    for name, value in one.data.items():
        if not _FIELD.fullmatch(name) or not _fits(value):
            raise UnfitFact("a field is a lower-case word; it holds a number, a truth or a code")


def _fits(value: Scalar) -> bool:
    if isinstance(value, str):
        return _CODE.fullmatch(value) is not None
    if isinstance(value, bool) or value is None:
        return True
    # A whole number of hundreds of digits is no float; comparing asks for none, and NaN fails.
    return -_BIGGEST <= value <= _BIGGEST


def is_late(time: datetime, now: datetime) -> bool:
    """Return whether a fact was sent more than two days after it happened."""
    return now - time > _LATE


def fields(one: NewExternal, *, late: bool) -> Fields:
    """Return what the log keeps of a fact; rules can tell a late one by its mark."""
    return {**one.data, _LATE_FIELD: late}


def fact_id(org_id: OrgId, source: str, own_id: str) -> FactId:
    """Return the log's id of a product's own id; another product's same id is another fact."""
    return FactId(derived_id("external", org_id, source, own_id))


def same(one: NewExternal, stored: StoredFact) -> bool:
    """Return whether `stored` says what `one` says, whenever it was sent."""
    said = {name: value for name, value in stored.data.items() if name != _LATE_FIELD}
    return (
        stored.type == one.type
        and UUID(str(stored.subject)) == one.subject
        and stored.time == one.time
        and said == one.data
    )
