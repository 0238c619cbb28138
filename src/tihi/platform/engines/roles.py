"""The database's roles: one owns, one applies, one sweeps; none is above row-level security."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, cast

import asyncpg

OWNER = "tihi_owner"
USERS = ("tihi_app", "tihi_sweep")
_ITERATIONS = 4096
_LIMITS = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"

_FIND_ROLES = """
SELECT
    rolname AS name,
    coalesce(rolpassword, '') AS verifier,
    rolcanlogin AND NOT (
        rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication
    ) AS limited
FROM pg_authid
WHERE rolname = ANY($1::text[])
"""

_FIND_DATABASE = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'tihi')"

_FIND_CLOSED = """
SELECT
    NOT bool_or(has_database_privilege('public', oid, 'CONNECT'))
    AND has_database_privilege('tihi_app', 'tihi', 'CONNECT')
    AND has_database_privilege('tihi_sweep', 'tihi', 'CONNECT')
FROM pg_database
WHERE datname IN ('tihi', 'postgres')
"""

_CLOSE = """
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE tihi FROM PUBLIC;
GRANT CONNECT ON DATABASE tihi TO tihi_app, tihi_sweep;
"""


class Connection(Protocol):
    """What is used of an asyncpg connection."""

    async def execute(self, query: str) -> str:
        """Run statements."""
        ...

    async def fetch(self, query: str, *args: object) -> Sequence[Mapping[str, Any]]:
        """Return rows."""
        ...

    async def fetchval(self, query: str, *args: object) -> Any:  # noqa: ANN401  # a column's type
        """Return the first column of the first row."""
        ...

    async def close(self) -> None:
        """Close it."""
        ...


_Connect = Callable[..., Awaitable[Connection]]
connect = cast("_Connect", asyncpg.connect)


async def furnish(connection: Connection, passwords: Mapping[str, str]) -> None:
    """Make what is missing, mend what differs; nothing is written when all is well."""
    names = [OWNER, *USERS]
    found = {row["name"]: row for row in await connection.fetch(_FIND_ROLES, names)}
    for name in names:
        row = found.get(name)
        if row and row["limited"] and _opens(passwords[name], row["verifier"]):
            continue
        verb = "ALTER" if row else "CREATE"
        verifier = _verifier(passwords[name], secrets.token_bytes(16))
        await connection.execute(f"{verb} ROLE {name} {_LIMITS} PASSWORD '{verifier}'")
    if not await connection.fetchval(_FIND_DATABASE):
        await connection.execute(f"CREATE DATABASE tihi OWNER {OWNER}")
    if not await connection.fetchval(_FIND_CLOSED):
        await connection.execute(_CLOSE)


def _verifier(password: str, salt: bytes) -> str:
    """Return what PostgreSQL keeps of `password`, so that the password itself is never sent."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${_ITERATIONS}:{_base64(salt)}${_base64(stored)}:{_base64(server)}"


def _opens(password: str, verifier: str) -> bool:
    try:
        salt = base64.b64decode(verifier.split("$")[1].split(":")[1])
    except (IndexError, ValueError):
        return False
    return hmac.compare_digest(_verifier(password, salt), verifier)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
