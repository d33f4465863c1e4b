"""Tables of a document as readings, and the rows of those that are typed."""

from collections.abc import Iterator, Mapping
from functools import cache

from lld_agent.model.blocks import BlockKind, RawRow
from lld_agent.model.design import Section, TableReading
from lld_agent.model.rows import ReadRow, Row
from lld_agent.template.manifest import SlotInfo, SlotKind
from lld_agent.template.reader.cells import cell
from lld_agent.template.reader.sections import Sectioning, normal
from lld_agent.template.reader.typing_tables import type_table
from lld_agent.template.reader.walk import Placed
from lld_agent.template.registry import TEMPLATES

_PROPERTY = {
    "property",
    "attribute",
    "field",
    "aspect",
    "item",
    "eigenschaft",
    "propiedad",
    "propriedade",
    "属性",
}
_VALUE = {"value", "details", "detail", "description", "wert", "valor", "值"}


@cache
def _labelled(template: str) -> Mapping[tuple[str, str], SlotInfo]:
    """Return (slot of the section, normal label) → slot."""
    return {
        (slot.parent, normal(slot.label)): slot
        for slot in (TEMPLATES[template].manifest if template else ())
        if slot.label
    }


@cache
def _by_address(template: str) -> Mapping[str, SlotInfo]:
    return {slot.address: slot for slot in (TEMPLATES[template].manifest if template else ())}


@cache
def _only_table(template: str, parent: str) -> SlotInfo | None:
    """Return the one table without heading and label right below a slot, if there is just one."""
    slots = [
        slot
        for slot in (TEMPLATES[template].manifest if template else ())
        if slot.parent == parent
        and slot.kind is SlotKind.TABLE
        and not slot.level
        and not slot.label
    ]
    return slots[0] if len(slots) == 1 else None


def slot_at(sectioning: Sectioning, placed: Placed) -> SlotInfo | None:
    """Return the slot that a block stands in: its label's, its section's, or None."""
    section = sectioning.sections[placed.section]
    if not section.slot:
        return None
    template = sectioning.template
    labelled = (
        _labelled(template).get((section.slot, normal(placed.label))) if placed.label else None
    )
    own = _by_address(template).get(section.slot)
    if labelled is not None:
        return labelled
    return _only_table(template, section.slot) or own


def around(sections: tuple[Section, ...], placed: Placed) -> str:
    """Return label, heading and the headings above it, nearest first."""
    words = [placed.label]
    number = placed.section
    while number >= 0 and sections[number].level != 1:
        words.append(sections[number].title)
        number = sections[number].parent
    return " / ".join(filter(None, words))


def read_tables(sectioning: Sectioning, placed: tuple[Placed, ...]) -> Iterator[TableReading]:
    """Yield every table, nested ones too, in document order."""
    for place in placed:
        block = place.block
        if block.kind is not BlockKind.TABLE or block.header is None:
            continue
        section = sectioning.sections[place.section]
        slot = slot_at(sectioning, place)
        header = tuple(cell(raw) for raw in block.header.cells)
        titles = tuple(found.text for found in header)
        found = type_table(titles, around(sectioning.sections, place), slot.row if slot else None)
        property_table = _is_property_table(titles)
        yield TableReading(
            block=-1 if place.nested else place.index,
            span=block.span,
            header=header,
            rows=tuple(tuple(cell(raw) for raw in row.cells) for row in block.rows),
            kind=None if property_table or found is None else found.kind,
            confidence=found.confidence if found else 0.0,
            columns=found.columns if found else ("",) * len(titles),
            heading=section.title,
            slot=slot.address if slot and slot.row else section.slot,
            label=place.label,
            property_table=property_table,
        )


def _is_property_table(titles: tuple[str, ...]) -> bool:
    return len(titles) == 2 and normal(titles[0]) in _PROPERTY and normal(titles[1]) in _VALUE


def read_rows(
    tables: tuple[TableReading, ...], raws: Mapping[int, tuple[RawRow, ...]]
) -> Iterator[ReadRow]:
    """Yield the rows of all typed tables. `raws` are the raw rows by start of the table's span."""
    for number, table in enumerate(tables):
        if table.kind is None:
            continue
        for raw, cells in zip(raws[table.span.start], table.rows, strict=True):
            if not any(found.raw for found in cells):
                continue
            malformed = len(cells) != len(table.header)
            yield _row(
                table, table.kind, number, raw, confidence=0.4 if malformed else table.confidence
            )


def _row(
    table: TableReading, kind: type[Row], number: int, raw: RawRow, *, confidence: float
) -> ReadRow:
    cells, extra = {}, {}
    for column, field in enumerate(table.columns):
        if column >= len(raw.cells):
            continue
        value = cell(raw.cells[column], confidence)
        if field:
            cells[field] = value
        else:
            extra[table.header[column].text] = value
    return ReadRow(kind, cells, raw.span, table.slot, table.heading, confidence, extra, number)
