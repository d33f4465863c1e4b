"""A design as Markdown. `parse` is the inverse."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, cast

from lld_agent.model.rows import Compound, Row
from lld_agent.template.bullets import encode_bullet
from lld_agent.template.codec import encode_code, encode_compound, is_open
from lld_agent.template.kit import (
    Bullets,
    Document,
    Elsewhere,
    Fence,
    Group,
    Item,
    Labelled,
    Nested,
    NotApplicable,
    Property,
    Prose,
    Repeated,
    RowBullets,
    RowSlot,
    Skippable,
    SlotField,
    Table,
    is_code,
    pending_text,
    row_type,
    runs_of,
)
from lld_agent.template.titles import Numbering, fill, heading_line, heading_text
from lld_agent.text.escape import encode_cell, escape_prose
from lld_agent.text.mermaid import sniff

HARD_BREAK = "  \n"
UNNAMED = "—"
"""Stands where a bold name is empty: `****` would be a rule."""


class Piece(NamedTuple):
    """A block of a rendered document and where its value comes from.

    Attributes:
        text: the block.
        at: address of the slot, with the names of repeated parts: `data.models.entities[Order].columns`;
            "" for headings, labels and notes.
        parts: of slots of rows, the key of each row; where neighbours share the block, the name of
            the field on each line.
    """

    text: str
    at: str = ""
    parts: tuple[str, ...] = ()


def render(document: Document, guide: Callable[[str], str] | None = None) -> str:
    """Return a design as Markdown, with a line feed at its end.

    Numbers are computed, fixed rows come first, optional slots without a value are left out.

    Args:
        document: the design.
        guide: makes the line that tells readers of a blank template to repeat a part, from what
            the parts are called; None for designs.
    """
    return "\n\n".join(piece.text for piece in pieces(document, guide)) + "\n"


def pieces(document: Document, guide: Callable[[str], str] | None = None) -> Iterator[Piece]:
    """Yield the blocks of a document: with blank lines between, they are what `render` returns."""
    yield Piece(f"# {fill(document.title, document)}")
    yield from _Writer(guide).group(document, Numbering(()), 2, "")


def headings(document: Document) -> dict[str, str]:
    """Return address → heading with its number, as rendered: `4.1.2 Compartment`.

    Parts of a repeated slot have the address `data.models.entities[Compartment]`.
    """
    writer = _Writer(None)
    for _ in writer.group(document, Numbering(()), 2, ""):
        pass
    return writer.headings


def is_empty(value: object) -> bool:
    """Return whether a value says nothing: "", (), or a group of such values."""
    return value == type(value)() if isinstance(value, Group | Compound) else not value


class _Writer:
    """Writes groups: headings, labels, and the blocks under them."""

    def __init__(self, guide: Callable[[str], str] | None) -> None:
        self.guide = guide
        self.headings: dict[str, str] = {}

    def group(self, group: Group, numbering: Numbering, level: int, at: str) -> Iterator[Piece]:
        """Yield the blocks of a group at an address whose child headings have this level."""
        if group.note:
            yield Piece(f"> {group.note}")
        if isinstance(group, Skippable) and group.not_applicable:
            yield Piece(escape_prose(group.not_applicable), at)
            return
        ruled = isinstance(group, Document) and group.ruled
        for run in runs_of(type(group)):
            shown = [field for field in run if _is_shown(group, field)]
            if not shown:
                continue
            heading = shown[0].heading
            inside = f"{at}.{shown[0].name}".lstrip(".")
            if heading is None:
                yield from self.slot(group, shown, numbering, level, inside)
                continue
            own = numbering.next() if heading.numbered else ()
            if ruled:
                yield Piece("---")
            self.headings[inside] = heading_text(own, heading.title)
            yield Piece(heading_line(level, own, heading.title))
            yield from self.slot(group, shown, Numbering(own), level + 1, inside)

    def slot(
        self, group: Group, run: list[SlotField], numbering: Numbering, level: int, at: str
    ) -> Iterator[Piece]:
        """Yield a slot's label and blocks; `numbering` and `level` are for headings in it."""
        slot, value = run[0].slot, getattr(group, run[0].name)
        if slot.label:
            yield Piece(f"**{fill(slot.label, group)}:**")
        if isinstance(slot, Nested):
            yield from self.group(value, numbering, level, at)
        elif isinstance(slot, Repeated):
            yield from self.repeated(slot, value, numbering, level, at)
        else:
            keys = _keys(run, value)
            yield from (Piece(text, at, keys) for text in _run(group, run))

    def repeated(
        self, slot: Repeated, groups: tuple[Group, ...], numbering: Numbering, level: int, at: str
    ) -> Iterator[Piece]:
        """Yield groups, each under its own heading or bold name; an open question in their place."""
        if pending_text(groups) and not slot.bold:
            yield Piece(pending_text(groups), at)
            return
        for group in groups:
            text = fill(slot.heading, group)
            inside = f"{at}[{text}]"
            if slot.bold:
                yield Piece(f"**{encode_code(text) or UNNAMED}**")
                yield from self.group(group, Numbering(()), level, inside)
            else:
                own = numbering.next() if slot.numbered else ()
                self.headings[inside] = heading_text(own, text)
                yield Piece(heading_line(level, own, text))
                yield from self.group(group, Numbering(own), level + 1, inside)
        if self.guide is not None and slot.each:
            yield Piece(self.guide(slot.each))


def _is_shown(group: Group, field: SlotField) -> bool:
    if isinstance(field.slot, Elsewhere | NotApplicable):
        return False
    return not field.slot.optional or not is_empty(getattr(group, field.name))


def _keys(run: list[SlotField], value: Any) -> tuple[str, ...]:
    if isinstance(run[0].slot, Labelled | Item | Property):
        return tuple(field.name for field in run)
    if isinstance(run[0].slot, RowSlot):
        return tuple(str(getattr(row, row.key_field())) for row in value)
    return ()


def _run(group: Group, run: list[SlotField]) -> Iterator[str]:
    """Yield the blocks of neighbours that share one."""
    match run[0].slot:
        case Labelled():
            yield HARD_BREAK.join(_labelled(group, field) for field in run)
        case Item():
            yield "\n".join(f"- {_named(group, field)}" for field in run)
        case Property():
            yield _table(("Property", "Value"), [_property(group, field) for field in run])
        case _:
            yield from _single(run[0], getattr(group, run[0].name))


def _single(field: SlotField, value: Any) -> Iterator[str]:
    """Yield the block of one value; none for an empty one, except that a table has its header."""
    slot = field.slot
    if isinstance(slot, Table):
        columns = slot.columns(row_type(field))
        yield _table(slot.titles, [encode_row(row, columns) for row in value])
    elif value:
        yield _block(slot, value)


def _block(slot: object, value: Any) -> str:
    match slot:
        case Prose():
            return escape_prose(value)
        case Bullets(ordered=True):
            return "\n".join(f"{n}. {text}" for n, text in enumerate(value, 1))
        case Bullets():
            return "\n".join(f"- {text}" for text in value)
        case RowBullets():
            return "\n".join(f"- {encode_bullet(slot, row)}" for row in value)
        case Fence():
            return value if is_open(value) else _fence(slot, value)
    raise TypeError(type(slot).__name__)


def _fence(slot: Fence, text: str) -> str:
    info = slot.info or ("mermaid" if sniff(text, "") is not None else "")
    longest = max((len(run) for run in _tick_runs(text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{info}\n{text}\n{ticks}"


def _tick_runs(text: str) -> Iterator[str]:
    run = ""
    for character in text + " ":
        if character == "`":
            run += character
        elif run:
            yield run
            run = ""


def encode_inline(field: SlotField, value: object) -> str:
    """Return a value as one line of inline Markdown."""
    if isinstance(value, Compound):
        return encode_compound(value)
    text = cast("str", value)
    return encode_code(text) if field.code else text


def encode_row(row: Row, columns: tuple[str, ...]) -> list[str]:
    """Return a row as the cells of a table."""
    values = ((name, getattr(row, name)) for name in columns)
    kind = type(row)
    return [encode_cell(encode_code(v) if is_code(kind, name) else v) for name, v in values]


def _table(titles: tuple[str, ...], rows: list[list[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _labelled(group: Group, field: SlotField) -> str:
    assert isinstance(field.slot, Labelled)
    return f"**{field.slot.name}:** {_value(group, field)}".rstrip(" ")


def _named(group: Group, field: SlotField) -> str:
    assert isinstance(field.slot, Item)
    return f"{field.slot.name}: {_value(group, field)}".rstrip(" ")


def _property(group: Group, field: SlotField) -> list[str]:
    assert isinstance(field.slot, Property)
    name = f"**{field.slot.name}**" if field.slot.bold else field.slot.name
    return [name, encode_cell(_value(group, field))]


def _value(group: Group, field: SlotField) -> str:
    return encode_inline(field, getattr(group, field.name))
