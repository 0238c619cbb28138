"""The nouns of looking after people."""

from datetime import date, datetime
from typing import ClassVar

import msgspec

from tihi.base.ids import AccountId
from tihi.base.problem import Conflict, Invalid
from tihi.base.value import Value
from tihi.people.accounts.model import Locale, RoleName
from tihi.people.links.model import IssuedLink


class PersonCard(Value):
    """Somebody in the org, as an administrator sees them.

    Attributes:
        second_step: whether a second factor is set up.
        ends_on: from when on the account is erased as unused, unless it is used before; None
            for one that is in use.
    """

    account_id: AccountId
    role: RoleName
    active: bool
    display_name: str
    sign_in_name: str | None
    has_password: bool
    second_step: bool
    created_at: datetime
    ends_on: date | None


class NewPerson(Value):
    """Somebody to be let in by a link."""

    role: RoleName
    display_name: str
    sign_in_name: str
    zone: str
    locale: Locale


class Invited(Value):
    """Somebody who was added, and the link to hand over."""

    person: PersonCard
    link: IssuedLink


class MemberChanges(Value):
    """What an administrator may change of somebody else; what is left out stays as it is."""

    role: RoleName | msgspec.UnsetType = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET


class Yourself(Conflict):
    """Nobody takes away their own role or suspends themselves, so an org keeps an admin."""

    slug: ClassVar[str] = "members/yourself"
    title: ClassVar[str] = "Ask another administrator to change your own account"


class NoSignInNameGiven(Invalid):
    """An invited person needs a name to sign in with."""

    slug: ClassVar[str] = "members/no-sign-in-name"
    title: ClassVar[str] = "A sign-in name of 2 to 80 characters is needed"
