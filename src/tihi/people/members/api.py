"""HTTP for looking after people."""

from typing import Literal
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from tihi.base.ids import AccountId, ClassId
from tihi.base.problem import Missing
from tihi.people.accounts import service as accounts
from tihi.people.accounts.model import NameTaken, Passphrase, UnfitName, UnknownZone
from tihi.people.factors import service as factors
from tihi.people.links import service as links
from tihi.people.links.model import IssuedLink, NoSignInName
from tihi.people.members import service
from tihi.people.members.model import (
    Invited,
    MemberChanges,
    NewPerson,
    NoSignInNameGiven,
    PersonCard,
    Yourself,
)
from tihi.platform import passwords
from tihi.platform.clock import local_date
from tihi.platform.http import ADMINS, STAFF, Given, Role, SiteGiven, may, problems


@get("/api/v1/admin/people", opt=may(ADMINS, record=True), responses=problems())
async def list_people(
    call: Given,
    search: FromQuery[str] = "",
    role: FromQuery[Literal["", "learner", "teacher", "admin"]] = "",
) -> list[PersonCard]:
    """List the people of your org by name, at most 200; `search` is how a name begins."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.people(tx, search=search, role=role)


@post(
    "/api/v1/admin/people",
    opt=may(ADMINS),
    responses=problems(UnfitName, UnknownZone, NameTaken, NoSignInNameGiven),
)
async def invite(call: Given, site: SiteGiven, data: JSONBody[NewPerson]) -> Invited:
    """Add somebody. You get a link to hand over; it works once, within the hour."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.invite(
            tx,
            data,
            by=call.actor.account_id,
            url=site.url,
            now=call.clock.now(),
            chance=call.chance,
        )


@patch(
    "/api/v1/admin/people/{account_id:uuid}",
    opt=may(ADMINS),
    responses=problems(Missing, Yourself),
)
async def change_person(
    call: Given, site: SiteGiven, account_id: FromPath[UUID], data: JSONBody[MemberChanges]
) -> PersonCard:
    """Change somebody's role, suspend them or let them back in; they are signed out at once."""
    async with call.db.tx(call.actor.org_id) as tx:
        card, ended = await service.change(
            tx,
            AccountId(account_id),
            data,
            by=call.actor.account_id,
            now=call.clock.now(),
            chance=call.chance,
        )
    for session in ended:
        site.forget(session)
    return card


@post(
    "/api/v1/admin/people/{account_id:uuid}/link",
    opt=may(ADMINS),
    status_code=200,
    responses=problems(Missing, NoSignInName),
)
async def issue_link(call: Given, site: SiteGiven, account_id: FromPath[UUID]) -> IssuedLink:
    """Get a link by which somebody chooses a new password; older links stop working."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await links.issue(
            tx,
            AccountId(account_id),
            "reset",
            by=call.actor.account_id,
            url=site.url,
            now=call.clock.now(),
            chance=call.chance,
        )


@delete(
    "/api/v1/admin/people/{account_id:uuid}/factors",
    opt=may(ADMINS),
    responses=problems(Missing, Yourself),
)
async def reset_factors(call: Given, account_id: FromPath[UUID]) -> None:
    """Take away somebody's second steps, once you know that it is they who lost them."""
    account = AccountId(account_id)
    async with call.db.tx(call.actor.org_id) as tx:
        await service.person(tx, account)
        if account == call.actor.account_id:
            raise Yourself
        await factors.reset(
            tx, account, by=call.actor.account_id, now=call.clock.now(), chance=call.chance
        )


@post(
    "/api/v1/classes/{class_id:uuid}/learners/{learner_id:uuid}/words",
    opt=may(STAFF, record=True),
    status_code=200,
    responses=problems(Missing, NameTaken),
)
async def issue_words(
    call: Given, class_id: FromPath[UUID], learner_id: FromPath[UUID]
) -> Passphrase:
    """Get new words for a learner who forgot theirs, to hand over; older ones stop working."""
    who = call.actor
    reader = None if who.role is Role.ADMIN else who.account_id
    learner = AccountId(learner_id)
    async with call.db.tx(who.org_id) as tx:
        await service.check_taught(
            tx,
            ClassId(class_id),
            learner,
            reader=reader,
            today=local_date(call.clock.now(), who.zone),
        )
        drawn, _ = await accounts.issue_passphrase(tx, learner, chance=call.chance)
    hashed = await passwords.hashed(drawn.words)
    async with call.db.tx(who.org_id) as tx:
        await service.keep_words(
            tx,
            learner,
            drawn,
            password_hash=hashed,
            by=who.account_id,
            now=call.clock.now(),
            chance=call.chance,
        )
    return drawn


handlers = [list_people, invite, change_person, issue_link, reset_factors, issue_words]
