"""The nouns of the calendar."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from tihi.base.problem import Invalid
from tihi.base.value import Value


class RestSpan(Value):
    """Days on which nobody is asked for a streak, first and last included."""

    first_day: date
    last_day: date
    label: str


class Rest(Value):
    """When a learner rests.

    Attributes:
        weekdays: ISO weekdays, 1 to 7.
        spans: holidays of the org and pauses of the learner.
    """

    weekdays: list[int]
    spans: list[RestSpan]

    def holds(self, day: date) -> bool:
        """Return whether `day` is a day of rest."""
        return day.isoweekday() in self.weekdays or any(
            span.first_day <= day <= span.last_day for span in self.spans
        )


class Holiday(Value):
    """A rest span of the whole org, with the id to end it by."""

    span_id: UUID
    first_day: date
    last_day: date
    label: str


class Calendar(Value):
    """When an org rests.

    Attributes:
        today: on the org's calendar.
        weekdays: ISO weekdays, 1 to 7.
        holidays: those of the last year and all to come, in order.
    """

    today: date
    weekdays: list[int]
    holidays: list[Holiday]


class RestDays(Value):
    """The weekly days of rest, ISO 1 to 7."""

    weekdays: list[int]


class Pause(Value):
    """A pause that a learner sets for themselves."""

    first_day: date
    last_day: date


class UnfitPause(Invalid):
    """A pause that ends before it begins, lies in the past or is too long."""

    slug: ClassVar[str] = "calendar/unfit-pause"
    title: ClassVar[str] = "A pause begins today or later and lasts at most 60 days"


class UnfitRestDays(Invalid):
    """Weekly days of rest that are no days of a week, or all seven of them."""

    slug: ClassVar[str] = "calendar/unfit-rest-days"
    title: ClassVar[str] = "A week has one day at least that is no day of rest"


LONGEST_PAUSE = timedelta(days=60)
