"""S33: one-time codes as RFC 6238 has them, and recovery codes that can be typed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tihi.base.chance import SeededRandom
from tihi.people.factors import rules
from tihi.people.factors.model import ProveAgain

SECRET = b"12345678901234567890"
moments = st.integers(1_600_000_000, 4_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
secrets = st.binary(min_size=20, max_size=20)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    assert rules.code_at(SECRET, seconds // 30) == code


@given(secrets, moments)
def test_a_code_counts_in_its_step_and_beside_it_and_nowhere_else(
    secret: bytes, now: datetime
) -> None:
    step = rules.step_at(now)
    for away in (-1, 0, 1):
        code = rules.code_at(secret, step + away)
        assert rules.matching_step(secret, code, now, 0) is not None
    far = {rules.code_at(secret, step + away) for away in (-1, 0, 1)}
    code = rules.code_at(secret, step + 9)
    assert code in far or rules.matching_step(secret, code, now, 0) is None


@given(secrets, moments)
def test_a_code_that_was_used_does_not_count_again(secret: bytes, now: datetime) -> None:
    step = rules.matching_step(secret, rules.code_at(secret, rules.step_at(now)), now, 0)
    assert step is not None
    code = rules.code_at(secret, step)
    again = rules.matching_step(secret, code, now, step)
    assert again is None or (again > step and rules.code_at(secret, again) == code)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "\x00" * 6])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert rules.matching_step(SECRET, typed, datetime(2026, 1, 1, tzinfo=UTC), 0) is None


def test_spaces_in_a_code_do_not_matter() -> None:
    now = datetime.fromtimestamp(59, UTC)
    assert rules.matching_step(SECRET, " 287 082 ", now, 0) == 1


@given(st.integers())
def test_recovery_codes_are_many_and_survive_being_typed(seed: int) -> None:
    codes = rules.draw_recovery_codes(SeededRandom(seed))
    assert len(set(codes)) == 10
    for code in codes:
        typed = f" {code.lower().replace('-', ' ')} "
        assert rules.plain_recovery_code(typed) == code.replace("-", "")


def test_a_sign_in_is_fresh_for_fifteen_minutes() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    rules.check_fresh(since, since + timedelta(minutes=15))
    with pytest.raises(ProveAgain):
        rules.check_fresh(since, since + timedelta(minutes=15, seconds=1))
