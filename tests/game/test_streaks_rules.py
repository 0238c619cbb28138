"""Streaks as laws over all days and zones (R22)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.happen import days as days_from
from tihi.game.streaks import rules
from tihi.game.streaks.model import ACTIVE_DAYS_A_FREEZE, DayMark
from tihi.people.calendar.model import Rest, RestSpan
from tihi.platform.clock import local_date, zone

START = date(2026, 9, 1)
A, F, P = DayMark.ACTIVE, DayMark.FROZEN, DayMark.PAUSED
NO_REST = Rest(weekdays=[], spans=[])
WEEKENDS = Rest(weekdays=[6, 7], spans=[])
AUCKLAND = "Pacific/Auckland"
CHANGES = [date(2026, 9, 27), date(2027, 4, 4)]
"""Auckland loses an hour, and wins one."""

zones = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
offsets = st.integers(0, 60)
days = st.builds(lambda n: START + timedelta(days=n), offsets)
histories = st.dictionaries(days, st.sampled_from(DayMark), max_size=40)
rests = st.builds(
    lambda weekdays, begins, lasts: Rest(
        weekdays=weekdays,
        spans=[RestSpan(first_day=begins, last_day=begins + timedelta(days=lasts), label="")],
    ),
    st.lists(st.integers(1, 7), max_size=2),
    days,
    st.integers(0, 9),
)
TODAY = START + timedelta(days=61)


def plain(text: str) -> dict[date, DayMark]:
    """Return marks for a row of letters from `START` on; `.` is a day without one."""
    marks = {"A": A, "F": F, "P": P}
    return {
        START + timedelta(days=n): marks[letter] for n, letter in enumerate(text) if letter != "."
    }


def today_after(text: str) -> date:
    return START + timedelta(days=len(text) - 1)


@pytest.mark.parametrize(
    ("marks", "length"),
    [
        ("", 0),
        ("A", 1),
        ("AA", 2),
        ("A.", 1),
        ("A..", 0),
        ("AF.", 1),
        ("APPA", 2),
        ("A.A", 1),
        ("AAFA.", 3),
        ("AA.AA", 2),
    ],
)
def test_what_stands_today(marks: str, length: int) -> None:
    """A day that is not over breaks nothing; frozen and paused days carry and do not count."""
    assert rules.standing(plain(marks), today_after(marks) if marks else START, NO_REST) == length


def test_rest_days_carry_without_a_mark() -> None:
    friday = date(2026, 9, 4)
    marks = {friday: A, friday + timedelta(days=3): A}

    assert rules.standing(marks, friday + timedelta(days=3), WEEKENDS) == 2
    assert rules.longest(marks, WEEKENDS) == 2
    assert rules.standing(marks, friday + timedelta(days=3), NO_REST) == 1


@given(zones, st.integers(1, 80), st.integers(0, 23), st.integers(0, 59))
def test_once_on_each_date_is_one_day_each_in_every_zone(
    zone_name: str, count: int, hour: int, minute: int
) -> None:
    """Over daylight saving of every zone: no date is lost, none counts twice (R22)."""
    marks: dict[date, DayMark] = {}
    for day in days_from(date(2026, 8, 20), count):
        wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone(zone_name))
        # A wall time that daylight saving skips is taken for the moment an hour on.
        marks[local_date(wall.astimezone(UTC), zone_name)] = A
    today = max(marks)

    assert rules.standing(marks, today, NO_REST) == len(marks) == rules.longest(marks, NO_REST)
    assert len(marks) in {count, count - 1, count + 1}


@pytest.mark.parametrize("change", CHANGES)
def test_every_hour_of_a_changing_day_is_that_day(change: date) -> None:
    """Auckland's short and long days count once, however many answers they hold (R22)."""
    begins = datetime(change.year, change.month, change.day, tzinfo=zone(AUCKLAND)).astimezone(UTC)
    hours = 23 if change == CHANGES[0] else 25
    seen = [local_date(begins + timedelta(hours=n), AUCKLAND) for n in range(-1, hours + 1)]

    assert seen == [change - timedelta(days=1), *[change] * hours, change + timedelta(days=1)]
    assert rules.standing(dict.fromkeys(seen, A), change + timedelta(days=1), NO_REST) == 3


@given(st.lists(st.tuples(st.integers(0, 60 * 24), zones), min_size=1, max_size=60))
def test_moving_between_zones_never_counts_a_date_twice(
    steps: list[tuple[int, str]],
) -> None:
    """Whatever the journey, a streak has no more days than there were dates (R22)."""
    moment = datetime(2026, 9, 1, tzinfo=UTC)
    marks: dict[date, DayMark] = {}
    for minutes, zone_name in steps:
        moment += timedelta(minutes=minutes)
        marks[local_date(moment, zone_name)] = A

    assert rules.longest(marks, NO_REST) <= len(marks)
    assert all(rules.standing(marks, day, NO_REST) <= len(marks) for day in marks)


@given(histories, days, rests)
def test_freezing_a_missed_day_never_shortens(
    marks: dict[date, DayMark], day: date, rest: Rest
) -> None:
    saved = {day: F} | marks

    for today in (day, day + timedelta(days=1), TODAY):
        assert rules.standing(saved, today, rest) >= rules.standing(marks, today, rest)
    assert rules.longest(saved, rest) >= rules.longest(marks, rest)


@given(histories, days, rests)
def test_another_active_day_never_shortens(
    marks: dict[date, DayMark], day: date, rest: Rest
) -> None:
    more = marks | {day: A}

    assert rules.standing(more, TODAY, rest) >= rules.standing(marks, TODAY, rest)
    assert rules.longest(more, rest) >= rules.longest(marks, rest)
    assert rules.freezes(more) >= rules.freezes(marks)


@given(histories, days, rests)
def test_a_run_holds_what_comes_before_and_after(
    marks: dict[date, DayMark], day: date, rest: Rest
) -> None:
    """A late day that joins two runs counts the joined run (R22)."""
    joined = marks | {day: A}
    before = rules.length_until(joined, day, rest)
    length = rules.run_holding(joined, day, rest)
    neighbours = [d for d in joined if joined[d] is A and rules.run_holding(joined, d, rest)]

    assert before <= length <= rules.longest(joined, rest)
    assert day in neighbours
    assert sum(rules.run_holding(joined, d, rest) == length for d in neighbours) >= length


def test_a_late_day_joins_two_runs() -> None:
    assert rules.run_holding(plain("AAA.AA") | {START + timedelta(days=3): A}, START, NO_REST) == 6


def test_a_freeze_is_earned_with_every_seventh_active_day_and_spent_on_a_missed_one() -> None:
    week = plain("A" * ACTIVE_DAYS_A_FREEZE)
    missed = today_after("A" * ACTIVE_DAYS_A_FREEZE) + timedelta(days=1)

    assert rules.freezes(plain("AAAAAA")) == 0
    assert rules.freezes(week) == 1
    assert rules.close(week, missed, NO_REST) is F
    assert rules.freezes(week | {missed: F}) == 0
    assert rules.close(week | {missed: F}, missed + timedelta(days=1), NO_REST) is None
    assert rules.freezes(week | {missed: A}) == 1


def test_nothing_is_frozen_where_no_streak_stands() -> None:
    broken = plain("AAAAAAA..")

    assert rules.close(broken, today_after("AAAAAAA.."), NO_REST) is None


def test_a_freeze_of_later_days_saves_no_earlier_one() -> None:
    """A machine that was off and closes late gives what it would have given in time."""
    marks = plain("AAA.AAAA")

    assert rules.close(marks, START + timedelta(days=3), NO_REST) is None


def test_rest_days_cost_no_freeze_and_stay_rest() -> None:
    saturday = date(2026, 9, 5)

    assert rules.close({}, saturday, WEEKENDS) is P


@given(histories, rests)
def test_closing_again_changes_nothing(marks: dict[date, DayMark], rest: Rest) -> None:
    made, frozen = rules.close_all(marks, START, TODAY, rest)
    again, _ = rules.close_all(marks | made, START, TODAY, rest)

    assert again == {}
    assert not made.keys() & marks.keys()
    assert {day for day, mark in made.items() if mark is F} == set(frozen)


@given(histories, rests)
def test_no_more_is_frozen_than_was_earned(marks: dict[date, DayMark], rest: Rest) -> None:
    """Freezes held = earned - frozen, never below none."""
    active = {day: mark for day, mark in marks.items() if mark is not F}
    made, frozen = rules.close_all(active, START - timedelta(days=1), TODAY, rest)
    earned = sum(mark is A for mark in active.values()) // ACTIVE_DAYS_A_FREEZE

    assert len(frozen) <= earned
    assert rules.freezes(active | made) == earned - len(frozen)


class School:
    """What consumer and closing job do to one learner, day by day."""

    def __init__(self, rest: Rest) -> None:
        self.marks: dict[date, DayMark] = {}
        self.rest = rest
        self.closed: date | None = None

    def tell(self, day: date) -> None:
        self.marks[day] = A
        if self.closed is None:
            self.closed = day
        self.close(day, self.closed)

    def night(self, yesterday: date) -> None:
        if self.closed is not None:
            self.close(self.closed, yesterday)
            self.closed = max(self.closed, yesterday)

    def close(self, after: date, until: date) -> None:
        made, _ = rules.close_all(self.marks, after, until, self.rest)
        self.marks |= made


def lived(active: Mapping[int, int], rest: Rest, upto: int) -> School:
    """Live `upto` days; the fact of day n arrives `active[n]` days late."""
    school = School(rest)
    for now in range(upto):
        today = START + timedelta(days=now)
        school.night(today - timedelta(days=1))
        for day, late in active.items():
            if day + late == now:
                school.tell(START + timedelta(days=day))
    return school


@given(st.sets(st.integers(0, 40), min_size=1), rests, st.data())
def test_a_fact_two_days_late_is_as_good_as_in_time(
    active: set[int], rest: Rest, data: st.DataObject
) -> None:
    """The streak is what it would have been (R22)."""
    late = data.draw(st.sampled_from(sorted(active - {min(active)}) or [min(active)]))
    in_time = lived(dict.fromkeys(active, 0), rest, 45)
    by = data.draw(st.integers(0, 2))
    after = lived(dict.fromkeys(active, 0) | {late: by}, rest, 45)
    today = START + timedelta(days=44)

    assert after.marks == in_time.marks
    assert rules.standing(after.marks, today, rest) == rules.standing(in_time.marks, today, rest)


@given(st.dictionaries(st.integers(0, 40), st.integers(0, 12), min_size=1), rests)
def test_no_lateness_inflates(arrivals: dict[int, int], rest: Rest) -> None:
    """However late and in whatever order: every day is there once, no freeze is spent twice."""
    school = lived(arrivals, rest, 60)
    active = {START + timedelta(days=day) for day in arrivals}
    frozen = sum(mark is F for mark in school.marks.values())

    assert {day for day, mark in school.marks.items() if mark is A} == active
    assert frozen <= len(active) // ACTIVE_DAYS_A_FREEZE
    assert rules.longest(school.marks, rest) <= len(active)
