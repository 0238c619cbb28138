"""Founding an organisation from the command line: what it may be called."""

import pytest

from tihi.base.problem import Missing
from tihi.game.packs import service as packs
from tihi.learn.items import service as items
from tihi.people.members.model import Invited, NewPerson
from tihi.people.orgs.model import SlugTaken, UnfitOrg
from tihi.roles import people
from world import World


async def founding(
    world: World, slug: str, name: str = "Te Kura Hou", *, bank: bool = False
) -> Invited:
    admin = NewPerson(
        role="admin", display_name="Ana", sign_in_name="ana", zone="Pacific/Auckland", locale="en"
    )
    url = "https://tihi.test"
    return await people.found_org(world.here, name=name, slug=slug, admin=admin, url=url, bank=bank)


@pytest.mark.parametrize("slug", ["", "Our School!", "a b", "-a", "a-", "a--b", "kura/1", "a" * 41])
async def test_a_short_name_that_cannot_be_typed_is_refused(world: World, slug: str) -> None:
    with pytest.raises(UnfitOrg):
        await founding(world, slug)


async def test_an_organisation_has_a_name(world: World) -> None:
    with pytest.raises(UnfitOrg):
        await founding(world, f"{world.slug}-new", name="  ")


async def test_a_short_name_is_taken_once(world: World) -> None:
    assert "/link#" in (await founding(world, f"{world.slug}-new")).link.url
    with pytest.raises(SlugTaken):
        await founding(world, f"{world.slug}-new")


async def test_who_and_what_is_not_there_is_named(world: World) -> None:
    with pytest.raises(people.NoSuchOrg, match="called nowhere"):
        await people.org_of(world.here.db, "nowhere")
    for way in (
        people.link_for(world.here, world.slug, "nobody", "https://tihi.test"),
        people.reset_second_step(world.here, world.slug, "nobody"),
    ):
        with pytest.raises(Missing, match="nobody signs in as nobody"):
            await way


async def test_a_new_organisation_begins_with_the_starter_pack(world: World) -> None:
    """Without it answers bring no points and no badges, and nobody says why."""
    made = await founding(world, f"{world.slug}-new")
    org = await people.org_of(world.here.db, f"{world.slug}-new")
    async with world.here.db.tx(org) as tx:
        found = await packs.in_force(tx)
    assert made.link.url
    assert found.version == 1
    assert {"correct-answer", "lesson-done"} <= {rule.id for rule in found.rules}
    assert found.achievements


async def test_a_new_organisation_may_begin_with_the_starter_bank(world: World) -> None:
    await founding(world, f"{world.slug}-new", bank=True)
    org = await people.org_of(world.here.db, f"{world.slug}-new")
    async with world.here.db.tx(org) as tx:
        assert len(await items.cards(tx, words="", course=None)) > 50
