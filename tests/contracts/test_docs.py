"""What the texts name is there, and what a user may set or write stands in them."""

import re
from pathlib import Path

import msgspec
import pytest

from tihi.facts.learning import AnswerGraded, DayActive, LessonCompleted, LevelReached, StreakKept
from tihi.game.packs import model
from tihi.roles import commands

ROOT = Path(__file__).parents[2]
TEXTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
_LINK = re.compile(r"\]\((?!https?:|mailto:)(?P<path>[^)#\s]*)(?:#(?P<part>[^)\s]+))?\)")
_SETTING = re.compile(r"\bTIHI_[A-Z_]+\b")
_COMMAND = re.compile(r"`tihi ([a-z][a-z-]*)")


def read(path: Path) -> str:
    return path.read_text("utf-8")


def parts(text: str) -> set[str]:
    """Return the anchors of a text's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_link_leads_somewhere(text: Path) -> None:
    for link in _LINK.finditer(read(text)):
        target = (text.parent / link["path"]).resolve() if link["path"] else text
        assert target.exists(), link[0]
        if link["part"]:
            assert link["part"] in parts(read(target)), link[0]


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_command_that_is_named_is_one(text: Path) -> None:
    assert set(_COMMAND.findall(read(text))) <= set(commands.main.commands)


def test_every_setting_stands_in_one_place() -> None:
    known = set(_SETTING.findall(read(ROOT / "src/tihi/platform/config.py")))
    told = set(_SETTING.findall(read(ROOT / "docs/reference/settings.md")))
    assert told == known
    for text in TEXTS:
        assert set(_SETTING.findall(read(text))) <= known, text.name


@pytest.mark.parametrize(
    "kind",
    [
        *(model.Pack, model.XpRule, model.Factor, model.Condition, model.LevelCurve),
        *(model.Achievement, model.Criterion, model.Tier),
        *(AnswerGraded, LessonCompleted, DayActive, StreakKept, LevelReached),
    ],
)
def test_every_word_of_a_pack_and_every_field_of_a_fact_is_told(
    kind: type[msgspec.Struct],
) -> None:
    told = set(re.findall(r"\w+", read(ROOT / "docs/reference/packs.md")))
    assert set(kind.__struct_fields__) <= told


def test_icons_that_are_told_are_drawn() -> None:
    (told,) = re.findall(r"Icons: (.*?)\.\n", read(ROOT / "docs/reference/packs.md"), re.DOTALL)
    drawn = set(re.findall(r"^  (\w+): [<(]", read(ROOT / "web/src/design/icon.tsx"), re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", told)) <= drawn


def test_every_decision_stands_in_the_list() -> None:
    listed = set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", read(ROOT / "docs/adr/README.md")))
    assert listed == {path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md")}
