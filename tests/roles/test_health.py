"""Health: of the process, of what it stands on, and of what waits."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import aiohttp
import psutil
import pytest

from browser import Json
from roles.figures import Figures
from tihi.platform import db
from tihi.platform.config import Settings
from tihi.platform.engines import Endpoints, Engines, running
from tihi.platform.http import Parts
from tihi.platform.log import due
from tihi.platform.revisions import is_behind
from tihi.platform.schema import migrate
from tihi.roles import beacon, scheduler
from tihi.roles.parts import connected
from tihi.roles.pulse import Pulse
from tihi.roles.worker import workers
from world import School, World


@pytest.fixture(scope="module")
async def engines() -> AsyncIterator[tuple[Engines, Parts]]:
    """Engines of our own, to be frozen, and a process's parts on them."""
    with tempfile.TemporaryDirectory(prefix="tihi-health-", dir="/tmp") as above:
        Path(above).chmod(0o711)
        async with running(Settings(home=Path(above) / "data"), lambda _words: None) as found:
            await migrate(found.endpoints.owner_url)
            async with connected(found.endpoints) as parts:
                await workers(parts, None, only=frozenset())
                yield found, parts


@contextmanager
def frozen(engines: Engines, name: str) -> Generator[None]:
    """Stop an engine in its tracks, as a machine that swaps does."""
    (pid,) = [one.pid for one in engines.status() if one.name.lower().startswith(name)]
    assert pid
    found = psutil.Process(pid)
    whole = [found, *found.children(recursive=True)]
    for one in whole:
        # A session may have ended since the list was made.
        with suppress(psutil.NoSuchProcess):
            one.suspend()
    try:
        yield
    finally:
        for one in whole:
            with suppress(psutil.NoSuchProcess):
                one.resume()


async def looked(parts: Parts, endpoints: Endpoints) -> None:
    """Let a scheduler look."""
    sweeper = await db.connect(endpoints.sweep_url, most=1)
    await scheduler.look(parts, sweeper)
    await sweeper.close()


async def test_a_process_is_ready_while_all_is_well(engines: tuple[Engines, Parts]) -> None:
    found, parts = engines
    await looked(parts, found.endpoints)
    ready = await Pulse(parts).readiness(works=True)
    assert ready.ready
    assert ready.engines == {"postgresql": True, "valkey": True, "nats": True}
    assert ready.schema_current
    assert ready.disk_ok
    assert ready.lag_ok


@pytest.mark.parametrize(
    ("name", "serves"), [("nats", True), ("valkey", True), ("postgres", False)]
)
async def test_an_engine_that_does_not_answer_is_told_within_its_deadline(
    engines: tuple[Engines, Parts], name: str, *, serves: bool
) -> None:
    """R11, R12, R13: answers are taken as long as the database is there; a worker needs all."""
    found, parts = engines
    await looked(parts, found.endpoints)
    with frozen(found, name):
        async with asyncio.timeout(8):
            ready = await Pulse(parts).readiness(works=False)
            figures = Figures((await Pulse(parts).exposition()).decode())
        assert ready.ready is serves
        assert [one for one, up in ready.engines.items() if not up] == [
            {"postgres": "postgresql"}.get(name, name)
        ]
        assert not (await Pulse(parts).readiness(works=True)).ready
        up = {one: figures.of("tihi_engine_up", engine=one) for one in ("NATS", "Valkey")}
        assert up == {"NATS": name != "nats", "Valkey": name != "valkey"}
    async with asyncio.timeout(10):
        while True:
            if (await Pulse(parts).readiness(works=True)).ready:
                break


async def test_a_schema_that_lacks_a_migration_is_not_ready(
    engines: tuple[Engines, Parts],
) -> None:
    """R29: and one that is newer than us is, while machines are brought up to date in turn."""
    found, parts = engines
    owner = await db.connect(found.endpoints.owner_url, most=1)

    async def at(version: str) -> bool:
        async with owner.system() as tx:
            await tx.connection.execute("UPDATE alembic_version SET version_num = $1", version)
        return (await Pulse(parts).readiness(works=False)).schema_current

    async with owner.system() as tx:
        current = str(await tx.connection.fetchval("SELECT version_num FROM alembic_version"))
    try:
        assert [await at(one) for one in ("0001", "0004", current, "9999")] == [
            False,
            False,
            True,
            True,
        ]
    finally:
        await at(current)
        await owner.close()
    assert not is_behind(current)


async def test_what_waits_too_long_makes_a_worker_unready_and_no_edge(
    school: School, endpoints: Endpoints
) -> None:
    """An edge that lags takes answers all the same: to send people away would lose them."""
    world = school.world
    await looked(world.here, endpoints)
    await world.play(school.learner, school.lesson)
    world.clock.advance(timedelta(seconds=90))
    await looked(world.here, endpoints)
    worker = await Pulse(world.here).readiness(works=True)
    edge = await Pulse(world.here).readiness(works=False)
    assert not worker.lag_ok
    assert worker.lag_s >= 90
    assert (worker.ready, edge.ready, edge.lag_ok) == (False, True, False)
    await world.deliver()


async def test_when_no_scheduler_looks_nobody_claims_that_nothing_waits(
    world: World, endpoints: Endpoints
) -> None:
    await looked(world.here, endpoints)
    world.clock.advance(timedelta(seconds=61))
    assert not (await Pulse(world.here).readiness(works=True)).lag_ok


async def test_what_waits_is_told_by_consumer_with_its_true_age(
    school: School, endpoints: Endpoints
) -> None:
    """The sweep tries again and again; what it tries does not get younger by that."""
    world = school.world
    await world.play(school.learner, school.lesson)
    sweeper = await db.connect(endpoints.sweep_url, most=1)
    for _ in range(3):
        world.clock.advance(timedelta(seconds=10))
        await scheduler.sweep(world.here, sweeper)
    await scheduler.look(world.here, sweeper)
    await sweeper.close()
    async with world.here.db.system() as tx:
        seen = {one.consumer: one for one in await due.seen_lag(tx)}
    assert seen["rewards"].due >= 3
    oldest = seen["rewards"].oldest
    assert oldest is not None
    assert (world.clock.now() - oldest).total_seconds() >= 30
    figures = Figures((await Pulse(world.here).exposition()).decode())
    assert figures.of("tihi_consumer_due", consumer="rewards") >= 3
    assert figures.of("tihi_consumer_oldest_seconds", consumer="rewards") >= 30
    await world.deliver()


async def test_the_health_routes_are_for_everybody_and_say_little(school: School) -> None:
    browser = await school.world.browser(None)
    live = await browser.send("GET", "/health/live")
    assert (live.status_code, live.text) == (200, "live")
    ready = await browser.send("GET", "/health/ready")
    assert ready.status_code == 200
    assert ready.headers["cache-control"] == "no-store"
    assert ready.json().keys() == {
        *("ready", "engines", "schema_current", "disk_ok", "lag_s", "lag_ok"),
    }


async def test_the_admin_sees_every_consumer_and_the_slowest_routes(school: School) -> None:
    admin = await school.world.browser(school.admin)
    await school.world.play(school.learner, school.lesson)
    school.world.clock.advance(timedelta(seconds=7))
    found = await admin.get("/api/v1/admin/health")
    health = await admin.get("/api/v1/admin/health")
    consumers = {one["name"]: one for one in found["consumers"]}
    assert {"rewards", "streaks", "boards"} <= consumers.keys()
    assert (consumers["rewards"]["due"], consumers["rewards"]["oldest_s"]) >= (3, 7.0)
    assert health["minutes"] == 15
    routes = {one["route"]: one for one in health["routes"]}
    assert routes["/api/v1/admin/health"]["calls"] == 1
    assert routes["/api/v1/admin/health"]["p99_ms"] >= routes["/api/v1/admin/health"]["p50_ms"]
    await school.world.deliver()


async def fetched(port: int, path: str, **headers: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}{path}", headers=headers) as reply,
    ):
        return reply.status, await reply.text()


async def test_a_worker_has_a_listener_of_its_own(parts: Parts, endpoints: Endpoints) -> None:
    await looked(parts, endpoints)
    async with beacon.lit(Pulse(parts), host="127.0.0.1", port=0, token="") as port:
        assert await fetched(port, "/health/live") == (200, "live\n")
        status, body = await fetched(port, "/metrics")
        assert status == 200
        assert Figures(body).of("tihi_pool_connections", state="idle") >= 0
        status, body = await fetched(port, "/health/ready")
        said: Json = json.loads(body)
        assert (status == 200) is said["ready"]
        assert (await fetched(port, "/api/v1/me"))[0] == 404


async def test_a_listener_asks_for_its_secret(parts: Parts) -> None:
    """S41: and beyond loopback it does not open without one."""
    secret = "of a test"  # of a test
    async with beacon.lit(Pulse(parts), host="127.0.0.1", port=0, token=secret) as port:
        assert (await fetched(port, "/metrics"))[0] == 401
        assert (await fetched(port, "/metrics", authorization="Bearer no"))[0] == 401
        assert (await fetched(port, "/metrics", authorization=f"Bearer {secret}"))[0] == 200
        assert (await fetched(port, "/health/live"))[0] == 200
    with pytest.raises(SystemExit, match="TIHI_METRICS_TOKEN"):
        async with beacon.lit(Pulse(parts), host="0.0.0.0", port=0, token=""):  # noqa: S104
            pass


@pytest.mark.parametrize("sent", [b"", b"GET", b"\xff\r\n\r\n", b"POST /metrics HTTP/1.1\r\n\r\n"])
async def test_a_listener_outlives_what_is_no_request(parts: Parts, sent: bytes) -> None:
    async with beacon.lit(Pulse(parts), host="127.0.0.1", port=0, token="") as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        writer.write_eof()
        said = await reader.read()
        writer.close()
        assert b" 200 " not in said
        assert await fetched(port, "/health/live") == (200, "live\n")


async def test_the_room_on_the_disk_is_told_and_counts(parts: Parts, tmp_path: Path) -> None:
    """R24: with little room a process asks for no more work."""
    figures = Figures((await Pulse(parts, tmp_path).exposition()).decode())
    assert 0 < figures.of("tihi_disk_free_bytes") <= figures.of("tihi_disk_size_bytes")
    # A folder of the kernel's that has no room at all.
    full = await Pulse(parts, Path("/proc")).readiness(works=False)
    assert (full.disk_ok, full.ready) == (False, False)
