"""Made-up names of climbers: each of its own on a board, and the same for everybody who reads."""

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tihi.base.ids import LearnerId
from tihi.game.boards import rules
from tihi.game.boards.model import Place

WEEK = date(2026, 11, 23)
LEARNERS = st.uuids(version=4).map(LearnerId)
MANY = [LearnerId(UUID(int=number, version=4)) for number in range(2_000)]


def names(
    *learners: LearnerId, week: date = WEEK, own: dict[LearnerId, str] | None = None
) -> list[str]:
    """Return what `learners` are called beside those who are shown by their `own` names."""
    own = own or {}
    found = rules.shown([*learners, *own], own, week)
    return [found[one] for one in learners]


def test_of_two_thousand_no_two_bear_the_same_name() -> None:
    assert len({name.casefold() for name in names(*MANY)}) == len(MANY)


def test_on_a_board_of_twenty_hardly_any_name_needs_a_third_part() -> None:
    boards = [names(*MANY[at : at + 20]) for at in range(0, len(MANY), 20)]
    assert sum(" of the " in name for board in boards for name in board) < len(MANY) / 100


@given(LEARNERS, st.lists(LEARNERS, max_size=20))
def test_a_climber_is_known_again_on_every_board(one: LearnerId, others: list[LearnerId]) -> None:
    [alone] = names(one)
    [among, *_] = names(one, *others)
    assert among == alone or among.startswith(f"{alone} of the ")


@given(st.lists(LEARNERS, min_size=1, max_size=20, unique=True))
def test_a_name_stays_when_places_change(learners: list[LearnerId]) -> None:
    moved = learners[1:] + learners[:1]
    assert dict(zip(learners, names(*learners), strict=True)) == dict(
        zip(moved, names(*moved), strict=True)
    )


def test_two_of_the_same_usual_name_are_told_apart_by_a_third_part() -> None:
    usual = {one: names(one)[0] for one in MANY}
    same = next((a, b) for a in MANY for b in MANY if a < b and usual[a] == usual[b])
    earlier, later = names(*same)
    assert earlier == usual[same[0]]
    assert later.startswith(f"{earlier} of the ")


def test_nobody_passes_for_somebody_who_is_shown() -> None:
    masked, shown = MANY[:2]
    [usual] = names(masked)
    [beside] = names(masked, own={shown: usual.upper()})
    assert beside.startswith(f"{usual} of the ")


def test_names_change_with_the_week() -> None:
    assert names(*MANY[:20]) != names(*MANY[:20], week=date(2026, 11, 30))


def test_the_picture_goes_by_the_name_that_is_shown() -> None:
    place = Place(place=1, learner_id=MANY[0], xp=3)
    row = rules.row(place, "Quiet Kea of the ridge", you=MANY[1], masked=True)
    assert (row.initials, row.hue, row.masked) == ("QK", rules.hue("Quiet Kea of the ridge"), True)
