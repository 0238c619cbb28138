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

    token_hash: bytes
    org_id: OrgId
    session_id: SessionId


class Code(Value):
    """Where a class code leads."""

    org_id: OrgId
    class_id: ClassId


class Link(Value):
    """Where a reset or invite link leads."""

    org_id: OrgId
    link_id: UUID


class Key(Value):
    """Which API key a secret is."""

    org_id: OrgId
    key_id: UUID


_ADD_ORG = Run(_SQL["add_org"])
_ORG_BY_SLUG = One(_SQL["org_by_slug"], UUID)
_EVERY_ORG = Many(_SQL["every_org"], UUID)
_ADD_SESSION = Run(_SQL["add_session"])
_OPEN_SESSIONS = Many(_SQL["open_sessions"], Session)
_END_SESSIONS = Run(_SQL["end_sessions"])
_ADD_CODE = Run(_SQL["add_code"])
_CODE = One(_SQL["code"], Code)
_END_CODES = Run(_SQL["end_codes"])
_ADD_LINK = Run(_SQL["add_link"])
_LINK = One(_SQL["link"], Link)
_END_LINKS = Run(_SQL["end_links"])
_ADD_KEY = Run(_SQL["add_key"])
_KEY = One(_SQL["key"], Key)
_END_KEYS = Run(_SQL["end_keys"])


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


async def sessions(tx: SystemTx, digests: Sequence[bytes], *, now: datetime) -> list[Session]:
    """Return where tokens lead, given their digests; those unknown or over are left out."""
    return await _OPEN_SESSIONS(tx, token_hashes=list(digests), now=now)


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


async def add_link(tx: Tx, token: str, link_id: UUID, *, expires_at: datetime) -> None:
    """Let `token` lead to a link of the transaction's org."""
    await _ADD_LINK(tx, token_hash=digest(token), link_id=link_id, expires_at=expires_at)


async def link(tx: SystemTx, token: str, *, now: datetime) -> Link | None:
    """Return where `token` leads, unless it is unknown, used or over."""
    return await _LINK(tx, token_hash=digest(token), now=now)


async def end_links(tx: Tx, links: Sequence[UUID]) -> None:
    """Let no token lead to `links` any more."""
    await _END_LINKS(tx, link_ids=list(links))


async def add_key(tx: Tx, secret: str, key_id: UUID) -> None:
    """Let `secret` be known as an API key of the transaction's org."""
    await _ADD_KEY(tx, secret_hash=digest(secret), key_id=key_id)


async def key(tx: SystemTx, secret: str) -> Key | None:
    """Return which API key `secret` is, if any."""
    return await _KEY(tx, secret_hash=digest(secret))


async def end_keys(tx: Tx, keys: Sequence[UUID]) -> None:
    """Let no secret be known as one of `keys` any more."""
    await _END_KEYS(tx, key_ids=list(keys))
