"""Marks that end a value: `[A-3]`, and with `--marks all` the requirements and decisions too."""

from collections.abc import Sequence
from dataclasses import replace

from lld_agent.draft.placement import Placement
from lld_agent.draft.trace import slot_of
from lld_agent.model.rows import Compound, Row
from lld_agent.template.manifest import SlotInfo, SlotKind
from lld_agent.template.registry import Template


def with_all_marks(placements: Sequence[Placement], template: Template) -> list[Placement]:
    """Return placements whose values end in the ids that they rest on, assumptions apart."""
    slots = {slot.address: slot for slot in template.manifest}
    return [_all_marks(place, slots[slot_of(place.slot)]) for place in placements]


def _all_marks(place: Placement, slot: SlotInfo) -> Placement:
    marks = "".join(f" [{ref}]" for ref in place.refs if not ref.startswith("A-"))
    return replace(place, value=with_mark(place.value, slot, marks)) if marks else place


def with_mark(value: Row | str | Compound, slot: SlotInfo, mark: str) -> Row | str | Compound:
    """Return a value with a mark at the end of its last cell that takes text."""
    if isinstance(value, Row):
        column = slot.mark_column
        if slot.kind is SlotKind.ROW_BULLETS or not column:
            column = next((n for n, c in reversed(list(value.model_dump().items())) if c), column)
        text = getattr(value, column)
        return value.model_copy(update={column: f"{text}{mark}".strip()})
    if isinstance(value, Compound):
        name = next(n for n, cell in reversed(list(value.model_dump().items())) if cell)
        if name == "answer":  # closed: the mark goes to the notes
            name = "notes"
        return value.model_copy(update={name: f"{getattr(value, name)}{mark}".strip()})
    # Neither a name nor code can carry a mark: the record says what they rest on.
    if slot.kind in {SlotKind.FENCE, SlotKind.NAME}:
        return value
    return value + mark
