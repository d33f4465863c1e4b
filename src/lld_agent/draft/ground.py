"""What a model claims, held against what it may rest on: the basis of a claim is never its word alone."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lld_agent.draft.placement import Placement
from lld_agent.draft.sourced import Sources
from lld_agent.draft.stages.spine import SpineDecision
from lld_agent.draft.trace import slot_of
from lld_agent.model.brief import Brief
from lld_agent.model.provenance import Basis
from lld_agent.model.rows import Compound, Row
from lld_agent.template.manifest import SlotInfo, SlotKind
from lld_agent.template.registry import Template
from lld_agent.template.wire import Claimed

FREE = {"status", "type", "complexity", "request", "response", "example"}
"""Cells that hold types, statuses and formulas: their digits state nothing about the product."""

_LITERAL = {SlotKind.FENCE}


@dataclass(frozen=True, slots=True)
class Ground:
    """What claims may rest on.

    Attributes:
        spans: id of a requirement → ids of the spans that say it.
        decisions: id → decision of the spine.
        sources: all words that a draft may state as fact.
        slots: address → slot of the template.
    """

    spans: Mapping[str, tuple[str, ...]]
    decisions: Mapping[str, SpineDecision]
    sources: Sources
    slots: Mapping[str, SlotInfo]

    @staticmethod
    def of(
        template: Template,
        brief: Brief,
        decisions: Iterable[SpineDecision] = (),
        answers: Iterable[str] = (),
        doubted: Collection[str] = (),
    ) -> "Ground":
        """Return the ground of a draft: its brief, its decisions, a person's answers.

        Of `doubted` decisions the words are no source: what they rest on has changed.
        """
        made = {row.id: row for row in decisions}
        firm = [row for row in made.values() if row.id not in doubted]
        words = [text for row in firm for text in (row.decision, row.binds)]
        return Ground(
            spans={r.id: r.spans for r in brief.requirements},
            decisions=made,
            sources=Sources.of(brief, (*answers, *words)),
            slots={slot.address: slot for slot in template.manifest},
        )


def ground(claimed: Iterable[Claimed], on: Ground) -> Iterator[Placement]:
    """Yield a placement for each claim, with the basis that code can confirm.

    A template's example is dropped. Ids that do not exist are dropped. `prd` without a requirement
    and `decision` without a decision are assumptions, and so is whatever states a number, product,
    date, address or person that no source holds. A row of the template's own defaults is one.
    """
    for claim in claimed:
        slot = on.slots[slot_of(claim.slot)]
        if not _is_example(claim.value, slot):
            yield _placement(claim, slot, on)


def complaints(claimed: Iterable[Claimed], on: Ground) -> Iterator[str]:
    """Yield what a model should mend in its answer, each a sentence."""
    unknown: dict[str, str] = {}
    for claim in claimed:
        slot = on.slots[slot_of(claim.slot)]
        unknown |= {
            ref: claim.slot
            for ref in claim.refs
            if ref not in on.spans.keys() | on.decisions.keys()
        }
        if _is_example(claim.value, slot):
            yield f"{claim.slot}: {_words(claim.value)!r} is an example of the template, no content"
    if unknown:
        listed = ", ".join(f"{ref} (in {slot})" for ref, slot in list(unknown.items())[:12])
        yield f"refs name ids that do not exist: {listed}"


def _placement(claim: Claimed, slot: SlotInfo, on: Ground) -> Placement:
    refs = tuple(dict.fromkeys(r for r in claim.refs if r in on.spans or r in on.decisions))
    spans = tuple(dict.fromkeys(span for ref in refs for span in on.spans.get(ref, ())))
    basis, why = _basis(claim, slot, refs, on)
    assumption = (claim.assumption or why) if basis is Basis.ASSUMPTION else ""
    return Placement(claim.slot, claim.value, spans, refs, basis, assumption)


def _basis(claim: Claimed, slot: SlotInfo, refs: tuple[str, ...], on: Ground) -> tuple[Basis, str]:
    """Return the basis that holds, and the assumption in words where the claim gave none."""
    if _is_default(claim.value, slot):
        return Basis.TEMPLATE_DEFAULT, ""
    unheard = _unheard(claim.value, slot, on.sources)
    if unheard:
        return Basis.ASSUMPTION, f"No source gives {', '.join(unheard)} ({_subject(claim, slot)})"
    said = _confirmed(Basis(claim.basis), refs, on)
    return said, f"{_subject(claim, slot)}: {_words(claim.value)}"


def _confirmed(said: Basis, refs: tuple[str, ...], on: Ground) -> Basis:
    """Return the basis that the ids bear out."""
    required = any(ref in on.spans for ref in refs)
    decided = any(ref in on.decisions for ref in refs)
    if said is Basis.PRD and required:
        return said
    if said in {Basis.DECISION, Basis.PRD} and decided:
        return Basis.DECISION
    if said is Basis.DERIVED or (said is Basis.DECISION and required):
        return Basis.DERIVED
    return Basis.ASSUMPTION


def _unheard(value: Row | str | Compound, slot: SlotInfo, sources: Sources) -> tuple[str, ...]:
    if isinstance(value, str):
        return sources.unheard(value, literal=slot.kind in _LITERAL)
    cells = value.model_dump()
    free = FREE if isinstance(value, Row) else set()
    found = [
        part
        for name, cell in cells.items()
        if isinstance(cell, str) and cell
        for part in sources.unheard(cell, literal=name in free)
    ]
    return tuple(dict.fromkeys(found))


def _is_example(value: Row | str | Compound, slot: SlotInfo) -> bool:
    if not slot.examples:
        return False
    literals = {text.casefold() for text in slot.examples}
    first = next(iter(value.model_dump().values())) if isinstance(value, Row) else _words(value)
    return str(first).strip().casefold() in literals


def _is_default(value: Row | str | Compound, slot: SlotInfo) -> bool:
    return isinstance(value, Row) and value in slot.default_rows


def _subject(claim: Claimed, slot: SlotInfo) -> str:
    """Return what a claim is about, for an assumption that has no words of its own."""
    name = slot.title or slot.label or slot.name.replace("_", " ")
    if isinstance(claim.value, Row):
        key = getattr(claim.value, claim.value.key_field())
        return f"{name}, {key}" if key else name
    return name


def _words(value: Row | str | Compound) -> str:
    cells = (
        [value] if isinstance(value, str) else [str(v) for v in value.model_dump().values() if v]
    )
    text = " ".join("; ".join(cells).split())
    return text if len(text) <= 160 else text[:157].rstrip() + "..."
