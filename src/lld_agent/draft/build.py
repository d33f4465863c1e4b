"""From grounded placements to a draft with its assumptions and decisions numbered and marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lld_agent.draft.assemble import section_of
from lld_agent.draft.assumptions import Assumptions, marked
from lld_agent.draft.finish import Draft, Record, finish
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.placement import Placement
from lld_agent.draft.questions import Asked
from lld_agent.draft.sidecar import MODEL
from lld_agent.draft.stages.spine import Spine
from lld_agent.model.brief import Brief
from lld_agent.model.provenance import Decision
from lld_agent.template.kit import fields_of
from lld_agent.template.registry import Template

PROPOSED = "Proposed: "
"""Before decisions that the draft makes itself: a person has not made them yet."""


@dataclass(frozen=True, slots=True)
class Built:
    """A draft and what it was built from, so that it can be built again after a repair."""

    draft: Draft
    brief: Brief
    template: Template
    placements: tuple[Placement, ...]
    options: DraftOptions
    spine: Spine
    asked: tuple[Asked, ...]
    failed: Mapping[str, str]

    def again(self, placements: Sequence[Placement]) -> "Built":
        """Return the draft of other placements."""
        return build(
            self.brief, self.template, placements, self.options, self.spine, self.asked, self.failed
        )


def build(  # noqa: PLR0913, PLR0917 - a draft has this many sources
    brief: Brief,
    template: Template,
    placements: Sequence[Placement],
    options: DraftOptions,
    spine: Spine,
    asked: Sequence[Asked],
    failed: Mapping[str, str],
) -> Built:
    """Number assumptions in the order of the document, mark them, finish the draft.

    Raises:
        InternalError: the result does not read back.
    """
    ordered = in_order(placements, template)
    assumptions = Assumptions()
    shown = marked(ordered, template, assumptions)
    decisions = tuple(
        Decision(
            id=row.id,
            text=row.decision if row.basis == "prd" else f"{PROPOSED}{row.decision}",
            binds=row.binds,
            prevents=row.prevents,
            alternatives=row.alternatives,
        )
        for row in spine.decisions
    )
    record = Record(tuple(asked), assumptions.all, decisions or None, failed, drafter=MODEL)
    draft = finish(brief, template, shown, options, record)
    return Built(draft, brief, template, ordered, options, spine, tuple(asked), failed)


def in_order(placements: Sequence[Placement], template: Template) -> tuple[Placement, ...]:
    """Return placements by the section they stand in; within a section in the order given."""
    order = {field.name: index for index, field in enumerate(fields_of(template.model))}
    return tuple(sorted(placements, key=lambda place: order[section_of(place.slot)]))
