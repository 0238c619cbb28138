"""Brings the schema up to date: Alembic keeps the count, plain SQL files do the work."""

from importlib import resources

from alembic import command, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import AdaptedConnection, Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tihi.platform.engines import EngineError
from tihi.platform.revisions import known
from tihi.platform.telemetry import crash_point

_ALONE = 0x54696869
"""Number of the lock that whoever migrates holds: *Tihi*."""


def run_file(name: str) -> None:
    """Run a file of `tihi.migrations`; a statement that fails takes the whole file back."""
    text = resources.files("tihi.migrations").joinpath(name).read_text(encoding="utf-8")
    # The driver's own connection takes many statements at once, which SQLAlchemy does not.
    # A statement of SQLAlchemy's own goes first, so that its transaction is open.
    op.execute("SELECT 1")
    adapted = op.get_bind().connection.dbapi_connection
    if not isinstance(adapted, AdaptedConnection):
        raise TypeError("migrations run over asyncpg only")
    adapted.run_async(lambda driver: driver.execute(text))
    crash_point(f"migrated {name}")


async def migrate(owner_url: str) -> None:
    """Run every migration that has not run yet, as the schema's owner.

    Raises:
        EngineError: the schema is newer than we are.
    """
    config = _config()
    engine = create_async_engine(
        owner_url.replace("postgresql://", "postgresql+asyncpg://", 1),
        poolclass=NullPool,
    )

    def upgrade(connection: Connection) -> None:
        found = MigrationContext.configure(connection).get_current_revision()
        if found and found not in known():
            detail = f"a newer Tihi has brought the database to schema {found}"
            raise EngineError(f"{detail}; install that one, or restore a backup of before")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with engine.begin() as connection:
        # Of several that start at once on one database, one is at work, and the others wait.
        await connection.execute(text("SET LOCAL lock_timeout = 0"))
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_ALONE})"))
        await connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        await connection.run_sync(upgrade)
    await engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "tihi:migrations")
    return config
