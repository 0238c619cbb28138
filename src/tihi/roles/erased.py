"""The list of who was erased, in a file beside the database: a restore applies it again (P12).

It holds random ids alone, which lead to nobody once their rows are gone. Lines are only added, so
that a restored database, which knows less, takes nothing away.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from tihi.base.ids import AccountId, OrgId
from tihi.base.value import Value
from tihi.people.privacy import service as privacy
from tihi.people.privacy.model import Erasure
from tihi.platform.directory import lookup
from tihi.platform.http import Parts

_AGAIN = timedelta(minutes=10)
"""Longer than any transaction that erases somebody."""


class Erased(Value):
    """A line of the list."""

    org_id: OrgId
    account_id: AccountId
    erased_at: datetime


class UnreadableList(Exception):
    """A line is not whole; whoever is on it would come back."""


def read(path: Path) -> list[Erased]:
    """Return who is on the list at `path`.

    Raises:
        UnreadableList: a line is not whole.
    """
    found: list[Erased] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            found.append(msgspec.json.decode(line, type=Erased))
        except msgspec.DecodeError as error:
            raise UnreadableList(f"{path}: line {number} is damaged") from error
    return found


class Keeper:
    """Adds to the list whom the database has erased."""

    def __init__(self, parts: Parts, path: Path) -> None:
        self._parts = parts
        self._path = path
        self._since: datetime | None = None
        self._known: set[tuple[OrgId, AccountId]] | None = None

    async def keep(self) -> None:
        """Add who is not on it yet."""
        begun = self._parts.clock.now()
        if self._known is None:
            there = read(self._path) if self._path.exists() else []
            self._known = {(one.org_id, one.account_id) for one in there}
        async with self._parts.db.system() as tx:
            orgs = await lookup.every_org(tx)
        for org in orgs:
            new = [
                Erased(org_id=org, account_id=one.account_id, erased_at=one.erased_at)
                for one in await self._erased(org)
                if (org, one.account_id) not in self._known
            ]
            if new:
                add(self._path, new)
                self._known.update((one.org_id, one.account_id) for one in new)
        self._since = begun - _AGAIN

    async def _erased(self, org: OrgId) -> Sequence[Erasure]:
        async with self._parts.db.tx(org) as tx:
            if self._since is None:
                return await privacy.erasures(tx)
            return await privacy.erasures(tx, since=self._since)


def add(path: Path, new: Iterable[Erased]) -> None:
    """Add lines at the end of the list."""
    lines = b"".join(msgspec.json.encode(one) + b"\n" for one in new)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    handle = os.open(path, flags, 0o600)
    try:
        # One write, so that two schedulers never share a line.
        os.write(handle, lines)
        os.fsync(handle)
    finally:
        os.close(handle)
