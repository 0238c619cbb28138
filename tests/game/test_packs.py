"""Applying packs to a running system: whole or not at all, once, for what happens from then on."""

import asyncio

import msgspec
import pytest

from game.happen import answer, new, record
from tihi.game.packs import service
from tihi.game.packs.model import RuleSet, UnfitPack
from tihi.roles import school
from world import School, World


def pack(name: str, base: int = 5, achievement: str = "a") -> bytes:
    """Return a pack with a rule and an achievement of its own."""
    return f"""
pack: {name}
version: 1
rules:
  - id: {name}
    fact: answer.graded.v1
    name: {{en: "{name}", mi: "{name}"}}
    drive: meaning
    base: {base}
achievements:
  - id: {achievement}
    name: {{en: "{achievement}", mi: "{achievement}"}}
    description: {{en: "x", mi: "x"}}
    icon: x
    drive: meaning
    criteria: [{{kind: count, fact: answer.graded.v1}}]
    tiers: [{{threshold: 1, name: {{en: "x", mi: "x"}}, reward: 1}}]
""".encode()


async def in_force(world: World) -> RuleSet:
    async with world.here.db.tx(world.org_id) as tx:
        return await service.in_force(tx)


async def test_a_pack_twice_is_a_pack_once(world: World) -> None:
    await world.apply(pack("one"))
    first = await in_force(world)
    await world.apply(pack("one"))

    assert await in_force(world) == first
    assert await world.rows("SELECT count(*) FROM rule_sets") == [(1,)]


async def test_packs_at_once_all_come_into_force(world: World) -> None:
    names = [f"pack-{n}" for n in range(8)]
    await asyncio.gather(*(world.apply(pack(name, achievement=name)) for name in names))
    found = await in_force(world)

    assert found.version == 8
    assert {rule.id for rule in found.rules} == set(names)
    assert {one.id for one in found.achievements} == set(names)
    assert await world.rows("SELECT rule_set FROM orgs") == [(8,)]


async def test_the_same_pack_at_once_makes_one_version(world: World) -> None:
    await asyncio.gather(*(world.apply(pack("one")) for _ in range(8)))

    assert (await in_force(world)).version == 1


async def test_a_pack_that_is_wrong_in_one_place_is_refused_whole(world: World) -> None:
    await world.apply(pack("one"))
    wrong = pack("one", base=9).replace(b"threshold: 1", b"threshold: 0")
    with pytest.raises(UnfitPack):
        await world.apply(wrong)

    assert [rule.base for rule in (await in_force(world)).rules] == [5]


async def test_over_http_the_reason_is_told_and_nothing_changes(school: School) -> None:
    before = await in_force(school.world)
    admin = (await school.browsers())["admin"]
    reply = await admin.send("POST", "/api/v1/packs", content=b"pack: x\nversion: 1\nmore: 1")

    assert (reply.status_code, reply.json()["type"]) == (422, "urn:tihi:problem:packs/unfit")
    assert "more" in reply.json()["detail"]
    assert await in_force(school.world) == before
    whole = await admin.send("POST", "/api/v1/packs", content=pack("mine", achievement="mine"))
    assert whole.status_code == 200
    assert (await in_force(school.world)).version == before.version + 1


async def test_rules_are_those_of_the_moment_of_recording(world: World) -> None:
    """A fact that waits through an edit pays what it would have paid at once (R2)."""
    learner = await world.learner()
    await world.apply(pack("one", base=5))
    await record(world, new(world, learner, answer()))
    await world.apply(pack("one", base=50))
    await record(world, new(world, learner, answer()))
    await world.deliver()

    points = await world.rows("SELECT points FROM ledger WHERE rule = 'one' ORDER BY entry")
    assert points == [(5,), (50,)]


async def test_a_rule_set_never_changes_once_it_is_stored(world: World) -> None:
    await world.apply(pack("one"))
    first = await in_force(world)
    await world.apply(pack("two", achievement="b"))
    async with world.here.db.tx(world.org_id) as tx:
        found = await service.sets(tx, [(world.org_id, 1), (world.org_id, 2)])

    assert found[world.org_id, 1] == first
    assert msgspec.structs.replace(found[world.org_id, 2], version=1) != first


async def test_a_long_pack_is_read_apart_and_is_the_same_pack() -> None:
    text = school.starter_pack()
    assert len(text) > 5_000
    assert await service.read_apart(text) == service.read(text)


@pytest.mark.parametrize(
    "text",
    [b"pack: [", b"pack: x\nversion: 1\nmore: 1", b"a: &a [1]\nb: *a", b"- " * 900],
    ids=["broken", "strange", "alias", "deep"],
)
async def test_a_long_pack_is_refused_in_the_words_of_a_short_one(text: bytes) -> None:
    """S35."""
    long = text + b"\n" + b"# words\n" * 200
    with pytest.raises(UnfitPack) as short:
        service.read(text)
    with pytest.raises(UnfitPack) as refused:
        await service.read_apart(long)
    # Where a text ends is told with its line.
    assert refused.value.detail.split(":")[-1] == short.value.detail.split(":")[-1]


async def test_a_pack_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """S35: whoever sends one holds up nobody else."""
    monkeypatch.setattr(service, "_MOST_S", 0.05)
    with pytest.raises(UnfitPack, match="takes too long"):
        await service.read_apart(school.starter_pack())
