"""What can be done with orgs."""

from collections.abc import Sequence
from datetime import datetime

from asyncpg import UniqueViolationError

from tihi.base.problem import Missing
from tihi.people.orgs import rules, store
from tihi.people.orgs.model import Org, SlugTaken
from tihi.platform.db import Tx
from tihi.platform.directory import lookup


async def create(tx: Tx, *, name: str, slug: str, zone: str, now: datetime) -> Org:
    """Create the transaction's org.

    Raises:
        UnfitOrg: its name or `slug` cannot be one.
        SlugTaken: another org has `slug`.
    """
    called = rules.clean_name(name)
    try:
        await lookup.add_org(tx, rules.check_slug(slug), now=now)
    except UniqueViolationError as error:
        raise SlugTaken(f"choose another short name than {slug}") from error
    await store.add(tx, name=called, slug=slug, zone=zone)
    return await read(tx)


async def read(tx: Tx) -> Org:
    """Return the transaction's org.

    Raises:
        Missing: there is none.
    """
    org = await store.read(tx)
    if org is None:
        raise Missing
    return org


async def set_rule_set(tx: Tx, version: int) -> None:
    """Put `version` of the rules in force for facts recorded from now on."""
    await store.set_rule_set(tx, version)


async def set_activity_types(tx: Tx, types: Sequence[str]) -> None:
    """Let these types of other products' facts meet the org's daily minimum."""
    await store.set_activity_types(tx, types)


async def set_frozen(tx: Tx, *, frozen: bool) -> None:
    """Let only administrators in and no API key do anything, or end that state."""
    await store.set_frozen(tx, frozen=frozen)


async def set_class_size(tx: Tx, most: int) -> None:
    """Let each class take so many learners by its code; whoever is in stays in.

    Raises:
        UnfitSize: it is not 1 to 2,000.
    """
    await store.set_class_size(tx, rules.check_class_size(most))
