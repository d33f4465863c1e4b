"""Traceability in both directions: requirement to slots, slots to what they rest on."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from lld_agent.draft.assemble import steps_of
from lld_agent.draft.placement import Placement
from lld_agent.model.brief import Brief, BriefSpan
from lld_agent.model.provenance import Provenance
from lld_agent.model.rows import Compound, Row
from lld_agent.template.manifest import address


class Traced(BaseModel):
    """A requirement and the slots that answer it.

    `own_id` where the document gave it its id, `extracted` where a model found it.
    """

    model_config = ConfigDict(frozen=True)

    requirement: str
    kind: str
    text: str
    spans: tuple[str, ...]
    lines: tuple[int, ...]
    slots: tuple[str, ...]
    own_id: bool = False
    extracted: bool = False
    priority: str = ""


class Unclaimed(BaseModel):
    """A normative sentence that no slot claims."""

    model_config = ConfigDict(frozen=True)

    span: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Who rests on whom.

    Attributes:
        provenance: one record for each placed value.
        requirements: every requirement, answered or not.
        unclaimed: normative spans that nothing was made of.
        coverage: share of normative spans that a slot claims; 1.0 when there are none.
    """

    provenance: tuple[Provenance, ...]
    requirements: tuple[Traced, ...]
    unclaimed: tuple[Unclaimed, ...]
    coverage: float


def trace(brief: Brief, placements: Iterable[Placement]) -> Trace:
    """Return the traceability of a draft made of these placements."""
    placed = tuple(placements)
    spans = {span.id: span for span in brief.spans}
    claimed = {span_id for placement in placed for span_id in placement.spans}
    normative = [span for span in brief.spans if span.normative]
    missed = [span for span in normative if span.id not in claimed]
    share = 1.0 - len(missed) / len(normative) if normative else 1.0
    return Trace(
        provenance=tuple(_provenance(placed, spans)),
        requirements=tuple(_requirements(brief, placed, spans)),
        unclaimed=tuple(Unclaimed(span=s.id, line=s.line, text=s.text) for s in missed),
        coverage=share,
    )


def _requirements(
    brief: Brief, placed: tuple[Placement, ...], spans: dict[str, BriefSpan]
) -> Iterable[Traced]:
    slots: dict[str, dict[str, None]] = {}
    for placement in placed:
        for ref in placement.refs:
            slots.setdefault(ref, {})[slot_of(placement.slot)] = None
    for requirement in brief.requirements:
        yield Traced(
            requirement=requirement.id,
            kind=requirement.kind.value,
            text=" ".join(requirement.text.split()),
            spans=requirement.spans,
            lines=tuple(spans[span_id].line for span_id in requirement.spans),
            slots=tuple(slots.get(requirement.id, ())),
            own_id=requirement.own_id,
            extracted=requirement.extracted,
            priority=requirement.priority,
        )


def slot_of(placed_at: str) -> str:
    """Return the slot of an address of a placement: `[]` in place of the keys."""
    return ".".join(name + ("[]" if key is not None else "") for name, key in steps_of(placed_at))


def _provenance(placed: tuple[Placement, ...], spans: dict[str, BriefSpan]) -> Iterable[Provenance]:
    seen: dict[str, int] = {}
    for placement in placed:
        where = address_of(placement)
        seen[where] = seen.get(where, 0) + 1
        if seen[where] > 1:
            where = f"{where}-{seen[where]}"
        yield Provenance(
            address=where,
            basis=placement.basis,
            refs=placement.refs,
            spans=placement.spans,
            quotes=tuple(spans[span_id].text for span_id in placement.spans),
            content_hash=content_hash(placement.value),
        )


def address_of(placement: Placement) -> str:
    """Return the address of a value as the manifest writes it; a row ends in the slug of its key."""
    keys = [key for _, key in steps_of(placement.slot) if key is not None]
    if isinstance(placement.value, Row):
        keys.append(str(getattr(placement.value, placement.value.key_field())) or "row")
    return address(slot_of(placement.slot), *keys)


def content_hash(value: Row | str | Compound) -> str:
    """Return 16 hex digits over a value: the base of a later merge."""
    text = value if isinstance(value, str) else value.model_dump_json()
    return hashlib.sha256(text.encode()).hexdigest()[:16]
