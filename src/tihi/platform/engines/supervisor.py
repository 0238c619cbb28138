"""Starts all engines, in parallel, and stops them."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec

from tihi.platform.config import Settings
from tihi.platform.engines.account import find_account
from tihi.platform.engines.binaries import usable
from tihi.platform.engines.engine import Endpoints, EngineStatus
from tihi.platform.engines.home import Home
from tihi.platform.engines.keeper import Keeper, Progress
from tihi.platform.engines.nats import Nats
from tihi.platform.engines.postgres import Postgres
from tihi.platform.engines.trouble import EngineError
from tihi.platform.engines.valkey import Valkey

_log = logging.getLogger(__name__)


class Engines:
    """The engines of an installation: those that we run, and the addresses of all."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._home: Home | None = None
        self._keepers: list[Keeper] = []
        self._postgres: Postgres | None = None
        self._valkey: Valkey | None = None
        self._nats: Nats | None = None

    @property
    def endpoints(self) -> Endpoints:
        """Where the engines are."""
        given, own = self._settings, self._postgres
        database = given.database_url or (own.url("tihi_app") if own else "")
        owner = own.url("tihi_owner") if own else given.owner_url or database
        sweep = own.url("tihi_sweep") if own else given.sweep_url or database
        return Endpoints(
            database_url=database,
            owner_url=owner,
            sweep_url=sweep,
            valkey_url=given.valkey_url or (self._valkey.url() if self._valkey else ""),
            nats_url=given.nats_url or (self._nats.url() if self._nats else ""),
        )

    def status(self) -> list[EngineStatus]:
        """Return how each engine is that we run; external ones are not in it."""
        return [keeper.status() for keeper in self._keepers]

    async def start(self, progress: Progress) -> None:
        """Start what the settings do not give; when one fails, all are stopped again."""
        given = self._settings
        if given.database_url and given.valkey_url and given.nats_url:
            return
        self._home = taken(given)
        try:
            self._choose(self._home)
            await self._start_all(progress)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop the engines that we run, and let go of the data folder."""
        try:
            await asyncio.gather(*(keeper.stop() for keeper in self._keepers))
            self._note()
        finally:
            if self._home:
                self._home.release()

    def let_go(self) -> None:
        """Tell the engines to end, and wait for none of them: they do by themselves."""
        for keeper in self._keepers:
            keeper.let_go()

    def _choose(self, home: Home) -> None:
        given = self._settings
        binaries = usable(home)
        sockets = home.socket_folder()
        passwords = home.secrets(fresh=not (home.root / "postgres").exists())
        if not given.database_url:
            self._postgres = Postgres(home, sockets, binaries.postgres, passwords)
        if not given.valkey_url:
            self._valkey = Valkey(home, sockets, binaries.valkey, passwords["valkey"])
        if not given.nats_url:
            self._nats = Nats(home, binaries.nats, passwords["nats"])
        chosen = (self._postgres, self._valkey, self._nats)
        self._keepers = [Keeper(engine, home, self._note) for engine in chosen if engine]

    async def _start_all(self, progress: Progress) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for keeper in self._keepers:
                    group.create_task(keeper.start(progress))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None

    def _note(self) -> None:
        """Write down what runs, for `doctor`. Nothing is ever ended on its word alone."""
        if self._home and self._keepers:
            records = {k.engine.name: k.record for k in self._keepers if k.record}
            text = msgspec.json.format(msgspec.json.encode(records)).decode()
            self._home.write(self._home.root / "engines.json", text)


def taken(settings: Settings) -> Home:
    """Return the data folder, locked.

    Raises:
        HomeLocked: another process holds it.
        EngineError: it cannot be one.
    """
    account = find_account(settings.engine_user)
    try:
        return Home.take(settings.home, account)
    except OSError as error:
        reason = error.strerror or error
        raise EngineError(f"{settings.home} cannot hold the data: {reason}") from error


async def start(settings: Settings, on_progress: Progress | None = None) -> Engines:
    """Start the engines that `settings` do not name elsewhere; return when all accept connections.

    Raises:
        HomeLocked: another process holds the data folder.
        EngineError: an engine cannot be started; none is left running.
    """
    engines = Engines(settings)
    await engines.start(on_progress or _log.info)
    return engines


@asynccontextmanager
async def running(
    settings: Settings, on_progress: Progress | None = None
) -> AsyncGenerator[Engines]:
    """Run the engines for the length of a block."""
    engines = await start(settings, on_progress)
    try:
        yield engines
    finally:
        await engines.stop()
