"""Start, stop, and who may use what runs."""

import asyncio
import os
import stat
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from nats.aio.client import Client
from nats.errors import Error
from nats.js import JetStreamContext
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from valkey.asyncio import Valkey

from tihi.platform.config import Settings
from tihi.platform.engines import Engines, HomeLocked, start
from tihi.platform.engines.roles import connect

Shared = tuple[Settings, Engines]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs engines as another")


async def as_nobody(*command: str) -> int:
    process = await asyncio.create_subprocess_exec(
        "runuser", "-u", "nobody", "--", *command, stderr=asyncio.subprocess.DEVNULL
    )
    return await process.wait()


def private(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.lstat().st_mode & 0o077]


async def test_all_engines_answer_at_their_endpoints(shared: Shared) -> None:
    _, engines = shared
    assert {one.name: one.up for one in engines.status()} == {
        "postgres": True,
        "valkey": True,
        "nats": True,
    }
    ends = engines.endpoints
    for url, role in [
        (ends.database_url, "tihi_app"),
        (ends.owner_url, "tihi_owner"),
        (ends.sweep_url, "tihi_sweep"),
    ]:
        connection = await connect(url)
        assert await connection.fetchval("SELECT current_user::text") == role
        await connection.close()
    client: Any = Valkey.from_url(ends.valkey_url)
    assert await client.ping()
    await client.aclose()
    bus = Client()
    await bus.connect(ends.nats_url)
    assert await JetStreamContext(bus).account_info()
    await bus.close()


async def test_the_address_serves_sqlalchemy_too(shared: Shared) -> None:
    _, engines = shared
    url = engines.endpoints.owner_url.replace("postgresql:", "postgresql+asyncpg:")
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT current_database()"))).scalar() == "tihi"
    await engine.dispose()


@needs_root
async def test_engines_run_under_their_account(shared: Shared) -> None:
    """R28."""
    _, engines = shared
    assert {psutil.Process(one.pid).username() for one in engines.status()} == {"tihi"}


@needs_root
async def test_nobody_else_reaches_the_sockets(shared: Shared) -> None:
    """S37."""
    settings, _ = shared
    for name in (".s.PGSQL.5432", "valkey.sock"):
        path = settings.home / "run" / name
        assert path.is_socket()
        program = f"import socket; socket.socket(socket.AF_UNIX).connect({str(path)!r})"
        assert await as_nobody("/usr/bin/env", "python3", "-c", program) != 0
    assert await as_nobody("cat", str(settings.home / "secrets.json")) != 0


async def test_nats_wants_its_password(shared: Shared) -> None:
    """S37."""
    _, engines = shared
    address = engines.endpoints.nats_url.rpartition("@")[2]

    async def ignore(_error: Exception) -> None:
        """Leave it to the raise."""

    client = Client()
    with pytest.raises(Error):
        await client.connect(
            f"nats://{address}", allow_reconnect=False, max_reconnect_attempts=0, error_cb=ignore
        )
    await client.close()


async def test_nothing_in_the_home_is_open_to_others(shared: Shared) -> None:
    """S37."""
    settings, _ = shared
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    assert stat.S_IMODE((settings.home / "secrets.json").stat().st_mode) == 0o600
    assert [path for path in private(settings.home) if "engines" not in path.parts] == []


async def test_a_second_start_is_refused_and_names_the_holder(shared: Shared) -> None:
    """R26."""
    settings, _ = shared
    with pytest.raises(HomeLocked, match=str(os.getpid())) as caught:
        await start(settings)
    assert caught.value.pid == os.getpid()


async def test_settings_in_force(shared: Shared) -> None:
    settings, engines = shared
    connection = await connect(engines.endpoints.owner_url)
    rows = await connection.fetch("SELECT name, setting FROM pg_settings")
    await connection.close()
    found = {row["name"]: row["setting"] for row in rows}
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "jit": "off",
        "listen_addresses": "",
        "TimeZone": "UTC",
        "server_encoding": "UTF8",
        "password_encryption": "scram-sha-256",
        "allow_alter_system": "off",
    }
    assert {name: found[name] for name in wanted} == wanted
    client: Any = Valkey.from_url(engines.endpoints.valkey_url, decode_responses=True)
    kept = await client.config_get("append*", "maxmemory*", "port")
    await client.aclose()
    assert (kept["appendonly"], kept["appendfsync"]) == ("yes", "always")
    assert (kept["maxmemory-policy"], kept["port"]) == ("noeviction", "0")
    assert "trust" not in (settings.home / "postgres/pg_hba.conf").read_text()


@pytest.mark.parametrize("role", ["database_url", "sweep_url"])
async def test_the_application_owns_nothing(shared: Shared, role: str) -> None:
    _, engines = shared
    connection = await connect(getattr(engines.endpoints, role))
    query = "SELECT count(*) FROM pg_shdepend WHERE deptype = 'o' AND refobjid = $1::regrole"
    user = await connection.fetchval("SELECT current_user::text")
    assert await connection.fetchval(query, user) == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE public.mine (id int)")
    limits = "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = $1"
    assert await connection.fetchval(limits, user) is False
    await connection.close()
