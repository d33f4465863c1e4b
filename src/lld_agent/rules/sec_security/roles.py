"""The table of who may do what: by resource or by role, and which roles it knows."""

import re

from lld_agent.language.names import tokens
from lld_agent.model.design import Design
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import AuthorizationRule

_BY_ROLE = re.compile(r"roles?|rolle|rol|papel|角色|actor|user type|group", re.IGNORECASE)


def title_of_key(design: Design, row: ReadRow) -> str:
    """Return the title of the column that names a row, "" for rows from lists."""
    if row.table < 0:
        return ""
    table = design.tables[row.table]
    key = row.kind.key_field()
    return next((h.text for h, c in zip(table.header, table.columns, strict=False) if c == key), "")


def by_resource(design: Design) -> list[ReadRow]:
    """Return the rows that say who may do what with a resource."""
    return [r for r in _rules(design) if not _BY_ROLE.fullmatch(title_of_key(design, r).strip())]


def role_words(design: Design) -> frozenset[str]:
    """Return all words of the authorization tables: what a role may be called."""
    words: set[str] = set()
    for row in _rules(design):
        for cell in (*row.cells.values(), *row.extra.values()):
            for part in re.split(r"[\s,;/()|+&:]+", cell.text):
                words.update(tokens(part))
        words.update(word for title in row.extra for word in tokens(title))
    return frozenset(words)


def _rules(design: Design) -> list[ReadRow]:
    return [row for row in design.of(AuthorizationRule) if row.confidence >= 0.5 and row.key.text]
