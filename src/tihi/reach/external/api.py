"""HTTP for other products: sending facts and reading back what was taken."""

from uuid import UUID

from litestar import get, post, put
from litestar.params import FromQuery, JSONBody

from tihi.base.ids import LearnerId
from tihi.base.problem import TooMany
from tihi.platform import traces
from tihi.platform.http import ADMINS, Given, may, may_key, problems
from tihi.reach.external import service
from tihi.reach.external.model import (
    ActivityTypes,
    ExternalBatch,
    OtherBody,
    OutOfWindow,
    StoredFact,
    TakenBatch,
    TooManyFacts,
    UnfitFact,
    UnknownLearner,
)

_BATCHES = 600
_BATCHES_S = 60


@post(
    "/api/v1/facts",
    opt=may_key("facts:write"),
    status_code=200,
    responses=problems(UnfitFact, OutOfWindow, UnknownLearner, OtherBody, TooManyFacts, TooMany),
)
async def send_facts(call: Given, data: JSONBody[ExternalBatch]) -> TakenBatch:
    """Send up to 100 facts, which are taken all or none.

    The same id with the same body again changes nothing; with another body it is refused.
    """
    key = call.key
    await call.cache.limit(f"facts:{key.key_id}", _BATCHES, _BATCHES_S)
    with traces.step("write") as parent:
        async with call.db.tx(key.org_id) as tx:
            taken = await service.take(
                tx, key.source, data.facts, now=call.clock.now(), parent=parent
            )
    call.bus.publish(taken.facts)
    return taken.reply


@get("/api/v1/facts", opt=may_key("facts:read"), responses=problems(TooMany))
async def read_facts(call: Given, subject: FromQuery[UUID]) -> list[StoredFact]:
    """Read the newest facts that were sent with this key about a learner, at most 100."""
    key = call.key
    await call.cache.limit(f"facts-read:{key.key_id}", _BATCHES, _BATCHES_S)
    async with call.db.tx(key.org_id) as tx:
        return await service.newest(tx, key.source, LearnerId(subject))


@get("/api/v1/admin/activity-types", opt=may(ADMINS), responses=problems())
async def read_activity_types(call: Given) -> ActivityTypes:
    """Read which facts of other products meet the daily minimum, as a lesson does."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.activity_types(tx)


@put("/api/v1/admin/activity-types", opt=may(ADMINS), responses=problems(UnfitFact))
async def set_activity_types(call: Given, data: JSONBody[ActivityTypes]) -> ActivityTypes:
    """Choose which facts of other products meet the daily minimum from now on."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.set_activity_types(
            tx, data, by=call.actor.account_id, now=call.clock.now(), chance=call.chance
        )


handlers = [send_facts, read_facts, read_activity_types, set_activity_types]
