"""Taking rules and achievements out of force: given no more, kept by those who have them."""

from datetime import timedelta

import pytest

from browser import Json
from game.happen import answer, new, record
from tihi.base.ids import LearnerId
from tihi.game.backfills.jobs import Filler
from tihi.game.boards.service import Desk
from tihi.game.packs import service
from tihi.game.packs.model import AppliedPack, RuleSet, UnfitPack
from tihi.roles import verify
from world import School, World

BOTH = b"""
pack: climb
version: 1
rules:
  - {id: step, fact: answer.graded.v1, name: {en: A step, mi: He hipa}, drive: meaning, base: 10}
  - {id: more, fact: answer.graded.v1, name: {en: More, mi: Atu}, drive: meaning, base: 1}
achievements:
  - id: climber
    name: {en: Climber, mi: Kaipiki}
    description: {en: x, mi: x}
    icon: x
    drive: meaning
    criteria: [{kind: count, fact: answer.graded.v1}]
    tiers:
      - {threshold: 2, name: {en: One, mi: Tahi}, reward: 100}
      - {threshold: 5, name: {en: Two, mi: Rua}, reward: 200}
"""
RETIRE = b"pack: autumn\nversion: 1\nretire: {rules: [step], achievements: [climber]}\n"


async def fill(world: World) -> None:
    here = world.here
    await Filler(here.db, here.bus, Desk(here.cache), here.clock, here.chance).fill(world.org_id)


async def apply(world: World, pack: bytes) -> AppliedPack:
    async with world.here.db.tx(world.org_id) as tx:
        return (await service.apply(tx, service.read(pack), now=world.clock.now())).applied


async def in_force(world: World) -> RuleSet:
    async with world.here.db.tx(world.org_id) as tx:
        return await service.in_force(tx)


async def answers(world: World, learner: LearnerId, count: int, *, deliver: bool = True) -> None:
    await record(world, *(new(world, learner, answer()) for _ in range(count)))
    if deliver:
        await world.deliver()


async def held(world: World, learner: LearnerId) -> list[int]:
    rows = await world.rows("SELECT tier FROM awards WHERE learner_id = $1 ORDER BY 1", learner)
    return [tier for (tier,) in rows]


async def points(world: World, learner: LearnerId) -> dict[str, int]:
    query = "SELECT rule, sum(points)::int FROM ledger WHERE learner_id = $1 GROUP BY 1"
    return dict(await world.rows(query, learner))


async def sound(world: World) -> None:
    assert await verify.differences(world.here, world.org_id) == []


async def test_what_is_retired_is_given_no_more_and_kept_by_who_has_it(world: World) -> None:
    has, near = await world.learner(), await world.learner("Ben")
    await apply(world, BOTH)
    await fill(world)
    await answers(world, has, 2)
    await answers(world, near, 1)
    applied = await apply(world, RETIRE)
    await answers(world, has, 5)
    await answers(world, near, 5)

    assert (applied.retired, applied.counting) == (2, False)
    assert (await held(world, has), await held(world, near)) == ([1], [])
    assert await points(world, has) == {"step": 20, "more": 7, "award": 100}
    assert await points(world, near) == {"step": 10, "more": 6}
    await sound(world)


async def test_what_happened_before_counts_though_it_is_worked_on_after(world: World) -> None:
    """R2: the rules of a fact are those of its moment."""
    learner = await world.learner()
    await apply(world, BOTH)
    await fill(world)
    await answers(world, learner, 2, deliver=False)
    await apply(world, RETIRE)
    await world.deliver()

    assert await held(world, learner) == [1]
    assert (await points(world, learner))["step"] == 20
    await sound(world)


async def test_it_comes_back_as_it_was_and_counts_what_happened_meanwhile(world: World) -> None:
    learner = await world.learner()
    await apply(world, BOTH)
    await fill(world)
    await answers(world, learner, 2)
    await apply(world, RETIRE)
    await answers(world, learner, 2)
    world.clock.advance(timedelta(days=1))
    applied = await apply(world, BOTH)
    await fill(world)
    await answers(world, learner, 1)
    found = await in_force(world)

    assert applied.counting
    assert await held(world, learner) == [1, 2]
    assert await points(world, learner) == {"step": 30, "more": 5, "award": 300}
    assert [(one.id, one.version) for one in found.achievements] == [("climber", 1)]
    assert found.retired_rules == found.retired_achievements == []
    await sound(world)


async def test_one_that_comes_back_changed_is_a_new_version_of_itself(world: World) -> None:
    """Two with one version would be promised two rewards."""
    await apply(world, BOTH)
    await apply(world, RETIRE)
    await apply(world, BOTH.replace(b"reward: 200", b"reward: 250"))

    assert [one.version for one in (await in_force(world)).achievements] == [2]


async def test_retiring_twice_is_retiring_once(world: World) -> None:
    await apply(world, BOTH)
    await apply(world, RETIRE)
    first = await in_force(world)
    await apply(world, RETIRE)

    assert await in_force(world) == first
    assert ([one.id for one in first.rules], first.achievements) == (["more"], [])
    assert [one.id for one in first.retired_rules] == ["step"]


async def test_history_that_is_being_counted_gives_it_to_nobody_any_more(world: World) -> None:
    learner = await world.learner()
    await answers(world, learner, 3)
    await apply(world, BOTH)
    await apply(world, RETIRE)
    await fill(world)

    assert await held(world, learner) == []
    await sound(world)


@pytest.mark.parametrize(
    ("pack", "why"),
    [
        (b"pack: x\nversion: 1\nretire: {achievements: [climbr]}", "no achievement is called"),
        (b"pack: x\nversion: 1\nretire: {rules: [climber]}", "no rule is called climber"),
        (BOTH + b"retire: {rules: [step]}\n", "gives it or retires it, not both"),
        (b"pack: x\nversion: 1\nretire: [step]", "object"),
    ],
)
async def test_what_cannot_be_retired_is_named(world: World, pack: bytes, why: str) -> None:
    await apply(world, BOTH)
    before = await in_force(world)
    with pytest.raises(UnfitPack) as refused:
        await apply(world, pack)

    assert why in refused.value.detail
    assert await in_force(world) == before


async def test_a_learner_sees_a_past_badge_and_an_admin_what_is_retired(school: School) -> None:
    world = school.world
    learner, other = await world.learner(), await world.learner("Ben")
    await apply(world, BOTH)
    await fill(world)
    await answers(world, learner, 2)
    await apply(world, RETIRE)

    async def badge(who: LearnerId) -> Json:
        badges = (await (await world.browser(who)).send("GET", "/api/v1/me/badges")).json()
        return next((one for one in badges if one["achievement"] == "climber"), None)

    mine = await badge(learner)
    assert (mine["past"], mine["name"]["en"]) == (True, "Climber")
    assert [one["earned_at"] is not None for one in mine["tiers"]] == [True, False]
    assert await badge(other) is None
    ledger = (await (await world.browser(learner)).send("GET", "/api/v1/me/ledger")).json()
    assert {one["name"]["en"] for one in ledger["entries"]} >= {"A step", "Climber"}
    admin = (await school.browsers())["admin"]
    cards = (await admin.send("GET", "/api/v1/packs")).json()
    assert [one["retired"] for one in cards[:2]] == [2, 0]
