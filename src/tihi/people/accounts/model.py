"""The nouns of accounts."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from tihi.base.ids import AccountId, OrgId, SessionId
from tihi.base.problem import Conflict, Forbidden, Invalid, Unauthenticated
from tihi.base.value import Value
from tihi.people.classes.model import ClassName

RoleName = Literal["learner", "teacher", "admin"]
Locale = Literal["en", "mi"]
Theme = Literal["system", "light", "dark"]


class OrgCard(Value):
    """An org as its people see it."""

    org_id: OrgId
    slug: str
    name: str
    zone: str


class Account(Value):
    """An account with its names."""

    account_id: AccountId
    role: RoleName
    active: bool
    display_name: str
    sign_in_name: str | None
    has_password: bool
    zone: str
    locale: Locale
    public_rank: bool
    theme: Theme
    calm_motion: bool
    daily_goal: int


class Me(Value):
    """Who you are here."""

    account_id: AccountId
    org: OrgCard
    role: RoleName
    display_name: str
    sign_in_name: str | None
    zone: str
    locale: Locale
    public_rank: bool
    theme: Theme
    calm_motion: bool
    daily_goal: int
    classes: list[ClassName]
    has_password: bool


class Changes(Value):
    """What you may change about yourself; what is left out stays as it is."""

    display_name: str | msgspec.UnsetType = msgspec.UNSET
    zone: str | msgspec.UnsetType = msgspec.UNSET
    locale: Locale | msgspec.UnsetType = msgspec.UNSET
    public_rank: bool | msgspec.UnsetType = msgspec.UNSET
    theme: Theme | msgspec.UnsetType = msgspec.UNSET
    calm_motion: bool | msgspec.UnsetType = msgspec.UNSET
    daily_goal: int | msgspec.UnsetType = msgspec.UNSET


class NewAccount(Value):
    """What makes an account. `sign_in_name` and `password_hash` may come later."""

    role: RoleName
    display_name: str
    sign_in_name: str | None
    password_hash: str | None
    zone: str
    locale: Locale
    notice: str


class SignIn(Value):
    """A name and a password; `org` is its short name, null where the server has one org."""

    org: str | None
    name: str
    password: str


class SecondStep(Value):
    """The password fits; the session may do nothing until the second step is taken."""

    step: Literal["second"]


class DemoSignIn(Value):
    """One of the people that the demo offers."""

    sign_in_name: str


class JoinClass(Value):
    """What a newcomer with a class code gives; `notice` is the version that was read."""

    code: str
    display_name: str
    zone: str
    locale: Locale
    notice: str


class NewPassword(Value):
    """The password until now and the one from now on."""

    old: str
    new: str


class Passphrase(Value):
    """A way back in: shown once, kept only as a hash."""

    sign_in_name: str
    words: str


class Credential(Value):
    """What a sign-in is checked against; in a frozen org only administrators are let in."""

    account_id: AccountId
    password_hash: str | None
    role: RoleName
    active: bool
    frozen: bool


class SessionCard(Value):
    """One place where you are signed in; `this` is the one that asks."""

    session_id: SessionId
    created_at: datetime
    seen_at: datetime
    device: str
    this: bool


class SessionRow(Value):
    """A session as stored."""

    session_id: SessionId
    created_at: datetime
    seen_at: datetime
    device: str


class Present(Value):
    """Who a session belongs to, if the account is active."""

    session_id: SessionId
    account_id: AccountId
    role: RoleName
    zone: str
    org_zone: str
    locale: Locale
    created_at: datetime
    seen_at: datetime
    half: bool


class NamedAccount(Value):
    """A name to show for an account, and whether it is shown to others on boards."""

    account_id: AccountId
    display_name: str
    public_rank: bool


class ZonedLearner(Value):
    """In which time zone a learner lives."""

    account_id: AccountId
    zone: str


class DemoPerson(Value):
    """Somebody whom the demo lets you be."""

    role: RoleName
    display_name: str
    sign_in_name: str


class Welcome(Value):
    """What anyone may know of this server.

    Attributes:
        second_factor: staff need a second step; where they do not, a banner says so.
    """

    version: str
    org_name: str | None
    demo: bool
    second_factor: bool
    lan_http: bool
    demo_people: list[DemoPerson]


class WrongSignIn(Unauthenticated):
    """Name and password do not fit together."""

    slug: ClassVar[str] = "accounts/wrong-sign-in"
    title: ClassVar[str] = "That name and password do not fit together"


class OrgFrozen(Forbidden):
    """The org lets only administrators in for now."""

    slug: ClassVar[str] = "accounts/org-frozen"
    title: ClassVar[str] = "Signing in is paused while your organisation looks into something"


class NameTaken(Conflict):
    """Somebody in the org signs in with that name."""

    slug: ClassVar[str] = "accounts/name-taken"
    title: ClassVar[str] = "Somebody here already signs in with that name"


class UnfitName(Invalid):
    """A name that cannot be shown."""

    slug: ClassVar[str] = "accounts/unfit-name"
    title: ClassVar[str] = "That name cannot be shown"


class UnfitPassword(Invalid):
    """A password that is too short or too long."""

    slug: ClassVar[str] = "accounts/unfit-password"
    title: ClassVar[str] = "A password needs 12 to 200 characters"


class UnknownZone(Invalid):
    """A time zone that is not in the IANA data base."""

    slug: ClassVar[str] = "accounts/unknown-zone"
    title: ClassVar[str] = "That time zone is not known"


class NotDemo(Conflict):
    """The server is no demo, or is not asked from its own machine."""

    slug: ClassVar[str] = "accounts/not-demo"
    title: ClassVar[str] = "This is not a demo"
