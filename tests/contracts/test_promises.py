"""The table of promises is up to date, and no test names a promise that nobody made."""

from contracts.promises import TABLE, promises, shown, table


def test_the_table_says_what_the_tests_say() -> None:
    assert TABLE.read_text("utf-8") == table(), "run `make promises`"


def test_every_number_that_a_test_names_is_a_promise() -> None:
    known = {number for chapter in promises().values() for number in chapter}
    assert set(shown()) <= known


def test_every_promise_without_a_test_says_what_it_waits_for() -> None:
    for chapter in promises().values():
        for number, one in chapter.items():
            assert one.keys() <= {"says", "waits", "lacks"}, number
            assert one["says"], number
            assert one["waits"], number
