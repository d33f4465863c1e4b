"""STR005."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.blocks import Block, BlockKind, RawRow
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Repair, Rule, Skipped
from lld_agent.rules.str_structure.prose import name, nested, path
from lld_agent.text.inline import code_spans

_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST, BlockKind.QUOTE})
_NO_TEXT = frozenset({BlockKind.TABLE, BlockKind.FENCE})
_ROW = re.compile(r"[ \t>]*\|.*\|[ \t]*$")
_DRAWING = re.compile(r"[-=+_/\\─│┌└├┤┬┴┼^v<>*]{3,}|\|[ \t]{2,}\|[ \t]*$")
_SEPARATOR = re.compile(r"[ \t>]*(?:\|[ \t]*)?:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$")


class MalformedTable(Rule):
    r"""Every row of a table has the cells of its header.

    ## What it checks
    Rows with more or fewer cells than the header, rows split over several lines, and lines that
    look like a table but have no separator line under the header, or one that does not fit it.

    ## Why
    What is over is not shown by any renderer, and what is short moves values under the wrong title.
    Other rules mute themselves on such a table.

    ## Fires when
    A table has at least one such row: one finding per table, with every row.

    ## Incorrect
        | Cache | TTL |
        |---|---|
        | sessions | 5 min | on logout |

    ## Correct
        | Cache | TTL | Invalidation |
        |---|---|---|
        | sessions | 5 min | on logout |

    ## Known false positives
    A pipe between backticks still ends a cell on GitHub unless it is written `\|`: that is true.

    ## Sections read
    All.

    ## Source
    GitHub Flavored Markdown, tables (extension).
    """

    id: ClassVar[str] = "STR005"
    name: ClassVar[str] = "malformed-table"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table with rows that do not fit, or without a separator."""
        for block in nested(design.blocks):
            if block.kind is BlockKind.TABLE:
                yield from _rows(block, design)
        for block in design.blocks:
            if block.kind in _TEXT:
                yield from _no_table(block, design)


def _rows(block: Block, design: Design) -> Iterator[Hit]:
    if block.header is None:
        return
    width = len(block.header.cells)
    wrong = [row for row in block.rows if len(row.cells) != width and not _is_divider(row)]
    if not wrong:
        return
    section = design.section_at(block.span)
    counts = sorted({len(row.cells) for row in wrong})
    many = f"{len(wrong)} rows have" if len(wrong) > 1 else "a row has"
    yield Hit(
        message=(
            f"{many} {' or '.join(map(str, counts))} cells, the header under {name(section)}"
            f" has {width}"
        ),
        places=tuple(Place(row.span) for row in wrong),
        subject=path(design, section),
        object=" | ".join(cell.raw for cell in block.header.cells),
        repair=_escaped(wrong, width, design),
    )


def _escaped(rows: list[RawRow], width: int, design: Design) -> Repair | None:
    """Return the edit that escapes bars in code, where all rows have the right width with it."""
    edits: list[tuple[Span, str]] = []
    for row in rows:
        line = design.source.slice(row.span)
        bars = [
            at
            for code in code_spans(line)
            for at in range(code.start, code.end)
            if line[at] == "|" and line[at - 1] != "\\"
        ]
        if not bars or len(row.cells) - len(bars) != width:
            return None
        edits += [(Span(row.span.start + at, row.span.start + at), "\\") for at in bars]
    return Repair("escape the bars between backticks", tuple(edits))


def _is_divider(row: RawRow) -> bool:
    """Return whether a row of one cell is a heading between rows, or the end of a container."""
    if len(row.cells) != 1:
        return False
    text = row.cells[0].raw.strip()
    return text.startswith(":::") or (text.startswith("**") and text.endswith("**"))


def _no_table(block: Block, design: Design) -> Iterator[Hit]:
    """Yield one hit for all that looks like a table in a block of text."""
    source = design.source
    known = [inner.span for inner in nested([block]) if inner.kind in _NO_TEXT]
    first, last = source.line_of(block.span.start), source.line_of(max(block.span.end - 1, 0))
    starts: list[int] = []
    was_row = False
    for number in range(first, last):
        line, below = source.lines[number - 1], source.lines[number]
        is_row = bool(_SEPARATOR.match(line)) or _is_row(line)
        if not was_row and _is_row(line) and (_is_row(below) or _SEPARATOR.match(below)):
            offset = source.line_starts[number - 1]
            if not any(start <= offset < end for start, end in known):
                starts.append(number)
        was_row = is_row
    if starts:
        section = design.section_at(block.span)
        many = f"{len(starts)} tables stand" if len(starts) > 1 else "a table stands"
        yield Hit(
            message=f"under {name(section)} {many} without a separator line that fits, or within"
            " other text: shown as text",
            places=tuple(Place(source.line_span(line - 1, line)) for line in starts),
            subject=path(design, section),
            object=" ".join(source.lines[starts[0] - 1].split()),
        )


def _is_row(line: str) -> bool:
    cells = line.strip(" \t>").strip("|").split("|")
    if not _ROW.match(line) or len(cells) < 2 or _DRAWING.search(line):
        return False
    return sum(any(char.isalnum() for char in cell) for cell in cells) >= 2
