"""`tihi import gift`, as a person or a script runs it, on the running engines."""

import json
from pathlib import Path

import msgspec
import pytest

from browser import Json
from command import Command
from tihi.learn.items.model import SingleBody
from tihi.platform.engines import Endpoints
from world import World

GOOD = """$CATEGORY: Maths/Adding/First steps

// [id:sum-1]
::Sum one::1 + 1? {=2 ~3#Count again.}

::Sum two::2 + 2? {=4 ~5}
"""
MIXED = f"""{GOOD}
Tell me all. {{}}

Read on.

Three? {{=3 ~4
"""
TABLE = """item,option,misconception,feedback
sum-1,3,one too many,
Sum two,5,one too many,Count on your fingers.
sum-9,3,lost,
"""


class Importing(Command):
    """`tihi import gift` and what it stored."""

    async def gift(self, *args: str, code: int = 0) -> Json:
        return await self.json("import", "gift", *args, code=code)

    async def stored(self) -> list[tuple[str, int]]:
        return [
            (ref, version)
            for ref, version in await self.world.rows("SELECT ref, version FROM items ORDER BY ref")
        ]

    async def labels(self, title: str) -> list[str | None]:
        (body,) = [i.body for i in (await self.world.content()).values() if i.title == title]
        assert isinstance(body, SingleBody)
        return [option.misconception for option in body.options]


@pytest.fixture
def command(endpoints: Endpoints, world: World, tmp_path: Path) -> Importing:
    return Importing(endpoints, world, tmp_path)


async def test_a_dry_run_says_exactly_what_would_go_in_only(
    command: Importing,
) -> None:
    found = await command.gift(command.file("a.gift", MIXED), "--dry-run")

    assert list(found) == [
        *("items", "categories", "refused"),
        *("created", "updated", "unchanged"),
    ]
    assert (found["items"], found["categories"]) == (2, ["Maths/Adding/First steps"])
    assert [list(one) for one in found["refused"]] == [["line", "reason"]] * 3
    assert [one["line"] for one in found["refused"]] == [8, 10, 12]
    assert await command.stored() == []


async def test_a_dry_run_tells_what_is_new_from_what_changes_and_what_is_there(
    command: Importing,
) -> None:
    await command.gift(command.file("a.gift", GOOD))
    before = await command.stored()
    edited = GOOD.replace("~5", "~6") + "\n::Sum three::3 + 3? {=6 ~7}\n"
    # What the first file makes, the second finds: as a real import would.
    again = "$CATEGORY: Maths/Adding/First steps\n\n::Sum three::3 + 3? {=6 ~8}\n"
    files = command.file("b.gift", edited), command.file("c.gift", again)
    trial = await command.gift(*files, "--dry-run")
    _, said, _ = await command.run("import", "gift", *files, "--dry-run")

    assert await command.stored() == before
    assert [trial[key] for key in ("items", "created", "updated", "unchanged")] == [4, 1, 2, 1]
    assert "b.gift: 3 items, 1 new, 1 changed, 1 unchanged" in said
    real = await command.gift(*files)
    assert [real[key] for key in ("created", "updated", "unchanged")] == [1, 2, 1]


async def test_a_dry_run_needs_no_system_and_then_says_nothing_of_what_is_new(
    endpoints: Endpoints, world: World, tmp_path: Path
) -> None:
    nowhere = msgspec.structs.replace(endpoints, database_url="postgresql://127.0.0.1:1/none")
    alone = Importing(nowhere, world, tmp_path)
    file = alone.file("a.gift", GOOD)
    code, said, complained = await alone.run("import", "gift", file, "--dry-run", "--json")

    assert code == 0, complained
    assert list(json.loads(said)) == ["items", "categories", "refused"]
    assert "Not compared" in complained


async def test_a_dry_run_for_an_organisation_that_is_not_there_is_refused(
    command: Importing,
) -> None:
    command.org = "none"
    file = command.file("a.gift", GOOD)
    code, _, complained = await command.run("import", "gift", file, "--dry-run")

    assert code == 1
    assert "no organisation called none" in complained


async def test_a_dry_run_of_several_files_names_the_file_of_each_line(command: Importing) -> None:
    first, second = command.file("a.gift", MIXED), command.file("b.gift", "Words.")
    found = await command.gift(first, second, "--dry-run")

    assert [(one["file"], one["line"]) for one in found["refused"]] == [
        ("a.gift", 8),
        ("a.gift", 10),
        ("a.gift", 12),
        ("b.gift", 1),
    ]


async def test_what_cannot_be_taken_is_refused_while_the_rest_goes_in(command: Importing) -> None:
    code, said, complained = await command.run("import", "gift", command.file("a.gift", MIXED))

    assert code == 0, complained
    assert "a.gift: 2 items, 2 new, 0 changed, 0 unchanged, 3 refused" in said
    assert "a.gift:8: Nothing stands in the braces" in said
    assert len(await command.stored()) == 2


async def test_with_strict_a_file_with_a_refused_line_is_left_out_whole(command: Importing) -> None:
    bad, good = command.file("bad.gift", MIXED), command.file("good.gift", "::x::Q {T}")
    found = await command.gift(bad, good, "--strict", code=1)

    assert (found["items"], found["created"]) == (1, 1)
    assert {one["file"] for one in found["refused"]} == {"bad.gift"}
    assert [ref for ref, _ in await command.stored()] == ["Imported/good/x"]


async def test_a_second_import_changes_nothing_and_an_edit_makes_a_version(
    command: Importing,
) -> None:
    first = await command.gift(command.file("a.gift", GOOD))
    again = await command.gift(command.file("a.gift", GOOD))
    edited = await command.gift(command.file("b.gift", GOOD.replace("~5", "~6")))

    counts = [
        tuple(one[key] for key in ("created", "updated", "unchanged"))
        for one in (first, again, edited)
    ]
    assert counts == [(2, 0, 0), (0, 0, 2), (0, 1, 1)]
    assert await command.stored() == [("Maths/Adding/First steps/Sum two", 2), ("sum-1", 1)]


async def test_two_quizzes_with_the_same_names_leave_each_other_alone(command: Importing) -> None:
    one = command.file("one.gift", "::Q1::A {T}")
    two = command.file("two.gift", "::Q1::B {F}")
    found = await command.gift(one, two)

    assert (found["created"], found["updated"]) == (2, 0)


async def test_misconceptions_reach_their_options_and_a_row_that_fits_no_file_is_named(
    command: Importing,
) -> None:
    table = command.file("table.txt", TABLE)
    found = await command.gift(
        *(command.file("a.gift", GOOD), command.file("b.gift", "Q {T}")),
        *("--misconceptions", table),
    )

    assert [(one["file"], one["line"]) for one in found["refused"]] == [("table.txt", 4)]
    assert "no item `sum-9`" in found["refused"][0]["reason"]
    assert await command.labels("Sum two") == [None, "one too many"]


async def test_with_strict_a_table_with_a_row_that_fits_nothing_is_left_out_whole(
    command: Importing,
) -> None:
    found = await command.gift(
        command.file("a.gift", GOOD),
        *("--misconceptions", command.file("t.csv", TABLE), "--strict"),
        code=1,
    )

    assert found["items"] == 2
    assert await command.labels("Sum two") == [None, None]


async def test_a_file_that_is_no_text_is_named_and_nothing_goes_in(command: Importing) -> None:
    foreign = "Q {T}\n\nTāne {T}".encode("cp1257")
    good, bad = command.file("a.gift", GOOD), command.file("b.gift", foreign)
    code, _, complained = await command.run("import", "gift", good, bad)

    assert code == 1
    assert "b.gift: save it as UTF-8 text; line 3 is not" in complained
    assert await command.stored() == []
    code, _, complained = await command.run("import", "gift", command.file("c.gift", "Q\n\0 {T}"))
    assert (code, "c.gift: line 2 holds a NUL" in complained) == (1, True)


async def test_a_person_sees_how_far_it_is(command: Importing) -> None:
    shown = await command.seen("import", "gift", command.file("a.gift", GOOD))

    assert "a.gift" in shown
    assert "2/2" in shown
