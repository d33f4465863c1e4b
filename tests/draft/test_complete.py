"""What code placed and what a model wrote, together."""

import pytest

from lld_agent.draft.complete import complete
from lld_agent.draft.placement import Placement
from lld_agent.model.vocabulary import AuthorizationRule, Column, Dependency

COLUMNS = "data.models.entities[Locker].columns"
NAME = "data.models.entities[{}].name"


def dependency(name: str, *refs: str, fallback: str = "") -> Placement:
    return Placement(
        "context.dependencies", Dependency(dependency=name, fallback=fallback), ("S1",), refs
    )


def column(part: str, name: str, *refs: str, **cells: str) -> Placement:
    return Placement(
        f"data.models.entities[{part}].columns", Column(column=name, **cells), ("S1",), refs
    )


def test_a_row_of_both_is_the_models_with_its_blanks_filled():
    known = column("Locker", "size", "R-1", type="S, M or L", description="as ordered")
    (both,) = complete([known], [column("Locker", "size", "R-2", type="TEXT")])
    assert both.value == Column(column="size", type="TEXT", description="as ordered")
    assert set(both.refs) == {"R-1", "R-2"}


def test_a_known_row_goes_when_its_requirements_are_cited_in_its_slot():
    known = [dependency("NF-5", "NF-5"), dependency("Kafka", "R-9")]
    kept = complete(known, [dependency("PostgreSQL", "NF-5")])
    assert [p.value.dependency for p in kept] == ["PostgreSQL", "Kafka"]  # type: ignore[union-attr]


def test_what_another_slot_cites_stays_here():
    known = [dependency("Kafka", "R-9")]
    cited = Placement("overview.purpose", "Events.", (), ("R-9",))
    assert known[0] in complete(known, [cited, dependency("Redis", "R-1")])


@pytest.mark.parametrize(("key", "stays"), [("MQTT", False), ("AMQP", True)])
def test_a_mention_goes_when_a_written_row_speaks_of_it(key: str, stays: bool):
    kept = complete([dependency(key)], [dependency("MQTT broker", "R-1")])
    assert len(kept) == 1 + stays


def test_a_role_that_a_written_rule_names_goes():
    slot = "security.authorization"
    known = Placement(
        slot, AuthorizationRule(resource="Courier", permission_model="Drops parcels"), ("S1",)
    )
    written = Placement(
        slot,
        AuthorizationRule(resource="POST /x", permission_model="Couriers, their own"),
        (),
        ("R-1",),
    )
    assert complete([known], [written]) == [written]


def test_parts_go_by_the_spelling_of_the_outline():
    known = [Placement(NAME.format("Pick-up code"), "Pick-up code", ("S1",), ("R-1",))]
    written = [
        Placement(NAME.format("PickupCode"), "PickupCode", (), ("R-1",)),
        column("PickupCode", "id", "R-1"),
    ]
    slots = {p.slot for p in complete(known, written)}
    assert (
        all("PickupCode" not in slot for slot in slots)
        or len({s.partition("]")[0] for s in slots}) == 1
    )


def test_a_part_of_the_outline_goes_when_the_design_answers_it_elsewhere():
    part = "algorithms[Why].steps"
    known = [
        Placement("algorithms[Why].name", "Why", ("S1",)),
        Placement(part, "Read history", ("S1",), ("R-1",)),
    ]
    written = [
        Placement("algorithms[Claim].name", "Claim"),
        Placement("overview.purpose", "x", (), ("R-1",)),
    ]
    assert {p.slot for p in complete(known, written)} == {
        "algorithms[Claim].name",
        "overview.purpose",
    }


def test_a_part_of_the_outline_that_nothing_answers_stays():
    known = [Placement("algorithms[Why].steps", "Read history", ("S1",), ("R-1",))]
    written = [Placement("algorithms[Claim].name", "Claim", (), ("R-2",))]
    assert known[0] in complete(known, written)


def test_with_nothing_written_all_stays():
    known = [dependency("Kafka"), column("Locker", "id", "R-1")]
    assert complete(known, []) == known
