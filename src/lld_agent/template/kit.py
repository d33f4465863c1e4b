"""The declaration kit: a template is pydantic models whose fields carry their layout.

A field says in its `Annotated[...]` under which heading it stands (`Heading`) and how its value is
written (one `Slot`): prose, bullets, a table, a fence, a group. From these marks come the JSON
schema, the Markdown, the parser and the manifest; nothing about a template is said twice.
"""

from dataclasses import dataclass
from functools import cache, partial
from typing import Annotated, Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from lld_agent.model.canonical import Text, canonical, canonical_line
from lld_agent.model.rows import AsCode, Row
from lld_agent.template.codec import heading_safe, is_open, line_safe


class Group(BaseModel):
    """Slots that stand together: a document, a section, a repeated part of one.

    Subclasses may set `note`, a block quote that stands first in the group.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    note: ClassVar[str] = ""


class Document(Group):
    """A whole design.

    Attributes:
        title: of level 1; may name fields, as in `{name} - Low-Level Design`.
        ruled: whether a rule (`---`) stands before each section.
    """

    title: ClassVar[str]
    ruled: ClassVar[bool] = False


@dataclass(frozen=True)
class Heading:
    """The heading over a field. Numbers are computed, never declared.

    Attributes:
        title: as written.
        aliases: other titles that real documents give the same thing.
        numbered: whether it gets a number at render.
    """

    title: str
    aliases: tuple[str, ...] = ()
    numbered: bool = True


@dataclass(frozen=True, kw_only=True)
class Slot:
    """How the value of a field is written.

    Attributes:
        label: bold line before it, without the colon (`**Inputs:**`).
        optional: left out, heading and label and all, when empty.
        given: filled by the program, from options or other parts; never by a language model.
        hint: what a placeholder in a blank template says; else the field's description.
    """

    label: str = ""
    optional: bool = False
    given: bool = False
    hint: str = ""

    def canonical(self, value: Any) -> Any:
        """Return the value in the one form that its Markdown has."""
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Make every construction canonical, so that `parse(render(x)) == x` can hold."""
        return core_schema.no_info_after_validator_function(self.canonical, handler(source))


@dataclass(frozen=True, kw_only=True)
class Elsewhere(Slot):
    """A field that is written in a heading, title or label which names it (`{name}`)."""

    def canonical(self, value: Any) -> Any:
        """Return text that a heading cannot lose (see `codec.heading_safe`)."""
        return heading_safe(value) if isinstance(value, str) else value


@dataclass(frozen=True, kw_only=True)
class Prose(Slot):
    """Paragraphs."""


@dataclass(frozen=True, kw_only=True)
class NotApplicable(Slot):
    """Prose that says why the whole group does not apply; then it stands alone in the group."""


class Skippable(Group):
    """A group that may not apply; then it says why, and nothing else."""

    not_applicable: Annotated[Text, NotApplicable()] = Field(
        "", description="Why this part does not apply; empty when it does"
    )

    @model_validator(mode="before")
    @classmethod
    def _skip(cls, data: Any) -> Any:
        if isinstance(data, dict) and canonical(data.get("not_applicable", "")):
            return {"not_applicable": data["not_applicable"]}
        return data


@dataclass(frozen=True)
class Labelled(Slot):
    """`**Purpose:** text`. Neighbours share a paragraph, with hard line breaks."""

    name: str


@dataclass(frozen=True)
class Item(Slot):
    """`- Horizontal: text`: a bullet with a fixed label. Neighbours share a list."""

    name: str


@dataclass(frozen=True)
class Property(Slot):
    """A row of a `Property | Value` table. Neighbours share the table."""

    name: str
    bold: bool = True


@dataclass(frozen=True, kw_only=True)
class Bullets(Slot):
    """A list of one-line texts; `ordered` for steps.

    `default` are texts that a blank template shows and that a draft may take over when it says so.
    """

    ordered: bool = False
    default: tuple[str, ...] = ()

    def canonical(self, value: tuple[str, ...]) -> tuple[str, ...]:
        """Return one-line texts that start no block; empty ones are dropped."""
        lines = (line_safe(str(canonical_line(text))) for text in value)
        return tuple(line for line in lines if line)


@dataclass(frozen=True)
class RowSlot(Slot):
    """A slot of rows.

    Attributes:
        header: titles of the columns with bars between; each is the title or an alias of a field
            of the row type. Fields without a column here are blank in this slot.
        fixed: keys of rows that always stand, in order, before all others.
        default: rows, with bars between cells, that a blank template shows and that a draft may
            take over with basis template_default.
        example: literals of the original templates that must never survive into a design.
        more: whether a blank template shows a row for others after the fixed and default ones.
    """

    header: str
    fixed: str = ""
    default: tuple[str, ...] = ()
    example: tuple[str, ...] = ()
    more: bool = False

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles of the columns, in order."""
        return cells_of(self.header)

    @property
    def fixed_keys(self) -> tuple[str, ...]:
        """Keys of the fixed rows, in order."""
        return cells_of(self.fixed) if self.fixed else ()

    def columns(self, kind: type[Row]) -> tuple[str, ...]:
        """Return the field of the row type under each title."""
        return tuple(field_titled(kind, title) for title in self.titles)

    def default_rows(self, kind: type[Row]) -> tuple[Row, ...]:
        """Return the default rows as values."""
        columns = self.columns(kind)
        return tuple(kind(**dict(zip(columns, cells_of(row), strict=True))) for row in self.default)

    def canonical_rows(self, kind: type[Row], rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """Return the rows with hidden columns blank, fixed rows first, blank rows dropped."""
        left = [row for row in map(self.shown, rows) if row != kind()]
        key = self.columns(kind)[0]
        first: list[Row] = []
        for name in self.fixed_keys:
            found = next((row for row in left if getattr(row, key) == name), None)
            if found is not None:
                left.remove(found)
            first.append(found or kind(**{key: name}))
        return (*first, *left)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Make every construction canonical; the row type is that of the annotation."""
        check = partial(self.canonical_rows, get_args(source)[0])
        return core_schema.no_info_after_validator_function(check, handler(source))

    def shown(self, row: Row) -> Row:
        """Return a row with only the columns of this slot."""
        columns = self.columns(type(row))
        return type(row)(**{name: getattr(row, name) for name in columns})


@dataclass(frozen=True)
class Table(RowSlot):
    """A table of rows."""


@dataclass(frozen=True)
class RowBullets(RowSlot):
    """Rows as bullets: the first column, `separator`, the second."""

    separator: str = ": "

    def shown(self, row: Row) -> Row:
        """Return a row with only the columns of this slot, each on one line."""
        first, *rest = self.columns(type(row))
        values = {name: canonical_line(getattr(row, name)) for name in (first, *rest)}
        if not is_code(type(row), first):
            # With what follows: `[A-3]` alone is text, `[A-3]: x` defines a link.
            follows = f"{self.separator}x" if rest and values[rest[0]] else ""
            safe = line_safe(str(values[first]))
            values[first] = line_safe(f"{safe}{follows}").removesuffix(follows)
        return type(row)(**values)


@dataclass(frozen=True)
class Fence(Slot):
    """A fenced block.

    Attributes:
        info: language after the fence; `mermaid` is also written whenever the text is mermaid.
        diagram: kind of diagram expected in it (sequence, state, class, er, flow), else "".
        sample: what a blank template shows.
    """

    info: str = ""
    diagram: str = ""
    sample: str = ""


@dataclass(frozen=True, kw_only=True)
class Nested(Slot):
    """A group of slots, under its heading or its label."""


@dataclass(frozen=True)
class Repeated(Slot):
    """A group of slots for each of several things.

    Attributes:
        heading: over each; names the fields it is made of (`{name} - {outcome}`).
        numbered: whether those headings are numbered.
        bold: `**`METHOD path`**` in place of a heading.
        times: how often a blank template shows it.
        each: what the things are called, for the guidance in a blank template.
    """

    heading: str
    numbered: bool = True
    bold: bool = False
    times: int = 1
    each: str = ""


@dataclass(frozen=True)
class SlotField:
    """A field of a group, as its annotations declare it.

    Attributes:
        name: of the field.
        owner: the group that has it.
        slot: how it is written.
        heading: over it, if any.
        inner: row type, group class or compound class of its value; None for text.
        code: whether its text stands between backticks.
        description: of the field.
    """

    name: str
    owner: type[Group]
    slot: Slot
    heading: Heading | None
    inner: type[BaseModel] | None
    code: bool
    description: str


@cache
def fields_of(group: type[Group]) -> tuple[SlotField, ...]:
    """Return the fields of a group in the order of their declaration.

    Raises:
        TypeError: a field carries no slot: the declaration is wrong.
    """
    return tuple(_field(group, name) for name in group.model_fields)


def _field(group: type[Group], name: str) -> SlotField:
    info = group.model_fields[name]
    slot = next((mark for mark in info.metadata if isinstance(mark, Slot)), None)
    if slot is None:
        raise TypeError(f"{group.__name__}.{name} has no slot")
    heading = next((mark for mark in info.metadata if isinstance(mark, Heading)), None)
    kind = (get_args(info.annotation) or (info.annotation,))[0]
    inner = kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
    return SlotField(
        name, group, slot, heading, inner, is_code(group, name), info.description or ""
    )


def runs_of(group: type[Group]) -> list[list[SlotField]]:
    """Return the fields of a group; neighbours that share one block stand together."""
    runs: list[list[SlotField]] = []
    for field in fields_of(group):
        shares = isinstance(field.slot, Labelled | Item | Property)
        if shares and runs and type(runs[-1][0].slot) is type(field.slot):
            runs[-1].append(field)
        else:
            runs.append([field])
    return runs


def pending(kind: type[Group], text: str) -> Group:
    """Return the part that stands for an open question in place of the parts of a repeated group."""
    name = next(
        field.name
        for field in fields_of(kind)
        if isinstance(field.slot, Elsewhere) and kind.model_fields[field.name].annotation is str
    )
    return kind(**{name: text})


def pending_text(parts: tuple[Group, ...]) -> str:
    """Return the open question that is all a repeated group holds, "" when it holds real parts."""
    if len(parts) != 1:
        return ""
    names = [f.name for f in fields_of(type(parts[0])) if isinstance(f.slot, Elsewhere)]
    texts = [str(getattr(parts[0], name)) for name in names]
    found = next((text for text in texts if is_open(text)), "")
    return found if found and parts[0] == pending(type(parts[0]), found) else ""


def row_type(field: SlotField) -> type[Row]:
    """Return the row type of a slot of rows."""
    assert field.inner is not None
    assert issubclass(field.inner, Row)
    return field.inner


def group_type(field: SlotField) -> type[Group]:
    """Return the class of a nested or repeated group."""
    assert field.inner is not None
    assert issubclass(field.inner, Group)
    return field.inner


def cells_of(line: str) -> tuple[str, ...]:
    """Return the cells of a declaration like `Audience | What They Need`."""
    return tuple(cell.strip() for cell in line.split("|"))


@cache
def field_titled(kind: type[Row], title: str) -> str:
    """Return the field of a row type with this column title or alias.

    Raises:
        ValueError: no field has it: the declaration is wrong.
    """
    layout = kind.layout()
    for name, col in layout.items():
        if col.title == title:
            return name
    for name, col in layout.items():
        if title in col.aliases:
            return name
    raise ValueError(f"{kind.__name__} has no column {title!r}")


@cache
def is_code(owner: type[BaseModel], name: str) -> bool:
    """Return whether a field is written between backticks."""
    return any(isinstance(mark, AsCode) for mark in owner.model_fields[name].metadata)
