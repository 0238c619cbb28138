"""P6, P12: a person sees everything that is kept of them, and is gone when they are erased."""

import asyncio
import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from browser import Json
from people.lived import NAME, TYPED, live, rows_of
from tihi.base.ids import AccountId, LearnerId
from tihi.base.problem import Problem
from tihi.game.boards import service as boards
from tihi.learn.attempts import service as attempts
from tihi.learn.attempts import store as attempts_store
from tihi.people.privacy import service as privacy
from tihi.platform.engines import Endpoints
from tihi.platform.engines.roles import connect
from tihi.roles import scheduler, verify
from world import School


def unpacked(content: bytes) -> tuple[Json, str]:
    with ZipFile(BytesIO(content)) as file:
        assert sorted(file.namelist()) == ["data.json", "index.html"]
        return json.loads(file.read("data.json")), file.read("index.html").decode()


async def exported(school: School, account: AccountId) -> tuple[Json, str]:
    browser = await school.world.browser(account)
    reply = await browser.send("POST", "/api/v1/me/export")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/zip"
    return unpacked(reply.content)


async def erase(school: School, account: AccountId) -> None:
    admin = await school.world.browser(school.admin)
    path = f"/api/v1/admin/people/{account}/erase"
    reply = await admin.send("POST", path, json={"display_name": NAME})
    assert reply.status_code == 204, reply.text
    await school.world.here.bus.settle()


async def test_an_export_finds_the_person_in_every_table(school: School) -> None:
    """P6."""
    account = await live(school)
    counted = {name: await rows_of(school, name, account) for name in privacy.kept().tables}
    assert [name for name, count in counted.items() if not count] == ["erasures"]
    data, page = await exported(school, account)
    assert data["tables"].keys() == counted.keys()
    # Signing in for the export and noting it add a row each.
    more = {"sessions", "security_events"}
    for name, count in counted.items():
        assert len(data["tables"][name]) == count + (name in more), name
    assert NAME in page
    assert TYPED in page
    assert '<html lang="en-NZ">' in page


async def test_an_export_holds_nobody_else_and_no_secret(school: School) -> None:
    """P6."""
    account = await live(school)
    other = await school.world.learner("Somebody Else")
    await school.world.play(other, school.lesson)
    await school.world.deliver()
    data, page = await exported(school, account)
    whole = json.dumps(data) + page
    for stranger in (other, school.learner, school.teacher, school.admin):
        assert str(stranger) not in whole
    assert "Somebody Else" not in whole
    for secret in ("argon2", "password_hash", "code_hash", "sealed", "public_key"):
        assert secret not in whole


async def test_a_page_of_the_export_runs_nothing(school: School) -> None:
    """P6, S21: what somebody typed is inert."""
    account = await live(school)
    await school.world.rows(
        "UPDATE identities SET display_name = '<script>x</script>' WHERE account_id = $1", account
    )
    _, page = await exported(school, account)
    assert "<script" not in page
    assert "&lt;script&gt;" in page


async def test_an_administrator_exports_for_somebody_and_it_is_noted(school: School) -> None:
    """P6, P5."""
    admin = await school.world.browser(school.admin)
    reply = await admin.send("POST", f"/api/v1/admin/people/{school.learner}/export")
    data, _ = unpacked(reply.content)
    assert data["account_id"] == str(school.learner)
    audit = await admin.get(f"/api/v1/admin/audit?account={school.learner}")
    assert {"person-exported", "record-opened"} <= {one["kind"] for one in audit["entries"]}


async def test_after_erasing_nothing_leads_to_the_person(
    school: School, endpoints: Endpoints, data_folder: Path
) -> None:
    """P12."""
    account = await live(school)
    await school.world.play(school.learner, school.lesson)
    await school.world.deliver()
    await boards.rebuild(
        school.world.here.db,
        school.world.here.cache,
        school.world.org_id,
        now=school.world.clock.now(),
    )
    before = await school.world.rows("SELECT sum(points), count(*) FROM ledger")
    await erase(school, account)
    await school.world.deliver()
    assert await school.world.rows("SELECT sum(points), count(*) FROM ledger") == before
    assert await verify.differences(school.world.here, school.world.org_id) == []
    for name, table in privacy.kept().tables.items():
        assert bool(await rows_of(school, name, account)) is not table.erased, name
    await nowhere_in_the_database(school, endpoints)
    for word in (NAME, TYPED, "Zyzzogeton", "zyzzogeton"):
        assert files_with(data_folder, word.encode(), but="postgres") == []
    assert await board_members(school, account) == []


async def nowhere_in_the_database(school: School, endpoints: Endpoints) -> None:
    """Assert that no table of any schema holds a word of the person."""
    owner: Any = await connect(endpoints.owner_url)
    tables = await owner.fetch(
        """
        SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name
        FROM information_schema.tables WHERE table_schema IN ('public', 'system')
        """
    )
    await owner.close()
    for row in tables:
        found = f"SELECT count(*) FROM {row['name']} AS t WHERE t::text ILIKE '%zyzzogeton%'"  # noqa: S608
        if row["name"] != "public.alembic_version":
            assert await school.world.rows(found) == [(0,)], row["name"]


def files_with(folder: Path, word: bytes, *, but: str) -> list[Path]:
    """Return the files of the engines, but one, that hold `word`."""
    files = [path for path in folder.rglob("*") if path.is_file() and but not in path.parts]
    assert len(files) > 3, "there are engines' files to look into"
    return [path for path in files if word in path.read_bytes()]


async def board_members(school: School, account: AccountId) -> list[str]:
    """Return the boards that still show `account`."""
    client = school.world.here.cache.client
    keys = [key.decode() async for key in client.scan_iter(f"*{school.world.org_id}*")]
    sets = [key for key in keys if (await client.type(key)) == b"zset"]
    assert sets
    return [key for key in sets if await client.zscore(key, str(account)) is not None]


async def test_a_board_that_is_rebuilt_or_written_late_stays_without_them(school: School) -> None:
    """P12."""
    account = await live(school)
    world = school.world
    await world.play(school.learner, school.lesson)
    await world.deliver()
    now = world.clock.now()
    await boards.rebuild(world.here.db, world.here.cache, world.org_id, now=now)
    late = await world.owed("rewards")
    await erase(school, account)
    await world.deliver()
    await world.hand(late)
    await boards.write_waiting(world.here.db, world.here.cache, world.org_id, now=now)
    assert await board_members(school, account) == []
    await boards.rebuild(world.here.db, world.here.cache, world.org_id, now=now)
    assert await board_members(school, account) == []


async def test_what_arrives_during_an_erasure_goes_soon_after(school: School) -> None:
    """P12."""
    account = await live(school)
    view = await school.world.open(LearnerId(account), school.lesson)
    await erase(school, account)
    view = await school.world.open(LearnerId(account), school.lesson)
    step = view.step
    assert step is not None
    answer = await school.world.response(step, right=True)
    await school.world.write(school.world.request(LearnerId(account), view, step, answer))
    assert await rows_of(school, "answers", account) == 1
    await scheduler.finish_erasures(school.world.here)
    for name in ("answers", "attempts", "steps", "item_memory"):
        assert await rows_of(school, name, account) == 0, name


async def test_a_restore_applies_the_list_of_erasures_again(school: School) -> None:
    """P12, R30."""
    account = await live(school)
    await erase(school, account)
    async with school.world.here.db.tx(school.world.org_id) as tx:
        (erasure,) = await privacy.erasures(tx)
    assert erasure.account_id == account
    # As if an older backup had brought the person back.
    await school.world.rows(
        """
        INSERT INTO accounts (org_id, account_id, role, zone, locale, created_at)
        VALUES ($1, $2, 'learner', 'Pacific/Auckland', 'en', now())
        """,
        school.world.org_id,
        account,
    )
    await school.world.rows(
        "INSERT INTO identities (org_id, account_id, display_name) VALUES ($1, $2, $3)",
        school.world.org_id,
        account,
        NAME,
    )
    async with school.world.here.db.tx(school.world.org_id) as tx:
        await privacy.erase_again(tx, erasure)
    assert await rows_of(school, "identities", account) == 0
    assert await rows_of(school, "accounts", account) == 0


async def test_their_sessions_are_dead_and_their_words_open_nothing(school: School) -> None:
    """P12."""
    account = await live(school)
    browser = await school.world.browser(account)
    drawn = await browser.post("/api/v1/me/passphrase")
    await erase(school, account)
    school.world.clock.advance(timedelta(seconds=3))
    assert (await browser.send("GET", "/api/v1/me")).status_code == 401
    reply = await browser.sign_in(school.world.slug, drawn["sign_in_name"], drawn["words"])
    assert reply.status_code == 401


@pytest.mark.parametrize("typed", ["", "Aroha", NAME.lower()])
async def test_nobody_is_erased_by_mistake(school: School, typed: str) -> None:
    """P12."""
    account = await school.world.learner(NAME)
    admin = await school.world.browser(school.admin)
    path = f"/api/v1/admin/people/{account}/erase"
    reply = await admin.send("POST", path, json={"display_name": typed})
    assert (reply.status_code, reply.json()["type"]) == (
        422,
        "urn:tihi:problem:privacy/not-confirmed",
    )
    own = f"/api/v1/admin/people/{school.admin}/erase"
    reply = await admin.send("POST", own, json={"display_name": "Principal Reweti"})
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:tihi:problem:privacy/yourself")


async def test_two_erasures_at_once_erase_once(school: School) -> None:
    """P12."""
    account = await live(school)
    browsers = [await school.world.browser(school.admin) for _ in range(3)]
    path = f"/api/v1/admin/people/{account}/erase"
    body = {"display_name": NAME}
    found = await asyncio.gather(*(one.send("POST", path, json=body) for one in browsers))
    assert {one.status_code for one in found} <= {204, 404}
    erased = "SELECT count(*) FROM facts WHERE type = 'person.erased.v1'"
    assert await school.world.rows(erased) == [(1,)]


@pytest.mark.parametrize("first", [True, False])
async def test_an_erasure_and_an_answer_at_once_wait_for_each_other(
    school: School, *, first: bool
) -> None:
    """P12: neither ends in a deadlock, the answer came in time, and nothing of it is left."""
    world = school.world
    learner = await world.learner(NAME)
    if not first:
        await world.play(learner, school.lesson)
    view = await world.open(learner, school.lesson)
    assert view.step is not None
    request = world.request(learner, view, view.step, await world.response(view.step, right=True))
    now, chance = world.clock.now(), world.here.chance
    async with world.here.db.batch([world.org_id]) as tx:
        # What an answer locks before all else; the rest of it comes once the erasure has begun.
        await attempts_store.lock(tx, [(world.org_id, learner)], {learner: 1})
        erasing = asyncio.create_task(erase(school, AccountId(learner)))
        await _somebody_waits(school)
        (result,) = await attempts.write_answers(tx, [request], world.known, now=now, chance=chance)
        assert not isinstance(result, Problem)
    await erasing

    for table in ("attempts", "answers", "steps", "item_memory", "learner_memory", "accounts"):
        assert await rows_of(school, table, AccountId(learner)) == 0, table
    assert await world.rows("SELECT count(*) FROM facts WHERE subject = $1", learner) != [(0,)]


async def _somebody_waits(school: School) -> None:
    """Return once a statement waits for a lock that another transaction holds."""
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
    async with asyncio.timeout(20):
        while (await school.world.rows(query))[0][0] == 0:  # noqa: ASYNC110  # in the database
            await asyncio.sleep(0.02)


async def test_opening_a_learners_record_is_noted_once_in_five_minutes(school: School) -> None:
    """P5: access to a learner's record is logged."""
    teacher = await school.world.browser(school.teacher)
    here = f"/api/v1/classes/{school.class_id}"
    for path in (here, here, f"{here}/progress"):
        await teacher.get(path)
    await teacher.post(f"{here}/learners/{school.learner}/words")
    rows = await school.world.rows(
        """
        SELECT account_id, subject_id, detail FROM security_events
        WHERE kind = 'record-opened' ORDER BY detail
        """
    )
    assert [row[0] for row in rows] == [school.teacher] * 3
    assert [row[1] for row in rows] == [None, None, school.learner]
    assert all(str(school.class_id) in row[2] for row in rows)
