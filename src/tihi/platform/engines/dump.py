"""The whole database as one stream and back, by PostgreSQL's own programs.

They see everything, whatever row-level security says, so they connect as the cluster's owner.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from tihi.platform.engines.binaries import in_wheels
from tihi.platform.engines.engine import Endpoints
from tihi.platform.engines.trouble import EngineError

_PIECE = 1 << 18
_MOST_SAID = 400


def whole_url(home: Path, endpoints: Endpoints) -> str:
    """Return where the embedded database is, under the role that owns the cluster.

    Raises:
        EngineError: its password is not to be had.
    """
    path = home / "secrets.json"
    try:
        password = msgspec.json.decode(path.read_bytes(), type=dict[str, str])["postgres"]
    except (OSError, msgspec.DecodeError, KeyError) as error:
        raise EngineError(f"{path} cannot be read; run this as who runs Tihi") from error
    _, _, place = endpoints.owner_url.rpartition("@")
    return f"postgresql://postgres:{quote(password)}@{place}"


async def dumped(url: str) -> AsyncGenerator[bytes]:
    """Give the database as it is at this moment, piece by piece; others go on writing.

    Raises:
        EngineError: it could not be read to its end.
    """
    process = await asyncio.create_subprocess_exec(
        *_command("pg_dump", url),
        *("--format=custom", "--compress=gzip:1", "--no-password"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(url),
    )
    assert process.stdout is not None  # noqa: S101  # it was asked for
    try:
        while piece := await process.stdout.read(_PIECE):
            yield piece
        await _ended(process, "the database could not be read")
    finally:
        await _no_more(process)


async def load(url: str, pieces: AsyncIterable[bytes]) -> None:
    """Fill the empty database at `url` with what was dumped.

    Raises:
        EngineError: it was refused.
    """
    process = await asyncio.create_subprocess_exec(
        *_command("pg_restore", url),
        *("--single-transaction", "--no-password"),
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(url),
    )
    assert process.stdin is not None  # noqa: S101  # it was asked for
    try:
        async for piece in pieces:
            process.stdin.write(piece)
            await process.stdin.drain()
        process.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        # What it says at its end tells why.
        pass
    except BaseException:
        await _no_more(process)
        raise
    await _ended(process, "the database could not be filled")


def _command(program: str, url: str) -> list[str]:
    # Without the password, which every user of the machine could read in the list of processes.
    scheme, _, rest = url.partition("://")
    role, _, place = rest.rpartition("@")
    name = role.partition(":")[0]
    return [str(in_wheels().postgres / "bin" / program), f"--dbname={scheme}://{name}@{place}"]


def _environment(url: str) -> dict[str, str]:
    password = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGPASSWORD": unquote(password)}


async def _ended(process: asyncio.subprocess.Process, what: str) -> None:
    said = await process.stderr.read() if process.stderr else b""
    if await process.wait():
        lines = said.decode("utf-8", "replace").strip()[:_MOST_SAID]
        raise EngineError(f"{what}: {lines or 'no reason was given'}")


async def _no_more(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()
