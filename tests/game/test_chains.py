"""Facts that the game makes of facts: where and when they count."""

from datetime import date

from game.happen import active_on, record
from tihi.facts.learning import DayActive, StreakKept
from world import ZONE, School

MONDAY = date(2026, 11, 23)


async def test_a_chained_fact_counts_in_the_week_of_its_cause(school: School) -> None:
    """A learner far away keeps a streak on their Sunday, when it is Monday for the org."""
    world = school.world
    far = await world.learner(zone="Pacific/Pago_Pago")
    sunday = date(2026, 11, 22)
    await record(world, active_on(world, far, sunday, zone_name="Pacific/Pago_Pago"))
    await world.deliver()
    found = {fact.type: fact for fact in await world.facts() if fact.subject == far}
    begun, kept = found[DayActive.type], found[StreakKept.type]

    assert begun.zone != ZONE
    assert (begun.local_date, begun.org_date) == (sunday, MONDAY)
    assert (kept.local_date, kept.org_date) == (sunday, MONDAY)
