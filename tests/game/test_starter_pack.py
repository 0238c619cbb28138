"""The starter pack: what issue 4 and the design ask of it."""

from game.happen import answer, lesson
from tihi.game.packs.model import Drive
from tihi.game.packs.rules import EMPTY, check, join
from tihi.game.packs.service import read
from tihi.roles.school import starter_pack

STARTER = join(EMPTY, read(starter_pack()))


def test_the_starter_pack_has_twenty_or_more_over_all_eight_drives() -> None:
    found = STARTER.achievements

    assert len(found) >= 20
    assert {one.drive for one in found} == set(Drive)
    assert sum(len(one.tiers) > 1 for one in found) >= 12
    assert sum(one.hidden for one in found) == 1
    check(read(starter_pack()))


def test_the_starter_pack_leans_to_the_white_hat() -> None:
    """Meaning, accomplishment and empowerment lead; nothing threatens a loss."""
    white = {Drive.MEANING, Drive.ACCOMPLISHMENT, Drive.EMPOWERMENT}
    black = {Drive.SCARCITY, Drive.UNPREDICTABILITY, Drive.AVOIDANCE}
    drives = [one.drive for one in STARTER.achievements]
    words = " ".join(one.description.en.lower() for one in STARTER.achievements)

    assert sum(d in white for d in drives) > sum(d in black for d in drives)
    assert not any(word in words for word in ("lose", "lost", "fail", "last chance", "hurry"))


def test_everything_in_the_starter_pack_is_said_in_both_languages() -> None:
    texts = [
        text
        for one in STARTER.achievements
        for text in (one.name, one.description, *(tier.name for tier in one.tiers))
    ] + [rule.name for rule in STARTER.rules]

    assert all(text.en.strip() and text.mi.strip() for text in texts)
    assert sum(text.en == text.mi for text in texts) <= 2


def test_everything_in_the_starter_pack_can_be_earned() -> None:
    """Its facts and fields are ones that learning tells."""
    known = {
        "answer.graded.v1": set(answer().fields()),
        "lesson.completed.v1": set(lesson().fields()),
        "day.active.v1": {"local_date", "hour", "weekday"},
        "streak.kept.v1": {"local_date", "length"},
        "level.reached.v1": {"level"},
    }
    for criterion in (c for one in STARTER.achievements for c in one.criteria):
        fields = {criterion.field} - {""} | {c.field for c in criterion.where}
        assert fields <= known[criterion.fact], criterion
    for rule in STARTER.rules:
        fields = {c.field for c in rule.where} | set(rule.per) | {f.field for f in rule.factors}
        assert fields <= known[rule.fact] | {"day_count"}, rule.id
