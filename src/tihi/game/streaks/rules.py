"""How a streak follows from days. Pure: no clock, no database."""

from collections.abc import Mapping
from datetime import date, timedelta

from tihi.game.streaks.model import ACTIVE_DAYS_A_FREEZE, DayMark, Streak, WeekDay
from tihi.people.calendar.model import Pause, Rest

_DAY = timedelta(days=1)
Days = Mapping[date, DayMark]


def carries(days: Days, day: date, rest: Rest) -> bool:
    """Return whether `day` lets a streak through: it has a mark, or is a day of rest."""
    return day in days or rest.holds(day)


def length_until(days: Days, last: date, rest: Rest) -> int:
    """Return the active days of the run that ends with `last`; 0 when `last` broke it."""
    if not days:
        return 0
    first = min(days)
    length = 0
    day = last
    while day >= first and carries(days, day, rest):
        length += days.get(day) is DayMark.ACTIVE
        day -= _DAY
    return length


def run_holding(days: Days, day: date, rest: Rest) -> int:
    """Return the active days of the whole run that holds the active `day`.

    A late day may join two runs; then this is the length of the joined run.
    """
    length = length_until(days, day, rest)
    last = max(days)
    following = day + _DAY
    while following <= last and carries(days, following, rest):
        length += days.get(following) is DayMark.ACTIVE
        following += _DAY
    return length


def standing(days: Days, today: date, rest: Rest) -> int:
    """Return the length of the streak that stands on `today`.

    A day that is not over cannot break a streak, so an unmarked today is passed over.
    """
    length = length_until(days, today - _DAY, rest)
    return length + (days.get(today) is DayMark.ACTIVE)


def longest(days: Days, rest: Rest) -> int:
    """Return the most active days that any run ever had."""
    best = run = 0
    before: date | None = None
    for day in sorted(days):
        if before is not None and not _joined(before, day, rest):
            run = 0
        run += days[day] is DayMark.ACTIVE
        best = max(best, run)
        before = day
    return best


def _joined(before: date, day: date, rest: Rest) -> bool:
    between = before + _DAY
    while between < day:
        if not rest.holds(between):
            return False
        between += _DAY
    return True


def freezes(days: Days, *, until: date | None = None) -> int:
    """Return the freezes held: earned by active days, less those that saved a day.

    A late active fact turns a frozen day into an active one, and so gives a freeze back.
    With `until`, only days up to it count: what was held on that day.
    """
    marks = [mark for day, mark in days.items() if until is None or day <= until]
    active = sum(mark is DayMark.ACTIVE for mark in marks)
    frozen = sum(mark is DayMark.FROZEN for mark in marks)
    return max(0, active // ACTIVE_DAYS_A_FREEZE - frozen)


def close(days: Days, day: date, rest: Rest) -> DayMark | None:
    """Return the mark that a day gets when it is over, or None when there is nothing to mark.

    Rest days are kept as such, whatever becomes of the calendar later. A missed day is
    frozen when there is a streak to save and a freeze to spend, one that was held on the day
    before and is not spent since: closing late saves no more than closing in time.
    """
    if day in days:
        return None
    if rest.holds(day):
        return DayMark.PAUSED
    before = day - _DAY
    if length_until(days, before, rest) and freezes(days, until=before) and freezes(days):
        return DayMark.FROZEN
    return None


def close_all(
    days: Days, after: date, until: date, rest: Rest
) -> tuple[dict[date, DayMark], list[date]]:
    """Return marks for the days after `after` up to `until`, closed in order; and which are frozen.

    A late active day calls for closing again from there: a day that nothing could save then
    may be saved now. What was frozen stays so.
    """
    known = dict(days)
    made: dict[date, DayMark] = {}
    day = after + _DAY
    while day <= until:
        mark = close(known, day, rest)
        if mark is not None:
            known[day] = made[day] = mark
        day += _DAY
    return made, [day for day, mark in made.items() if mark is DayMark.FROZEN]


def describe(days: Days, today: date, rest: Rest, pause: Pause | None) -> Streak:
    """Return the streak as its learner sees it today."""
    return Streak(
        length=standing(days, today, rest),
        active_today=days.get(today) is DayMark.ACTIVE,
        longest=longest(days, rest),
        freezes=freezes(days),
        today=today,
        week=[_week_day(days, today - back * _DAY, today, rest) for back in range(6, -1, -1)],
        pause=pause,
    )


def _week_day(days: Days, day: date, today: date, rest: Rest) -> WeekDay:
    mark = days.get(day)
    resting = rest.holds(day)
    if mark is not None:
        return WeekDay(day=day, mark=mark.value, rest=resting)
    if day == today:
        return WeekDay(day=day, mark="open", rest=resting)
    return WeekDay(day=day, mark="paused" if resting else "missed", rest=resting)
