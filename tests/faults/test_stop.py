"""R33: SIGTERM under load: each role finishes what it took and ends well; told twice, at once."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import asyncpg
import psutil
import pytest

from faults.apart import Emitter, edge
from faults.crowd import Crowd
from faults.rig import Rig, Role, until
from ports import free_port
from tihi.platform.config import child_environment
from tihi.platform.engines.roles import Connection as Holder
from tihi.platform.engines.roles import connect
from world import School

LIMIT_S = 10.0
STARTS_S = 60.0
"""For a process to come up on a machine that has much else to do."""
PUPILS = 12
ROLES = ["api", "gateway", "worker", "scheduler"]
# What each role needs, so that it hangs where somebody else holds it.
NEEDED = {"api": "answers", "gateway": "answers", "worker": "ledger", "scheduler": "due"}


async def told(role: Role) -> float:
    """Send SIGTERM and wait for its end; return how long that took."""
    begun = monotonic()
    role.process.send_signal(signal.SIGTERM)
    assert await role.died(LIMIT_S + 2) == 0, role.said()
    return monotonic() - begun


async def at_work(role: Role) -> None:
    """Wait until it hears signals; before that one ends it as any program."""
    await until(lambda: "at work" in role.said(), STARTS_S)


async def first_told(role: Role) -> None:
    """Send SIGTERM, and wait until it is heard."""
    role.process.send_signal(signal.SIGTERM)
    await until(lambda: "told to stop" in role.said())


async def at_once(role: Role) -> None:
    """Send SIGTERM again: the role ends by it, whatever is under way."""
    begun = monotonic()
    role.process.send_signal(signal.SIGTERM)
    assert await role.died(LIMIT_S) == -signal.SIGTERM, role.said()
    assert monotonic() - begun < 1


async def test_an_api_that_is_told_to_stop_finishes_its_requests(
    rig: Rig, school: School, seed: int
) -> None:
    """R33: every answer that the api took is acknowledged and stored."""
    role, base = await edge(rig, "api")
    async with Crowd.of(school, base, PUPILS, seed) as crowd:
        load = asyncio.create_task(crowd.load(3, 150))
        await until(lambda: len(crowd.acknowledged) > 100)
        took = await told(role)
        await load
        statuses = crowd.statuses()
        # 0 are those that came when nobody listened any more.
        assert set(statuses) <= {0, 200, 201}, statuses
        assert took < LIMIT_S
        assert await crowd.lost() == []


async def test_a_gateway_that_is_told_to_stop_acknowledges_what_it_took(
    rig: Rig, school: School
) -> None:
    """R33: every answer that is stored was acknowledged, and sockets close as a lost line does."""
    role, base = await edge(rig, "gateway")
    pupils = [await Emitter.sat(school, base, number) for number in range(PUPILS)]
    emitting = [asyncio.create_task(one.emit()) for one in pupils]
    await until(lambda: sum(one.acknowledged for one in pupils) > 100)
    took = await told(role)
    await asyncio.gather(*emitting)
    stored = await school.world.rows("SELECT count(*) FROM answers")
    assert stored == [(sum(one.acknowledged for one in pupils),)]
    assert all(one.socket.cut.is_set() for one in pupils)
    assert took < LIMIT_S


async def test_a_worker_that_is_told_to_stop_leaves_nothing_half_done(
    rig: Rig, school: School, seed: int
) -> None:
    """R33: what it took is applied, pushed and shown on boards; its partitions are free at once."""
    _, base = await edge(rig, "api")
    role = await rig.start("worker")
    async with Crowd.of(school, base, PUPILS, seed) as crowd:
        await crowd.board()
        load = asyncio.create_task(crowd.load(3, 150))
        await until(lambda: counted(school, "ledger", 60))
        took = await told(role)
        assert took < LIMIT_S
        assert await above(rig, "SELECT count(*) FROM system.leases WHERE owner IS NOT NULL") == 0
        assert await above(rig, "SELECT count(*) FROM system.workers") == 0
        # Nothing was left between its commit and its boards: they show what the ledger holds.
        found = await rig.differences(school)
        assert [one for one in found if one.kind != "due"] == []
        await load
        await crowd.finish()
        other = await rig.start("worker", "--only", "rewards", "--only", "streaks,boards")
        schedule = await rig.start("scheduler")
        await rig.settled(school)
        assert await crowd.lost() == []
        assert await crowd.uncounted() == []
        assert await rig.differences(school) == []
        for one in (other, schedule):
            # What there was to do may have been done before it came.
            await at_work(one)
            await told(one)


async def test_a_scheduler_that_is_told_to_stop_ends_well(rig: Rig) -> None:
    """R33."""
    role = await rig.start("scheduler")
    await at_work(role)
    assert await told(role) < LIMIT_S


@pytest.fixture
async def held(rig: Rig) -> AsyncIterator[Holder]:
    """A stranger's session, to hold what others need."""
    connection = await connect(rig.endpoints.owner_url)
    yield connection
    with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await connection.close()


@pytest.mark.parametrize("name", ROLES)
async def test_a_second_signal_ends_a_role_at_once(
    rig: Rig, school: School, seed: int, held: Holder, name: str
) -> None:
    """R33: whatever hangs, the second signal does not wait for it; nothing acknowledged is lost."""
    api, base = await edge(rig, "api")
    role, at = (api, base) if name == "api" else (None, base)
    if name == "gateway":
        role, at = await edge(rig, "gateway")
    async with Crowd.of(school, base, 2, seed) as crowd:
        for one in crowd.pupils:
            assert await one.answer()
        emitter = await Emitter.sat(school, at, 0) if name == "gateway" else None
        await held.execute(f"BEGIN; LOCK TABLE {NEEDED[name]} IN ACCESS EXCLUSIVE MODE")
        busy: list[asyncio.Task[object]] = []
        if emitter is not None:
            busy.append(asyncio.create_task(emitter.emit()))
        elif name != "scheduler":
            busy.append(asyncio.create_task(crowd.pupils[1].answer()))
        if role is None:
            role = await rig.start(name)
            await at_work(role)
        await until(lambda: waiting(held))
        await first_told(role)
        await at_once(role)
        await held.execute("ROLLBACK")
        await asyncio.gather(*busy)
        if name != "api":
            assert await crowd.lost() == []


async def waiting(connection: Holder) -> bool:
    """Return whether somebody waits for a lock."""
    return bool(await connection.fetchval("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"))


async def counted(school: School, table: str, least: int) -> bool:
    """Return whether the school has at least so many rows in `table`."""
    ((count,),) = await school.world.rows(f"SELECT count(*) FROM {table}")  # noqa: S608
    return count >= least


async def above(rig: Rig, query: str) -> int:
    """Return what `query` counts above orgs."""
    async with rig.parts.db.system() as tx:
        connection: Any = tx.connection
        return int(await connection.fetchval(query))


@pytest.fixture
async def wholes(rig: Rig) -> AsyncIterator[Callable[[str], Awaitable["Whole"]]]:
    """Starts everything in a folder that is its own."""
    started: list[Whole] = []

    async def start(name: str) -> Whole:
        home = rig.settings.home.with_name(f"{name}-{uuid4().hex[:8]}")
        started.append(Whole(home))
        await started[-1].start(name)
        return started[-1]

    yield start
    for one in started:
        await one.end()


class Whole:
    """`tihi serve` or `tihi engines` in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self._log = home.with_suffix(".log")
        self._process: asyncio.subprocess.Process | None = None
        self.role: Role

    async def start(self, name: str) -> None:
        """Start it, and wait until it is ready."""
        settings = {"TIHI_HOME": str(self.home), "TIHI_PORT": str(self.port)}
        with self._log.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tihi", name),
                env=child_environment(settings),
                stdout=file,
                stderr=file,
            )
        self.role = Role(name, process, self._log)
        await until(lambda: "ready" in self.role.said() or process.returncode is not None, 60)
        assert process.returncode is None, self.role.said()

    @property
    def owner_url(self) -> str:
        return str(json.loads((self.home / "endpoints.json").read_bytes())["owner_url"])

    def left(self, *, engines: bool = True) -> list[str]:
        """Return what still runs for it."""
        found: list[str] = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                mine = process.environ().get("TIHI_HOME") == str(self.home)
                engine = process.cwd().startswith(str(self.home))
                if mine or (engines and engine):
                    found.append(process.name())
        return found

    async def end(self) -> None:
        """Leave nothing running."""
        if self.role.process.returncode is None:
            await self.role.stop()


Wholes = Callable[[str], Awaitable[Whole]]


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("serve", signal.SIGTERM),
        ("engines", signal.SIGTERM),
        # A terminal that is closed, and a line that drops.
        ("serve", signal.SIGHUP),
    ],
)
async def test_everything_ends_well_when_its_parent_is_told(
    wholes: Wholes, name: str, sign: signal.Signals
) -> None:
    """R33: no process and no engine is left."""
    whole = await wholes(name)
    whole.role.process.send_signal(sign)
    assert await whole.role.died(30) == 0, whole.role.said()
    assert whole.left() == []


async def test_ctrl_c_reaches_the_parent_alone(wholes: Wholes) -> None:
    """R33: it tells its children; told by the terminal too they would finish nothing."""
    whole = await wholes("serve")
    children = psutil.Process(whole.role.pid).children()
    ours = [one for one in children if "tihi" in one.cmdline()]
    assert len(ours) == 2
    assert os.getpgid(whole.role.pid) not in {os.getpgid(one.pid) for one in ours}


async def test_told_twice_everything_ends_at_once(wholes: Wholes) -> None:
    """R33: engines are told to end, and not waited for."""
    whole = await wholes("serve")
    connection = await connect(whole.owner_url)
    await connection.execute("BEGIN; LOCK TABLE due IN ACCESS EXCLUSIVE MODE")
    await until(lambda: waiting(connection))
    whole.role.process.send_signal(signal.SIGTERM)
    await until(lambda: "Stopping" in whole.role.said())
    await at_once(whole.role)
    await until(lambda: whole.left() == [], 30)
