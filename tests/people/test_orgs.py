"""Founding an organisation from the command line: what it may be called."""

import pytest

from tihi.base.problem import Missing
from tihi.people.members.model import Invited, NewPerson
from tihi.people.orgs.model import SlugTaken, UnfitOrg
from tihi.roles import people
from world import World


async def founding(world: World, slug: str, name: str = "Te Kura Hou") -> Invited:
    admin = NewPerson(
        role="admin", display_name="Ana", sign_in_name="ana", zone="Pacific/Auckland", locale="en"
    )
    url = "https://tihi.test"
    return await people.found_org(world.here, name=name, slug=slug, admin=admin, url=url)


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
        await people.org_of(world.here, "nowhere")
    for way in (
        people.link_for(world.here, world.slug, "nobody", "https://tihi.test"),
        people.reset_second_step(world.here, world.slug, "nobody"),
    ):
        with pytest.raises(Missing, match="nobody signs in as nobody"):
            await way
