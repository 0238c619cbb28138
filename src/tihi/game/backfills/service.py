"""What can be done with back-fills: take the next step of the oldest that is under way."""

from datetime import datetime

import msgspec

from tihi.base.chance import Random
from tihi.base.ids import LearnerId
from tihi.game.achievements import service as achievements
from tihi.game.boards.service import Desk
from tihi.game.packs import service as packs
from tihi.game.packs.model import Backfill, RuleSet
from tihi.game.rewards import service as rewards
from tihi.game.rewards.rewarding import Rewarding
from tihi.platform.consumer import Applied
from tihi.platform.db import BatchTx, Tx

Step = tuple[Backfill, Applied | None]
"""How far a back-fill is, and what its step led to."""

_LEARNERS = 20
"""So many are counted in one transaction; live facts of theirs wait for it, for milliseconds."""


async def step(tx: BatchTx, one: Tx, *, now: datetime, desk: Desk, chance: Random) -> Step | None:
    """Count some more learners of the org's oldest back-fill; return None when there is none.

    A step that is cut off leaves nothing, and a second process waits for it: the row that says
    how far it is stays locked. Nothing counts twice: a fact is either applied, and counted here,
    or still due, and counted when it is applied.

    Args:
        tx: the transaction as a batch.
        one: the same transaction, bound to its org.
        now: this moment.
        desk: writes boards.
        chance: for the mark that the step leaves in its learners' states.

    Raises:
        OtherBatch: facts of these learners were applied meanwhile; try again.
    """
    found = await packs.next_backfill(one)
    if found is None:
        return None
    if found.total is None:
        total = await rewards.how_many_uncounted(one, found.version)
        found = msgspec.structs.replace(found, total=total)
    learners = await rewards.uncounted(
        one, found.version, after=LearnerId(found.after), most=_LEARNERS
    )
    if not learners:
        done = msgspec.structs.replace(found, finished_at=now)
        await packs.move_backfill(one, done)
        return done, None
    rule_set = (await packs.sets(tx, [(one.org_id, found.version)]))[one.org_id, found.version]
    batch = Rewarding({(one.org_id, found.version): rule_set}, [], chance)
    batch.org_of = dict.fromkeys(learners, one.org_id)
    awards, applied = await _recount(tx, one, batch, rule_set, now=now, desk=desk)
    moved = msgspec.structs.replace(
        found,
        after=learners[-1],
        done=found.done + len(learners),
        total=max(found.total or 0, found.done + len(learners)),
        awards=found.awards + awards,
    )
    await packs.move_backfill(one, moved)
    return moved, applied


async def _recount(
    tx: BatchTx, one: Tx, batch: Rewarding, rule_set: RuleSet, *, now: datetime, desk: Desk
) -> tuple[int, Applied]:
    """Count the history of the batch's learners by `rule_set`; return how many tiers it earned.

    What a tier is worth is given as of now, with the fact that earned it as its cause.
    """
    learners, version = list(batch.org_of), rule_set.version
    # The states come first: what is applied from here on makes their versions differ.
    await batch.read(tx, [], {})
    batch.states = {
        learner: msgspec.structs.replace(state, counted=version)
        for learner, state in batch.states.items()
    }
    history = await achievements.recount(one, learners, rule_set, consumer=rewards.CONSUMER)
    given = [(rewards.brought_to(fact, now, version), earned) for fact, earned in history.earned]
    await batch.read_older(tx, [fact for fact, _ in given])
    for fact, earned in given:
        batch.give(fact, [], earned, told=False)
    # In the order in which the consumer locks: states before sheets.
    standings = await batch.write(tx)
    await history.write(one)
    applied = await rewards.finish(tx, batch, standings, now=now, desk=desk)
    return sum(len(earned) for _, earned in given), applied
