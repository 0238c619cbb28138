"""The published language: what a fact and an outcome look like from outside."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tihi.base.ids import FactId, LearnerId, OrgId
from tihi.facts import learning, outcomes
from tihi.facts.envelope import PARTITIONS, Fact, Payload, partition_of, subject_of
from tihi.facts.outcomes import OutcomeData


def fact(subject: UUID) -> Fact:
    return Fact(
        org_id=OrgId(uuid4()),
        source="test",
        fact_id=FactId(uuid4()),
        type="day.active.v1",
        subject=LearnerId(subject),
        time=datetime(2026, 11, 25, tzinfo=UTC),
        zone="Pacific/Auckland",
        org_zone="Pacific/Auckland",
        n=1,
        local_date=date(2026, 11, 25),
        org_date=date(2026, 11, 25),
        nth_today=1,
        rule_set=0,
        context="",
        parent="",
        data={"local_date": "2026-11-25", "hour": 13, "weekday": 3},
    )


@given(st.uuids())
def test_a_learner_has_one_partition_for_life(learner: UUID) -> None:
    found = partition_of(LearnerId(learner))
    assert 0 <= found < PARTITIONS
    assert fact(learner).partition == found
    assert subject_of(fact(learner)) == f"facts.{found}.day.active.v1"


def test_the_partition_of_an_id_is_written_down() -> None:
    # Another function would send a learner's facts through two partitions at once.
    assert partition_of(LearnerId(UUID(int=0))) == 5


def test_a_fact_goes_over_the_wire_and_back() -> None:
    sent = fact(uuid4())
    assert msgspec.json.decode(msgspec.json.encode(sent), type=Fact) == sent


def payloads() -> list[type[Payload]]:
    return [one for one in vars(learning).values() if _is(one, Payload)]


def _is(found: object, kind: type) -> bool:
    return isinstance(found, type) and issubclass(found, kind) and found is not kind


@pytest.mark.parametrize("payload", payloads())
def test_a_fact_carries_its_version_and_flat_data_without_free_text(payload: type[Payload]) -> None:
    assert payload.type.rpartition(".")[2] == "v1"
    for field in msgspec.structs.fields(payload):
        assert field.type in {str, int, float, bool}
        assert field.name not in {"name", "answer", "response", "text", "display_name"}


def test_outcomes_are_named_as_socket_events() -> None:
    found = {one.type for one in vars(outcomes).values() if _is(one, OutcomeData)}
    assert found == {
        "points_earned",
        "points_reversed",
        "level_up",
        "badge_unlocked",
        "streak_extended",
        "streak_saved",
    }
