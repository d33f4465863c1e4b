"""The basis of a claim is what code can confirm, never the claim's own word."""

import pytest

from lld_agent.draft.ground import Ground, complaints, ground
from lld_agent.draft.sourced import Sources
from lld_agent.draft.stages.spine import SpineDecision
from lld_agent.model.provenance import Basis
from lld_agent.model.source import SourceText
from lld_agent.model.vocabulary import Column, Constraint, Dependency, ReferenceDoc, Threat
from lld_agent.sources.brief import load_brief
from lld_agent.template.registry import TEMPLATES
from lld_agent.template.wire import Claimed

PRD = """# Locker

- LR-1 A reservation expires after 45 minutes.
- LR-2 Answers come within 300 ms for 95% of requests.
- LR-3 Every reservation is stored in PostgreSQL, see https://wiki.acme.io/lockers.
- LR-4 Opening hours end on 2026-04-30, says Dr. Meier.
"""


@pytest.fixture
def on() -> Ground:
    decided = SpineDecision(
        id="D-1", decision="Locks live in Redis for 90 seconds", binds="", prevents="",
        alternatives="", basis="assumption", refs=[],
    )  # fmt: skip
    brief = load_brief(SourceText(PRD, "prd.md"))
    return Ground.of(TEMPLATES["service"], brief, [decided])


def basis(on: Ground, text: str, said: str, *refs: str) -> Basis:
    claim = Claimed(
        "context.constraints", Constraint(kind="Time", description=text), said, refs, ""
    )
    (place,) = ground([claim], on)
    return place.basis


@pytest.mark.parametrize(
    ("text", "said", "refs", "expected"),
    [
        ("expires after 45 minutes", "prd", ["LR-1"], Basis.PRD),
        ("expires after 2700 seconds", "prd", ["LR-1"], Basis.PRD),  # the same quantity
        ("expires after 40 minutes", "prd", ["LR-1"], Basis.ASSUMPTION),
        ("at most 12 per person", "derived", ["LR-1"], Basis.ASSUMPTION),
        ("expires soon", "prd", ["LR-99"], Basis.ASSUMPTION),  # no such requirement
        ("expires soon", "prd", [], Basis.ASSUMPTION),
        ("expires soon", "decision", ["D-1"], Basis.DECISION),
        ("expires soon", "decision", ["D-7"], Basis.ASSUMPTION),
        ("expires soon", "decision", ["LR-1"], Basis.DERIVED),
        ("held for 90 seconds in Redis", "decision", ["D-1"], Basis.DECISION),
        ("kept in MongoDB", "prd", ["LR-3"], Basis.ASSUMPTION),
        ("kept in Postgres", "prd", ["LR-3"], Basis.PRD),  # another spelling of the same product
        ("see https://wiki.acme.io/lockers", "prd", ["LR-3"], Basis.PRD),
        ("see https://evil.io/x", "prd", ["LR-3"], Basis.ASSUMPTION),
        ("see https://api.example.com/x", "derived", ["LR-3"], Basis.DERIVED),
        ("until 2026-04-30", "prd", ["LR-4"], Basis.PRD),
        ("until 2026-05-01", "prd", ["LR-4"], Basis.ASSUMPTION),
        ("as Dr. Meier says", "prd", ["LR-4"], Basis.PRD),
        ("as Dr. Huber says", "prd", ["LR-4"], Basis.ASSUMPTION),
        ("answers 404 or 409", "derived", ["LR-1"], Basis.DERIVED),  # statuses are vocabulary
        ("over TLS 1.3 with SHA-256", "derived", ["LR-1"], Basis.DERIVED),  # so are standards
    ],
)
def test_basis(on: Ground, text: str, said: str, refs: list[str], expected: Basis):
    assert basis(on, text, said, *refs) is expected


def test_an_assumption_without_words_gets_some(on: Ground):
    row = Dependency(dependency="MongoDB", type="Database")
    (place,) = ground([Claimed("context.dependencies", row, "prd", ("LR-3",), "")], on)
    assert place.basis is Basis.ASSUMPTION
    assert "MongoDB" in place.assumption


def test_requirements_bring_their_spans(on: Ground):
    row = Threat(threat="Reads another reservation", likelihood="High", impact="High")
    (place,) = ground([Claimed("security.threats", row, "prd", ("LR-1", "LR-3"), "")], on)
    assert place.spans == tuple(s for ref in ("LR-1", "LR-3") for s in on.spans[ref])


def test_an_example_of_the_template_is_a_leak(on: Ground):
    row = ReferenceDoc(document="High-Level Architecture", description="x")
    claim = Claimed("overview.references", row, "prd", ("LR-1",), "")
    assert list(ground([claim], on)) == []
    assert any("example" in text for text in complaints([claim], on))


def test_a_default_of_the_template_is_called_one(on: Ground):
    slot = "data.models.entities[Locker].columns"
    default = on.slots["data.models.entities[].columns"].default_rows[0]
    (place,) = ground([Claimed(slot, default, "prd", ("LR-1",), "")], on)
    assert place.basis is Basis.TEMPLATE_DEFAULT
    other = Column(column="id", type="BIGINT", constraints="PK", description="Number")
    (place,) = ground([Claimed(slot, other, "template_default", ("LR-1",), "")], on)
    assert place.basis is Basis.ASSUMPTION


def test_unknown_ids_are_worth_a_second_question(on: Ground):
    claim = Claimed("overview.purpose", "Lockers.", "prd", ("LR-1", "R-77"), "")
    (text,) = complaints([claim], on)
    assert "R-77" in text
    assert "LR-1" not in text


@pytest.mark.parametrize(
    ("text", "unheard"),
    [
        ("2,000 items at most", ()),
        ("2000 items at most", ()),
        ("20,00 items at most", ("20,00",)),
        ("hosts in 10.0.0.0/8, 127.0.0.1 and 169.254.169.254", ()),
        ("the host 8.8.8.8", ("8.8.8.8",)),
        ("over HTTPS with TLS 1.3", ()),
        ("over gRPC", ("gRPC",)),
        ("version 2 of RFC 9457", ("2",)),
    ],
)
def test_what_no_source_holds(text: str, unheard: tuple[str, ...]):
    found = Sources("Up to 2000 items.").unheard(text)
    assert bool(found) == bool(unheard)
    assert all(any(part in one for one in found) for part in unheard)
