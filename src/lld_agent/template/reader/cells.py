"""Raw cells as cells of the read face."""

from lld_agent.model.blocks import RawCell
from lld_agent.model.rows import Cell
from lld_agent.model.source import Span
from lld_agent.text.escape import decode_cell
from lld_agent.text.inline import plain


def cell(raw: RawCell, confidence: float = 1.0) -> Cell:
    """Return a table cell as a value."""
    text = raw.raw
    if "\\" in text or "<" in text:
        text = decode_cell(text)
    return Cell(raw.raw, plain(text), raw.span, confidence)


def text_cell(raw: str, span: Span, confidence: float = 1.0) -> Cell:
    """Return a value that stands outside tables."""
    return Cell(raw, plain(raw), span, confidence)
