"""What commands do about people: an organisation and its first administrator, ways back in."""

from typing import ClassVar

from tihi.base.ids import OrgId, fresh_id
from tihi.base.problem import Missing
from tihi.game.packs import service as packs
from tihi.people.accounts import service as accounts
from tihi.people.factors import service as factors
from tihi.people.links import service as links
from tihi.people.members import service as members
from tihi.people.members.model import Invited, NewPerson
from tihi.people.orgs import service as orgs
from tihi.platform.db import Database
from tihi.platform.directory import lookup
from tihi.platform.http import Parts
from tihi.roles import school


class NoSuchOrg(Missing):
    """No organisation has that short name, or more than one could be meant."""

    slug: ClassVar[str] = "orgs/no-such-org"
    title: ClassVar[str] = "Name the organisation with --org"


async def org_of(db: Database, slug: str | None) -> OrgId:
    """Return the org called `slug`, or the only one.

    Raises:
        NoSuchOrg: there is none, or more than one.
    """
    async with db.system() as tx:
        if slug is not None:
            found = await lookup.org_by_slug(tx, slug)
            every = [] if found is None else [found]
        else:
            every = await lookup.every_org(tx)
    if not every:
        known = (
            f"is no organisation called {slug}"
            if slug
            else "is none yet; `tihi org new` founds one"
        )
        raise NoSuchOrg(f"there {known}")
    if len(every) != 1:
        raise NoSuchOrg
    return every[0]


async def found_org(
    parts: Parts, *, name: str, slug: str, admin: NewPerson, url: str, bank: bool = False
) -> Invited:
    """Found an org that plays by the starter pack.

    Args:
        parts: the system.
        name: what people read.
        slug: the short name for `--org`.
        admin: its first administrator.
        url: where browsers find the system.
        bank: whether it begins with the starter bank of questions.

    Returns:
        The administrator, and the link to hand over.
    """
    now = parts.clock.now()
    org = OrgId(fresh_id(now, parts.chance))
    async with parts.db.tx(org) as tx:
        await orgs.create(tx, name=name, slug=slug, zone=admin.zone, now=now)
        await packs.apply(tx, packs.read(school.starter_pack()), now=now)
        made = await members.invite(tx, admin, by=None, url=url, now=now, chance=parts.chance)
    if bank:
        await school.bring_bank(parts, org)
    return made


async def link_for(parts: Parts, slug: str | None, sign_in_name: str, url: str) -> str:
    """Return a link by which somebody chooses a new password."""
    org = await org_of(parts.db, slug)
    async with parts.db.tx(org) as tx:
        account = await accounts.by_sign_in(tx, sign_in_name)
        issued = await links.issue(
            tx, account, "reset", by=None, url=url, now=parts.clock.now(), chance=parts.chance
        )
    return issued.url


async def reset_second_step(parts: Parts, slug: str | None, sign_in_name: str) -> None:
    """Let somebody set up their second step anew."""
    org = await org_of(parts.db, slug)
    async with parts.db.tx(org) as tx:
        account = await accounts.by_sign_in(tx, sign_in_name)
        await factors.reset(tx, account, by=None, now=parts.clock.now(), chance=parts.chance)
