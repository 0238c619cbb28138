"""The nouns of links."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from tihi.base.ids import AccountId
from tihi.base.problem import Conflict, Gone
from tihi.base.value import Value

LinkKind = Literal["invite", "reset"]


class IssuedLink(Value):
    """A link to hand over. It is shown this once, works once, and ends within the hour."""

    url: str
    expires_at: datetime


class LinkGiven(Value):
    """The secret part of a link, as the page found it behind the `#`."""

    token: str


class LinkUsed(Value):
    """The secret part of a link, and the password from now on."""

    token: str
    password: str


class LinkPage(Value):
    """What the page behind a link shows."""

    kind: LinkKind
    org_slug: str
    org_name: str
    display_name: str
    sign_in_name: str


class StoredLink(Value):
    """A link as it is kept."""

    link_id: UUID
    account_id: AccountId
    kind: LinkKind


class LinkOver(Gone):
    """A link that was used, replaced, is too old or never was: all look alike."""

    slug: ClassVar[str] = "links/over"
    title: ClassVar[str] = "This link is no longer good. Ask for a new one"


class NoSignInName(Conflict):
    """Somebody without a sign-in name gets three words, not a link."""

    slug: ClassVar[str] = "links/no-sign-in-name"
    title: ClassVar[str] = "This person signs in with three words. Issue new ones instead"
