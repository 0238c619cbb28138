"""NATS with JetStream, on loopback, behind a password."""

import contextlib
import json
import secrets
import signal
import socket
from pathlib import Path

import psutil
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from tihi.platform.engines.engine import NotReady
from tihi.platform.engines.home import Home
from tihi.platform.engines.process import Steps
from tihi.platform.engines.trouble import EngineError

_HOST = "127.0.0.1"
_USER = "tihi"
_TIMEOUT_S = 2

# Below the range that systems take ports for outgoing connections from: a client that calls a
# server which is down must not be given the server's own port.
_PORTS = range(14222, 32000)
_MOST_TRIES = 100

_CONF = """\
# Written at every start. One key a line: with two, the second is passed over in silence.
server_name: tihi
host: {host}
port: {port}
max_payload: 1MB
jetstream {{
  store_dir: {folder}
  max_memory_store: 64MB
  max_file_store: 2GB
}}
authorization {{
  user: {user}
  password: {password}
  timeout: 2
}}
"""


class Nats:
    """The broker."""

    name = "nats"
    copy = True
    steps: Steps = ((signal.SIGTERM, 30), (signal.SIGKILL, 5))

    def __init__(self, home: Home, program: Path, password: str) -> None:
        self.folder = home.root / "nats"
        self._home = home
        self._program = program
        self._password = password
        self._conf = home.root / "nats.conf"
        self._port = 0

    def url(self) -> str:
        """Return the address; known once `prepare` has run."""
        return f"nats://{_USER}:{self._password}@{_HOST}:{self._port}"

    async def prepare(self) -> None:
        """Choose a port at the first start, keep it ever after, and write the settings."""
        if not self._port:
            self._port = self._choose_port()
        conf = _CONF.format(
            host=_HOST,
            port=self._port,
            folder=_quoted(str(self._home.folder("nats"))),
            user=_USER,
            password=_quoted(self._password),
        )
        self._home.write(self._conf, conf)

    def argv(self) -> list[str]:
        """Return the command."""
        return [str(self._program), "-c", str(self._conf)]

    def owns(self, process: psutil.Process) -> bool:
        """Return whether `process` is a NATS that works in our folder."""
        return process.name() in {"nats-server", "nats"} and process.cwd() == str(self.folder)

    async def ready(self) -> str:
        """Return the version once JetStream answers."""
        client = Client()
        try:
            await client.connect(
                self.url(),
                allow_reconnect=False,
                # None would be without end, and a server that has ended would never be noticed.
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                connect_timeout=_TIMEOUT_S,
                error_cb=_ignore,
            )
            await JetStreamContext(client, timeout=_TIMEOUT_S).account_info()
            version = client.connected_server_version
        except (NatsError, OSError, TimeoutError) as error:
            raise NotReady(str(error)) from error
        finally:
            await client.close()
        return f"{version.major}.{version.minor}.{version.patch}"

    async def furnish(self) -> None:
        """Leave it empty: the stream is made by whoever connects."""

    def _choose_port(self) -> int:
        note = self._home.root / "nats.port"
        with contextlib.suppress(OSError, ValueError):
            known = int(note.read_text("ascii"))
            if known in _PORTS and _is_free(known):
                return known
        for _ in range(_MOST_TRIES):
            port = _PORTS.start + secrets.randbelow(len(_PORTS))
            if _is_free(port):
                self._home.write(note, str(port))
                return port
        raise EngineError("no free port for NATS")


def _quoted(text: str) -> str:
    # NATS knows no \\u escapes: letters stay as they are.
    return json.dumps(text, ensure_ascii=False)


async def _ignore(_error: Exception) -> None:
    """Say nothing: that it does not answer yet is expected."""


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True
