"""A Markdown document as a tree whose leaves are what a merge decides about, byte for byte.

The leaves of a tree tile its document: concatenated they are the text as it stands, line ends,
padding and all. A table row, a list item, a `**Label:** text` line, a paragraph, a fence, a heading
is a leaf each. Headings nest; so do, below them, bold names (`**GET /orders**`) and labels
(`**Inputs:**`), which is how templates divide a section. Nothing here knows a template, so what a
person added is a part of the tree like everything else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lld_agent.model.blocks import Block, BlockKind, RawRow
from lld_agent.model.source import SourceText, Span
from lld_agent.template.codec import is_open
from lld_agent.text.blocks import parse_blocks
from lld_agent.text.inline import plain

_LABEL = re.compile(r"\*\*([^*\n]+):\*\*")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_NUMBER = re.compile(r"(\d+(?:\.\d+)*[.):]?)\s+(?=\S)")
_MARKER = re.compile(r"[ \t>]*(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)")
_BOLD_LEVEL, _LABEL_LEVEL = 7, 8
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LONGEST_KEY = 8


class Kind(StrEnum):
    """What a node is."""

    DOCUMENT = "document"
    SECTION = "section"
    TABLE = "table"
    LIST = "list"
    FIELDS = "fields"
    HEADING = "heading"
    HEADER = "header"
    ROW = "row"
    ITEM = "item"
    FIELD = "field"
    PARAGRAPH = "paragraph"
    FENCE = "fence"
    RULE = "rule"
    OTHER = "other"


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """A part of a document. Two nodes are the same only if they are one object.

    Attributes:
        kind: what it is.
        own: its text where it is a leaf; of a container the text after its last child.
        key: what names it among its neighbours, "" if nothing does: a title without its number,
            the first cell of a row, a label, the titles of a table.
        said: what it says, free of formatting: two leaves that say the same are equal here. The
            cells of a row and of a header stand one by one.
        at: where it begins in its document.
        body: where in `own` stands what a change replaces; of a row, where each cell stands.
        level: of a section.
        number: of a heading, "" if it has none.
        titles: of the columns, for a row.
        children: of a container, in order.
    """

    kind: Kind
    own: str = ""
    key: str = ""
    said: tuple[str, ...] = ()
    at: int = 0
    body: tuple[Span, ...] = ()
    level: int = 0
    number: str = ""
    titles: tuple[str, ...] = ()
    children: "tuple[Node, ...]" = ()

    @property
    def text(self) -> str:
        """All of it, as it stands in the document."""
        return "".join([*(child.text for child in self.children), self.own])

    @property
    def is_leaf(self) -> bool:
        """Whether it has no parts: whatever a merge takes or leaves as a whole."""
        return self.kind not in _CONTAINERS

    @property
    def cells(self) -> dict[str, str]:
        """Of a row: column → what the cell says. A column that stands twice has a number."""
        return dict(zip(self.titles, self.said, strict=False))

    def leaves(self) -> "Iterator[Node]":
        """Yield the leaves in order."""
        if self.is_leaf:
            yield self
        for child in self.children:
            yield from child.leaves()

    def walk(self) -> "Iterator[Node]":
        """Yield the node and everything in it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def says_something(self) -> bool:
        """Return whether any leaf says more than an open question."""
        return any(not asks(leaf) for leaf in self.leaves())


_CONTAINERS = {Kind.DOCUMENT, Kind.SECTION, Kind.TABLE, Kind.LIST, Kind.FIELDS}


def asks(leaf: Node) -> bool:
    """Return whether a leaf only waits for an answer, or only divides: it states nothing."""
    if leaf.kind in {Kind.HEADING, Kind.HEADER, Kind.RULE}:
        return True
    if leaf.kind is Kind.ROW:
        return all(not cell or is_open(cell) for cell in leaf.said[1:]) and (
            len(leaf.said) > 1 or is_open(leaf.said[0])
        )
    text = leaf.said[0].removeprefix(f"**{leaf.key}:** ") if leaf.said else ""
    return not text or is_open(text)


def read_tree(text: str) -> Node:
    """Return a document as a tree; `read_tree(text).text == text`."""
    source = SourceText(text)
    parts = [_node(source, block) for block in parse_blocks(source)]
    root = Node(Kind.DOCUMENT, children=tuple(_nested(parts)))
    assert root.text == text
    return root


def _nested(parts: list[Node]) -> list[Node]:
    """Return blocks with those under a heading, bold name or label as its section."""
    done: list[Node] = []
    position = 0
    while position < len(parts):
        head = parts[position]
        position += 1
        if not head.level:
            done.append(head)
            continue
        begin = position
        while position < len(parts) and not 0 < parts[position].level <= head.level:
            position += 1
        inside = (head, *_nested(parts[begin:position]))
        done.append(Node(Kind.SECTION, key=head.key, at=head.at, level=head.level, children=inside))
    return done


def _node(source: SourceText, block: Block) -> Node:
    match block.kind:
        case BlockKind.HEADING:
            return _heading(source, block, plain(block.text), block.level)
        case BlockKind.PARAGRAPH:
            return _paragraph(source, block)
        case BlockKind.TABLE:
            return _table(source, block)
        case BlockKind.LIST:
            return _list(source, block)
        case _:
            return _whole(source, block)


def _whole(source: SourceText, block: Block) -> Node:
    """Return a block that is one leaf, to the character."""
    own = source.slice(block.span)
    kind, said, key = Kind.OTHER, "\n".join(own.split("\r\n")).strip(), ""
    if block.kind is BlockKind.FENCE:
        kind, said, key = Kind.FENCE, f"{block.info}\n{block.text}", block.info
    elif block.kind is BlockKind.RULE:
        kind, said = Kind.RULE, "---"
    body = Span(0, len(own.rstrip()))
    return Node(kind, own, key, (said,), block.span.start, (body,))


def _heading(source: SourceText, block: Block, text: str, level: int) -> Node:
    found = _NUMBER.match(text)
    title = text[found.end() :] if found else text
    start = block.span.start
    body = Span(block.text_span.start - start, block.text_span.end - start)
    return Node(
        Kind.HEADING,
        source.slice(block.span),
        " ".join(title.casefold().split()),
        (" ".join(title.split()),),
        start,
        (body,),
        level,
        found[1] if found else "",
    )


def _paragraph(source: SourceText, block: Block) -> Node:
    text = block.text.strip()
    if found := _LABEL.fullmatch(text):
        return _heading(source, block, found[1], _LABEL_LEVEL)
    if found := _BOLD.fullmatch(text):
        return _heading(source, block, plain(found[1]), _BOLD_LEVEL)
    if _LABEL.match(text):
        return _fields(source, block)
    start = block.span.start
    body = Span(block.text_span.start - start, block.text_span.end - start)
    said = " ".join(block.text.split())
    return Node(Kind.PARAGRAPH, source.slice(block.span), "", (said,), start, (body,))


def _fields(source: SourceText, block: Block) -> Node:
    """Return a paragraph of `**Label:** text` lines; a line without a label continues the last."""
    own = source.slice(block.span)
    lines = _LINE.findall(own)
    starts = [n for n, line in enumerate(lines) if _LABEL.match(line.lstrip())]
    if not starts or starts[0]:
        starts = [0, *starts]
    last = max(n for n, line in enumerate(lines) if line.strip()) + 1
    children = []
    position = block.span.start
    for begin, end in zip(starts, [*starts[1:], last], strict=True):
        text = "".join(lines[begin:end])
        label = _LABEL.match(text.lstrip())
        body = Span(0, len(text.rstrip()))
        said = " ".join(text.split())
        key = label[1] if label else ""
        children.append(Node(Kind.FIELD, text, key, (said,), position, (body,)))
        position += len(text)
    return Node(Kind.FIELDS, "".join(lines[last:]), at=block.span.start, children=tuple(children))


def _table(source: SourceText, block: Block) -> Node:
    assert block.header is not None
    titles = _titles(block.header)
    starts = [_line_start(source, row.span.start) for row in block.rows]
    lines = source.line_of(block.header.span.start) + 1  # 0-based line after the delimiter row
    first = source.line_span(lines, lines).start
    ends = [*starts[1:], _after_line(source, block, starts)]
    begin = block.span.start
    header = Node(
        Kind.HEADER,
        source.text[begin : starts[0] if starts else min(first, block.span.end)],
        said=titles,
        at=begin,
    )
    rows = [
        _row(source, row, titles, Span(start, end))
        for row, start, end in zip(block.rows, starts, ends, strict=False)
    ]
    position = ends[-1] if starts else begin + len(header.own)
    tail = source.text[position : block.span.end]
    key = " | ".join(titles).casefold()
    return Node(Kind.TABLE, tail, key, at=begin, children=(header, *rows))


def _titles(header: RawRow) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    titles = []
    for cell in header.cells:
        title = " ".join(plain(cell.raw).split())
        seen[title] = seen.get(title, 0) + 1
        titles.append(title if seen[title] == 1 else f"{title} ({seen[title]})")
    return tuple(titles)


def _row(source: SourceText, row: RawRow, titles: tuple[str, ...], span: Span) -> Node:
    said = tuple(" ".join(cell.raw.split()) for cell in row.cells)
    key = " ".join(plain(row.cells[0].raw).split()).casefold() if row.cells else ""
    body = tuple(
        Span(cell.span.start - span.start, cell.span.end - span.start) for cell in row.cells
    )
    named = "" if is_open(key.upper()) else key
    return Node(Kind.ROW, source.slice(span), named, said, span.start, body, titles=titles)


def _list(source: SourceText, block: Block) -> Node:
    starts = [_item_start(source, item.span.start) for item in block.items]
    end = block.span.start + len(source.slice(block.span).rstrip())
    after = _line_end(source, end, block.span.end)
    begin = block.span.start
    children = []
    # What stands before the first marker belongs to the first item.
    edges = [begin, *starts[1:], after]
    for item, start, stop in zip(block.items, edges, edges[1:], strict=False):
        own = source.text[start:stop]
        text = " ".join(item.text.split())
        more = " ".join(own[item.span.end - start :].split()) if item.children else ""
        body = Span(item.span.start - start, item.span.end - start)
        if not item.text:
            body = Span(0, len(own.rstrip()))
        said = f"{text}\n{more}" if more else text
        children.append(Node(Kind.ITEM, own, _item_key(text), (said,), start, (body,)))
    return Node(Kind.LIST, source.text[after : block.span.end], at=begin, children=tuple(children))


def _item_key(text: str) -> str:
    name, colon, _ = text.partition(": ")
    short = colon and len(name.split()) <= _LONGEST_KEY and not is_open(text)
    return plain(name).casefold() if short else ""


def _item_start(source: SourceText, at: int) -> int:
    """Return where the line of an item's marker begins: the marker may stand alone, a line above."""
    line = source.line_of(at) - 1
    while line > 0 and not _MARKER.match(source.lines[line]):
        line -= 1
    return source.line_starts[line]


def _line_start(source: SourceText, at: int) -> int:
    return source.line_starts[source.line_of(at) - 1]


def _line_end(source: SourceText, at: int, limit: int) -> int:
    """Return where the next line begins, the line end of this one included."""
    line = source.line_of(max(at - 1, 0))
    return min(source.line_span(line, line).start, limit)


def _after_line(source: SourceText, block: Block, starts: list[int]) -> int:
    return _line_end(source, starts[-1] + 1, block.span.end) if starts else block.span.end
