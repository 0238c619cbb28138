"""How Tihi is started, and started again."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import psutil
import pytest

from faults.crowd import Crowd
from faults.disks import needs_root
from faults.rig import Rig, folder, until
from ports import free_port
from tihi.platform.config import Settings, child_environment
from tihi.platform.engines import EngineError
from tihi.platform.engines.roles import connect
from tihi.roles import restoring, serve
from world import School

_NAMES = {"postgres", "valkey-server", "nats-server"}


async def test_recovery_is_waited_for_and_told(
    rig: Rig, school: School, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    """R27: recovery stands still for longer than others wait; nothing is ready before its end."""
    caplog.set_level(logging.INFO)
    await rig.start("web")
    postgres = rig.engine("postgres")
    connection = await connect(rig.superuser)
    await connection.execute(
        "CREATE TABLE ballast AS SELECT repeat(md5(i::text), 30) FROM generate_series(1, 150000) i"
    )
    await connection.close()
    postgres.kill()
    recovering = await _recovering(rig)
    recovering.suspend()
    async with aiohttp.ClientSession(rig.base) as http:
        begun = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() - begun < 11:
            async with http.get("/health/ready") as reply:
                assert reply.status == 503
            assert not postgres.keeper.status().up
            await asyncio.sleep(0.5)
        recovering.resume()
        await postgres.up()
        await until(lambda: _ready(http), 10)
    said = [one.getMessage() for one in caplog.records if "is not ready yet" in one.getMessage()]
    assert len(said) >= 3
    async with Crowd.of(school, rig.base, 1, seed) as crowd:
        assert await crowd.pupils[0].answer()
    connection = await connect(rig.superuser)
    await connection.execute("DROP TABLE ballast")
    await connection.close()


async def _recovering(rig: Rig) -> psutil.Process:
    """Return the process that recovers, as soon as there is one."""
    while True:
        for one in psutil.process_iter(["cmdline"]):
            words = " ".join(one.info["cmdline"] or ())
            if words.startswith("postgres: startup") and one.cwd() == str(
                rig.engine("postgres").folder
            ):
                return one
        await asyncio.sleep(0)


async def _ready(http: aiohttp.ClientSession) -> bool:
    """Return whether the server says so; a line to one that was killed is reset at first use."""
    try:
        async with http.get("/health/ready") as reply:
            return reply.status == 200
    except aiohttp.ClientError:
        return False


class Served:
    """`tihi serve` or `demo`, as a person starts it."""

    def __init__(self, home: Path, *, before: tuple[str, ...] = (), command: str = "serve") -> None:
        self.home = home
        self._command = command
        self.port = free_port()
        self._before = before

    @asynccontextmanager
    async def started(self) -> AsyncGenerator[asyncio.subprocess.Process]:
        """Start it; end it politely at the end if it still runs."""
        process = await asyncio.create_subprocess_exec(
            *(*self._before, sys.executable, "-m", "tihi", self._command),
            env=child_environment(
                {
                    "TIHI_HOME": str(self.home),
                    "TIHI_PORT": str(self.port),
                    "PYTHONDONTWRITEBYTECODE": "1",
                }
            ),
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            await process.communicate()

    async def ready(
        self, process: asyncio.subprocess.Process, words: bytes = b"Tihi is ready"
    ) -> None:
        """Wait until it says that it is ready, or other `words`."""
        assert process.stderr
        said = b""
        async with asyncio.timeout(60):
            while words not in said:
                line = await process.stderr.readline()
                assert line, said.decode()
                said += line

    def processes(self) -> list[str]:
        """Return the names of what runs on the data folder."""
        found: list[str] = []
        for one in psutil.process_iter():
            try:
                mine = one.cwd().startswith(f"{self.home}/")
                if mine and not one.cmdline()[0].startswith("postgres:"):
                    found.append(one.name())
            except (psutil.Error, IndexError):
                continue
        return sorted(found)


async def test_a_killed_tihi_starts_again_with_one_set_of_engines(home: Path) -> None:
    """R26: and a second start beside it says who holds the folder, and ends with 1."""
    served = Served(home)
    async with served.started() as first:
        await served.ready(first)
        async with Served(home).started() as second:
            assert second.stderr
            said = (await second.stderr.read()).decode()
            assert await second.wait() == 1
        assert str(first.pid) in said
        children = psutil.Process(first.pid).children()
        first.send_signal(signal.SIGKILL)
        await first.wait()
    async with served.started() as third:
        await served.ready(third)
        assert served.processes() == sorted(_NAMES)
        await until(lambda: not any(_ours(one) for one in children), 15)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{served.port}") as http:
            assert await _ready(http)
    assert served.processes() == []


async def test_a_web_process_that_answers_nobody_is_started_anew(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lives, so that nothing notices; and everybody waits for it."""
    monkeypatch.setattr(serve, "_LOOK_EVERY_S", 0.3)
    monkeypatch.setattr(serve, "_ANSWER_S", 1.0)
    monkeypatch.setattr(serve, "_MOST_SILENT", 3)
    settings = Settings(home=home, port=free_port())
    async with (
        serve.engines(settings, lambda _line: None) as engines,
        serve.served(settings, engines, demo=False),
        aiohttp.ClientSession(f"http://127.0.0.1:{settings.port}") as http,
    ):
        await until(lambda: _ready(http))
        (frozen,) = [one for one in psutil.Process().children() if "web" in one.cmdline()]
        await asyncio.sleep(3)  # it is given up only once it has been heard
        frozen.suspend()
        await until(lambda: not _ours(frozen), 30)
        await serve.until_ready(settings)
        await until(lambda: _ready(http), 30)
        (left,) = [one for one in psutil.Process().children() if "web" in one.cmdline()]
        # Nobody who answers is given up.
        await asyncio.sleep(3)
        assert _ours(left)


async def test_a_demo_that_was_cut_short_is_told_and_begun_anew(home: Path) -> None:
    """It would be a school without a term, or without questions, for good."""
    served = Served(home, command="demo")
    async with served.started() as process:
        await served.ready(process, b"now a term of learning")
        process.send_signal(signal.SIGHUP)
        await process.communicate()
        assert process.returncode == 129
    assert served.processes() == []
    settings = Settings(home=home)
    with pytest.raises(EngineError, match="tihi demo"):
        restoring.refuse_half_done(home)
    await restoring.clear_half_demo(settings, lambda _line: None)
    restoring.refuse_half_done(home)
    assert not (home / "postgres").exists()


@pytest.mark.parametrize("named", [True, False])
async def test_a_check_that_is_interrupted_ends_in_order(home: Path, *, named: bool) -> None:
    """The day's clients are not cut under it, and its folder is gone, named or not."""
    home.mkdir(mode=0o711)
    place = {"TIHI_HOME": str(home / "named")} if named else {"TMPDIR": str(home)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tihi", "demo", "--check"),
        env=child_environment({**place, "TIHI_PORT": str(free_port())}),
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr
    async with asyncio.timeout(90):
        while b"lessons each" not in await process.stderr.readline():
            assert process.returncode is None
    await asyncio.sleep(1)
    process.send_signal(signal.SIGINT)
    _, said = await process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert list(home.iterdir()) == []


async def test_the_day_of_a_check_can_be_looked_at_again(home: Path) -> None:
    """An empty folder that was named keeps the day, and another check leaves it as it is."""
    home.mkdir(mode=0o711)
    there = child_environment({"TIHI_HOME": str(home), "TIHI_PORT": str(free_port())})

    async def said(*command: str) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tihi", *command),
            env=there,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(90):
            words, _ = await process.communicate()
        assert process.returncode == 0, words
        return words

    assert b"kept" in await said("demo", "--check", "--json")
    assert b"24 totals" in await said("rebuild")
    assert b"nothing differs" in await said("verify")
    assert b"stays as it is" in await said("demo", "--check", "--json")
    assert b"nothing differs" in await said("verify")


def _ours(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


@needs_root
@pytest.mark.long
async def test_somebody_who_is_not_root_runs_all_of_it_as_themselves() -> None:
    """R28: engines run under the account that started them, in a folder that is theirs."""
    with folder() as above:
        home = above / "theirs"
        home.mkdir()
        nobody = ("--reuid=65534", "--regid=65534", "--clear-groups")
        # They may read the Python that runs the tests, wherever that is kept.
        reads = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
        os.chown(home, 65534, 65534)
        served = Served(home / "data", before=("setpriv", *nobody, *reads))
        async with served.started() as process:
            await served.ready(process)
            assert _owners(home) == {65534}
        assert {path.stat().st_uid for path in home.rglob("*")} == {65534}


def _owners(home: Path) -> set[int]:
    """Return as whom the engines of `home` run; others on this machine come and go meanwhile."""
    found: set[int] = set()
    for one in psutil.process_iter():
        with suppress(psutil.Error):
            if one.name() in _NAMES and one.cwd().startswith(str(home)):
                found.add(one.uids().effective)
    return found
