"""What can be done with packs."""

import json
from collections import Counter
from collections.abc import Collection, Hashable, Iterator
from contextlib import aclosing
from datetime import datetime
from typing import Any, ClassVar

import msgspec
import yaml
from typing_extensions import override

from tihi.base.ids import OrgId
from tihi.base.value import Value
from tihi.game.packs import rules, store
from tihi.game.packs.model import AppliedPack, Backfill, Pack, PackCard, RuleSet, UnfitPack
from tihi.people.orgs import service as orgs
from tihi.platform import apart
from tihi.platform.db import Batch, Tx

_MOST_KEPT = 200
_SHORT = 1_000
"""Bytes that take a few milliseconds."""
_MOST_S = 20.0
_MOST_MEMORY = 1 << 30
# A rule set never changes, so a copy in memory cannot be stale.
_kept: dict[tuple[OrgId, int], RuleSet] = {}


class _Loader(yaml.SafeLoader):
    """Reads YAML, and JSON, but leaves moments as they are written: quoted or not, the same."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in found if not tag.endswith(":timestamp")]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    @override
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Return a mapping; a word that stands in it twice would hide what the first one says."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"`{key.value}` stands here twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


class _Found(Value):
    pack: Pack | None = None
    why_not: str = ""


class Change(Value):
    """What applying a pack led to, and the rules in force now."""

    applied: AppliedPack
    rules: RuleSet


def read(text: bytes) -> Pack:
    """Return the pack written in `text`, YAML or JSON.

    Raises:
        UnfitPack: it cannot be read, or says something impossible.
    """
    try:
        pack = msgspec.convert(_loaded(text), Pack)
    except yaml.MarkedYAMLError as error:
        raise UnfitPack(_told(error)) from error
    except RecursionError as error:
        raise UnfitPack("it is nested too deep") from error
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise UnfitPack(str(error).partition("\n")[0][:300]) from error
    except ValueError as error:
        # Python's words for a number of thousands of digits are about Python.
        raise UnfitPack("it holds a number or a character that cannot be read") from error
    rules.check(pack)
    return pack


def _loaded(text: bytes) -> object:
    try:
        # YAML 1.1 takes nearly all of JSON: not 1e3, nor two escapes that make one letter.
        return json.loads(text, object_pairs_hook=_once)
    except ValueError:
        pass
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
        # A few bytes could stand for gigabytes.
        raise UnfitPack("write out what an anchor (&) and its alias (*) stand for")
    return yaml.load(text, _Loader)  # noqa: S506  # a safe one


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise UnfitPack(f"`{twice[:100]}` stands in one place twice")
    return found


async def read_apart(text: bytes) -> Pack:
    """Return what `read` does, a long text read by a process of its own: YAML takes its time.

    Raises:
        UnfitPack: as `read` does, or reading takes longer than a pack can be worth.
    """
    if len(text) <= _SHORT:
        return read(text)
    try:
        async with aclosing(
            apart.pieces(packed, text, most_s=_MOST_S, most_memory=_MOST_MEMORY)
        ) as pieces:
            found = msgspec.json.decode(await anext(pieces), type=_Found)
    except apart.Broken as error:
        raise UnfitPack("reading it takes too long; split it") from error
    if found.pack is None:
        raise UnfitPack(found.why_not)
    return found.pack


def packed(text: bytes) -> Iterator[bytes]:
    """Read a pack; give it, or why not."""
    try:
        yield msgspec.json.encode(_Found(pack=read(text)))
    except UnfitPack as error:
        yield msgspec.json.encode(_Found(why_not=error.detail))


def _told(error: yaml.MarkedYAMLError) -> str:
    """Return what is wrong with the YAML, and where."""
    mark = error.problem_mark or error.context_mark
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return f"{where}{error.problem or error.context}"[:300]


async def apply(tx: Tx, pack: Pack, *, now: datetime) -> Change:
    """Put `pack` in force for facts recorded from now on; a running system takes it at once.

    A pack that changes nothing makes no new version. Where it asks for something new, history
    is counted for it in the background.

    Raises:
        UnfitPack: it says something impossible, by itself or with the rules in force.
    """
    rules.check(pack)
    await store.lock(tx)
    before = await store.latest(tx) or rules.EMPTY
    rules.check_known(before, pack)
    after = rules.join(before, pack)
    rules.check_ends(after)
    counting = rules.counts_anew(before, after)
    if msgspec.structs.replace(after, version=before.version) == before:
        after = before
    else:
        await store.add(tx, after, pack=pack.pack, now=now)
        await orgs.set_rule_set(tx, after.version)
        if counting:
            await store.add_backfill(tx, after.version, now=now)
    return Change(
        applied=AppliedPack(
            pack=pack.pack,
            version=after.version,
            rules=len(pack.rules),
            achievements=len(pack.achievements),
            retired=len(pack.retire.rules) + len(pack.retire.achievements),
            counting=counting,
        ),
        rules=after,
    )


async def in_force(tx: Tx) -> RuleSet:
    """Return the org's rules as they are now."""
    return await store.latest(tx) or rules.EMPTY


async def sets(tx: Batch, keys: Collection[tuple[OrgId, int]]) -> dict[tuple[OrgId, int], RuleSet]:
    """Return rule sets by org and version; version 0 is the empty one."""
    missing = [key for key in set(keys) if key not in _kept and key[1] > 0]
    if missing:
        if len(_kept) > _MOST_KEPT:
            _kept.clear()
        _kept.update(await store.sets(tx, missing))
    return {key: _kept.get(key, rules.EMPTY) for key in keys}


async def versions(tx: Batch, found: Collection[OrgId]) -> dict[OrgId, int]:
    """Return the versions that are in force in orgs."""
    return await store.versions(tx, found)


async def every_set(tx: Tx) -> list[RuleSet]:
    """Return all rule sets that the org ever had, the oldest first."""
    last = (await in_force(tx)).version
    found = await sets(tx, [(tx.org_id, version) for version in range(1, last + 1)])
    return [found[tx.org_id, version] for version in range(1, last + 1)]


async def all_counted(tx: Tx) -> bool:
    """Return whether no counting of history is under way."""
    return not await store.open_backfills(tx)


async def next_backfill(tx: Tx) -> Backfill | None:
    """Return the oldest back-fill that is not finished, locked until the transaction ends."""
    return await store.next_backfill(tx)


async def move_backfill(tx: Tx, moved: Backfill) -> None:
    """Note how far a back-fill has come."""
    await store.put_backfill(tx, moved)


async def cards(tx: Tx) -> list[PackCard]:
    """Return the packs that were applied, newest first."""
    return await store.cards(tx)
