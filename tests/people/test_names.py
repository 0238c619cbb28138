"""A person corrects their own name."""

from world import School


async def test_a_name_is_corrected_by_its_person_and_shows_everywhere(school: School) -> None:
    """P7."""
    learner = await school.world.browser(school.learner)
    teacher = await school.world.browser(school.teacher)
    told = await learner.send("PATCH", "/api/v1/me", json={"display_name": "Āroha"})

    assert (told.status_code, told.json()["display_name"]) == (200, "Āroha")
    page = await teacher.get(f"/api/v1/classes/{school.class_id}")
    assert [one["display_name"] for one in page["learners"]] == ["Āroha"]
