"""Placements in the record of a draft, there and back."""

from collections.abc import Iterable

from pydantic import ValidationError

from lld_agent.draft.placement import Placement
from lld_agent.draft.sidecar import PlacedRecord
from lld_agent.draft.trace import slot_of
from lld_agent.errors import InputError
from lld_agent.model.rows import Compound, Row
from lld_agent.template.manifest import SlotInfo
from lld_agent.template.registry import Template


def kept(placements: Iterable[Placement]) -> tuple[PlacedRecord, ...]:
    """Return placements as the record holds them."""
    return tuple(
        PlacedRecord(
            slot=place.slot,
            value=place.value
            if isinstance(place.value, str)
            else place.value.model_dump(mode="json"),
            spans=place.spans,
            refs=place.refs,
            basis=place.basis,
            assumption=place.assumption,
        )
        for place in placements
    )


def placements_of(records: Iterable[PlacedRecord], template: Template) -> tuple[Placement, ...]:
    """Return the placements that `kept` recorded.

    Raises:
        InputError: a value does not fit the template.
    """
    slots = {slot.address: slot for slot in template.manifest}
    found = []
    for one in records:
        slot = slots.get(slot_of(one.slot))
        value = _value(one, slot) if slot is not None else None
        if value is None:
            raise InputError(
                f"the .lld.json holds a value that the {template.name} template has no place for: {one.slot}",
                "restore it from version control, or draft into another file with -o",
            )
        found.append(Placement(one.slot, value, one.spans, one.refs, one.basis, one.assumption))
    return tuple(found)


def _value(one: PlacedRecord, slot: SlotInfo) -> Row | str | Compound | None:
    kind = slot.row or slot.compound
    if isinstance(one.value, str):
        return None if kind is not None else one.value
    try:
        return kind(**one.value) if kind is not None else None
    except ValidationError:
        return None
