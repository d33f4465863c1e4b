"""The slots of a template: what the reader, the rules and the provenance address by name.

Addresses are paths of field names; `[]` marks a repeated part. The address of one of several, or of
one row, puts its key after a slash: `architecture.components[]/ledger.inputs/account-id`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal, get_origin

from lld_agent.model.rows import Compound, Row
from lld_agent.template.codec import slug
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
    Slot,
    SlotField,
    Table,
    fields_of,
    group_type,
    row_type,
)


class SlotKind(StrEnum):
    """How the value of a slot is written."""

    NAME = "name"  # in a heading, title or label
    PROSE = "prose"
    LABELLED = "labelled"  # **Purpose:** text
    ITEM = "item"  # - Horizontal: text
    PROPERTY = "property"  # | Property | Value |
    BULLETS = "bullets"
    STEPS = "steps"
    ROW_BULLETS = "row_bullets"  # - name: description
    TABLE = "table"
    FENCE = "fence"
    GROUP = "group"
    REPEATED = "repeated"


_KINDS: dict[type[Slot], SlotKind] = {
    Elsewhere: SlotKind.NAME,
    Prose: SlotKind.PROSE,
    NotApplicable: SlotKind.PROSE,
    Labelled: SlotKind.LABELLED,
    Item: SlotKind.ITEM,
    Property: SlotKind.PROPERTY,
    RowBullets: SlotKind.ROW_BULLETS,
    Table: SlotKind.TABLE,
    Fence: SlotKind.FENCE,
    Nested: SlotKind.GROUP,
    Repeated: SlotKind.REPEATED,
}


@dataclass(frozen=True, slots=True)
class SlotInfo:
    """One slot of a template.

    Attributes:
        address: path of field names, for example `security.threats`.
        parent: address of the group it stands in, "" at the top.
        kind: how its value is written.
        title: of its heading, without the number; "" for slots without a heading of their own.
        pattern: of the headings of a repeated group, for example `{name} - {outcome}`.
        number: as in the blank template, for example "3.2.1"; "" where headings are unnumbered.
        level: of its heading, 1 to 6; 0 where it has none.
        aliases: other titles that documents give its heading.
        label: of the bold line, list item or property row that names it, without the colon.
        row: vocabulary type of its rows.
        compound: class of its value when several values share a cell.
        columns: field name and column title, in order, of slots of rows.
        fixed_keys: keys of the rows that always stand.
        default_rows: rows of the blank template that a draft may take over, saying so.
        examples: literals of the original template that must not survive.
        fence: info string of a fence as declared ("" for plain text).
        diagram: kind of diagram expected in a fence.
        required: False where it may be left out.
        repeated: whether it is a part that stands several times.
        given: filled by the program, never by a language model.
        code: whether its text stands between backticks.
        description: what belongs there.
    """

    address: str
    parent: str
    kind: SlotKind
    title: str = ""
    pattern: str = ""
    number: str = ""
    level: int = 0
    aliases: tuple[str, ...] = ()
    label: str = ""
    row: type[Row] | None = None
    compound: type[Compound] | None = None
    columns: tuple[tuple[str, str], ...] = ()
    fixed_keys: tuple[str, ...] = ()
    default_rows: tuple[Row, ...] = ()
    examples: tuple[str, ...] = ()
    fence: str = ""
    diagram: str = ""
    required: bool = True
    repeated: bool = False
    given: bool = False
    code: bool = False
    description: str = ""

    @property
    def mark_column(self) -> str:
        """The column where marks like `[A-3]` go; "" for slots without rows."""
        return mark_column(self.row, tuple(name for name, _ in self.columns)) if self.row else ""

    @property
    def name(self) -> str:
        """The last part of the address: the field's name."""
        return self.address.rpartition(".")[2]


def mark_column(kind: type[Row], columns: tuple[str, ...]) -> str:
    """Return the last of these columns that takes free text; "" if none does."""
    closed = [n for n in columns if get_origin(kind.model_fields[n].annotation) is Literal]
    return next((name for name in reversed(columns) if name not in closed), "")


@cache
def manifest(document: type[Document]) -> tuple[SlotInfo, ...]:
    """Return the slots of a template, in the order of the document."""
    return tuple(_Walk().group(document, "", (), 2))


def address(slot: str, *keys: str) -> str:
    """Return the address of one thing: each `[]` gets the next key, a last key names a row.

    Args:
        slot: address of a slot, for example `architecture.components[].inputs`.
        keys: names of the repeated parts from the outside in, then of the row if it is one.

    Returns:
        For example `architecture.components[]/ledger.inputs/account-id`.
    """
    left = [slug(key) for key in keys]
    parts = slot.split("[]")
    text = parts[0]
    for part in parts[1:]:
        key = left.pop(0) if left else ""
        text += "[]" + (f"/{key}" if key else "") + part
    return "/".join([text, *left])


class _Walk:
    """Walks a declaration and yields its slots."""

    def group(
        self, group: type[Group], path: str, number: tuple[int, ...], level: int
    ) -> Iterator[SlotInfo]:
        """Yield the slots of a group whose child headings have this level."""
        count = 0
        for field in fields_of(group):
            where = f"{path}.{field.name}" if path else field.name
            own, inside = number, level
            if field.heading is not None:
                inside = level + 1
                if field.heading.numbered:
                    count += 1
                    own = (*number, count)
                else:
                    own = ()
            yield self.info(field, where, path, own, level)
            if isinstance(field.slot, Nested):
                yield from self.group(group_type(field), where, own, inside)
            elif isinstance(field.slot, Repeated):
                start = 0 if field.heading is not None else count
                yield from self.repeated(field, field.slot, where, (*own, start + 1), inside)
                if field.heading is None and field.slot.numbered and not field.slot.bold:
                    count += field.slot.times

    def repeated(
        self, field: SlotField, slot: Repeated, where: str, number: tuple[int, ...], level: int
    ) -> Iterator[SlotInfo]:
        """Yield the slots of one of several parts."""
        numbered = slot.numbered and not slot.bold
        yield SlotInfo(
            address=f"{where}[]",
            parent=where,
            kind=SlotKind.GROUP,
            pattern=slot.heading,
            number=_dotted(number) if numbered else "",
            level=0 if slot.bold else level,
            repeated=True,
            given=slot.given,
            description=(group_type(field).__doc__ or "").partition("\n")[0],
        )
        inside = level if slot.bold else level + 1
        yield from self.group(group_type(field), f"{where}[]", number, inside)

    def info(
        self, field: SlotField, where: str, parent: str, number: tuple[int, ...], level: int
    ) -> SlotInfo:
        """Return one slot."""
        slot, heading = field.slot, field.heading
        rows: dict[str, object] = {}
        if isinstance(slot, RowSlot):
            kind = row_type(field)
            rows = {
                "row": kind,
                "columns": tuple(zip(slot.columns(kind), slot.titles, strict=True)),
                "fixed_keys": slot.fixed_keys,
                "default_rows": slot.default_rows(kind),
                "examples": slot.example,
            }
        inner = field.inner
        return SlotInfo(
            address=where,
            parent=parent,
            kind=_kind(slot),
            title=heading.title if heading else "",
            number=_dotted(number) if heading and heading.numbered else "",
            level=level if heading else 0,
            aliases=heading.aliases if heading else (),
            label=slot.name if isinstance(slot, Labelled | Item | Property) else slot.label,
            compound=inner if inner is not None and issubclass(inner, Compound) else None,
            fence=slot.info if isinstance(slot, Fence) else "",
            diagram=slot.diagram if isinstance(slot, Fence) else "",
            required=not slot.optional and not isinstance(slot, NotApplicable),
            given=slot.given,
            code=field.code,
            description=field.description,
            **rows,  # type: ignore[arg-type]  # one dict for the five fields of slots of rows
        )


def _kind(slot: Slot) -> SlotKind:
    if isinstance(slot, Bullets):
        return SlotKind.STEPS if slot.ordered else SlotKind.BULLETS
    return _KINDS[type(slot)]


def _dotted(number: tuple[int, ...]) -> str:
    return ".".join(map(str, number))
