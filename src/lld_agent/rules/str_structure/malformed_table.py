"""STR005."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.str_structure.prose import name, nested, path

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
            elif block.kind is BlockKind.PARAGRAPH:
                yield from _no_table(block, design)


def _rows(block: Block, design: Design) -> Iterator[Hit]:
    if block.header is None:
        return
    width = len(block.header.cells)
    wrong = [row for row in block.rows if len(row.cells) != width]
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
    )


def _no_table(block: Block, design: Design) -> Iterator[Hit]:
    source = design.source
    first, last = source.line_of(block.span.start), source.line_of(max(block.span.end - 1, 0))
    lines = source.lines[first - 1 : last]
    for number, (line, below) in enumerate(pairwise(lines)):
        if not _is_row(line) or not (_is_row(below) or _SEPARATOR.match(below)):
            continue
        section = design.section_at(block.span)
        fits = "no separator line that fits it"
        start = source.line_span(first - 1 + number, first + number)
        yield Hit(
            message=f"under {name(section)} stands a table with {fits}: it is shown as text",
            places=(Place(Span(start.start, block.span.end)),),
            subject=path(design, section),
            object=" ".join(line.split()),
        )
        return


def _is_row(line: str) -> bool:
    cells = line.strip(" \t>").strip("|").split("|")
    if not _ROW.match(line) or len(cells) < 2 or _DRAWING.search(line):
        return False
    return sum(any(char.isalnum() for char in cell) for cell in cells) >= 2
