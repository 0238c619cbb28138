"""The nouns of retention."""

from enum import StrEnum

from tihi.base.value import Value


class What(StrEnum):
    """What ends by age. The words stand in the record and among the figures."""

    SESSIONS = "sessions"
    LINKS = "links"
    SIGN_INS = "sign-ins"
    RECORD = "record"
    OUTCOMES = "outcomes"
    ANSWERS = "answers"
    ACCOUNTS = "accounts"


class Age(Value):
    """How many days something stays, of which tables, and why so long."""

    days: int
    tables: list[str]
    why: str


class Ages(Value):
    """Every age that there is.

    Attributes:
        answers: counted from the day that an account was closed.
        unused: counted from an account's last use.
        warning: how long an account must have been shown as unused before it is erased.
    """

    sign_ins: Age
    record: Age
    outcomes: Age
    answers: Age
    unused: Age
    warning: Age
    stream: Age


class Schedule(Value):
    """How long everything stays; each table of people stands somewhere in it."""

    ages: Ages
    with_account: list[str]
    passing: dict[str, str]
    for_good: dict[str, str]
