"""The nouns of API keys."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from tihi.base.problem import Conflict, Invalid
from tihi.base.value import Value

Scope = Literal["facts:write", "facts:read"]


class NewKey(Value):
    """What an administrator asks for; it lasts `days`, at most 730."""

    name: str
    scopes: list[Scope]
    days: int


class KeyCard(Value):
    """A key without its secret."""

    key_id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class IssuedKey(Value):
    """A key with its secret, shown this once and kept only as a hash."""

    key: KeyCard
    secret: str


class LiveKey(Value):
    """What a key that is neither over nor revoked may do."""

    key_id: UUID
    scopes: list[Scope]


class UnfitKey(Invalid):
    """A key needs a name, a scope and an end."""

    slug: ClassVar[str] = "keys/unfit"
    title: ClassVar[str] = "A key needs a name, at least one scope and 1 to 730 days"


class TooManyKeys(Conflict):
    """An org keeps up to 50 keys that work."""

    slug: ClassVar[str] = "keys/too-many"
    title: ClassVar[str] = "Revoke a key that is no longer used first"
