"""Markdown that `render` wrote, as the design again: its exact inverse.

This is for canonical documents: our own, and those that people edited without changing the shape.
Anybody's documents are for `template.reader`.
"""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from lld_agent.errors import InputError
from lld_agent.model.blocks import Block, BlockKind, RawItem
from lld_agent.model.rows import Compound, Row
from lld_agent.model.source import SourceText
from lld_agent.template.bullets import decode_bullet
from lld_agent.template.codec import decode_code, decode_compound, is_open
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
    Skippable,
    SlotField,
    Table,
    fields_of,
    group_type,
    is_code,
    pending,
    row_type,
    runs_of,
)
from lld_agent.template.registry import Template
from lld_agent.template.render import UNNAMED
from lld_agent.template.titles import Numbering, heading_text, read
from lld_agent.text.blocks import parse_blocks
from lld_agent.text.escape import decode_cell, unescape_prose

Values = dict[str, Any]


class ShapeError(InputError):
    """A document does not have the shape that `render` gives one."""


def parse(template: Template, markdown: str, path: str = "-") -> Document:
    """Return the design that renders as this Markdown.

    Args:
        template: the template it was written from.
        markdown: the document, as `render` wrote it.
        path: its name in errors.

    Raises:
        ShapeError: a heading, label, table or list is not where the template has it.
    """
    source = SourceText(markdown, path)
    reader = _Reader(source, parse_blocks(source))
    return reader.document(template.model)


class _Reader:
    """Reads blocks from first to last against a declaration."""

    def __init__(self, source: SourceText, blocks: tuple[Block, ...]) -> None:
        self.source = source
        self.blocks = blocks
        self.at = 0

    def document(self, kind: type[Document]) -> Document:
        """Read all blocks."""
        title = self.take(BlockKind.HEADING, kind.title, level=1)
        values = read(kind.title, title.text, kind)
        if values is None:
            raise self.error(f"title {kind.title!r}")
        found = self.group(kind, Numbering(()), 2, dict(values))
        if self.at < len(self.blocks):
            raise self.error("the end of the document")
        return cast("Document", found)

    def group(self, kind: type[Group], numbering: Numbering, level: int, values: Values) -> Group:
        """Read a group; `values` are those that its heading gave."""
        if kind.note:
            self.take(BlockKind.QUOTE, "the note of the section")
        if issubclass(kind, Skippable) and not self.is_next(BlockKind.HEADING):
            return kind(not_applicable=self.prose())
        for run in runs_of(kind):
            field = run[0]
            if isinstance(field.slot, Elsewhere | NotApplicable):
                continue
            own, inside = numbering, level
            if field.heading is not None:
                if not self.heading(kind, field, numbering, level):
                    continue
                own, inside = Numbering(numbering.last if field.heading.numbered else ()), level + 1
            if self.label(field, values):
                self.slot(kind, run, own, inside, values)
        return kind(**values)

    def heading(
        self, kind: type[Group], field: SlotField, numbering: Numbering, level: int
    ) -> bool:
        """Read the heading of a field; False where an optional one is left out."""
        heading = field.heading
        assert heading is not None
        ruled = issubclass(kind, Document) and kind.ruled
        there = self.at + ruled
        if field.slot.optional and not (
            there < len(self.blocks) and self.blocks[there].text == heading.title
        ):
            return False
        if ruled:
            self.take(BlockKind.RULE, "a rule before the next section")
        own = numbering.next() if heading.numbered else ()
        text = heading_text(own, heading.title)
        if self.take(BlockKind.HEADING, f"the heading {text!r}", level=level).text != text:
            raise self.error(f"the heading {text!r}", self.at - 1)
        return True

    def label(self, field: SlotField, values: Values) -> bool:
        """Read the label of a field; False where an optional one is left out."""
        pattern = field.slot.label
        if not pattern:
            return True
        text = self.next_text(BlockKind.PARAGRAPH)
        if text.startswith("**") and text.endswith(":**"):
            found = read(pattern, text[2:-3], field.owner)
            if found is not None:
                values.update(found)
                self.at += 1
                return True
        if field.slot.optional:
            return False
        raise self.error(f"the label **{pattern}:**")

    def slot(
        self,
        kind: type[Group],
        run: list[SlotField],
        numbering: Numbering,
        level: int,
        values: Values,
    ) -> None:
        """Read a slot, or several that share a block, into `values`."""
        field = run[0]
        if isinstance(field.slot, Nested):
            values[field.name] = self.group(group_type(field), numbering, level, {})
        elif isinstance(field.slot, Repeated):
            left = 0 if field.heading is not None else _headings_after(kind, field)
            values[field.name] = self.repeated(field, numbering, level, left)
        elif isinstance(field.slot, Labelled):
            self.labelled(run, values)
        elif isinstance(field.slot, Item):
            self.items(run, values)
        elif isinstance(field.slot, Property):
            self.properties(run, values)
        else:
            values[field.name] = self.single(field)

    def repeated(
        self, field: SlotField, numbering: Numbering, level: int, left: int
    ) -> tuple[Group, ...]:
        """Read groups up to the last `left` headings of their level."""
        slot, kind = field.slot, group_type(field)
        assert isinstance(slot, Repeated)
        found: list[Group] = []
        if slot.bold:
            while text := self.next_text(BlockKind.PARAGRAPH):
                self.at += 1
                bold = text.removeprefix("**").removesuffix("**")
                name = "" if bold == UNNAMED else decode_code(bold)
                found.append(self.group(kind, Numbering(()), level, self.named(field, name)))
            return tuple(found)
        question = self.next_text(BlockKind.PARAGRAPH)
        if is_open(question):
            self.at += 1
            return (pending(kind, question),)
        for _ in range(self.headings_ahead(level) - left):
            own = numbering.next() if slot.numbered else ()
            text = self.take(BlockKind.HEADING, f"a heading {slot.heading!r}", level=level).text
            before = heading_text(own, "")
            if not text.startswith(before):
                raise self.error(f"the number {before}", self.at - 1)
            values = self.named(field, text[len(before) :].strip())
            found.append(self.group(kind, Numbering(own), level + 1, values))
        return tuple(found)

    def named(self, field: SlotField, text: str) -> Values:
        """Return the values that the heading of a repeated group gives."""
        assert isinstance(field.slot, Repeated)
        found = read(field.slot.heading, text, group_type(field))
        if found is None:
            raise self.error(f"a heading {field.slot.heading!r}", self.at - 1)
        return dict(found)

    def headings_ahead(self, level: int) -> int:
        """Return how many headings of a level follow before one of a level above."""
        count = 0
        for block in self.blocks[self.at :]:
            if block.kind is BlockKind.HEADING:
                if block.level < level:
                    break
                count += block.level == level
        return count

    def labelled(self, run: list[SlotField], values: Values) -> None:
        """Read `**Label:** text` lines of one paragraph."""
        lines = self.next_text(BlockKind.PARAGRAPH).split("\n")
        for field in run:
            assert isinstance(field.slot, Labelled)
            before = f"**{field.slot.name}:**"
            if lines and lines[0].startswith(before):
                values[field.name] = self.inline(field, lines.pop(0)[len(before) :].strip(" "))
            elif not field.slot.optional:
                raise self.error(f"the line {before}")
        if lines and lines != [""]:
            raise self.error("no more lines in this paragraph")
        self.at += 1

    def items(self, run: list[SlotField], values: Values) -> None:
        """Read `- Label: text` items of one list."""
        block = self.take(BlockKind.LIST, "a list")
        for field, item in zip(run, block.items, strict=False):
            assert isinstance(field.slot, Item)
            before = f"{field.slot.name}:"
            if not item.text.startswith(before):
                raise self.error(f"the item {before}", self.at - 1)
            values[field.name] = self.inline(field, item.text[len(before) :].strip(" "))
        if len(block.items) != len(run):
            raise self.error(f"{len(run)} items", self.at - 1)

    def properties(self, run: list[SlotField], values: Values) -> None:
        """Read the rows of a `Property | Value` table."""
        rows = self.table(("Property", "Value"))
        for field, cells in zip(run, rows, strict=False):
            assert isinstance(field.slot, Property)
            if cells[0].strip("*") != field.slot.name:
                raise self.error(f"the property {field.slot.name}", self.at - 1)
            values[field.name] = self.inline(field, decode_cell(cells[1]))
        if len(rows) != len(run):
            raise self.error(f"{len(run)} rows", self.at - 1)

    def inline(self, field: SlotField, raw: str) -> object:
        """Return the value of one line of inline Markdown."""
        if field.inner is not None and issubclass(field.inner, Compound):
            try:
                return decode_compound(field.inner, raw)
            except ValueError as error:
                raise self.error(str(error), self.at - 1) from error
        return decode_code(raw) if field.code else raw

    def single(self, field: SlotField) -> object:
        """Read the one block of a value; where it is not there the value is empty."""
        slot = field.slot
        if isinstance(slot, Prose):
            return self.prose()
        if isinstance(slot, Table):
            return self.rows(field, slot)
        if isinstance(slot, Fence):
            return self.fence()
        if isinstance(slot, Bullets):
            return tuple(item.text for item in self.list_items())
        if isinstance(slot, RowBullets):
            kind = row_type(field)
            return tuple(decode_bullet(slot, kind, item.text) for item in self.list_items())
        raise TypeError(type(slot).__name__)

    def rows(self, field: SlotField, slot: Table) -> tuple[Row, ...]:
        """Read the rows of a table."""
        kind = row_type(field)
        columns = slot.columns(kind)
        rows = []
        for cells in self.table(slot.titles):
            values = dict(zip(columns, map(decode_cell, cells), strict=True))
            for name, text in values.items():
                if is_code(kind, name):
                    values[name] = decode_code(text)
            rows.append(self.row(kind, values))
        return tuple(rows)

    def row(self, kind: type[Row], values: Mapping[str, str]) -> Row:
        """Return a row; a value that its column does not have is another shape."""
        try:
            return kind(**values)
        except ValidationError as error:
            [first, *_] = error.errors()
            raise self.error(f"{first['msg']} in {first['loc'][0]}", self.at - 1) from error

    def table(self, titles: tuple[str, ...]) -> list[list[str]]:
        """Read a table with these titles; return the raw cells of its rows."""
        block = self.take(BlockKind.TABLE, f"a table {' | '.join(titles)}")
        header = tuple(cell.raw for cell in block.header.cells) if block.header else ()
        if header != titles:
            raise self.error(f"a table {' | '.join(titles)}", self.at - 1)
        rows = [[cell.raw for cell in row.cells] for row in block.rows]
        if any(len(row) != len(titles) for row in rows):
            raise self.error(f"{len(titles)} cells in every row", self.at - 1)
        return rows

    def fence(self) -> str:
        """Read a fence, or the open question that stands in its place."""
        if self.is_next(BlockKind.FENCE):
            self.at += 1
            return self.blocks[self.at - 1].text
        text = self.next_text(BlockKind.PARAGRAPH)
        if not is_open(text):
            return ""
        self.at += 1
        return text

    def list_items(self) -> tuple[RawItem, ...]:
        """Read the items of a list, if one is next."""
        if not self.is_next(BlockKind.LIST):
            return ()
        self.at += 1
        return self.blocks[self.at - 1].items

    def prose(self) -> str:
        """Read everything up to the next heading or rule."""
        first = self.at
        while self.at < len(self.blocks) and self.blocks[self.at].kind not in _ENDS_PROSE:
            self.at += 1
        if first == self.at:
            return ""
        start, end = self.blocks[first].span.start, self.blocks[self.at - 1].span.end
        return unescape_prose(self.source.text[start:end].strip())

    def is_next(self, kind: BlockKind) -> bool:
        """Return whether the next block is of this kind."""
        return self.at < len(self.blocks) and self.blocks[self.at].kind is kind

    def next_text(self, kind: BlockKind) -> str:
        """Return the text of the next block if it is of this kind, else ""."""
        return self.blocks[self.at].text.strip() if self.is_next(kind) else ""

    def take(self, kind: BlockKind, what: str, level: int = 0) -> Block:
        """Return the next block, which must be of this kind, and of this level if one is given."""
        if not self.is_next(kind) or (level and self.blocks[self.at].level != level):
            raise self.error(what)
        self.at += 1
        return self.blocks[self.at - 1]

    def error(self, what: str, index: int | None = None) -> ShapeError:
        """Return the error that `what` was expected at a block (the next one by default)."""
        index = self.at if index is None else index
        at = self.blocks[index].span.start if index < len(self.blocks) else len(self.source.text)
        line = self.source.line_of(at)
        return ShapeError(
            f"{self.source.path}:{line}: expected {what}",
            "The document no longer has the shape of its template; `review` reads it anyway.",
        )


_ENDS_PROSE = frozenset({BlockKind.HEADING, BlockKind.RULE})


def _headings_after(kind: type[Group], field: SlotField) -> int:
    """Return how many headings always follow a repeated field within its group."""
    fields = fields_of(kind)
    after = fields[fields.index(field) + 1 :]
    return sum(1 for one in after if one.heading is not None and not one.slot.optional)
