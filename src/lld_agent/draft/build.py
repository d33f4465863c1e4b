"""From grounded placements to a draft with its assumptions and decisions numbered and marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lld_agent.draft.assemble import section_of
from lld_agent.draft.assumptions import Assumptions, marked
from lld_agent.draft.finish import Draft, Record, finish
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.placed import kept
from lld_agent.draft.placement import Placement
from lld_agent.draft.previous import FIRST, Previous
from lld_agent.draft.questions import Asked
from lld_agent.draft.sidecar import WrittenRecord
from lld_agent.draft.stages.spine import EMPTY, Spine
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
    points: tuple[str, ...] = ()
    previous: Previous = FIRST

    def again(self, placements: Sequence[Placement]) -> "Built":
        """Return the draft of other placements."""
        return build(
            self.brief,
            self.template,
            placements,
            self.options,
            self.spine,
            self.asked,
            self.failed,
            points=self.points,
            previous=self.previous,
        )


def build(  # noqa: PLR0913, PLR0917 - a draft has this many sources
    brief: Brief,
    template: Template,
    placements: Sequence[Placement],
    options: DraftOptions,
    spine: Spine,
    asked: Sequence[Asked],
    failed: Mapping[str, str],
    *,
    points: Sequence[str] = (),
    previous: Previous = FIRST,
) -> Built:
    """Number assumptions in the order of the document, mark them, finish the draft.

    Args:
        brief: the requirements.
        template: of the design.
        placements: its values, grounded.
        options: header and marks.
        spine: names and decisions.
        asked: open questions that stand in no slot.
        failed: section → why it was not drafted.
        points: those of the questions that neither the brief's own text nor the spine asks.
        previous: the draft of the same design before this one.

    Raises:
        InternalError: the result does not read back.
    """
    ordered = in_order(placements, template)
    assumptions = Assumptions(previous)
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
    written = WrittenRecord(
        spine=spine,
        placements=kept(ordered),
        points=tuple(points),
        withdrawn=brief.withdrawn,
        incomplete=bool(failed) or spine is EMPTY,
    )
    record = Record(
        tuple(asked), assumptions.all, decisions or None, failed, previous, written=written
    )
    draft = finish(brief, template, shown, options, record)
    return Built(
        draft,
        brief,
        template,
        ordered,
        options,
        spine,
        tuple(asked),
        failed,
        tuple(points),
        previous,
    )


def in_order(placements: Sequence[Placement], template: Template) -> tuple[Placement, ...]:
    """Return placements by the section they stand in; within a section in the order given."""
    order = {field.name: index for index, field in enumerate(fields_of(template.model))}
    return tuple(sorted(placements, key=lambda place: order[section_of(place.slot)]))
