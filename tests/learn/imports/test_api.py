"""Importing over HTTP: what a teacher's page sends."""

import asyncio

import pytest

from browser import Json
from tihi.learn.imports import rules
from world import World, questions


async def imported(world: World, *names: str) -> Json:
    teacher = await world.person("teacher", "Hana")
    browser = await world.browser(teacher)
    files = [("files", (name, questions(2, lesson=name).encode())) for name in names]
    reply = await browser.send("POST", "/api/v1/imports", files=files)
    assert reply.is_success, reply.text
    return reply.json()


@pytest.mark.parametrize("names", [("one.gift",), ("one.gift", "two.gift")])
async def test_one_file_goes_in_as_several_do(world: World, names: tuple[str, ...]) -> None:
    report = await imported(world, *names)

    assert [file["file"] for file in report["files"]] == list(names)
    assert [file["created"] for file in report["files"]] == [2] * len(names)


def test_the_name_of_a_file_gives_a_lesson_a_name_that_can_be_shown() -> None:
    content = rules.read(rules.decode("n" * 3_000 + ".gift", b"Q {T}"))

    assert [item.category for item in content.items] == [["Imported", "n" * 200]]


async def test_a_trial_says_what_the_import_then_does(world: World) -> None:
    teacher = await world.person("teacher", "Hana")
    browser = await world.browser(teacher)

    async def sent(text: str, *, dry: bool) -> list[int]:
        reply = await browser.send(
            "POST",
            f"/api/v1/imports?dry_run={str(dry).lower()}",
            files=[("files", ("a.gift", text.encode()))],
        )
        (file,) = reply.json()["files"]
        return [file[key] for key in ("items", "created", "updated", "unchanged")]

    first = "::a::Q {T}\n\n::b::Q {T}\n"
    assert await sent(first, dry=True) == [2, 2, 0, 0]
    assert await sent(first, dry=False) == [2, 2, 0, 0]
    second = first.replace("::b::Q {T}", "::b::Q {F}") + "\n::c::Q {T}\n"
    assert await sent(second, dry=True) == [3, 1, 1, 1]
    assert await sent(second, dry=False) == [3, 1, 1, 1]
    assert await sent(second, dry=True) == [3, 0, 0, 3]


async def test_everybody_elses_requests_go_on_while_a_large_file_is_read(world: World) -> None:
    teacher = await world.person("teacher", "Hana")
    browser = await world.browser(teacher)
    large = questions(1_500, lesson="Large").encode()
    sent = asyncio.create_task(
        browser.send("POST", "/api/v1/imports?dry_run=true", files=[("files", ("a.gift", large))])
    )
    turns, longest, loop = 0, 0.0, asyncio.get_running_loop()
    started = loop.time()
    while not sent.done():
        begun = loop.time()
        await asyncio.sleep(0.01)
        turns, longest = turns + 1, max(longest, loop.time() - begun)
    assert (await sent).json()["files"][0]["items"] == 1_500
    took = loop.time() - started
    assert turns > 10
    # Read here, it would be one turn as long as all of it; how long that is, the machine says.
    assert longest < took / 2, (longest, took)
