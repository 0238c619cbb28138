"""Importing over HTTP: what a teacher's page sends."""

import pytest

from browser import Json
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
