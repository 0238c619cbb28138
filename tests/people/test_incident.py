"""P14: after a breach: who, what data and when; a stop to it; drafts of what to say."""

import csv
import stat
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tihi.base.problem import Missing
from tihi.people.members.model import NewPerson
from tihi.platform import passwords
from tihi.platform.http import Parts
from tihi.roles import incident, people
from world import School, World

PASSWORD = "kia kaha tonu 2026"  # of a test


async def looked(school: School, suspect: str | None = None) -> incident.Incident:
    now = school.world.clock.now()
    return await incident.look(
        school.world.here,
        school.world.org_id,
        since=now - timedelta(days=1),
        until=now + timedelta(days=1),
        suspect=suspect,
    )


async def test_the_report_names_whose_record_was_opened_and_by_which_act(school: School) -> None:
    spared = await school.world.learner("Ben")
    teacher = await school.world.browser(school.teacher)
    await teacher.get(f"/api/v1/classes/{school.class_id}")
    found = await looked(school)
    assert [(one.display_name, one.why) for one in found.affected] == [("Aroha", ["record-opened"])]
    assert spared not in {one.account_id for one in found.affected}
    assert found.kinds["record-opened"] == 1
    assert "Your answers" in found.data


async def test_a_list_of_all_people_opens_everybodys_record(school: School) -> None:
    admin = await school.world.browser(school.admin)
    await admin.get("/api/v1/admin/people")
    found = await looked(school)
    assert {one.display_name for one in found.affected} == {
        "Aroha",
        "Whaea Hana",
        "Principal Reweti",
    }


async def test_only_the_suspects_acts_are_looked_at_if_asked(school: School) -> None:
    suspect = await school.world.person("admin", "Odd", sign_in_name="odd")
    admin = await school.world.browser(school.admin)
    await admin.send("POST", f"/api/v1/admin/people/{school.learner}/export")
    assert (await looked(school, "odd")).affected == []
    browser = await school.world.browser(suspect)
    await browser.send("POST", f"/api/v1/admin/people/{school.learner}/export")
    (one,) = (await looked(school, "odd")).affected
    assert one.why == ["person-exported", "record-opened"]
    with pytest.raises(Missing):
        await looked(school, "nobody")


async def test_drafts_are_written_for_their_owner_alone(school: School, tmp_path: Path) -> None:
    teacher = await school.world.browser(school.teacher)
    evil = await school.world.learner("=HYPERLINK(1)")
    await school.world.enrol(school.class_id, evil)
    await teacher.get(f"/api/v1/classes/{school.class_id}")
    written = incident.write(await looked(school), tmp_path / "incident")
    assert sorted(path.name for path in written) == [
        "incident.json",
        "letter.en.md",
        "letter.mi.md",
        "people.csv",
        "report.md",
    ]
    for path in written:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_text("utf-8")
    report = (tmp_path / "incident/report.md").read_text("utf-8")
    assert "**How many people**: 2" in report
    rows = list(csv.reader((tmp_path / "incident/people.csv").read_text("utf-8").splitlines()))
    assert sorted(row[1] for row in rows[1:]) == ["'=HYPERLINK(1)", "Aroha"]
    with pytest.raises(FileExistsError):
        incident.write(await looked(school), tmp_path / "incident")


async def test_freezing_stops_everybody_but_administrators(school: School) -> None:
    world = school.world
    hashed = await passwords.hashed(PASSWORD)
    await world.person("learner", "Wiremu", sign_in_name="wiremu", password_hash=hashed)
    await world.person("admin", "Reweti", sign_in_name="reweti", password_hash=hashed)
    browsers = await school.browsers()
    assert await incident.freeze(world.here, world.org_id) >= 4
    world.clock.advance(timedelta(seconds=3))
    for role in ("half", "learner", "teacher", "admin", "key"):
        reply = await browsers[role].send("GET", "/api/v1/me")
        assert reply.status_code == 401, role
    stranger = await world.browser(None)
    reply = await stranger.sign_in(world.slug, "wiremu", PASSWORD)
    assert (reply.status_code, reply.json()["type"]) == (
        403,
        "urn:tihi:problem:accounts/org-frozen",
    )
    assert (await stranger.sign_in(world.slug, "wiremu", "wrong")).status_code == 401
    assert (await stranger.sign_in(world.slug, "reweti", PASSWORD)).status_code == 202
    await incident.thaw(world.here, world.org_id)
    assert (await stranger.sign_in(world.slug, "wiremu", PASSWORD)).status_code == 200
    assert (await browsers["key"].send("GET", "/api/v1/me")).status_code == 403


async def test_freezing_one_org_leaves_others_alone(school: School, other_school: School) -> None:
    browser = await other_school.world.browser(other_school.learner)
    await incident.freeze(school.world.here, school.world.org_id)
    other_school.world.clock.advance(timedelta(seconds=3))
    await browser.get("/api/v1/me")


async def test_an_org_begins_with_a_link_for_its_first_administrator(
    shared: Parts, world: World
) -> None:
    """S31."""
    admin = NewPerson(
        role="admin",
        display_name="Reweti",
        sign_in_name="reweti",
        zone="Pacific/Auckland",
        locale="mi",
    )
    slug = f"new-{world.org_id.hex}"
    made = await people.found_org(
        world.here, name="Te Kura Hou", slug=slug, admin=admin, url="https://tihi.test"
    )
    browser = await world.browser(None)
    body = {"token": urlsplit(made.link.url).fragment, "password": PASSWORD}
    reply = await browser.send("POST", "/api/v1/links/use", json=body)
    assert reply.status_code == 204, reply.text
    assert (await browser.sign_in(slug, "reweti", PASSWORD)).status_code == 202
    again = await people.link_for(world.here, slug, "reweti", "https://tihi.test")
    assert again.startswith("https://tihi.test/link#")
    await people.reset_second_step(world.here, slug, "reweti")
    for wrong in ("nobody-has-this", None):
        with pytest.raises(people.NoSuchOrg):
            await people.org_of(shared.db, wrong)
