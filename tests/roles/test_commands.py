"""What a person reads who gets something wrong on the command line: why, and no trace."""

import asyncio
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tihi.platform.clock import MovedClock, SystemClock
from tihi.platform.engines import EngineError
from tihi.roles.serve import refuse_wrong_clock


async def said(home: Path, *args: str, **settings: str) -> tuple[int | None, str]:
    """Return how a command ended and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tihi.roles.commands", *args),
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


def test_a_clock_that_was_never_set_is_told() -> None:
    for year in (1970, 2000, 2025):
        with pytest.raises(EngineError, match=str(year)):
            refuse_wrong_clock(MovedClock(datetime(year, 1, 1, tzinfo=UTC)))
    refuse_wrong_clock(SystemClock())
