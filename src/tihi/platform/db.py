"""Transactions on PostgreSQL, each bound to its org or orgs.

The second lock is in the database: row-level security reads the setting `tihi.orgs`,
which lives and dies with the transaction.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

from tihi.base.ids import OrgId
from tihi.base.problem import Unavailable
from tihi.platform.sql import orgs_setting

COMMAND_TIMEOUT_S = 2.0
ACQUIRE_TIMEOUT_S = 1.0
LARGEST = 2**63 - 1
"""The largest number of a `bigint`."""

_GENERIC = {"plan_cache_mode": "force_generic_plan"}
"""Planning anew for each batch only costs. A plan must therefore not hang on the values or on
the statistics of a table that was empty a minute ago: batches ask by key in LATERAL … OFFSET 0,
which can only be done as one look-up a key (ADR 19)."""
_STATEMENTS = 512
"""More than there are, so that no connection ever prepares one twice."""

_JSON = msgspec.json.Encoder()


class Tx:
    """An open transaction of one org."""

    def __init__(self, connection: asyncpg.Connection, org_id: OrgId) -> None:
        self.connection = connection
        self.org_id = org_id

    def bind(self, params: Sequence[str], given: Mapping[str, object]) -> list[object]:
        """Return the arguments for `params`; `org_id` is this transaction's own."""
        if "org_ids" in given:
            _within({self.org_id}, given["org_ids"])
        bound = {**given, "org_id": self.org_id}
        return [bound[param] for param in params]


class BatchTx:
    """An open transaction that spans orgs; statements name the org of each row in `org_ids`."""

    def __init__(self, connection: asyncpg.Connection, orgs: frozenset[OrgId]) -> None:
        self.connection = connection
        self.orgs = orgs

    def bind(self, params: Sequence[str], given: Mapping[str, object]) -> list[object]:
        """Return the arguments for `params`.

        Raises:
            LookupError: an org was named that the transaction was not opened for.
        """
        _within(self.orgs, given.get("org_ids", ()))
        return [given[param] for param in params]


class SystemTx:
    """An open transaction above orgs. Row-level security hides every org's rows from it."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    def bind(self, params: Sequence[str], given: Mapping[str, object]) -> list[object]:
        """Return the arguments for `params`."""
        return [given[param] for param in params]


AnyTx = Tx | BatchTx
Batch = Tx | BatchTx
"""Where rows of several orgs may be written by one statement."""


def _within(allowed: frozenset[OrgId] | set[OrgId], named: object) -> None:
    if not isinstance(named, Sequence) or not allowed.issuperset(named):
        raise LookupError("a statement names an org that its transaction was not opened for")


class Database:
    """A pool of connections under one role."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def tx(self, org_id: OrgId) -> AsyncGenerator[Tx]:
        """Open a transaction of `org_id`; it commits at the end unless something is raised."""
        async with self._open([org_id]) as connection:
            yield Tx(connection, org_id)

    @asynccontextmanager
    async def batch(self, orgs: Sequence[OrgId]) -> AsyncGenerator[BatchTx]:
        """Open a transaction that spans `orgs`."""
        async with self._open(orgs) as connection:
            yield BatchTx(connection, frozenset(orgs))

    @asynccontextmanager
    async def system(self) -> AsyncGenerator[SystemTx]:
        """Open a transaction for schema `system`."""
        async with self._open([]) as connection:
            yield SystemTx(connection)

    @asynccontextmanager
    async def _open(self, orgs: Sequence[UUID]) -> AsyncGenerator[Any]:
        try:
            connection = await self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
        except (TimeoutError, OSError, asyncpg.InterfaceError, *_AWAY) as error:
            raise Unavailable("the database is busy or away", retry_after=1) from error
        try:
            # One round trip; the ids are UUIDs, so nothing can be injected.
            await connection.execute(f"BEGIN; SET LOCAL tihi.orgs = '{orgs_setting(orgs)}'")
            yield connection
            await connection.execute("COMMIT")
        except (TimeoutError, OSError, asyncpg.InterfaceError, *_AWAY) as error:
            _give_up(connection)
            raise Unavailable("the database does not answer", retry_after=1) from error
        except _NOT_NOW as error:
            await _roll_back(connection)
            raise Unavailable("the database could not do it now", retry_after=1) from error
        except BaseException:
            await _roll_back(connection)
            raise
        finally:
            await self._pool.release(connection)

    @property
    def connections(self) -> tuple[int, int, int]:
        """How many connections are in use, how many are idle, and how many there may be."""
        idle = self._pool.get_idle_size()
        return self._pool.get_size() - idle, idle, self._pool.get_max_size()

    async def close(self) -> None:
        """Close all connections once they are free."""
        await self._pool.close()


_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    # The driver does not know what state a connection was in that broke midway.
    asyncpg.InternalClientError,
    # No connection, memory or disk is left, or a disk fails: it may pass (R24, R25).
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
)
_NOT_NOW = (
    # An administrator or a limit of the server's own ended the statement or its wait for a lock.
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    # Two transactions were in each other's way.
    asyncpg.TransactionRollbackError,
    # It takes no writes for a while, as in the middle of a failover.
    asyncpg.ReadOnlySQLTransactionError,
)
"""The connection is as good as before, and the same may succeed a moment later."""


async def _roll_back(connection: PoolConnectionProxy) -> None:
    """Take back what was begun; a connection that cannot is given up, which does it too."""
    if connection.is_closed():
        return
    try:
        await connection.execute("ROLLBACK")
    except (TimeoutError, OSError, asyncpg.InterfaceError, asyncpg.PostgresError):
        _give_up(connection)


def _give_up(connection: PoolConnectionProxy) -> None:
    # One that is closed has left the pool already, and its proxy refuses everything.
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


async def connect(
    url: str, *, most: int = 10, name: str = "tihi", deadline_s: float = COMMAND_TIMEOUT_S
) -> Database:
    """Open a pool.

    Args:
        url: where the database is.
        most: how many connections at most.
        name: what their sessions are called.
        deadline_s: how long a statement may take; more for reports than for people who wait.
    """
    pool = await asyncpg.create_pool(
        url,
        server_settings={"application_name": name, **_GENERIC},
        statement_cache_size=_STATEMENTS,
        min_size=1,
        max_size=most,
        command_timeout=deadline_s,
        init=_prepare,
        reset=_keep,
        max_inactive_connection_lifetime=0,
    )
    return Database(pool)


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        # The binary form is a version byte and then the text.
        encoder=lambda value: b"\x01" + _JSON.encode(value),
        decoder=lambda raw: msgspec.json.decode(raw[1:]),
        format="binary",
    )


async def _keep(_connection: asyncpg.Connection) -> None:
    """Skip the usual reset: settings are transaction-local, so nothing is left to clean."""
