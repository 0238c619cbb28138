"""HTTP for accounts and sessions."""

from contextlib import suppress
from ipaddress import ip_address
from typing import cast
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from tihi.base.ids import AccountId, OrgId, SessionId
from tihi.base.problem import Conflict, Missing, TooMany
from tihi.people.accounts import service
from tihi.people.accounts.model import (
    Changes,
    DemoSignIn,
    JoinClass,
    Me,
    NameTaken,
    NewAccount,
    NewPassword,
    NotDemo,
    OrgFrozen,
    Passphrase,
    SecondStep,
    SessionCard,
    SignIn,
    UnfitName,
    UnfitPassword,
    UnknownZone,
    Welcome,
    WrongSignIn,
)
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind, Note
from tihi.people.classes import service as classes
from tihi.people.classes.model import ClassFull, CodeOnly, UnknownCode
from tihi.people.orgs import service as orgs
from tihi.platform import passwords
from tihi.platform.directory import lookup
from tihi.platform.http import (
    ANYONE,
    EVERYONE,
    LEARNERS,
    Call,
    Given,
    Site,
    SiteGiven,
    may,
    problems,
    session_cookie,
)

_PASSWORD_TRIES = 10
_PASSWORD_WINDOW_S = 300
_SECOND_STEP = ResponseSpec(
    data_container=SecondStep,
    description="The password fits; the second step is missing.",
    generate_examples=False,
)


async def _signed_in(call: Call, site: Site, org_id: OrgId, account: AccountId) -> Response[Me]:
    await _leave(call, site)
    now = call.clock.now()
    async with call.db.tx(org_id) as tx:
        token = await service.open_session(
            tx, account, device=call.device, now=now, chance=call.chance
        )
        await audit.note(tx, Note(kind=Kind.SIGNED_IN, actor=account), now=now, chance=call.chance)
        who = await service.me(tx, account)
    return _with_session(site, who, token)


def _with_session(site: Site, who: Me, token: str) -> Response[Me]:
    lasts_s = int(service.SESSION_LASTS.total_seconds())
    return Response(who, status_code=200, cookies=[session_cookie(site, token, lasts_s)])


async def _half_signed_in(
    call: Call, site: Site, org_id: OrgId, account: AccountId
) -> Response[SecondStep]:
    await _leave(call, site)
    async with call.db.tx(org_id) as tx:
        token = await service.open_session(
            tx, account, device=call.device, now=call.clock.now(), chance=call.chance, half=True
        )
    lasts_s = int(service.HALF_LASTS.total_seconds())
    cookie = session_cookie(site, token, lasts_s)
    return Response(SecondStep(step="second"), status_code=202, cookies=[cookie])


async def _leave(call: Call, site: Site) -> None:
    """End the session that this browser had until now, so that none can be planted (S22)."""
    before = call.signed_in or call.caller.half
    if before is None:
        return
    with suppress(Missing):
        async with call.db.tx(before.org_id) as tx:
            await service.end_session(tx, before.account_id, before.session_id)
    site.forget(before.session_id)


async def _org(call: Call, slug: str | None) -> OrgId | None:
    async with call.db.system() as tx:
        if slug is not None:
            return await lookup.org_by_slug(tx, slug)
        found = await lookup.every_org(tx)
    # With one org nobody has to say which; with more, silence would be a guess.
    return found[0] if len(found) == 1 else None


@get("/api/v1/welcome", opt=ANYONE, responses=problems())
async def welcome(call: Given, site: SiteGiven) -> Welcome:
    """Read what anyone may know of this server."""
    org_id = await _org(call, None)
    if org_id is None:
        return Welcome(
            version=site.version,
            org_name=None,
            demo=False,
            second_factor=site.second_factor,
            lan_http=site.lan_http,
            demo_people=[],
        )
    demo = site.demo and _on_this_machine(call.peer)
    async with call.db.tx(org_id) as tx:
        return Welcome(
            version=site.version,
            org_name=(await orgs.read(tx)).name,
            demo=demo,
            second_factor=site.second_factor,
            lan_http=site.lan_http,
            demo_people=await service.people_by_sign_in(tx, site.demo_names) if demo else [],
        )


@post(
    "/api/v1/signin",
    opt=ANYONE,
    status_code=200,
    responses={**problems(WrongSignIn, OrgFrozen, TooMany), 202: _SECOND_STEP},
)
async def sign_in(
    call: Given, site: SiteGiven, data: JSONBody[SignIn]
) -> Response[Me | SecondStep]:
    """Sign in with a name and a password. What was signed in here before is left.

    Staff get 202 and a session that may do nothing but take the second step.
    """
    org_id = await _org(call, data.org)
    limits = service.SignInLimits(call.cache, call.peer, org_id, data)
    await limits.check()
    found = None
    if org_id is not None:
        async with call.db.tx(org_id) as tx:
            found = await service.credential(tx, data.name)
    fits = await passwords.fits(
        data.password[:200], found.password_hash if found else None, still=limits.check_again
    )
    if org_id is None or found is None or not fits or not found.active:
        await _note_refusal(call, org_id, found.account_id if found else None)
        await limits.count()
        raise WrongSignIn
    if found.frozen:
        raise OrgFrozen
    if site.second_factor and found.role != "learner":
        half = await _half_signed_in(call, site, org_id, found.account_id)
        return cast("Response[Me | SecondStep]", half)
    whole = await _signed_in(call, site, org_id, found.account_id)
    return cast("Response[Me | SecondStep]", whole)


async def _note_refusal(call: Call, org_id: OrgId | None, account: AccountId | None) -> None:
    if org_id is not None:
        note = Note(kind=Kind.SIGN_IN_REFUSED, actor=account)
        async with call.db.tx(org_id) as tx:
            await audit.note(tx, note, now=call.clock.now(), chance=call.chance)


def _on_this_machine(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False


@post("/api/v1/demo/signin", opt=ANYONE, status_code=200, responses=problems(NotDemo, WrongSignIn))
async def sign_in_to_demo(call: Given, site: SiteGiven, data: JSONBody[DemoSignIn]) -> Response[Me]:
    """Be one of the demo's people; on the demo's own machine only."""
    if not site.demo or data.sign_in_name not in site.demo_names or not _on_this_machine(call.peer):
        raise NotDemo
    org_id = await _org(call, None)
    if org_id is None:
        raise NotDemo
    async with call.db.tx(org_id) as tx:
        found = await service.credential(tx, data.sign_in_name)
    if found is None:
        raise WrongSignIn
    return await _signed_in(call, site, org_id, found.account_id)


@post(
    "/api/v1/join",
    opt=ANYONE,
    status_code=200,
    responses=problems(UnknownCode, ClassFull, UnfitName, UnknownZone, TooMany),
)
async def join(call: Given, site: SiteGiven, data: JSONBody[JoinClass]) -> Response[Me]:
    """Become a learner of the class whose code you have."""
    await classes.let_try(call.cache, call.peer)
    async with call.db.system() as tx:
        found = await classes.find_code(tx, data.code)
    async with call.db.tx(found.org_id) as tx:
        account = await service.create(
            tx,
            NewAccount(
                role="learner",
                display_name=data.display_name,
                sign_in_name=None,
                password_hash=None,
                zone=data.zone,
                locale=data.locale,
                notice=data.notice,
            ),
            now=call.clock.now(),
            chance=call.chance,
        )
        await classes.enter(tx, found.class_id, account, now=call.clock.now())
    return await _signed_in(call, site, found.org_id, account)


@post("/api/v1/signout", opt=may(EVERYONE, half=True), status_code=204, responses=problems())
async def sign_out(call: Given, site: SiteGiven) -> Response[None]:
    """Leave this device; its session is dead at once."""
    who, now = call.halfway, call.clock.now()
    async with call.db.tx(who.org_id) as tx:
        await service.end_session(tx, who.account_id, who.session_id)
        note = Note(kind=Kind.SIGNED_OUT, actor=who.account_id)
        await audit.note(tx, note, now=now, chance=call.chance)
    site.forget(who.session_id)
    # What the browser kept of the pages goes as well; unsent answers it keeps for their owner.
    return Response(
        None,
        status_code=204,
        cookies=[session_cookie(site, "", 0)],
        headers={"clear-site-data": '"cache"'},
    )


@get("/api/v1/me", opt=may(EVERYONE), responses=problems())
async def read_me(call: Given) -> Me:
    """Read who you are here."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.me(tx, call.actor.account_id)


@patch("/api/v1/me", opt=may(EVERYONE), responses=problems(UnfitName, UnknownZone))
async def change_me(call: Given, site: SiteGiven, data: JSONBody[Changes]) -> Me:
    """Change your name, time zone, language, goal and what others see."""
    async with call.db.tx(call.actor.org_id) as tx:
        who = await service.change(tx, call.actor.account_id, data)
    site.forget(call.actor.session_id)
    return who


@post("/api/v1/me/passphrase", opt=may(LEARNERS), status_code=200, responses=problems())
async def issue_passphrase(call: Given) -> Passphrase:
    """Get three words to sign in with. They are shown this once; older ones stop working."""
    async with call.db.tx(call.actor.org_id) as tx:
        drawn, _ = await service.issue_passphrase(tx, call.actor.account_id, chance=call.chance)
    hashed = await passwords.hashed(drawn.words)
    async with call.db.tx(call.actor.org_id) as tx:
        await service.keep_password(
            tx,
            call.actor.account_id,
            sign_in_name=drawn.sign_in_name,
            password_hash=hashed,
            kept=call.actor.session_id,
        )
        note = Note(kind=Kind.WORDS_ISSUED, actor=call.actor.account_id)
        await audit.note(tx, note, now=call.clock.now(), chance=call.chance)
    return drawn


@post(
    "/api/v1/me/password",
    opt=may(EVERYONE),
    status_code=204,
    responses=problems(WrongSignIn, UnfitPassword, NameTaken, TooMany),
)
async def change_password(
    call: Given, site: SiteGiven, data: JSONBody[NewPassword]
) -> Response[None]:
    """Change your password; every session ends, and this device gets a new one."""
    who, now = call.actor, call.clock.now()
    await call.cache.limit(f"password:{who.account_id}", _PASSWORD_TRIES, _PASSWORD_WINDOW_S)
    service.check_password(data.new)
    async with call.db.tx(who.org_id) as tx:
        stored = await service.password_hash(tx, who.account_id)
        name = (await service.me(tx, who.account_id)).sign_in_name
    if name is None:
        raise Conflict("get your three words first")
    if not await passwords.fits(data.old[:200], stored or None):
        raise WrongSignIn
    hashed = await passwords.hashed(data.new)
    async with call.db.tx(who.org_id) as tx:
        await service.keep_password(
            tx, who.account_id, sign_in_name=name, password_hash=hashed, kept=None
        )
        note = Note(kind=Kind.PASSWORD_CHANGED, actor=who.account_id)
        await audit.note(tx, note, now=now, chance=call.chance)
        token = await service.open_session(
            tx, who.account_id, device=call.device, now=now, chance=call.chance
        )
    site.forget(who.session_id)
    lasts_s = int(service.SESSION_LASTS.total_seconds())
    return Response(None, status_code=204, cookies=[session_cookie(site, token, lasts_s)])


@get("/api/v1/me/sessions", opt=may(EVERYONE), responses=problems())
async def list_sessions(call: Given) -> list[SessionCard]:
    """List where you are signed in."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.sessions(
            tx, call.actor.account_id, this=call.actor.session_id, now=call.clock.now()
        )


@delete("/api/v1/me/sessions/{session_id:uuid}", opt=may(EVERYONE), responses=problems(Missing))
async def end_session(call: Given, site: SiteGiven, session_id: FromPath[UUID]) -> None:
    """Sign out of another place."""
    async with call.db.tx(call.actor.org_id) as tx:
        await service.end_session(tx, call.actor.account_id, SessionId(session_id))
    site.forget(SessionId(session_id))


@post(
    "/api/v1/me/classes",
    opt=may(LEARNERS),
    status_code=200,
    responses=problems(UnknownCode, ClassFull, TooMany),
)
async def join_another_class(call: Given, data: JSONBody[CodeOnly]) -> Me:
    """Join one more class of your own org."""
    await classes.let_try(call.cache, call.peer)
    async with call.db.system() as tx:
        found = await classes.find_code(tx, data.code)
    if found.org_id != call.actor.org_id:
        raise UnknownCode
    async with call.db.tx(call.actor.org_id) as tx:
        await classes.enter(tx, found.class_id, call.actor.account_id, now=call.clock.now())
        return await service.me(tx, call.actor.account_id)


handlers = [
    welcome,
    sign_in,
    sign_in_to_demo,
    join,
    sign_out,
    read_me,
    change_me,
    issue_passphrase,
    change_password,
    list_sessions,
    end_session,
    join_another_class,
]
