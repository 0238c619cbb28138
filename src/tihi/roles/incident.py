"""`tihi incident`: who, what data and when, in minutes; a stop; drafts of what to say (P14)."""

import csv
import io
import os
from collections import Counter
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from tihi.base.ids import AccountId, ClassId, OrgId
from tihi.base.problem import Missing
from tihi.base.value import Value
from tihi.people.accounts import service as accounts
from tihi.people.audit import service as audit
from tihi.people.audit.model import Entry, Kind, Note
from tihi.people.classes import service as classes
from tihi.people.members import service as members
from tihi.people.orgs import service as orgs
from tihi.people.privacy import service as privacy
from tihi.platform.db import Tx
from tihi.platform.http import Parts
from tihi.roles import letters

_EVERYBODY = "GET /api/v1/admin/people"
_RISKY = "=+-@\t\r"
_OPENED = frozenset({Kind.RECORD_OPENED, Kind.PERSON_EXPORTED, Kind.WORDS_ISSUED})


class Affected(Value):
    """Somebody whose data was opened, and how."""

    account_id: AccountId
    display_name: str
    role: str
    why: list[str]


class Incident(Value):
    """What the record says of a span of time.

    Attributes:
        suspect: whose acts are looked at; None for everybody's.
        kinds: how often each kind of act occurs.
        affected: people whose data was opened, by name.
        data: what Tihi keeps of a person, in words.
    """

    org: str
    since: datetime
    until: datetime
    suspect: AccountId | None
    kinds: dict[str, int]
    affected: list[Affected]
    data: list[str]


async def look(
    parts: Parts, org: OrgId, *, since: datetime, until: datetime, suspect: str | None
) -> Incident:
    """Return what was opened, by whom and whose, as the record has it.

    Raises:
        Missing: nobody signs in under the suspect's name.
    """
    async with parts.db.tx(org) as tx:
        who = None if suspect is None else await accounts.by_sign_in(tx, suspect)
        entries = [
            one
            for one in await audit.since(tx, since=since, until=until)
            if who is None or one.actor == who
        ]
        return Incident(
            org=(await orgs.read(tx)).name,
            since=since,
            until=until,
            suspect=who,
            kinds=dict(sorted(Counter(one.kind for one in entries).items())),
            affected=await _affected(tx, entries),
            data=[table.title.en for table in privacy.kept().tables.values()],
        )


async def _affected(tx: Tx, entries: list[Entry]) -> list[Affected]:
    why: dict[AccountId, set[str]] = {}
    for one in entries:
        if one.kind in _OPENED:
            for account in await _opened(tx, one):
                why.setdefault(account, set()).add(one.kind)
    found: list[Affected] = []
    for account, reasons in why.items():
        try:
            card = await members.person(tx, account)
        except Missing:
            continue
        found.append(
            Affected(
                account_id=account,
                display_name=card.display_name,
                role=card.role,
                why=sorted(reasons),
            )
        )
    return sorted(found, key=lambda one: one.display_name)


async def _opened(tx: Tx, entry: Entry) -> list[AccountId]:
    """Return whose data an act opened: one person's, a class's, or everybody's."""
    if entry.subject is not None:
        return [entry.subject]
    if entry.detail.startswith(_EVERYBODY):
        return [one.account_id for one in await members.people(tx, search="", role="")]
    last = entry.detail.rpartition(" ")[2]
    try:
        class_id = ClassId(UUID(last))
    except ValueError:
        return []
    return [AccountId(one.learner_id) for one in await classes.learners(tx, class_id)]


async def freeze(parts: Parts, org: OrgId) -> int:
    """Sign everybody out, stop every API key, and let only administrators back in."""
    return await _set(parts, org, frozen=True)


async def thaw(parts: Parts, org: OrgId) -> int:
    """Let people and API keys in again."""
    return await _set(parts, org, frozen=False)


async def _set(parts: Parts, org: OrgId, *, frozen: bool) -> int:
    note = Note(kind=Kind.ORG_FROZEN if frozen else Kind.ORG_THAWED)
    async with parts.db.tx(org) as tx:
        await orgs.set_frozen(tx, frozen=frozen)
        await audit.note(tx, note, now=parts.clock.now(), chance=parts.chance)
        return await accounts.end_every_session(tx) if frozen else 0


def write(found: Incident, folder: Path) -> list[Path]:
    """Write the report, the letters and the list of people; all for their owner's eyes only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=False)
    files = {
        "incident.json": msgspec.json.format(msgspec.json.encode(found)).decode(),
        "people.csv": _people(found),
        "report.md": letters.report(found.org, _figures(found)),
        "letter.en.md": letters.letter_en(found.org, _figures(found)),
        "letter.mi.md": letters.letter_mi(found.org, _figures(found)),
    }
    written: list[Path] = []
    for name, text in files.items():
        path = folder / name
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        written.append(path)
    return written


def _figures(found: Incident) -> letters.Figures:
    return letters.Figures(
        since=found.since, until=found.until, people=len(found.affected), data=found.data
    )


def _people(found: Incident) -> str:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["id", "name", "role", "why"])
    for one in found.affected:
        name = one.display_name
        # A name that a spreadsheet would take for a formula becomes text (S18).
        safe = f"'{name}" if name[:1] in _RISKY else name
        rows.writerow([one.account_id, safe, one.role, " ".join(one.why)])
    return text.getvalue()


def words(found: Incident) -> str:
    """Return an incident for a person."""
    acts = "\n".join(f"  {count:6d}  {kind}" for kind, count in found.kinds.items())
    return (
        f"{found.org}, {found.since:%Y-%m-%d %H:%M} to {found.until:%Y-%m-%d %H:%M} UTC\n"
        f"{len(found.affected)} people's data was opened.\n{acts}"
    )
