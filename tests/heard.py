"""What learners were told, as it is stored."""

from uuid import UUID

from browser import Json
from tihi.base.ids import LearnerId
from world import World


async def heard(world: World, kind: str) -> list[tuple[LearnerId, UUID | None, Json]]:
    """Return whom outcomes of `kind` told what and because of which fact, the latest first."""
    found = await world.rows(
        """SELECT o.learner_id, t.cause, t.data
        FROM outcomes AS o
        CROSS JOIN ROWS FROM (
            jsonb_to_recordset(o.told::jsonb) AS (type text, cause uuid, data jsonb)
        ) WITH ORDINALITY AS t (type, cause, data, nth)
        WHERE t.type = $1 ORDER BY o.seq DESC, t.nth DESC""",
        kind,
    )
    return [(LearnerId(learner), cause, data) for learner, cause, data in found]
