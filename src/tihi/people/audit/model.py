"""The nouns of the record."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tihi.base.ids import AccountId
from tihi.base.value import Value


class Kind(StrEnum):
    """What was done. Their words are shown to administrators and never change."""

    SIGNED_IN = "signed-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGNED_OUT = "signed-out"
    SECOND_STEP_REFUSED = "second-step-refused"
    FACTOR_ADDED = "factor-added"
    FACTOR_REMOVED = "factor-removed"
    FACTORS_RESET = "factors-reset"
    RECOVERY_CODE_USED = "recovery-code-used"
    RECOVERY_CODES_DRAWN = "recovery-codes-drawn"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105  # no password
    WORDS_ISSUED = "words-issued"
    LINK_ISSUED = "link-issued"
    LINK_USED = "link-used"
    ACCESS_DENIED = "access-denied"
    RECORD_OPENED = "record-opened"
    SCORE_CLAIMED = "score-claimed"
    GRADE_CORRECTED = "grade-corrected"
    GRADE_KEPT = "grade-kept"
    ACCOUNT_ADDED = "account-added"
    ROLE_CHANGED = "role-changed"
    ACCOUNT_SUSPENDED = "account-suspended"
    ACCOUNT_RESTORED = "account-restored"
    KEY_ADDED = "key-added"
    KEY_REVOKED = "key-revoked"
    SETTINGS_CHANGED = "settings-changed"
    PERSON_EXPORTED = "person-exported"
    PERSON_ERASED = "person-erased"
    UNUSED_WARNED = "unused-warned"
    RETENTION_APPLIED = "retention-applied"
    ORG_FROZEN = "org-frozen"
    ORG_THAWED = "org-thawed"


class Note(Value):
    """An entry on its way into the record.

    Attributes:
        actor: who did it; None for a stranger or a command on the server.
        subject: whose record or account it was about, if anybody's.
        detail: a word more, never a name or anything that somebody typed.
    """

    kind: Kind
    actor: AccountId | None = None
    subject: AccountId | None = None
    detail: str = ""


class Entry(Value):
    """An entry of the record, with today's names where there still are any."""

    event_id: UUID
    time: datetime
    kind: str
    actor: AccountId | None
    actor_name: str | None
    subject: AccountId | None
    subject_name: str | None
    detail: str


class AuditPage(Value):
    """Entries, newest first; `next_before` asks for older ones, None when there are none."""

    entries: list[Entry]
    next_before: UUID | None
