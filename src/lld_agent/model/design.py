"""The read face of a design: what a document says, with spans and confidence.

Made by `template.reader.read_design`, asked by the rules, the threat engine and the reports.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lld_agent.model.blocks import Block
from lld_agent.model.diagrams import Diagram, DiagramKind
from lld_agent.model.rows import ABSENT, NOWHERE, Cell, ReadRow, Row
from lld_agent.model.source import SourceText, Span


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and everything up to the next heading of any level.

    Attributes:
        title: heading text without its number, marks and emphasis; "" for the preamble.
        number: "3.2.1" as written, else "".
        level: 1 to 6; 0 for the preamble.
        slot: address of the template slot it matches ("security.threats"), else "".
        confidence: of that match.
        span: heading line up to the next heading (tiles the document).
        heading_span: the heading line only.
        first, last: its blocks are `design.blocks[first:last]`, the heading's included.
        parent: index of the section above it in the heading tree, -1 at the top.
        open_question: id (Q-4) when its content is only an open question.
    """

    title: str
    number: str
    level: int
    slot: str
    confidence: float
    span: Span
    heading_span: Span
    first: int
    last: int
    parent: int
    open_question: str = ""


@dataclass(frozen=True, slots=True)
class TableReading:
    """A table and what it was taken for.

    Attributes:
        block: index into `design.blocks`; -1 for a table inside a list or a quote.
        kind: vocabulary type, None when the table stays verbatim.
        confidence: of the typing.
        columns: for each column of the document the field name, "" where unknown.
        property_table: a two-column table of names and values (Property | Value).
    """

    block: int
    span: Span
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kind: type[Row] | None
    confidence: float
    columns: tuple[str, ...]
    heading: str
    slot: str
    label: str
    property_table: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint that the document declares, in whatever notation.

    Attributes:
        method: upper case; "" when only a path is given.
        path: as written.
        notation: bold, heading, table, class, line.
        span: the place that declares it.
        owned: False when it belongs to another service (G6).
        properties: description, authentication, rate_limit, timeout and whatever else stands in
            its property table or `**Label:** value` lines, by lower snake-case name.
        errors: rows of its error table. parameters: rows of its parameter tables.
        request, response: fences as written.
        heading: text of the heading above it.
    """

    method: str
    path: str
    notation: str
    span: Span
    owned: bool = True
    properties: Mapping[str, Cell] = field(default_factory=dict)
    errors: tuple[ReadRow, ...] = ()
    parameters: tuple[ReadRow, ...] = ()
    request: Cell = ABSENT
    response: Cell = ABSENT
    heading: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Entity:
    """A table or entity that the document declares with its columns.

    Attributes:
        name: table name if given (`**Table:** `users``, CREATE TABLE), else the heading's words.
        names: all names it goes by (heading, table, class), for resolving.
        columns, indexes: rows with spans. `has_columns` is False for entities named only.
        origin: table, ddl, class, er, fence.
    """

    name: str
    names: tuple[str, ...]
    span: Span
    columns: tuple[ReadRow, ...] = ()
    indexes: tuple[ReadRow, ...] = ()
    origin: str = "table"
    heading: str = ""
    confidence: float = 1.0

    @property
    def has_columns(self) -> bool:
        """Whether its columns are given, so that a missing column means something."""
        return bool(self.columns)


@dataclass(frozen=True, slots=True)
class EnumType:
    """A closed list of values: an ENUM column, CREATE TYPE, a class-diagram enumeration, ...

    `owner` is the entity or type, `field` the column ("" for a named type). `open` when the list
    ends in "etc.". `origin` is column, type (SQL), class (diagram), code, or table for a table that
    lists the values and what they mean.
    """

    owner: str
    field: str
    values: tuple[Cell, ...]
    span: Span
    open: bool = False
    heading: str = ""
    origin: str = "column"


@dataclass(frozen=True, slots=True)
class Mark:
    """A short piece of text found somewhere: a link, an image, a placeholder, a suppression."""

    text: str
    target: str
    span: Span
    heading: str = ""


@dataclass(frozen=True)
class Design:
    """A design document as it was read.

    Attributes:
        source: the document. blocks: tile it. sections: tile it.
        template: "service", "module", or "" when it follows none.
        template_confidence: share of that template's headings found.
        tables: all tables, typed or not. rows: all typed rows, from tables and labelled lists.
        neighbours: paths that the document's links name and that exist, relative as written
            (None when the document came without a file system: then links cannot be judged).
        in_checkout: whether it stands in a repository: only there is a file that is not found
            known to be missing, and not left behind where the document was copied from.
        questions: open questions (Q-4) that the document itself lists or marks.
    """

    source: SourceText
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    template: str = ""
    template_confidence: float = 0.0
    tables: tuple[TableReading, ...] = ()
    rows: tuple[ReadRow, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    entities: tuple[Entity, ...] = ()
    enums: tuple[EnumType, ...] = ()
    diagrams: tuple[Diagram, ...] = ()
    links: tuple[Mark, ...] = ()
    images: tuple[Mark, ...] = ()
    questions: tuple[Mark, ...] = ()
    neighbours: frozenset[str] | None = None
    in_checkout: bool = False
    header: Mapping[str, Cell] = field(default_factory=dict)

    def of(self, kind: type[Row]) -> tuple[ReadRow, ...]:
        """Return all rows of one vocabulary type, in document order."""
        return self._by_kind.get(kind, ())

    def declared(self, *, classes: bool = False) -> tuple[Endpoint, ...]:
        """Return the endpoints of the document's own contract, those of class diagrams on demand."""
        return tuple(
            endpoint
            for endpoint in self.endpoints
            if endpoint.owned
            and endpoint.method
            and endpoint.confidence >= 0.5
            and (classes or endpoint.notation != "class")
        )

    @cached_property
    def _by_kind(self) -> Mapping[type[Row], tuple[ReadRow, ...]]:
        found: dict[type[Row], list[ReadRow]] = {}
        for row in self.rows:
            found.setdefault(row.kind, []).append(row)
        return {kind: tuple(rows) for kind, rows in found.items()}

    def drawn(self, kind: DiagramKind) -> tuple[Diagram, ...]:
        """Return all diagrams of one kind that parse, in document order."""
        return tuple(d for d in self.diagrams if d.kind is kind and d.error is None)

    def slot(self, address: str) -> Section | None:
        """Return the section that matches a slot address, or None."""
        return next((s for s in self.sections if s.slot == address), None)

    def section_at(self, span: Span) -> Section:
        """Return the innermost section that holds a span."""
        return self.sections[max(0, bisect_right(self._starts, span.start) - 1)]

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(section.span.start for section in self.sections)

    def prose(self) -> Iterator[tuple[Section, Block]]:
        """Yield every block but headings, tables and fences, with its section."""
        for section in self.sections:
            for block in self.blocks[section.first : section.last]:
                if block.kind.value not in {"heading", "table", "fence", "front_matter"}:
                    yield section, block

    @staticmethod
    def nowhere() -> Span:
        """Return the empty span at the start of the document."""
        return NOWHERE
