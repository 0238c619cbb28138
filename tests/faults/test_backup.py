"""R30, P12: a backup made under load, restored elsewhere; who was erased since stays erased."""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from browser import COOKIE
from faults.apart import edge
from faults.crowd import Crowd
from faults.rig import Rig, quiet, until
from security.client import Socket
from tihi.platform.config import Settings, child_environment
from tihi.platform.engines import Endpoints, EngineError, dump
from tihi.platform.engines.roles import connect
from tihi.platform.log.outcomes import missed
from tihi.roles import backup, serve, verify
from tihi.roles.parts import connected
from world import School

PUPILS = 8
ERASED = "Learner 0"
PASSPHRASE = "ka mua ka muri"


class Copy:
    """A backup of the rig, and what was known when it was made."""

    def __init__(self, rig: Rig, school: School) -> None:
        self.rig = rig
        self.school = school
        self.above = rig.settings.home.parent
        self.file = self.above / "copy.tihi"
        self.erased = rig.settings.home / "erased.jsonl"
        self.passphrase = self.above / "passphrase"
        self.acknowledged: dict[str, str] = {}
        self.seen: dict[str, int] = {}
        self.keys: list[str] = []
        self.gone: Any = None
        self.pupil: Any = None

    def home(self) -> Path:
        """Return a data folder that is not there yet."""
        return self.above / f"elsewhere-{uuid4().hex[:8]}"

    async def run(self, home: Path, *args: str) -> tuple[int, str]:
        """Run a command on a data folder, with the embedded engines."""
        urls = ("DATABASE", "OWNER", "SWEEP", "VALKEY", "NATS")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tihi", *args),
            env=child_environment(
                {"TIHI_HOME": str(home), **{f"TIHI_{one}_URL": "" for one in urls}}
            ),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    async def restore(self, home: Path, *more: str, file: Path | None = None) -> tuple[int, str]:
        """Restore the backup into `home`."""
        passphrase = f"--passphrase-file={self.passphrase}"
        return await self.run(home, "restore", str(file or self.file), passphrase, *more)


@pytest.fixture(scope="module")
async def copy() -> AsyncIterator[Copy]:
    """A backup that was made while a class answered; a learner was erased afterwards."""
    async with Rig.built() as rig:
        school = await rig.school()
        made = Copy(rig, school)
        _, base = await edge(rig, "api")
        _, sockets = await edge(rig, "gateway")
        await rig.start("worker")
        await rig.start("scheduler")
        made.passphrase.write_text(PASSPHRASE + "\n")
        async with Crowd.of(school, base, PUPILS, 1) as crowd:
            load = asyncio.create_task(go_on(crowd, made.file))
            await until(lambda: len(crowd.acknowledged) > 60)
            made.acknowledged = dict(crowd.acknowledged)
            passphrase = f"--passphrase-file={made.passphrase}"
            code, said = await made.run(rig.settings.home, "backup", str(made.file), passphrase)
            assert code == 0, said
            theirs = "SELECT key::text FROM answers WHERE learner_id = $1"
            made.gone = crowd.pupils[0].learner
            gone = {key for (key,) in await school.world.rows(theirs, made.gone)}
            made.keys = sorted(made.acknowledged.keys() - gone)
            before = len(made.acknowledged)
            assert len(crowd.acknowledged) > before + 20, "it was not made under load"
            await load
            await crowd.finish()
            await rig.settled(school)
            admin = await school.world.browser(school.admin)
            path = f"/api/v1/admin/people/{made.gone}/erase"
            reply = await admin.send("POST", path, json={"display_name": ERASED})
            assert reply.status_code == 204, reply.text
            made.pupil = crowd.pupils[1].learner
            browser = await school.world.browser(made.pupil)
            headers = {"cookie": f"{COOKIE}={browser.token}"}
            socket = await Socket.opened(sockets, headers)
            made.seen = (await socket.call("resume", {"seen": {}}))["seen"]
            await socket.close()
        await until(lambda: made.erased.exists() and str(made.gone) in made.erased.read_text(), 20)
        await rig.clear()
        yield made


async def go_on(crowd: Crowd, file: Path) -> None:
    """Answer until `file` is there, and a little longer."""
    while not file.exists():
        await crowd.load(1, 40)
    await crowd.load(1, 40)


@asynccontextmanager
async def standing(home: Path) -> AsyncGenerator[Endpoints]:
    """Run the engines of a restored folder."""
    async with serve.engines(Settings(home=home), quiet) as engines:
        yield engines.endpoints


async def counted(url: str, query: str, *values: object) -> int:
    """Return what `query` counts, whoever's it is."""
    connection: Any = await connect(url)
    try:
        return int(await connection.fetchval(query, *values))
    finally:
        await connection.close()


async def test_a_restore_elsewhere_holds_what_the_backup_held(copy: Copy) -> None:
    """R30, P12: every answer acknowledged before it; nobody who was erased after it; verify 0."""
    home = copy.home()
    code, said = await copy.restore(home, f"--erased={copy.erased}")
    assert code == 0, said
    assert "1 erased again; 0 differences" in said
    vault = "vault.key"
    assert (home / vault).read_text() == (copy.rig.settings.home / vault).read_text()
    async with standing(home) as ends:
        whole = dump.whole_url(home, ends)
        stored = (
            "SELECT count(*) FROM answers JOIN facts USING (org_id, fact_id) WHERE key = ANY($1)"
        )
        of_the_gone = "SELECT count(*) FROM answers WHERE learner_id = $1"
        assert await counted(whole, of_the_gone, copy.gone) == 0
        assert await counted(whole, stored, copy.keys) == len(copy.keys) > 0
        for table in ("accounts", "identities"):
            there = f"SELECT count(*) FROM {table} WHERE account_id = $1"  # noqa: S608
            assert await counted(whole, there, copy.gone) == 0
        assert (
            await counted(whole, "SELECT count(*) FROM identities WHERE display_name = $1", ERASED)
            == 0
        )
        assert (
            await counted(whole, "SELECT count(*) FROM erasures WHERE account_id = $1", copy.gone)
            == 1
        )
        assert await counted(whole, "SELECT count(*) FROM due") == 0
        async with connected(ends, most=4) as parts:
            org = copy.school.world.org_id
            assert await verify.differences(parts, org) == []
            async with parts.db.tx(org) as tx:
                learner = copy.pupil
                found = await missed(tx, learner, copy.seen, "")
                assert found.snapshot, "who saw what the restore undid reads everything afresh"
                assert found.epoch
                again = await missed(tx, learner, found.seen, found.epoch)
                assert (again.snapshot, again.outcomes) == (False, [])
    code, said = await copy.run(home, "verify")
    assert code == 0, said


async def test_a_restore_asks_who_was_erased_since(copy: Copy) -> None:
    """P12: nobody comes back because a list was forgotten."""
    home = copy.home()
    code, said = await copy.restore(home)
    assert (code, "--erased" in said) == (1, True)
    assert not home.exists()


async def test_a_restore_refuses_what_is_no_whole_backup(copy: Copy) -> None:
    """R30: with another passphrase, cut or altered, before anything is touched."""
    home = copy.home()
    raw = copy.file.read_bytes()
    files = {"cut": raw[:-1], "altered": raw[:-9] + b"x" + raw[-8:], "whole": raw}
    for name, content in files.items():
        (copy.above / name).write_bytes(content)
    for name, passphrase, why in (
        ("cut", PASSPHRASE, "altered"),
        ("altered", PASSPHRASE, "altered"),
        ("whole", f"{PASSPHRASE}.", "passphrase"),
        ("whole", "", "passphrase"),
    ):
        file = copy.above / name
        with pytest.raises(EngineError, match=why):
            await backup.restore(
                Settings(home=home), file, passphrase, erased=[], replace=True, say=quiet
            )
    assert not home.exists()
    assert copy.school.world.slug.encode() not in raw


async def test_a_restore_leaves_data_alone_unless_it_is_told(copy: Copy) -> None:
    """R30: with --replace what was there is put aside, whole; on a running system it is refused."""
    home = copy.home()
    assert (await copy.run(home, "migrate"))[0] == 0
    (home / "erased.jsonl").write_bytes(copy.erased.read_bytes())
    old = (home / "secrets.json").read_text()
    code, said = await copy.restore(home)
    assert (code, "--replace" in said) == (1, True)
    async with standing(home):
        code, said = await copy.restore(home, "--replace")
        assert (code, "in use" in said) == (1, True)
    code, said = await copy.restore(home, "--replace")
    assert code == 0, said
    assert "1 erased again" in said, "the list in the folder is taken by itself"
    (aside,) = home.glob("replaced-*")
    assert (aside / "secrets.json").read_text() == old
    assert (aside / "postgres/PG_VERSION").exists()


@pytest.mark.long
async def test_a_restore_that_was_cut_is_told_and_done_again(copy: Copy) -> None:
    """R30: nothing runs on half a database."""
    home = copy.home()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tihi", "restore", str(copy.file)),
        *(f"--passphrase-file={copy.passphrase}", f"--erased={copy.erased}"),
        env=child_environment({"TIHI_HOME": str(home)}),
        stderr=asyncio.subprocess.DEVNULL,
    )
    await until((home / "postgres/postmaster.pid").exists, 60)
    process.kill()
    await process.wait()
    code, said = await copy.run(home, "migrate")
    assert (code, "cut short" in said) == (1, True)
    code, said = await copy.restore(home, f"--erased={copy.erased}")
    assert code == 0, said
    code, said = await copy.run(home, "migrate")
    assert code == 0, said


async def test_a_backup_is_never_written_over(copy: Copy) -> None:
    """R30."""
    code, said = await copy.run(copy.rig.settings.home, "backup", str(copy.file))
    assert (code, "there already" in said) == (1, True)
