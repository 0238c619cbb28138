"""S30: guessing passwords is slow for the guesser, and locks nobody out."""

import asyncio
from statistics import median
from time import perf_counter

import pytest

from tihi.platform import passwords
from world import School, World

PASSWORD = "kia kaha tonu 2026"  # of a test
ADDRESSES = 4
TRIES = 10


async def knows(world: World, name: str = "wiremu") -> None:
    hashed = await passwords.hashed(PASSWORD)
    await world.person("learner", "Wiremu", sign_in_name=name, password_hash=hashed)


async def guess(world: World, name: str, tries: int) -> list[int]:
    browser = await world.browser(None)
    return [
        (await browser.sign_in(world.slug, name, f"not it {n}")).status_code for n in range(tries)
    ]


async def test_a_guesser_is_stopped_by_address_and_the_victim_gets_in(world: World) -> None:
    await knows(world)
    assert (await guess(world, "wiremu", TRIES + 2))[-2:] == [429, 429]
    victim = await world.browser(None)
    assert (await victim.sign_in(world.slug, "wiremu", PASSWORD)).status_code == 200


@pytest.mark.parametrize("written", ["Ｗｉｒｅｍｕ", "WIREMU", "𝐰iremu", " wiremu ", "ᵂiremu"])
async def test_a_name_written_otherwise_is_the_same_name(world: World, written: str) -> None:
    """However many ways a name can be written, there are so many tries and no more."""
    await knows(world)
    browser = await world.browser(None)
    for _ in range(TRIES):
        await browser.sign_in(world.slug, "wiremu", "not it")
    assert (await browser.sign_in(world.slug, written, PASSWORD)).status_code == 429


async def test_guesses_that_come_at_once_are_counted_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing waits its turn; a thousand guesses that wait are not a thousand tries."""
    await knows(world)
    looked_at: list[str] = []
    verify = passwords._verify  # noqa: SLF001  # nothing else tells what was looked at

    def seen(password: str, stored: str) -> bool:
        looked_at.append(password)
        return verify(password, stored)

    monkeypatch.setattr(passwords, "_verify", seen)
    browsers = [await world.browser(None, peer="10.0.0.1") for _ in range(4 * TRIES)]
    found = await asyncio.gather(
        *(one.sign_in(world.slug, "wiremu", f"not it {n}") for n, one in enumerate(browsers))
    )
    assert {one.status_code for one in found} <= {401, 429}
    # The next one may begin before the last one is counted.
    assert len(looked_at) <= TRIES + 5
    assert (await browsers[0].sign_in(world.slug, "wiremu", PASSWORD)).status_code == 429


async def test_many_addresses_are_slowed_and_the_victim_still_gets_in(world: World) -> None:
    await knows(world)
    for _ in range(ADDRESSES):
        await guess(world, "wiremu", TRIES - 1)
    # From here on one try a second gets its turn, whoever asks.
    guessers = asyncio.gather(*(guess(world, "wiremu", 1) for _ in range(8)))
    victim = await world.browser(None)
    seen = [await victim.sign_in(world.slug, "wiremu", PASSWORD)]
    while seen[-1].status_code == 429 and len(seen) < 12:
        seen.append(await victim.sign_in(world.slug, "wiremu", PASSWORD))
    assert seen[-1].status_code == 200
    outcomes = [status for statuses in await guessers for status in statuses]
    assert set(outcomes) <= {401, 429}


async def test_one_password_on_many_accounts_is_stopped_by_address(world: World) -> None:
    browser = await world.browser(None)
    found = [
        (await browser.sign_in(world.slug, f"pupil{n}", PASSWORD)).status_code for n in range(102)
    ]
    assert found[:100] == [401] * 100
    assert found[100:] == [429] * 2


async def test_an_unknown_name_takes_as_long_and_looks_the_same(world: World) -> None:
    await knows(world)
    times: dict[str, list[float]] = {"wiremu": [], "nobody": []}
    said: set[tuple[int, str]] = set()
    for _ in range(9):
        browser = await world.browser(None)
        for name, taken in times.items():
            begun = perf_counter()
            reply = await browser.sign_in(world.slug, name, "not the password")
            taken.append(perf_counter() - begun)
            said.add((reply.status_code, reply.text))
    assert len(said) == 1
    known, unknown = (median(taken) for taken in times.values())
    assert 0.5 < known / unknown < 2, (known, unknown)


@pytest.mark.parametrize("name", ["", " ", "x" * 10_000, "wiremu\x00", "％００", "\u202e"])
async def test_odd_names_are_wrong_names(world: World, name: str) -> None:
    browser = await world.browser(None)
    reply = await browser.sign_in(world.slug, name, PASSWORD)
    assert reply.status_code in {401, 422}, reply.text


async def test_a_suspended_account_looks_like_a_wrong_password(school: School) -> None:
    await knows(school.world)
    await school.world.rows("UPDATE accounts SET active = false")
    browser = await school.world.browser(None)
    right = await browser.sign_in(school.world.slug, "wiremu", PASSWORD)
    wrong = await browser.sign_in(school.world.slug, "wiremu", "not it")
    assert (right.status_code, right.text) == (wrong.status_code, wrong.text)
