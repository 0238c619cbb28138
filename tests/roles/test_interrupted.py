"""Commands that are stopped before their end: soon, in plain words, with nothing half done."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from time import monotonic

import pytest

from command import Command, Process
from game.test_backfills import pack
from tihi.platform.engines import Endpoints
from tihi.roles import verify
from world import World

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
SOON_S = 4.0
"""Under a second where nothing else runs; tests share their machine."""
ORG = "SELECT 1 FROM orgs WHERE org_id = $1 FOR UPDATE"
STATES = "SELECT 1 FROM reward_states WHERE org_id = $1 FOR UPDATE"
ITEMS = "SELECT pg_advisory_xact_lock(hashtextextended('items ' || $1::uuid, 0))"
WAITING = """SELECT count(*) FROM pg_locks
    WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"""
GIFT = "$CATEGORY: A/B/C\n\n::one::One and one?{=2 ~3}\n"


@pytest.fixture
async def command(endpoints: Endpoints, world: World, tmp_path: Path) -> Command:
    return await Command.with_history(endpoints, world, tmp_path)


async def stopped(process: Process, number: signal.Signals) -> str:
    """Send a signal; return what was said after it."""
    began = monotonic()
    process.send_signal(number)
    _, words = await process.communicate()
    took = monotonic() - began
    said = words.decode()
    assert process.returncode == 128 + number, said
    assert "Traceback" not in said
    assert took < SOON_S
    return said


async def held_up(command: Command, holds: str, number: signal.Signals, *args: str) -> str:
    """Hold what a command needs, stop it while it waits, and return what it said."""
    async with command.world.here.db.tx(command.world.org_id) as tx:
        await tx.connection.execute(holds, command.world.org_id)
        process = await command.begin(*args)
        async with asyncio.timeout(60):
            while not await tx.connection.fetchval(WAITING):
                assert process.returncode is None
        return await stopped(process, number)


@pytest.mark.parametrize("number", SIGNALS)
async def test_an_import_that_is_stopped_leaves_nothing_of_its_file(
    command: Command, number: signal.Signals
) -> None:
    file = command.file("a.gift", GIFT)
    said = await held_up(command, ITEMS, number, "import", "gift", file)
    assert said.startswith("Stopped. Each file is in whole, or not at all")
    for table in ("items", "courses", "lessons"):
        assert await command.world.rows(f"SELECT 1 FROM {table}") == []  # noqa: S608  # of ours
    assert (await command.json("import", "gift", file))["created"] == 1


@pytest.mark.parametrize("number", SIGNALS)
async def test_a_pack_that_is_stopped_before_it_is_in_force_changes_nothing(
    command: Command, number: signal.Signals
) -> None:
    before = await command.world.rows("SELECT max(version), count(*) FROM rule_sets")
    said = await held_up(command, ORG, number, "pack", "apply", command.file("a.yaml", pack()))
    assert said.startswith("Stopped. The pack is in force whole, or not at all")
    assert await command.world.rows("SELECT max(version), count(*) FROM rule_sets") == before
    assert await command.world.rows("SELECT 1 FROM backfills") == []


@pytest.mark.parametrize("number", SIGNALS)
async def test_a_pack_that_is_stopped_while_history_is_counted_is_finished_by_the_next_time(
    command: Command, number: signal.Signals
) -> None:
    file = command.file("a.yaml", pack())
    said = await held_up(command, STATES, number, "pack", "apply", file)
    assert "What history earns is counted" in said
    assert await command.world.rows("SELECT done, awards FROM backfills") == [(0, 0)]
    assert await command.world.rows("SELECT 1 FROM awards") == []
    assert (await command.json("pack", "apply", file))["awards"] == 3
    assert await verify.differences(command.world.here, command.world.org_id) == []


@pytest.mark.parametrize("number", SIGNALS)
async def test_a_command_that_is_stopped_while_its_program_is_read_in_says_so(
    tmp_path: Path, number: signal.Signals
) -> None:
    """It takes half a second, in which Python itself would show where it was."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "importtime", "-m", "tihi", "verify"),
        env={"PATH": os.defpath, "TIHI_HOME": str(tmp_path / "data")},
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr
    async with asyncio.timeout(60):
        while not (await process.stderr.readline()).endswith(b"tihi.base.problem\n"):
            assert process.returncode is None
    assert (await stopped(process, number)).endswith("Stopped.\n")


@pytest.mark.parametrize("number", SIGNALS)
async def test_a_command_that_is_stopped_while_it_reads_a_file_says_so(
    tmp_path: Path, number: signal.Signals
) -> None:
    pipe = tmp_path / "questions.gift"
    os.mkfifo(pipe)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tihi", "import", "gift", str(pipe)),
        env={"PATH": os.defpath, "TIHI_HOME": str(tmp_path / "data")},
        stderr=asyncio.subprocess.PIPE,
    )
    loop = asyncio.get_running_loop()
    # Nobody can open the other end before the command reads.
    writing = await loop.run_in_executor(None, os.open, pipe, os.O_WRONLY)
    said = await stopped(process, number)
    os.close(writing)
    assert said == "Stopped.\n"
