"""Valkey, which keeps what it acknowledged."""

import signal
from collections.abc import Awaitable
from pathlib import Path
from typing import cast
from urllib.parse import quote

import psutil
from valkey.asyncio import Valkey as Client
from valkey.exceptions import ValkeyError

from tihi.platform.engines.engine import NotReady
from tihi.platform.engines.home import Home
from tihi.platform.engines.process import Steps

_TIMEOUT_S = 1.0
_LEAST_MEMORY = 256 << 20
_SHARE_OF_MEMORY = 8
"""It may take an eighth of the machine: a learner on two boards takes half a KiB."""

_CONF = """\
# Written at every start.
port 0
unixsocket {socket}
unixsocketperm 700
requirepass {password}
dir {folder}
appendonly yes
appendfsync always
no-appendfsync-on-rewrite no
# Boards of many that are written anew grow the file fast: not at every doubling from 64 MB on.
auto-aof-rewrite-min-size 512mb
save ""
maxmemory {memory}
maxmemory-policy noeviction
daemonize no
set-proc-title no
logfile ""
loglevel notice
enable-debug-command no
enable-module-command no
enable-protected-configs no
"""


class Valkey:
    """The ranking store."""

    name = "valkey"
    copy = True
    steps: Steps = ((signal.SIGTERM, 60), (signal.SIGKILL, 5))

    def __init__(self, home: Home, sockets: Path, program: Path, password: str) -> None:
        self.folder = home.root / "valkey"
        self._home = home
        self._socket = sockets / "valkey.sock"
        self._program = program
        self._password = password
        self._conf = home.root / "valkey.conf"

    def url(self) -> str:
        """Return the address, in the form that valkey-py and Socket.IO's manager both read."""
        return f"unix://:{self._password}@{quote(str(self._socket))}"

    async def prepare(self) -> None:
        """Write the settings."""
        conf = _CONF.format(
            socket=_quoted(self._socket),
            password=self._password,
            folder=_quoted(self._home.folder("valkey")),
            memory=max(_LEAST_MEMORY, psutil.virtual_memory().total // _SHARE_OF_MEMORY),
        )
        self._home.write(self._conf, conf)

    def argv(self) -> list[str]:
        """Return the command."""
        return [str(self._program), str(self._conf)]

    def owns(self, process: psutil.Process) -> bool:
        """Return whether `process` is a Valkey that works in our folder."""
        return process.name() == "valkey-server" and process.cwd() == str(self.folder)

    async def ready(self) -> str:
        """Return the version once the data is loaded."""
        client = Client.from_url(
            self.url(), socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S
        )
        try:
            found = await cast("Awaitable[dict[str, str]]", client.info("server"))
        except (ValkeyError, OSError, TimeoutError) as error:
            raise NotReady(str(error)) from error
        finally:
            await client.aclose()
        return str(found.get("valkey_version", found["redis_version"]))

    async def furnish(self) -> None:
        """Leave it empty: functions are loaded by whoever calls them."""


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
