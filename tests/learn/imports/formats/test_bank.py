"""The starter bank goes in whole, and can be played."""

from importlib.resources import files

import pytest

from tihi.learn.imports.formats.gift import parse
from tihi.learn.imports.formats.misconceptions import apply_misconceptions, parse_misconceptions
from tihi.learn.imports.formats.parsed import Parsed
from tihi.learn.items.model import ItemDraft, MultipleBody, NumericBody, SingleBody, TrueFalseBody

BANK = files("tihi") / "content" / "bank"


@pytest.fixture(scope="module")
def parsed() -> list[Parsed]:
    names = sorted(entry.name for entry in BANK.iterdir() if entry.name.endswith(".gift"))
    return [parse((BANK / name).read_text("utf-8")) for name in names]


@pytest.fixture(scope="module")
def items(parsed: list[Parsed]) -> list[ItemDraft]:
    return [item for each in parsed for item in each.items]


def test_all_107_items_go_in(parsed: list[Parsed], items: list[ItemDraft]) -> None:
    assert len(parsed) == 8
    assert [each.refused for each in parsed] == [[]] * 8
    assert len({item.ref for item in items}) == 107


def test_every_item_has_its_place_and_labels(items: list[ItemDraft]) -> None:
    assert all(len(item.category) == 3 for item in items)
    assert all(item.skill and f"skill-{item.skill}" in item.tags for item in items)
    assert {item.difficulty for item in items} == {1, 2, 3, 4, 5}
    assert all(item.feedback for item in items)


def test_every_misconception_finds_its_option(items: list[ItemDraft]) -> None:
    table = parse_misconceptions((BANK / "misconceptions.csv").read_text("utf-8"))
    applied = apply_misconceptions(items, table)

    assert len(table.rows) == 210
    assert applied.refused == []


def test_every_wrong_option_says_what_stands_behind_it(items: list[ItemDraft]) -> None:
    table = parse_misconceptions((BANK / "misconceptions.csv").read_text("utf-8"))
    for item in apply_misconceptions(items, table).items:
        body = item.body
        if isinstance(body, SingleBody | MultipleBody):
            wrong = [option for option in body.options if option.weight <= 0]
            assert all(option.feedback for option in wrong)
            assert any(option.misconception for option in wrong)
        elif isinstance(body, TrueFalseBody):
            assert body.misconception
        elif isinstance(body, NumericBody):
            assert all(answer.feedback for answer in body.answers if answer.weight <= 0)


def test_the_bank_reads_as_markdown(items: list[ItemDraft]) -> None:
    by_ref = {item.ref: item for item in items}

    assert by_ref["re-gr-02"].prompt.html == "What does <em>Mōrena</em> mean?"
    assert by_ref["en-pu-02"].prompt.html == "The waka has lost _____ paddle."


def test_the_licence_lies_with_the_bank() -> None:
    assert "CC0-1.0" in (BANK / "NOTICE").read_text("utf-8")
