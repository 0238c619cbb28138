"""Decisions about boards: scores, keys, and the names of climbers who stay unnamed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from tihi.base.chance import SeededRandom, below, shuffled
from tihi.base.ids import LearnerId, OrgId, spelled
from tihi.game.boards.model import BoardRow, Place, Standing, TotalRow, Totals

PARTS = 1 << 21
"""Parts of a period that break ties; a double is exact below 2³² points · 2²¹."""

_ALL_BEGINS = datetime(2020, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ALL_LASTS = timedelta(days=36525)
_WEEK = timedelta(days=7)
# A week on a board runs by the org's zone, up to 14 hours from UTC; one more day holds it.
_SLACK = timedelta(days=1)

# Birds, trees and plants, and where one meets them; a fluent speaker should check the spelling.
# Mountains are no names for people here: they are ancestors.
_FIRST = (
    "Able", "Bold", "Brave", "Bright", "Calm", "Careful", "Cheerful", "Clever", "Curious",
    "Daring", "Eager", "Early", "Faithful", "Friendly", "Frosty", "Gentle", "Golden", "Happy",
    "Hardy", "Hopeful", "Jolly", "Keen", "Kind", "Lively", "Lucky", "Mellow", "Merry", "Mighty",
    "Misty", "Nimble", "Noble", "Patient", "Peaceful", "Playful", "Proud", "Quick", "Quiet",
    "Ready", "Silver", "Snowy", "Starry", "Steady", "Sturdy", "Sunny", "Swift", "Trusty",
    "Watchful", "Wise",
)  # fmt: skip
_SECOND = (
    "Hīnau", "Hihi", "Horopito", "Houhere", "Kahikatea", "Kākā", "Kākāpō", "Kākāriki", "Kāmahi",
    "Kāmana", "Kānuka", "Kārearea", "Karoro", "Kauri", "Kawakawa", "Kea", "Kererū", "Kiwi",
    "Kōkako", "Korimako", "Koromiko", "Kororā", "Kōtare", "Kōtuku", "Kōwhai", "Makomako",
    "Mamaku", "Mānuka", "Mataī", "Miro", "Miromiro", "Mohua", "Mokomoko", "Pārera", "Pāteke",
    "Pīpipi", "Pīwakawaka", "Pōhutukawa", "Ponga", "Pūkeko", "Pūriri", "Rātā", "Rewarewa", "Rimu",
    "Riroriro", "Ruru", "Takahē", "Tākapu", "Taramea", "Tauhou", "Tawhai", "Tīeke", "Tikumu",
    "Titipounamu", "Tītoki", "Toetoe", "Tōrea", "Toroa", "Tōtara", "Toutouwai", "Tūī", "Tuatara",
    "Weka", "Wētā", "Weweia", "Whio",
)  # fmt: skip
_THIRD = (
    "bay", "bluff", "bush", "cave", "falls", "glacier", "gorge", "lake", "mist", "pass", "ridge",
    "river", "saddle", "spring", "spur", "summit", "tarn", "tussock", "valley", "wind",
)  # fmt: skip


def week_of(day: date) -> date:
    """Return the Monday of the week that holds `day`."""
    return day - timedelta(days=day.weekday())


def all_time_score(points: int, last: datetime) -> int:
    """Return the score for all time: total · 2²¹ plus what was left at the last fact."""
    return points * PARTS + _left(last, _ALL_BEGINS, _ALL_LASTS)


def week_score(points: int, last: datetime, week: date) -> int:
    """Return the score for a week: total · 2²¹ plus what was left at the last fact."""
    begins = datetime(week.year, week.month, week.day, tzinfo=UTC) - _SLACK
    return points * PARTS + _left(last, begins, _WEEK + 2 * _SLACK)


def score(row: TotalRow, week: date | None) -> int:
    """Return the score of a total in a week, or over all time for None."""
    if week is None:
        return all_time_score(row.points, row.last_time)
    return week_score(row.points, row.last_time, week)


def _left(last: datetime, begins: datetime, lasts: timedelta) -> int:
    share = (last - begins) / lasts
    return max(0, min(PARTS - 1, int((1.0 - share) * PARTS)))


def spans() -> dict[str, int]:
    """Return, in µs, what scores are measured by, for the database to compute the same.

    All time: since when and how long. A week: how long before its Monday, UTC, and how long.
    """
    return {
        "all_begins": (_ALL_BEGINS - _EPOCH) // _MICROSECOND,
        "all_lasts": _ALL_LASTS // _MICROSECOND,
        "week_early": _SLACK // _MICROSECOND,
        "week_lasts": (_WEEK + 2 * _SLACK) // _MICROSECOND,
    }


def points_of(score: float) -> int:
    """Return the points in a score."""
    return int(score) // PARTS


@lru_cache(maxsize=1_024)
def key(org: OrgId, week: date | None) -> str:
    """Return the name of a board's sorted set; None is all time. The tag keeps an org together."""
    return f"board:{{{spelled(org)}}}:{'all' if week is None else week.isoformat()}"


def fallen_key(key: str) -> str:
    """Return the name of the hash of those on board `key` whose totals were higher once."""
    return f"{key}:fallen"


def totals(standings: Sequence[Standing]) -> dict[str, Totals]:
    """Return the totals of learners of one org, by the keys of their boards."""
    grown: defaultdict[str, list[str]] = defaultdict(list)
    ordered: defaultdict[str, list[str]] = defaultdict(list)
    for one in standings:
        scores = [(None, all_time_score(one.xp, one.last_time))]
        scores += [(of.week, week_score(of.points, of.last_time, of.week)) for of in one.weeks]
        member = spelled(one.learner_id)
        for week, score in scores:
            board = key(one.org_id, week)
            if one.fell:
                ordered[board].append(f"{one.entry} {score} {member}")
            else:
                grown[board].append(f"{score} {member}")
    return {
        board: Totals(grown=" ".join(grown[board]), ordered=" ".join(ordered[board]))
        for board in {*grown, *ordered}
    }


def ready_key(org: OrgId) -> str:
    """Return the name of the mark that an org's boards are whole."""
    return f"board:{{{spelled(org)}}}:ready"


def _climbers(learner: LearnerId, week: date) -> Iterator[str]:
    """Return names for a learner in a week, the usual one first, without an end."""
    chance = SeededRandom("climber", learner, week)
    while True:
        name = f"{_FIRST[below(chance, len(_FIRST))]} {_SECOND[below(chance, len(_SECOND))]}"
        yield name
        for place in shuffled(_THIRD, chance):
            yield f"{name} of the {place}"


def shown(
    learners: Collection[LearnerId], names: Mapping[LearnerId, str], week: date
) -> dict[LearnerId, str]:
    """Return what each of the learners on a board is called there; no made-up name stands twice.

    Where two would bear the same one, or somebody's own, a third part tells them apart: whoever
    meets them on another board still knows them.

    Args:
        learners: who is on the board.
        names: the own names of those who are shown by them; all others get made-up ones.
        week: the Monday of the board's week; names change from week to week.
    """
    found = {one: names[one] for one in learners if one in names}
    taken = {name.casefold() for name in found.values()}
    # By their ids and not by their places, which may change with every answer.
    for one in sorted(set(learners) - found.keys()):
        found[one] = next(name for name in _climbers(one, week) if name.casefold() not in taken)
        taken.add(found[one].casefold())
    return found


def initials(name: str) -> str:
    """Return up to two letters for a picture."""
    return "".join(word[0] for word in name.split()[:2]).upper()


def hue(seed: str) -> int:
    """Return a colour angle that always belongs to `seed`."""
    return below(SeededRandom("hue", seed), 360)


def window(places: Sequence[Place], you: LearnerId, *, top: int, each_side: int) -> list[Place]:
    """Return you and your neighbours, or nothing when you are in the top or not there."""
    at = next((n for n, one in enumerate(places) if one.learner_id == you), None)
    if at is None or at < top:
        return []
    return list(places[max(0, at - each_side) : at + each_side + 1])


def upward(
    top: Sequence[Place], around: Sequence[Place], you: LearnerId, *, above: int
) -> list[Place]:
    """Return the neighbours above you and you; nothing when you are not there."""
    seen = around or top
    at = next((n for n, one in enumerate(seen) if one.learner_id == you), None)
    return [] if at is None else list(seen[max(0, at - above) : at + 1])


def row(place: Place, name: str, *, you: LearnerId, masked: bool) -> BoardRow:
    """Return a row under `name`, which is made up where the learner is `masked`."""
    return BoardRow(
        place=place.place,
        you=place.learner_id == you,
        name=name,
        initials=initials(name),
        hue=hue(name),
        xp=place.xp,
        masked=masked,
    )
