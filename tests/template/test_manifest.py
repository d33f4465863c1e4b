"""Slots are addressed by name, and know everything about how they are written."""

import pytest

from lld_agent.model.vocabulary import ROW_TYPES, Threat
from lld_agent.template.manifest import SlotKind, address
from lld_agent.template.registry import TEMPLATES, Template

templates = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


@templates
def test_addresses_are_unique_and_nested(template: Template) -> None:
    addresses = [slot.address for slot in template.manifest]
    assert len(addresses) == len(set(addresses))
    known = {"", *addresses}
    assert [slot.address for slot in template.manifest if slot.parent not in known] == []


def test_a_table_slot() -> None:
    slot = next(s for s in TEMPLATES["service"].manifest if s.address == "security.threats")
    assert (slot.number, slot.title, slot.level) == ("9.5", "Threat Model (Basic)", 3)
    assert slot.kind is SlotKind.TABLE
    assert slot.row is Threat
    assert [title for _, title in slot.columns] == ["Threat", "Likelihood", "Impact", "Mitigation"]
    assert "Threat Model" in slot.aliases


def test_numbers_after_repeated_parts_are_those_of_the_blank() -> None:
    numbers = {slot.address: slot.number for slot in TEMPLATES["service"].manifest}
    assert numbers["architecture.interactions.flows[]"] == "3.3.1"
    assert numbers["architecture.interactions.states"] == "3.3.3"
    assert numbers["data.models.diagram"] == "4.1.2"


@templates
def test_every_section_and_table_of_the_original_is_declared(template: Template) -> None:
    sections = [s for s in template.manifest if s.level == 2 and s.number]
    assert len(sections) == {"service": 15, "module": 13}[template.name]


def test_all_row_types_but_the_endpoint_table_have_a_slot() -> None:
    used = {slot.row for template in TEMPLATES.values() for slot in template.manifest}
    assert [kind.__name__ for kind in ROW_TYPES if kind not in used] == ["EndpointRow"]


@pytest.mark.parametrize(
    ("slot", "keys", "expected"),
    [
        ("security.threats", ("SQL injection",), "security.threats/sql-injection"),
        (
            "architecture.components[].inputs",
            ("Ledger API", "account_id"),
            "architecture.components[]/ledger-api.inputs/account-id",
        ),
        (
            "api.internal[].endpoints[]",
            ("Loans", "POST /loans"),
            "api.internal[]/loans.endpoints[]/post-loans",
        ),
        ("architecture.components[].inputs", (), "architecture.components[].inputs"),
    ],
)
def test_addresses_of_one_thing(slot: str, keys: tuple[str, ...], expected: str) -> None:
    assert address(slot, *keys) == expected
