"""What the segmenter makes of a document, before the pieces get their numbers."""

from dataclasses import dataclass

from lld_agent.model.blocks import Block
from lld_agent.model.brief import Role
from lld_agent.model.source import Span


@dataclass(slots=True)
class Piece:
    """A sentence, a list item, a table row, a fence or a heading, and where it stands.

    Attributes:
        text: its words on one line (a fence: its content).
        span: where it stands in the source.
        headings: titles above it, outermost first.
        kind: sentence, item, row, fence, heading.
        role, demanding: of its section.
        cells: header → cell, for a row.
        lead: what introduces the list that it is an item of.
        lead_piece, parent: index of the piece that leads the list, of the item above; -1 for none.
        table: index of its table, -1 for none.
        label: "Purpose" of "**Purpose:** ...".
        body: the text without its label.
        info: info string of a fence.
        ordered: whether it is an item of a numbered list.
        parts: whether items are nested in it.
        normative: whether it demands something; set by `normative`.
    """

    text: str
    span: Span
    headings: tuple[str, ...]
    kind: str
    role: Role
    demanding: bool
    cells: tuple[tuple[str, str], ...] = ()
    lead: str = ""
    lead_piece: int = -1
    parent: int = -1
    table: int = -1
    label: str = ""
    body: str = ""
    info: str = ""
    ordered: bool = False
    parts: bool = False
    normative: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """Titles above it and itself, for a heading; the titles above it for anything else."""
        return (*self.headings, self.text) if self.kind == "heading" else self.headings


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table with what names it.

    Attributes:
        header: the words of its header cells.
        pieces: indexes of the pieces that are its rows.
        headings: titles above it.
        lead: the sentence before it, "" when it does not introduce it.
        role: of its section.
    """

    header: tuple[str, ...]
    pieces: tuple[int, ...]
    headings: tuple[str, ...]
    lead: str
    role: Role
    block: Block


@dataclass(frozen=True, slots=True)
class Segments:
    """A document in pieces, in order, and its tables."""

    language: str
    pieces: tuple[Piece, ...]
    tables: tuple[TableBlock, ...]
