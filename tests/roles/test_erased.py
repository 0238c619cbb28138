"""P12: the list of who was erased, which a restore applies again."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from tihi.base.ids import AccountId, OrgId, fresh_id
from tihi.roles import erased
from world import School


async def erase(school: School, name: str) -> AccountId:
    learner = await school.world.learner(name)
    admin = await school.world.browser(school.admin)
    path = f"/api/v1/admin/people/{learner}/erase"
    reply = await admin.send("POST", path, json={"display_name": name})
    assert reply.status_code == 204, reply.text
    return AccountId(learner)


def listed(path: Path, school: School) -> list[AccountId]:
    return [one.account_id for one in erased.read(path) if one.org_id == school.world.org_id]


async def test_whoever_is_erased_is_soon_on_the_list(school: School, tmp_path: Path) -> None:
    """P12: once, by id alone, readable by its owner alone."""
    path = tmp_path / "erased.jsonl"
    first = await erase(school, "Mere")
    keeper = erased.Keeper(school.world.here, path)
    await keeper.keep()
    assert listed(path, school) == [first]
    school.world.clock.advance(timedelta(hours=1))
    second = await erase(school, "Hone")
    for _ in range(2):
        await keeper.keep()
    await erased.Keeper(school.world.here, path).keep()
    assert listed(path, school) == [first, second]
    assert b"Mere" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_restored_database_takes_nobody_off_the_list(
    school: School, tmp_path: Path
) -> None:
    """P12: a list that knows more than the database stays as it is."""
    path = tmp_path / "erased.jsonl"
    now = school.world.clock.now()
    known = erased.Erased(
        org_id=OrgId(fresh_id(now, school.world.here.chance)),
        account_id=AccountId(fresh_id(now, school.world.here.chance)),
        erased_at=now,
    )
    erased.add(path, [known])
    mine = await erase(school, "Mere")
    await erased.Keeper(school.world.here, path).keep()
    assert erased.read(path)[0] == known
    assert listed(path, school) == [mine]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    """P12: whoever is on it would come back."""
    path = tmp_path / "erased.jsonl"
    path.write_text('{"org_id": "1"}\n')
    with pytest.raises(erased.UnreadableList, match="line 1"):
        erased.read(path)
