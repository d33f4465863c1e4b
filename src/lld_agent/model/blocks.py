"""Markdown as blocks with spans: what `text.blocks` yields and everything else reads.

Blocks of a document tile it: each block's span ends where the next begins (trailing blank lines
belong to the block before), so that the concatenated slices are the document, byte for byte.
Containers (lists, quotes) are one tile each; what is inside them is reached through `items` and
`children`.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from lld_agent.model.source import Span

_NOWHERE = Span(0, 0)


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    FENCE = "fence"
    HTML = "html"
    QUOTE = "quote"
    RULE = "rule"
    FRONT_MATTER = "front_matter"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RawCell:
    """A table cell as written: `raw` between the pipes, stripped; `span` of just that."""

    raw: str
    span: Span


@dataclass(frozen=True, slots=True)
class RawRow:
    """A table row as written. Cells may be fewer or more than the header's."""

    cells: tuple[RawCell, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class RawItem:
    """A list item: its own text (no marker, no nested blocks), and what is nested in it."""

    text: str
    span: Span
    ordered: bool = False
    children: "tuple[Block, ...]" = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One block.

    Attributes:
        kind: what it is.
        span: all of it, with the blank lines that follow (blocks tile the document).
        text: heading: inline source without marks; paragraph: source; fence: content without the
            fence lines; html, front matter and other: source. Line ends are LF.
        text_span: where `text` stands in the document.
        level: of a heading, 1 to 6; of a fence inside a list, the indentation of its content.
        info: info string of a fence, as written.
        header, rows, aligns: of a table. Malformed rows keep the cells they have.
        items: of a list.
        children: of a quote.
    """

    kind: BlockKind
    span: Span
    text: str = ""
    text_span: Span = _NOWHERE
    level: int = 0
    info: str = ""
    header: RawRow | None = None
    rows: tuple[RawRow, ...] = ()
    items: tuple[RawItem, ...] = ()
    children: "tuple[Block, ...]" = field(default=())
