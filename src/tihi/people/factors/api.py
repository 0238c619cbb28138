"""HTTP for second factors: the second step of a sign-in, and what can be given for it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody

from tihi.base.problem import Missing, TooMany
from tihi.people.accounts import service as accounts
from tihi.people.accounts.model import Me
from tihi.people.factors import service
from tihi.people.factors.model import (
    CodeGiven,
    Enrolled,
    Factors,
    LastFactor,
    NewPasskey,
    NewTotp,
    PasskeyGiven,
    PasskeyOptions,
    PasskeysImpossible,
    ProveAgain,
    RecoveryCodes,
    StepNotOwed,
    StepState,
    TooManyFactors,
    UnfitFactorName,
    WrongCode,
)
from tihi.platform.db import Tx
from tihi.platform.http import (
    STAFF,
    Actor,
    Call,
    Given,
    Site,
    SiteGiven,
    may,
    problems,
    session_cookie,
)

_TRIES = 10
_TRIES_S = 300
_WRONG_A_DAY = 60
_DAY_S = 86_400
_LONGEST_CODE = 40


@get("/api/v1/signin/step", opt=may(STAFF, half=True), responses=problems())
async def read_step(call: Given, site: SiteGiven) -> StepState:
    """Read what this session still owes before it may do anything."""
    who = call.halfway
    async with call.db.tx(who.org_id) as tx:
        return await service.state(tx, who, half=call.caller.half is not None, url=site.url)


async def _prove(
    call: Call, site: Site, way: str, proof: Callable[[Tx, Actor], Awaitable[bool]]
) -> Response[Me]:
    """Take the second step by `proof`; each way has limits of its own."""
    who = call.caller.half
    if who is None:
        raise StepNotOwed
    daily = f"{way}-wrong:{who.account_id}"
    await call.cache.allow(daily, _WRONG_A_DAY)
    await call.cache.limit(f"{way}:{who.account_id}", _TRIES, _TRIES_S)
    now = call.clock.now()
    async with call.db.tx(who.org_id) as tx:
        if await proof(tx, who):
            token = await service.pass_step(
                tx, who, device=call.device, now=now, chance=call.chance
            )
            me = await accounts.me(tx, who.account_id)
        else:
            token, me = None, None
            await service.note_refusal(tx, who, now=now, chance=call.chance)
    if token is None or me is None:
        await call.cache.limit(daily, _WRONG_A_DAY, _DAY_S)
        raise WrongCode
    site.forget(who.session_id)
    lasts_s = int(accounts.SESSION_LASTS.total_seconds())
    return Response(me, status_code=200, cookies=[session_cookie(site, token, lasts_s)])


@post(
    "/api/v1/signin/step/code",
    opt=may(STAFF, half=True),
    status_code=200,
    responses=problems(WrongCode, StepNotOwed, TooMany),
)
async def prove_by_code(call: Given, site: SiteGiven, data: JSONBody[CodeGiven]) -> Response[Me]:
    """Finish signing in with a code from an authenticator app; each code counts once."""

    async def proof(tx: Tx, who: Actor) -> bool:
        return await service.prove_totp(
            tx, who, data.code[:_LONGEST_CODE], vault=site.vault, now=call.clock.now()
        )

    return await _prove(call, site, "code", proof)


@post(
    "/api/v1/signin/step/recovery",
    opt=may(STAFF, half=True),
    status_code=200,
    responses=problems(WrongCode, StepNotOwed, TooMany),
)
async def prove_by_recovery_code(
    call: Given, site: SiteGiven, data: JSONBody[CodeGiven]
) -> Response[Me]:
    """Finish signing in with a recovery code, which is used up by it."""

    async def proof(tx: Tx, who: Actor) -> bool:
        return await service.prove_recovery(
            tx, who, data.code[:_LONGEST_CODE], now=call.clock.now(), chance=call.chance
        )

    return await _prove(call, site, "recovery", proof)


@post(
    "/api/v1/signin/step/passkey/options",
    opt=may(STAFF, half=True),
    status_code=200,
    responses=problems(PasskeysImpossible, StepNotOwed),
)
async def ask_for_proof(call: Given, site: SiteGiven) -> PasskeyOptions:
    """Get what the browser asks a passkey for; it holds for five minutes and one answer."""
    who = call.caller.half
    if who is None:
        raise StepNotOwed
    async with call.db.tx(who.org_id) as tx:
        options = await service.ask_for_passkey(
            tx, who, url=site.url, now=call.clock.now(), new=False
        )
    return PasskeyOptions(options=options)


@post(
    "/api/v1/signin/step/passkey",
    opt=may(STAFF, half=True),
    status_code=200,
    responses=problems(WrongCode, StepNotOwed, TooMany),
)
async def prove_by_passkey(
    call: Given, site: SiteGiven, data: JSONBody[PasskeyGiven]
) -> Response[Me]:
    """Finish signing in with a passkey."""

    async def proof(tx: Tx, who: Actor) -> bool:
        return await service.prove_passkey(
            tx, who, data.credential, url=site.url, now=call.clock.now()
        )

    return await _prove(call, site, "passkey", proof)


@get("/api/v1/me/factors", opt=may(STAFF), responses=problems())
async def list_factors(call: Given) -> Factors:
    """List what you can give as a second step."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.all_of(tx, call.actor.account_id)


@post(
    "/api/v1/me/factors/totp",
    opt=may(STAFF, half=True),
    status_code=200,
    responses=problems(StepNotOwed, ProveAgain, TooManyFactors),
)
async def begin_totp(call: Given, site: SiteGiven) -> NewTotp:
    """Get a secret for an authenticator app. It counts once you have given a code of it."""
    who, now = call.halfway, call.clock.now()
    async with call.db.tx(who.org_id) as tx:
        await service.may_enrol(tx, who, half=call.caller.half is not None, now=now)
        return await service.begin_totp(tx, who, vault=site.vault, now=now, chance=call.chance)


@post(
    "/api/v1/me/factors/totp/confirm",
    opt=may(STAFF, half=True),
    status_code=200,
    responses=problems(WrongCode, StepNotOwed, ProveAgain, TooManyFactors, TooMany),
)
async def confirm_totp(
    call: Given, site: SiteGiven, data: JSONBody[CodeGiven]
) -> Response[Enrolled]:
    """Give a first code of your authenticator app; this also finishes a first sign-in."""
    who, now = call.halfway, call.clock.now()
    await call.cache.limit(f"confirm:{who.account_id}", _TRIES, _TRIES_S)
    async with call.db.tx(who.org_id) as tx:
        await service.may_enrol(tx, who, half=call.caller.half is not None, now=now)
        codes = await service.confirm_totp(
            tx, who, data.code[:_LONGEST_CODE], vault=site.vault, now=now, chance=call.chance
        )
        if codes is None:
            raise WrongCode
        return await _enrolled(call, site, tx, codes)


async def _enrolled(call: Call, site: Site, tx: Tx, codes: list[str]) -> Response[Enrolled]:
    who = call.halfway
    reply = Response(
        Enrolled(me=await accounts.me(tx, who.account_id), recovery_codes=codes), status_code=200
    )
    if call.caller.half is not None:
        token = await service.pass_step(
            tx, who, device=call.device, now=call.clock.now(), chance=call.chance
        )
        site.forget(who.session_id)
        lasts_s = int(accounts.SESSION_LASTS.total_seconds())
        reply.set_cookie(session_cookie(site, token, lasts_s))
    return reply


@post(
    "/api/v1/me/factors/passkeys/options",
    opt=may(STAFF, half=True),
    status_code=200,
    responses=problems(PasskeysImpossible, StepNotOwed, ProveAgain, TooManyFactors),
)
async def ask_for_passkey(call: Given, site: SiteGiven) -> PasskeyOptions:
    """Get what the browser asks an authenticator for, to make a new passkey."""
    who, now = call.halfway, call.clock.now()
    async with call.db.tx(who.org_id) as tx:
        await service.may_enrol(tx, who, half=call.caller.half is not None, now=now)
        options = await service.ask_for_passkey(tx, who, url=site.url, now=now, new=True)
    return PasskeyOptions(options=options)


@post(
    "/api/v1/me/factors/passkeys",
    opt=may(STAFF, half=True),
    status_code=200,
    responses=problems(WrongCode, UnfitFactorName, StepNotOwed, ProveAgain, TooManyFactors),
)
async def add_passkey(
    call: Given, site: SiteGiven, data: JSONBody[NewPasskey]
) -> Response[Enrolled]:
    """Keep a new passkey; this also finishes a first sign-in."""
    who, now = call.halfway, call.clock.now()
    async with call.db.tx(who.org_id) as tx:
        await service.may_enrol(tx, who, half=call.caller.half is not None, now=now)
        codes = await service.add_passkey(
            tx,
            who,
            name=data.name,
            credential=data.credential,
            url=site.url,
            now=now,
            chance=call.chance,
        )
        return await _enrolled(call, site, tx, codes)


@delete(
    "/api/v1/me/factors/{factor_id:uuid}",
    opt=may(STAFF),
    responses=problems(Missing, LastFactor, ProveAgain),
)
async def remove_factor(call: Given, factor_id: FromPath[UUID]) -> None:
    """Remove a second step that you no longer use."""
    async with call.db.tx(call.actor.org_id) as tx:
        await service.remove(tx, call.actor, factor_id, now=call.clock.now(), chance=call.chance)


@post(
    "/api/v1/me/factors/recovery",
    opt=may(STAFF),
    status_code=200,
    responses=problems(ProveAgain),
)
async def draw_recovery_codes(call: Given) -> RecoveryCodes:
    """Get fresh recovery codes, shown this once; those from before stop working."""
    async with call.db.tx(call.actor.org_id) as tx:
        codes = await service.draw_recovery(
            tx, call.actor, now=call.clock.now(), chance=call.chance
        )
    return RecoveryCodes(codes=codes)


handlers = [
    read_step,
    prove_by_code,
    prove_by_recovery_code,
    ask_for_proof,
    prove_by_passkey,
    list_factors,
    begin_totp,
    confirm_totp,
    ask_for_passkey,
    add_passkey,
    remove_factor,
    draw_recovery_codes,
]
