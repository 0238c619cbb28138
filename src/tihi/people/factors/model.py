"""The nouns of second factors."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from tihi.base.problem import Conflict, Forbidden, Invalid
from tihi.base.value import Value
from tihi.people.accounts.model import Me

FactorKind = Literal["totp", "passkey"]


class StepState(Value):
    """What a session still owes.

    Attributes:
        step: nothing, a first factor to be set up, or one that is there to be used.
        totp: whether a one-time code can be given; passkey and recovery likewise.
        passkeys_possible: whether this server's address allows passkeys at all.
    """

    step: Literal["none", "enrol", "prove"]
    totp: bool
    passkey: bool
    recovery: bool
    passkeys_possible: bool


class NewTotp(Value):
    """What an authenticator app needs; shown once.

    Attributes:
        secret: in groups of four, to be typed.
        uri: `otpauth:` link, to be opened on a phone.
        qr: the link as a picture, a `data:` URI.
    """

    factor_id: UUID
    secret: str
    uri: str
    qr: str


class CodeGiven(Value):
    """A one-time or a recovery code, as typed."""

    code: str


class PasskeyOptions(Value):
    """WebAuthn options as JSON text, for `parseCreationOptionsFromJSON` or its sister."""

    options: str


class PasskeyGiven(Value):
    """What the authenticator answered, as JSON text of `credential.toJSON()`."""

    credential: str


class NewPasskey(Value):
    """A passkey to be kept under a name that its owner knows it by."""

    name: str
    credential: str


class Enrolled(Value):
    """A factor was added; `recovery_codes` are shown this once, with the first one only."""

    me: Me
    recovery_codes: list[str]


class RecoveryCodes(Value):
    """Codes that each let their owner in once; shown this once."""

    codes: list[str]


class FactorCard(Value):
    """A factor as its owner sees it."""

    factor_id: UUID
    kind: FactorKind
    name: str
    created_at: datetime
    used_at: datetime | None


class Factors(Value):
    """Everything that you can give as a second step."""

    factors: list[FactorCard]
    recovery_left: int


class Totp(Value):
    """A one-time code's stored side; `last_step` is the newest step that was used."""

    factor_id: UUID
    sealed: bytes
    last_step: int


class Passkey(Value):
    """A passkey's stored side."""

    factor_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int


class WrongCode(Forbidden):
    """A code or passkey that does not fit, was used before, or is over."""

    slug: ClassVar[str] = "factors/wrong-code"
    title: ClassVar[str] = "That code does not fit. Wait for the next one and try again"


class StepNotOwed(Conflict):
    """The session owes another step than this one, or none."""

    slug: ClassVar[str] = "factors/step-not-owed"
    title: ClassVar[str] = "This is not the step that is missing"


class ProveAgain(Forbidden):
    """A change of factors needs a sign-in from the last 15 minutes."""

    slug: ClassVar[str] = "factors/prove-again"
    title: ClassVar[str] = "Sign in again before you change how you sign in"


class LastFactor(Conflict):
    """Staff keep at least one factor."""

    slug: ClassVar[str] = "factors/last"
    title: ClassVar[str] = "Add another second step before you remove the last one"


class TooManyFactors(Conflict):
    """Nobody needs more than ten."""

    slug: ClassVar[str] = "factors/too-many"
    title: ClassVar[str] = "Remove a second step that you no longer use first"


class PasskeysImpossible(Conflict):
    """Browsers allow passkeys on secure addresses with a name only."""

    slug: ClassVar[str] = "factors/passkeys-impossible"
    title: ClassVar[str] = "Passkeys need a server with a name and a certificate"


class UnfitFactorName(Invalid):
    """A passkey's name is empty or too long."""

    slug: ClassVar[str] = "factors/unfit-name"
    title: ClassVar[str] = "A passkey needs a name of 1 to 40 characters"
