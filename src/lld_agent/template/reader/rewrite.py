"""A design back to Markdown, with its typed tables written from what was read."""

from collections.abc import Iterator

from lld_agent.model.design import Design, TableReading
from lld_agent.model.rows import Cell


def rewrite(design: Design) -> str:
    """Return the document with each typed table rendered anew from its cells.

    Everything else stays byte for byte. Every word of the document is in the result, in order:
    that is what makes it safe to change one cell of somebody else's document.
    """
    text, position, parts = design.source.text, 0, []
    for table in design.tables:
        if table.kind is None or table.block < 0:
            continue
        parts.append(text[position : table.span.start])
        parts.append("\n".join(_lines(table)))
        block_text = design.source.slice(table.span)
        parts.append(block_text[len(block_text.rstrip()) :])
        position = table.span.end
    parts.append(text[position:])
    return "".join(parts)


def _lines(table: TableReading) -> Iterator[str]:
    yield _line(table.header)
    yield "|" + "---|" * len(table.header)
    for row in table.rows:
        yield _line(row)


def _line(cells: tuple[Cell, ...]) -> str:
    return "| " + " | ".join(cell.raw for cell in cells) + " |"
