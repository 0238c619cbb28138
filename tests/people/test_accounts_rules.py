"""Names, passphrases, passwords, zones (S14)."""

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tihi.base.chance import SeededRandom
from tihi.people.accounts import rules
from tihi.people.accounts.model import Account, Changes, UnfitName, UnfitPassword, UnknownZone
from tihi.people.accounts.rules import WORDS, clean_name, clean_sign_in


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Aroha", "Aroha"),
        ("  Hine   Ariki ", "Hine Ariki"),
        ("Ma\u0304nuka", "Mānuka"),  # a combining macron becomes the letter
        ("Ｗｉｒｅｍｕ", "Wiremu"),
        ("O'Brien-Te Kōwhai", "O'Brien-Te Kōwhai"),
        ("محمد", "محمد"),
        ("李小龙", "李小龙"),
        ("R2", "R2"),
        # Forty characters, each macron one of them, however it was typed.
        ("Te Whetūmārama-o-te-rangi Ngāwaiata-Rere",) * 2,
        (
            "Te Whetu\u0304ma\u0304rama-o-te-rangi Nga\u0304waiata-Rere",
            "Te Whetūmārama-o-te-rangi Ngāwaiata-Rere",
        ),
    ],
)
def test_a_name_is_kept_as_people_write_it(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "!!!",
        "a" * 41,
        "Aro\u200bha",  # zero-width space
        "Aro\u200dha",  # zero-width joiner
        "\u202eahorA",  # right-to-left override
        "\u2066Aroha",  # isolate
        "Aro\x00ha",
        "Aroha\ufeff",
        "Z" + "\u0335" * 3,
        "Z" + "\u0335" * 10_000,
        "\ud800",
        "\ue000",
    ],
)
def test_a_name_that_hides_something_is_refused(typed: str) -> None:
    with pytest.raises(UnfitName):
        clean_name(typed)


@given(st.text(max_size=40))
def test_a_kept_name_is_kept_again_and_holds_nothing_hidden(typed: str) -> None:
    try:
        name = clean_name(typed)
    except UnfitName:
        return
    assert clean_name(name) == name
    assert 0 < len(name) <= 40
    assert not {unicodedata.category(sign) for sign in name} & {"Cc", "Cf", "Co", "Cn", "Cs"}


@given(st.text())
def test_a_sign_in_name_is_compared_without_case(typed: str) -> None:
    assert clean_sign_in(clean_sign_in(typed)) == clean_sign_in(typed)
    assert clean_sign_in("  WhĀea ") == "whāea"


@pytest.mark.parametrize("clean", [clean_name, clean_sign_in])
def test_a_long_pile_of_marks_keeps_nobody_waiting(clean: Callable[[str], str]) -> None:
    """S35: putting marks in order takes the square of their number, seconds for these."""
    begun = perf_counter()
    with suppress(UnfitName):
        clean("a" + "\u0301\u0316" * 60_000)
    assert perf_counter() - begun < 0.1


@pytest.mark.parametrize("length", [0, 11, 201, 10_000])
def test_a_password_of_unfit_length_is_refused(length: int) -> None:
    with pytest.raises(UnfitPassword):
        rules.check_password("x" * length)


def test_a_password_of_12_to_200_signs_fits() -> None:
    rules.check_password("x" * 12)
    rules.check_password("x" * 200)


@given(st.integers())
def test_a_passphrase_is_three_words_and_two_digits(seed: int) -> None:
    *words, digits = rules.draw_words(SeededRandom(seed)).split()
    assert len(words) == 3
    assert set(words) <= set(WORDS)
    assert 10 <= int(digits) <= 99


def test_passphrases_have_the_words_that_their_strength_was_reckoned_with() -> None:
    assert len(set(WORDS)) == len(WORDS) >= 200
    assert all(word.isascii() and word.islower() for word in WORDS)


@pytest.mark.parametrize(("name", "begins"), [("Mānuka Rua", "manuka"), ("李小龙", "李小龙")])
def test_a_sign_in_name_is_made_of_the_first_name(name: str, begins: str) -> None:
    drawn = rules.draw_sign_in(name, SeededRandom(1))
    assert drawn.startswith(begins)
    assert drawn.removeprefix(begins).isdigit()
    assert len(drawn.removeprefix(begins)) == 3


@pytest.mark.parametrize("name", ["김민수", "가나", "Ｗｉｒｅｍｕ", "İlker", "क़िला"])
def test_a_drawn_sign_in_name_is_found_as_it_is_typed(name: str) -> None:
    drawn = rules.draw_sign_in(clean_name(name), SeededRandom(1))
    assert clean_sign_in(drawn) == drawn
    assert drawn == unicodedata.normalize("NFKC", drawn)


@given(st.text(max_size=40))
def test_every_drawn_sign_in_name_lets_its_learner_back_in(typed: str) -> None:
    try:
        drawn = rules.draw_sign_in(clean_name(typed), SeededRandom(1))
    except UnfitName:
        return
    assert clean_sign_in(drawn) == drawn


ACCOUNT = msgspec.convert(
    {
        "account_id": "018f0000-0000-7000-8000-000000000001",
        "role": "learner",
        "active": True,
        "display_name": "Aroha",
        "sign_in_name": None,
        "has_password": False,
        "zone": "Pacific/Auckland",
        "locale": "en",
        "public_rank": False,
        "theme": "system",
        "calm_motion": False,
        "daily_goal": 50,
    },
    Account,
)


def test_what_is_left_out_stays_as_it_is() -> None:
    assert rules.changed(ACCOUNT, Changes()) == ACCOUNT
    changed = rules.changed(ACCOUNT, Changes(display_name=" Hine  Ariki", daily_goal=80))
    assert (changed.display_name, changed.daily_goal, changed.zone) == (
        "Hine Ariki",
        80,
        "Pacific/Auckland",
    )


@pytest.mark.parametrize("goal", [9, 501, -1])
def test_a_goal_is_10_to_500_points(goal: int) -> None:
    with pytest.raises(UnfitName):
        rules.changed(ACCOUNT, Changes(daily_goal=goal))


@pytest.mark.parametrize("zone", ["", "Auckland", "../etc/passwd", "Pacific/Nowhere"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone):
        rules.changed(ACCOUNT, Changes(zone=zone))
