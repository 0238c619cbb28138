"""Facts for tests of the log and of what consumes it."""

from datetime import datetime
from uuid import uuid4

from tihi.base.ids import FactId, LearnerId
from tihi.facts.envelope import Fact, NewFact
from tihi.platform.log.append import append
from world import START, ZONE, World


def new(world: World, learner: LearnerId, time: datetime = START, kind: str = "x.v1") -> NewFact:
    """Return a fact of `learner` that nobody logged yet."""
    return NewFact(
        org_id=world.org_id,
        source="test",
        fact_id=FactId(uuid4()),
        type=kind,
        subject=learner,
        time=time,
        zone=ZONE,
        org_zone="Pacific/Pago_Pago",
        context="",
        parent="",
        data={"right": True, "skills": ["a", "b"]},
    )


async def log(world: World, *facts: NewFact) -> list[Fact]:
    """Log facts; return them stamped."""
    async with world.here.db.batch([world.org_id]) as tx:
        return await append(tx, facts, now=START)
