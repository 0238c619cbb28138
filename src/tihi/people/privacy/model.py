"""The nouns of privacy: the list of what is kept, an export, an erasure."""

from datetime import datetime
from typing import ClassVar

import msgspec

from tihi.base.ids import AccountId
from tihi.base.problem import Conflict, Invalid
from tihi.base.value import Value
from tihi.facts.outcomes import Bilingual


class KeptTable(Value):
    """A table that holds people.

    Attributes:
        title: what its rows are to their person.
        columns: purpose of each column.
        person: columns that hold somebody's id; none where `through` leads on.
        through: a table that does, when this one does not; `by` are the columns of both.
        secret: columns that are never given out.
        erased: whether the rows go when their person does.
    """

    title: Bilingual
    columns: dict[str, str]
    erased: bool
    person: list[str] = msgspec.field(default_factory=list)
    through: str | None = None
    by: list[str] = msgspec.field(default_factory=list)
    secret: list[str] = msgspec.field(default_factory=list)


class Kept(Value):
    """Every table: those that hold people, and why the others hold nobody."""

    tables: dict[str, KeptTable]
    nobody: dict[str, str]


class PersonalData(Value):
    """Everything that is kept of one person, by table."""

    account_id: AccountId
    org: str
    display_name: str
    exported_at: datetime
    tables: dict[str, list[dict[str, object]]]


class Erasure(Value):
    """Who was erased, and when."""

    account_id: AccountId
    erased_at: datetime


class Confirmation(Value):
    """The display name of whoever is to be erased, typed as a second thought."""

    display_name: str


class NotConfirmed(Invalid):
    """The name that was typed is not the person's."""

    slug: ClassVar[str] = "privacy/not-confirmed"
    title: ClassVar[str] = "Type the person's name exactly, so that nobody is erased by mistake"


class EraseYourself(Conflict):
    """Whoever asks cannot erase themselves, so that an org keeps an administrator."""

    slug: ClassVar[str] = "privacy/yourself"
    title: ClassVar[str] = "Ask another administrator to erase your account"
