"""What a design states, as items of tables: rows, bullets and repeated parts, by slot.

Boilerplate states nothing and is left out: what the program fills in, rows that are the template's
own defaults, open questions, and fixed rows of which only the key stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_origin

from pydantic import BaseModel

from lld_agent.draft.ground import FREE
from lld_agent.model.rows import Compound, Row
from lld_agent.template.codec import encode_compound, is_open, split_marks
from lld_agent.template.kit import (
    Bullets,
    Document,
    Elsewhere,
    Fence,
    Group,
    Nested,
    NotApplicable,
    Repeated,
    RowSlot,
    SlotField,
    fields_of,
    is_code,
    row_type,
)

TEXT = "text"
"""Name of the one cell of an item without columns."""

# Rows that several columns name together; all others go by their key column.
_NAMED_BY = {
    "StateTransition": ("source", "target", "trigger"),
    "ErrorResponse": ("status", "code"),
    "EndpointRow": ("method", "path"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One row, bullet or repeated part.

    Attributes:
        cells: name → text, without marks; empty and open ones are left out.
        named_by: the cells that say what it is about.
        exact: cells that are identifiers or choices, not prose.
        literal: cells that are code, data or drawings: they do not say what it is about.
        parent: the repeated part that it stands in.
        fixed: whether the template gives its key.
        marked: whether it carries the mark of an assumption.
    """

    cells: Mapping[str, str]
    named_by: tuple[str, ...]
    exact: frozenset[str] = frozenset()
    literal: frozenset[str] = frozenset()
    parent: "Item | None" = None
    fixed: bool = False
    marked: bool = False

    @property
    def known_by(self) -> tuple[str, ...]:
        """The cells that settle what it is: its identifiers where it has any, else its name."""
        return tuple(name for name in self.named_by if name in self.exact) or self.named_by

    @property
    def label(self) -> str:
        """The item in one line, for people."""
        names = [self.cells[name] for name in self.named_by if name in self.cells]
        text = " ".join((" ".join(names) or " ".join(self.cells.values())).split())
        short = text if len(text) <= 120 else text[:117].rstrip() + "..."
        return f"{self.parent.label}: {short}" if self.parent is not None else short


@dataclass(frozen=True, slots=True)
class Statement:
    """One text of a design and where it stands.

    Attributes:
        slot: address of the slot, with `[]` for repeated parts.
        text: as written, marks included.
        row: the row that it is a cell of, None for a text of its own.
        literal: whether it is code, data or a drawing.
        given: whether the program fills it in.
    """

    slot: str
    text: str
    row: Row | None = None
    literal: bool = False
    given: bool = False

    @property
    def plain(self) -> str:
        """The text without marks; "" for an open question, which states nothing."""
        return "" if is_open(self.text) else _unmarked(self.text)[0]

    @property
    def assumed(self) -> bool:
        """Whether it, or the row that it is in, carries the mark of an assumption."""
        texts = [self.text] if self.row is None else map(str, self.row.model_dump().values())
        return any("[A-" in _unmarked(text)[1] for text in texts)


def tables(document: Document) -> dict[str, tuple[Item, ...]]:
    """Return slot → its items, for every slot that holds several; empty ones are left out."""
    found: dict[str, list[Item]] = {}
    for slot, item in _items(document, "", None):
        found.setdefault(slot, []).append(item)
    return {slot: tuple(items) for slot, items in found.items()}


def statements(document: Document) -> Iterator[Statement]:
    """Yield every text of a design, in its order; of the record too, which the program fills in."""
    return _statements(document, "", given=False)


def words_at(document: Document, slots: tuple[str, ...]) -> str:
    """Return what stands in slots and below them, open questions apart."""
    return "\n".join(
        one.plain
        for one in statements(document)
        if one.plain and any(is_within(one.slot, slot) for slot in slots)
    )


def is_within(address: str, slot: str) -> bool:
    """Return whether an address is a slot or lies below it; `[]` of repeated parts may be left out."""
    here, there = address.replace("[]", ""), slot.replace("[]", "")
    return here == there or here.startswith(f"{there}.")


def _unmarked(text: str) -> tuple[str, str]:
    """Return a text and the marks that end it; of a cell that holds a mark only, no text."""
    plain, marks = split_marks(f"- {text}")
    return plain[2:].strip(), marks


def _items(group: Group, path: str, parent: Item | None) -> Iterator[tuple[str, Item]]:
    for field in fields_of(type(group)):
        if field.slot.given:
            continue
        value = getattr(group, field.name)
        where = f"{path}.{field.name}" if path else field.name
        slot = field.slot
        if isinstance(slot, RowSlot):
            yield from ((where, item) for item in _rows(field, slot, value, parent))
        elif isinstance(slot, Bullets):
            yield from ((where, item) for item in _bullets(slot, value, parent))
        elif isinstance(slot, Nested):
            yield from _items(value, where, parent)
        elif isinstance(slot, Repeated):
            yield from _parts(value, f"{where}[]", parent)


def _rows(
    field: SlotField, slot: RowSlot, rows: tuple[Row, ...], parent: Item | None
) -> Iterator[Item]:
    kind = row_type(field)
    defaults = slot.default_rows(kind)
    columns = slot.columns(kind)
    named = _NAMED_BY.get(kind.__name__, (kind.key_field(),))
    for row in rows:
        if row in defaults:
            continue
        fixed = getattr(row, columns[0]) in slot.fixed_keys
        cells, marked = _cells(row, columns)
        if fixed:
            cells.pop(columns[0], None)
        if cells:
            yield Item(cells, named, _exact(kind, columns), frozenset(), parent, fixed, marked)


def _bullets(slot: Bullets, texts: tuple[str, ...], parent: Item | None) -> Iterator[Item]:
    for text in texts:
        plain, marks = _unmarked(text)
        if plain and not is_open(text) and text not in slot.default:
            yield Item({TEXT: plain}, (TEXT,), parent=parent, marked="[A-" in marks)


def _parts(parts: tuple[Group, ...], where: str, parent: Item | None) -> Iterator[tuple[str, Item]]:
    for part in parts:
        own = [field for field in fields_of(type(part)) if _is_single(field)]
        names = tuple(f.name for f in own if isinstance(f.slot, Elsewhere))
        cells, marked = _cells(part, tuple(field.name for field in own))
        if not any(name in cells for name in names):
            continue  # an open question in place of parts
        exact = frozenset(f.name for f in own if f.code) | {"method", "path"} & set(names)
        literal = frozenset(f.name for f in own if isinstance(f.slot, Fence))
        item = Item(cells, names, exact, literal, parent, marked=marked)
        yield where, item
        yield from _items(part, where, item)


def _is_single(field: SlotField) -> bool:
    return not isinstance(field.slot, RowSlot | Bullets | Nested | Repeated | NotApplicable)


def _cells(value: BaseModel, names: tuple[str, ...]) -> tuple[dict[str, str], bool]:
    cells: dict[str, str] = {}
    marked = False
    for name in names:
        held = getattr(value, name)
        text = encode_compound(held) if isinstance(held, Compound) else str(held)
        if is_open(text):
            continue
        plain, marks = _unmarked(text)
        marked = marked or "[A-" in marks
        if plain:
            cells[name] = plain
    return cells, marked


def _exact(kind: type[Row], columns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        name
        for name in columns
        if is_code(kind, name) or get_origin(kind.model_fields[name].annotation) is Literal
    )


def _statements(group: Group, path: str, *, given: bool) -> Iterator[Statement]:
    for field in fields_of(type(group)):
        value = getattr(group, field.name)
        where = f"{path}.{field.name}" if path else field.name
        is_given = given or field.slot.given
        if isinstance(value, Group):
            yield from _statements(value, where, given=is_given)
        elif isinstance(field.slot, Repeated):
            for part in value:
                yield from _statements(part, f"{where}[]", given=is_given)
        elif isinstance(value, tuple):
            yield from _listed(value, where, given=is_given)
        else:
            text = encode_compound(value) if isinstance(value, Compound) else str(value)
            literal = field.code or isinstance(field.slot, Fence)
            if text:
                yield Statement(where, text, literal=literal, given=is_given)


def _listed(values: tuple[Row | str, ...], where: str, *, given: bool) -> Iterator[Statement]:
    for value in values:
        if isinstance(value, str):
            yield Statement(where, value, given=given)
            continue
        kind = type(value)
        for name in kind.model_fields:
            if text := getattr(value, name):
                yield Statement(where, text, value, is_code(kind, name) or name in FREE, given)
