"""Statements of the directory, typed."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from tihi.base.ids import ClassId, OrgId, SessionId
from tihi.base.value import Value
from tihi.platform.db import SystemTx, Tx
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.platform.directory")


class Session(Value):
    """Where a session belongs."""

    org_id: OrgId
    session_id: SessionId


class Code(Value):
    """Where a class code leads."""

    org_id: OrgId
    class_id: ClassId


_ADD_ORG = Run(_SQL["add_org"])
_ORG_BY_SLUG = One(_SQL["org_by_slug"], UUID)
_EVERY_ORG = Many(_SQL["every_org"], UUID)
_ADD_SESSION = Run(_SQL["add_session"])
_SESSION = One(_SQL["session"], Session)
_END_SESSIONS = Run(_SQL["end_sessions"])
_ADD_CODE = Run(_SQL["add_code"])
_CODE = One(_SQL["code"], Code)
_END_CODES = Run(_SQL["end_codes"])


def digest(secret: str) -> bytes:
    """Return the hash under which a secret of high entropy is kept."""
    return sha256(secret.encode()).digest()


async def add_org(tx: Tx, slug: str, *, now: datetime) -> None:
    """List the transaction's org under `slug`."""
    await _ADD_ORG(tx, new_org_id=tx.org_id, slug=slug, created_at=now)


async def org_by_slug(tx: SystemTx, slug: str) -> OrgId | None:
    """Return the org listed under `slug`, if any."""
    found = await _ORG_BY_SLUG(tx, slug=slug)
    return None if found is None else OrgId(found)


async def every_org(tx: SystemTx) -> list[OrgId]:
    """Return all orgs, oldest first."""
    return [OrgId(found) for found in await _EVERY_ORG(tx)]


async def add_session(tx: Tx, token: str, session: SessionId, *, expires_at: datetime) -> None:
    """Let `token` lead to `session` of the transaction's org."""
    await _ADD_SESSION(tx, token_hash=digest(token), session_id=session, expires_at=expires_at)


async def session(tx: SystemTx, token: str, *, now: datetime) -> Session | None:
    """Return where `token` leads, unless it is unknown or over."""
    return await _SESSION(tx, token_hash=digest(token), now=now)


async def end_sessions(tx: Tx, sessions: Sequence[SessionId]) -> None:
    """Let no token lead to `sessions` any more."""
    await _END_SESSIONS(tx, session_ids=list(sessions))


async def add_code(tx: Tx, code: str, class_id: ClassId) -> None:
    """Let `code` lead to `class_id`."""
    await _ADD_CODE(tx, code_hash=digest(code), class_id=class_id)


async def code(tx: SystemTx, code: str) -> Code | None:
    """Return where a class code leads, if anywhere."""
    return await _CODE(tx, code_hash=digest(code))


async def end_codes(tx: Tx, class_id: ClassId) -> None:
    """Let no code lead to `class_id` any more."""
    await _END_CODES(tx, class_id=class_id)
