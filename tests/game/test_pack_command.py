"""`tihi pack apply`: in force at once, and history counted before its eyes."""

from pathlib import Path

import pytest

from command import Command
from game.test_backfills import pack
from tihi.platform.engines import Endpoints
from tihi.roles import verify
from world import School, World


@pytest.fixture
async def command(endpoints: Endpoints, world: World, tmp_path: Path) -> Command:
    return await Command.with_history(endpoints, world, tmp_path)


async def test_it_says_what_it_took_and_what_history_earned(command: Command) -> None:
    file = command.file("ours.yaml", pack())
    first = await command.json("pack", "apply", file)
    again = await command.json("pack", "apply", file)

    assert first == {
        "pack": "climber",
        "version": 2,
        "rules": 0,
        "achievements": 1,
        "retired": 0,
        "counting": True,
        "awards": 3,
    }
    assert again == first | {"counting": False, "awards": 0}
    assert await verify.differences(command.world.here, command.world.org_id) == []


async def test_a_person_sees_how_far_it_is(command: Command) -> None:
    shown = await command.seen("pack", "apply", command.file("ours.yaml", pack()))

    assert "Counting history" in shown
    assert "3/3" in shown


async def test_a_pack_that_says_something_impossible_is_refused(command: Command) -> None:
    file = command.file("ours.yaml", pack(tiers=(0,)))
    code, _, complained = await command.run("pack", "apply", file)

    assert code == 1
    assert "thresholds are above 0" in complained


async def test_staff_see_how_far_it_is_over_http(command: Command, world: World) -> None:
    school = await School.opened(world)
    admin = (await school.browsers())["admin"]
    reply = await admin.send("POST", "/api/v1/packs", content=pack())
    assert reply.json()["counting"]
    card = (await admin.get("/api/v1/packs"))[0]
    assert (card["pack"], card["counted"], card["to_count"], card["awards"]) == ("climber", 0, 0, 0)

    await command.run("pack", "apply", command.file("ours.yaml", pack()))
    card = (await admin.get("/api/v1/packs"))[0]
    assert (card["counted"], card["to_count"], card["awards"]) == (3, 3, 3)
