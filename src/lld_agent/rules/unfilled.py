"""Rows of a template that nobody has filled yet."""

import re
from collections.abc import Iterable

from lld_agent.language.lexicon import is_open
from lld_agent.model.rows import ReadRow

_PLACEHOLDER = re.compile(r"\{\{?[^{}`]+\}\}?|<[a-z][\w ]*>|\[[a-z][\w ]*\]")


def is_unfilled(row: ReadRow) -> bool:
    """Return whether a cell of a row is a placeholder and nothing else: `{metric}`."""
    return any(_PLACEHOLDER.fullmatch(cell.text.strip()) for cell in row.cells.values())


def answered(rows: Iterable[ReadRow]) -> list[ReadRow]:
    """Return rows without those that say no more than their key in a table that holds a question.

    The question of such a table is about all its blanks: they are unknown, not missing.
    """
    found = list(rows)
    asking = {row.table for row in found if any(is_open(c.text) for c in row.cells.values())}
    return [row for row in found if row.table not in asking or _says_more(row)]


def _says_more(row: ReadRow) -> bool:
    key = row.kind.key_field()
    return any(
        cell.text.strip() and not is_open(cell.text)
        for name, cell in row.cells.items()
        if name != key
    )


def any_unfilled(rows: Iterable[ReadRow]) -> bool:
    """Return whether a row is left to fill: then what is missing may still come."""
    return any(map(is_unfilled, rows))
