"""Does what is stored of rewards follow from the log and the rules?"""

from tihi.game.packs import service as packs
from tihi.game.rewards import rules, store
from tihi.game.rewards.model import Difference
from tihi.game.rewards.service import CONSUMER, TYPES
from tihi.platform.db import Tx
from tihi.platform.log import due


async def differences(tx: Tx) -> list[Difference]:
    """Return where what is stored differs from the ledger, and levels that no curve gives."""
    curves = [one.levels for one in await packs.every_set(tx)]
    return await store.wrong(tx) + [
        Difference(
            kind="level",
            subject=str(one.learner_id),
            stored=str(one.level),
            expected=f"that of {one.xp} XP",
        )
        for one in await store.heights(tx)
        if curves and not rules.fits(one, curves)
    ]


async def wrong_points(tx: Tx) -> list[Difference]:
    """Return entries that do not follow from their facts under the rules of their time.

    Facts that are still due are left out: their entries are on the way.
    """
    found: list[Difference] = []
    after = due.FIRST, 0
    while True:
        facts = await due.history(tx, TYPES, consumer=CONSUMER, after=after)
        if not facts:
            return found
        sets = await packs.sets(tx, {key for fact in facts for key in rules.rule_sets(fact)})
        stored = {
            (row.learner_id, row.source, row.rule): row.points
            for row in await store.ledger_of_facts(
                tx, [(fact.subject, rules.source_of(fact)) for fact in facts]
            )
        }
        for fact in facts:
            expected = rules.dated_entries(fact, sets)
            for entry in (entry for _, entries in expected for entry in entries):
                kept = stored.pop((fact.subject, entry.source, entry.rule), None)
                if kept != entry.points:
                    found.append(_wrong(f"{entry.source} {entry.rule}", kept, entry.points))
        found.extend(_wrong(f"{key[1]} {key[2]}", points, None) for key, points in stored.items())
        after = facts[-1].subject, facts[-1].n


def _wrong(subject: str, stored: int | None, expected: int | None) -> Difference:
    return Difference(kind="points", subject=subject, stored=str(stored), expected=str(expected))
