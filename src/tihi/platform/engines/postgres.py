"""PostgreSQL, run by ourselves: durable, on a private socket, with passwords."""

import shutil
import signal
import tempfile
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from tihi.platform.engines.engine import NotReady
from tihi.platform.engines.home import Home, sync_folder
from tihi.platform.engines.process import Steps, end, end_strangers, ended, search, spawn
from tihi.platform.engines.roles import Connection, connect, furnish
from tihi.platform.engines.trouble import EngineError

_MAJOR = "18"
_PORT = 5432
_NEW = "postgres.new-"
_CONNECT_S = 2
_LEAST_BUFFERS = 128 << 20
_SHARE_OF_MEMORY = 16
"""It may take a sixteenth of the machine for pages in use, as the rest runs here too."""

# Said on the command line too: there nothing can overrule them.
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}

_CONF = """\
# Written at every start; put your own settings into {local}
max_connections = 80
shared_buffers = {buffers}MB
wal_level = replica
min_wal_size = 128MB
max_wal_size = 1GB
checkpoint_timeout = 5min
checkpoint_completion_target = 0.9
autovacuum_naptime = 10s
jit = off
include_if_exists = '{local}'
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
port = {port}
password_encryption = scram-sha-256
allow_alter_system = off
timezone = 'UTC'
log_timezone = 'UTC'
# No statement, parameter or key of a row goes to the log: they hold personal data.
log_destination = stderr
logging_collector = off
log_line_prefix = '%m [%p] '
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_statement = none
"""

_HBA = """\
local all all scram-sha-256
local replication postgres scram-sha-256
"""


class Postgres:
    """The database."""

    name = "postgres"
    copy = False
    steps: Steps = (
        (signal.SIGINT, 120),
        (signal.SIGQUIT, 20),
        (signal.SIGKILL, 5),
    )

    def __init__(self, home: Home, sockets: Path, install: Path, passwords: dict[str, str]) -> None:
        self.folder = home.root / "postgres"
        self._home = home
        self._sockets = sockets
        self._bin = install / "bin"
        self._passwords = passwords

    def url(self, role: str, database: str = "tihi") -> str:
        """Return the address for `role`, in the form that asyncpg and SQLAlchemy both read."""
        host = quote(str(self._sockets))
        return f"postgresql://{role}:{self._passwords[role]}@/{database}?host={host}&port={_PORT}"

    async def prepare(self) -> None:
        """Make the cluster if there is none, and write its settings."""
        if not (self.folder / "PG_VERSION").exists():
            await self._initdb()
        major = (self.folder / "PG_VERSION").read_text("ascii").strip()
        if major != _MAJOR:
            raise EngineError(f"{self.folder} is of PostgreSQL {major}; this tihi has {_MAJOR}")
        conf = _CONF.format(
            local=_quoted(str(self._home.root / "postgresql.local.conf")),
            sockets=_quoted(str(self._sockets)),
            port=_PORT,
            buffers=max(_LEAST_BUFFERS, psutil.virtual_memory().total // _SHARE_OF_MEMORY) >> 20,
        )
        durable = "".join(f"{key} = {value}\n" for key, value in _DURABLE.items())
        self._home.write(self.folder / "postgresql.conf", conf + durable)
        self._home.write(self.folder / "pg_hba.conf", _HBA)
        # We hold the home and have seen that nobody runs on it: whatever these say is old. A cut
        # one, or one whose pid now belongs to somebody else, would keep the server from starting.
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        (self._sockets / f".s.PGSQL.{_PORT}.lock").unlink(missing_ok=True)

    def argv(self) -> list[str]:
        """Return the command."""
        durable = [part for key, value in _DURABLE.items() for part in ("-c", f"{key}={value}")]
        return [str(self._bin / "postgres"), "-D", str(self.folder), *durable]

    def owns(self, process: psutil.Process) -> bool:
        """Return whether `process` is the server, or a backend that outlived it."""
        name = process.name()
        if name == "initdb":
            new = str(self._home.root / _NEW)
            return any(part.startswith(new) for part in process.cmdline())
        return name == "postgres" and process.cwd() == str(self.folder)

    async def ready(self) -> str:
        """Return the version once the server accepts connections: after recovery."""
        connection = await self._connect("postgres")
        try:
            return str(await connection.fetchval("SHOW server_version"))
        finally:
            await connection.close()

    async def furnish(self) -> None:
        """Make roles and database."""
        connection = await self._connect("postgres")
        try:
            await furnish(connection, self._passwords)
        finally:
            await connection.close()

    async def _connect(self, database: str) -> Connection:
        try:
            return await connect(self.url("postgres", database), timeout=_CONNECT_S)
        except asyncpg.InvalidPasswordError:
            secrets = self._home.root / "secrets.json"
            raise EngineError(
                f"{secrets} does not open the database in {self.folder}; restore it from a backup"
            ) from None
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise NotReady(str(error)) from error

    async def _initdb(self) -> None:
        """Make a cluster aside and put it in place when it is whole."""
        if self.folder.exists():
            raise EngineError(f"{self.folder} is there but holds no database; move it away")
        for part in self._home.root.glob(f"{_NEW}*"):
            shutil.rmtree(part, ignore_errors=True)
        part = Path(tempfile.mkdtemp(prefix=_NEW, dir=self._home.root))
        self._home.account.own(part)
        password = part / "password"
        self._home.write(password, self._passwords["postgres"])
        cluster = part / "cluster"
        log = self._home.folder("log") / "initdb.log"
        command = [
            str(self._bin / "initdb"),
            *("-D", str(cluster), "-U", "postgres", f"--pwfile={password}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        ]
        child = spawn(command, self._home.account, folder=part, log=log)
        try:
            code = await ended(child)
        finally:
            await end(child, self.steps)
        if code:
            raise EngineError(f"the database cannot be made (initdb ended with {code}); see {log}")
        password.unlink()
        cluster.rename(self.folder)
        sync_folder(self._home.root)
        part.rmdir()


async def end_leftovers(postgres: Postgres) -> None:
    """End whatever runs on the folder; backends without a server end by themselves."""
    found = search(postgres.owns)
    servers = [process for process in found if "-D" in process.cmdline()]
    await end_strangers(servers, postgres.steps)
    await end_strangers(search(postgres.owns), ((signal.SIGCONT, 10), (signal.SIGKILL, 10)))


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "''")
