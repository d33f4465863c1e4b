"""Rows of a template that nobody has filled yet."""

import re
from collections.abc import Iterable

from lld_agent.model.rows import ReadRow

_PLACEHOLDER = re.compile(r"\{\{?[^{}`]+\}\}?|<[a-z][\w ]*>|\[[a-z][\w ]*\]")


def is_unfilled(row: ReadRow) -> bool:
    """Return whether a cell of a row is a placeholder and nothing else: `{metric}`."""
    return any(_PLACEHOLDER.fullmatch(cell.text.strip()) for cell in row.cells.values())


def any_unfilled(rows: Iterable[ReadRow]) -> bool:
    """Return whether a row is left to fill: then what is missing may still come."""
    return any(map(is_unfilled, rows))
