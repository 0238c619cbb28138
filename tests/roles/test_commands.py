"""What a person reads who gets something wrong on the command line: why, and no trace."""

import asyncio
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from command import Command
from tihi.game.boards.rules import ready_key
from tihi.platform.clock import MovedClock, SystemClock
from tihi.platform.config import Settings
from tihi.platform.engines import Endpoints, EngineError
from tihi.platform.engines.attach import leave_note
from tihi.roles import demo
from tihi.roles.parts import awaited
from tihi.roles.serve import engines, refuse_wrong_clock
from world import School, World

NOWHERE = {
    "TIHI_DATABASE_URL": "postgresql://x@127.0.0.1:1/z",
    "TIHI_VALKEY_URL": "redis://127.0.0.1:1",
    "TIHI_NATS_URL": "nats://127.0.0.1:1",
}


async def said(home: Path, *args: str, **settings: str) -> tuple[int | None, str]:
    """Return how a command ended and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tihi", *args),
        env={"PATH": os.defpath, "TIHI_HOME": str(home / "data"), **settings},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(60):
        words, _ = await process.communicate()
    return process.returncode, words.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIHI_PORT", "abc"),
        ("TIHI_URL", "http://["),
        ("TIHI_PROXIES", "10.0.0.0/33"),
        ("TIHI_TRACES", "nan"),
        ("TIHI_LOG_LEVEL", "loud"),
        ("TIHI_OWNER_URL", "postgresql://x"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "api", "verify"])
async def test_a_setting_that_cannot_be_understood_is_named(
    tmp_path: Path, command: str, name: str, value: str
) -> None:
    code, words = await said(tmp_path, command, **{name: value})
    assert code == 1
    assert name in words
    assert "Traceback" not in words


@pytest.mark.parametrize("home", ["/dev/null", "/proc/tihi"])
async def test_a_data_folder_that_cannot_be_one_is_named(tmp_path: Path, home: str) -> None:
    code, words = await said(tmp_path, "serve", TIHI_HOME=home, TIHI_ENGINE_USER=_account())
    assert code == 1
    assert home in words
    assert "Traceback" not in words


def _account() -> str:
    return "nobody" if os.geteuid() == 0 else "tihi"


@pytest.mark.parametrize("command", ["serve", "demo"])
async def test_a_port_that_somebody_else_listens_on_is_told_before_anything_starts(
    tmp_path: Path, command: str
) -> None:
    """Whoever listens there would be taken for us: *ready*, and another program answers."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        code, words = await said(tmp_path, command, TIHI_PORT=port)
    assert code == 1
    assert port in words
    assert "Traceback" not in words
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "0.0.0.0"])  # noqa: S104
async def test_an_address_that_cannot_be_served_is_told_at_once(tmp_path: Path, host: str) -> None:
    code, words = await said(tmp_path, "serve", "--host", host, "--port", "18999")
    assert code == 1
    assert host in words
    assert "Traceback" not in words


async def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    for command in ("serve", "demo", "api"):
        code, words = await said(tmp_path, command, "--port", "99999")
        assert code == 2
        assert "65535" in words


async def test_a_file_without_end_is_too_large(tmp_path: Path) -> None:
    code, words = await said(tmp_path, "import", "gift", "/dev/zero", "--dry-run")
    assert code == 1
    assert "5 MiB" in words


@pytest.mark.parametrize("command", ["verify", "rebuild", "backup copy.tihi", "person link ana"])
async def test_a_folder_without_data_is_told_and_not_begun(tmp_path: Path, command: str) -> None:
    """A path that was mistyped: its backup would hold nothing, and nothing would differ in it."""
    code, words = await said(tmp_path, *command.split())
    assert code == 1
    assert str(tmp_path / "data") in words
    assert "TIHI_HOME" in words
    assert not (tmp_path / "data").exists()


async def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    code, words = await said(tmp_path, "person", "link", os.fsdecode(b"\xff"))
    assert code == 2
    assert "UTF-8" in words
    assert "Traceback" not in words


async def test_a_span_of_time_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    """Else it would say that nobody's data was opened."""
    span = ("--since", "2026-02-02", "--until", "2026-02-01")
    code, words = await said(tmp_path, "incident", "report", *span)
    assert code == 2
    assert "--until" in words


@pytest.mark.parametrize(
    "option", ["--api=a:99999", "--gateway=a:0", "--listen=99999", "--listen=0", "--name=a;b"]
)
async def test_a_proxy_is_told_only_what_can_be(tmp_path: Path, option: str) -> None:
    code, words = await said(tmp_path, "proxy-config", option)
    assert code == 1
    assert option.partition("=")[2] in words


async def test_a_benchmark_of_nothing_is_refused(tmp_path: Path) -> None:
    for option in ("--learners=-1", "--rate=0", "--seconds=0"):
        code, words = await said(tmp_path, "bench", "loop", option)
        assert code == 2
        assert option.partition("=")[0] in words


@pytest.mark.parametrize("file", ["/dev/zero", sys.executable])
async def test_a_passphrase_that_is_no_line_of_text_is_refused(tmp_path: Path, file: str) -> None:
    code, words = await said(tmp_path, "backup", "copy.tihi", "--passphrase-file", file)
    assert code == 1
    assert file in words
    assert "Traceback" not in words


async def test_a_disk_without_room_for_the_result_is_told(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", f"{sys.executable} -m tihi openapi > /dev/full"),
        env={"PATH": os.defpath, "TIHI_HOME": str(tmp_path / "data")},
        stderr=asyncio.subprocess.PIPE,
    )
    _, words = await process.communicate()
    assert process.returncode == 1
    assert b"No space left" in words
    assert b"Traceback" not in words


async def test_a_real_school_is_not_opened_as_the_demo(
    tmp_path: Path, endpoints: Endpoints, world: World
) -> None:
    """The demo asks for no second step and names people on the sign-in page."""
    assert world.slug != "demo"
    with pytest.raises(EngineError, match="not the demo's"):
        await demo.seed(Settings(home=tmp_path), endpoints, lambda _line: None)
    assert list(tmp_path.iterdir()) == []


def test_a_clock_that_was_never_set_is_told() -> None:
    for year in (1970, 2000, 2025):
        with pytest.raises(EngineError, match=str(year)):
            refuse_wrong_clock(MovedClock(datetime(year, 1, 1, tzinfo=UTC)))
    refuse_wrong_clock(SystemClock())


@pytest.mark.parametrize("command", ["verify", "rebuild", "serve", "migrate"])
@pytest.mark.parametrize("url", ["postgresql://x:sesame@127.0.0.1:1/z", "nonsense"])
async def test_a_database_that_does_not_answer_is_told(
    tmp_path: Path, command: str, url: str
) -> None:
    given = NOWHERE | {"TIHI_DATABASE_URL": url, "TIHI_PORT": "18998"}
    code, words = await said(tmp_path, command, **given)
    assert code == 1
    assert "TIHI_DATABASE_URL" in words
    assert "tihi doctor" in words
    assert "sesame" not in words
    assert "Traceback" not in words


@pytest.mark.parametrize("name", ["TIHI_VALKEY_URL", "TIHI_NATS_URL"])
async def test_a_store_or_a_broker_that_does_not_answer_is_told(
    tmp_path: Path, endpoints: Endpoints, name: str
) -> None:
    given = {
        "TIHI_DATABASE_URL": endpoints.database_url,
        "TIHI_OWNER_URL": endpoints.owner_url,
        "TIHI_SWEEP_URL": endpoints.sweep_url,
        "TIHI_VALKEY_URL": endpoints.valkey_url,
        "TIHI_NATS_URL": endpoints.nats_url,
        name: NOWHERE[name],
    }
    code, words = await said(tmp_path, "verify", **given)
    assert code == 1
    assert name in words
    assert "Traceback" not in words


async def test_a_role_waits_for_engines_that_are_being_started(data_folder: Path) -> None:
    """As in `tihi engines & tihi worker &`, and as systemd starts them: all at once."""
    home = data_folder.with_name("late")
    settings = Settings(home=home)
    told: list[str] = []
    begun = asyncio.Event()

    def say(line: str) -> None:
        told.append(line)
        begun.set()

    waiting = asyncio.create_task(awaited(settings, say))
    async with asyncio.timeout(60):
        await begun.wait()
        async with engines(settings, lambda _line: None) as found:
            assert await waiting == found.endpoints
    assert told == [f"Waiting for the engines of {home}"]


async def test_a_role_says_that_no_engines_came(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="tihi engines"):
        await awaited(Settings(home=tmp_path), lambda _line: None, wait_s=0.1)


async def test_a_role_does_not_believe_the_note_of_engines_that_ended(
    tmp_path: Path, endpoints: Endpoints
) -> None:
    gone = endpoints.database_url.replace("?host=", "?host=/gone")
    leave_note(tmp_path, msgspec.structs.replace(endpoints, database_url=gone))
    with pytest.raises(EngineError, match="no engines answer"):
        await awaited(Settings(home=tmp_path), lambda _line: None, wait_s=0.1)


async def test_a_folder_that_is_there_already_is_told_before_anything_is_looked_up(
    tmp_path: Path,
) -> None:
    code, words = await said(tmp_path, "incident", "report", "--out", str(tmp_path))
    assert code == 1
    assert str(tmp_path) in words
    assert "Traceback" not in words
    assert not (tmp_path / "data").exists()


async def test_a_person_sees_that_a_long_command_works(
    endpoints: Endpoints, world: World, tmp_path: Path
) -> None:
    command = Command(endpoints, world, tmp_path)
    assert "Recomputing" in await command.seen("verify")
    assert "Writing boards" in await command.seen("rebuild")


async def test_boards_that_are_lost_are_not_said_to_be_well(
    endpoints: Endpoints, world: World, tmp_path: Path
) -> None:
    """After FLUSHALL `verify` had nothing to compare, and said only that nothing differs."""
    command = Command(endpoints, world, tmp_path)
    await command.run("rebuild")
    await world.here.cache.client.delete(ready_key(world.org_id))
    _, _, nobody = await command.run("verify")
    school = await School.opened(world)
    await world.play(school.learner, school.lesson)
    await world.deliver()
    await command.run("rebuild")
    _, _, before = await command.run("verify")
    await world.here.cache.client.delete(ready_key(world.org_id))
    _, _, after = await command.run("verify")

    assert "not compared" not in nobody + before
    assert "not compared, in 1 of the organisations" in after


async def test_a_consumer_that_there_is_not_is_told_before_anything_is_waited_for(
    tmp_path: Path,
) -> None:
    """The engines are away, and may be for long: the name would be told only once they are back."""
    code, words = await said(tmp_path, "worker", "--only", "rewards,NONSENSE", **NOWHERE)
    assert code == 2
    assert "NONSENSE; there are boards, rewards, streaks" in words
    assert "Traceback" not in words
