"""What the tables of a requirement document are, by their headers."""

from enum import Enum, auto
from functools import cache

from lld_agent.language.wordlists import fold, words
from lld_agent.model.brief import Role
from lld_agent.sources.brief.identify import cell_id
from lld_agent.sources.brief.piece import Segments, TableBlock


class TableKind(Enum):
    """What the rows of a table are."""

    REQUIREMENTS = auto()
    FIELDS = auto()
    ENDPOINTS = auto()
    GLOSSARY = auto()
    ACTORS = auto()
    HOUSE = auto()  # versions, approvals: about the document itself
    OTHER = auto()


def column(header: tuple[str, ...], key: str) -> int:
    """Return the index of the first column whose title is in a list of `columns`, -1 for none."""
    known = _titles(key)
    return next((i for i, title in enumerate(header) if _clean(title) in known), -1)


def _clean(title: str) -> str:
    return fold(title).strip(" .:：*`?")


@cache
def _titles(key: str) -> frozenset[str]:
    return frozenset(word.strip(" .:?") for word in words("columns", key))


def table_kinds(segments: Segments) -> tuple[TableKind, ...]:
    """Return the kind of each table of a document."""
    return tuple(_kind(segments, table) for table in segments.tables)


def _kind(segments: Segments, table: TableBlock) -> TableKind:
    header = table.header
    if _is_house(table):
        return TableKind.HOUSE
    if column(header, "path") >= 0 and column(header, "method") >= 0:
        return TableKind.ENDPOINTS
    if _has_ids(segments, table) and table.role not in {Role.RISKS, Role.GLOSSARY, Role.DECISIONS}:
        return TableKind.REQUIREMENTS
    if column(header, "field") >= 0 and column(header, "type") >= 0:
        return TableKind.FIELDS
    if table.role is Role.GLOSSARY or (column(header, "term") == 0 and "term" in _clean(header[0])):
        return TableKind.GLOSSARY
    if table.role is Role.USERS or (column(header, "actor") == 0 and len(header) > 1):
        return TableKind.ACTORS
    if table.role is Role.DATA and column(header, "field") >= 0:
        return TableKind.FIELDS
    asks = column(header, "priority") >= 0 and column(header, "requirement") >= 0
    return TableKind.REQUIREMENTS if asks and table.role is not Role.RISKS else TableKind.OTHER


def _is_house(table: TableBlock) -> bool:
    known = _titles("house")
    titles = [_clean(title) for title in table.header]
    return table.role is Role.META or (len(titles) > 1 and sum(t in known for t in titles) >= 2)


def _has_ids(segments: Segments, table: TableBlock) -> bool:
    """Return whether the rows are numbered requirements: most have an id of their own."""
    at = id_column(table.header)
    if at < 0 or not table.pieces:
        return False
    cells = [segments.pieces[number].cells for number in table.pieces]
    named = sum(bool(at < len(row) and cell_id(row[at][1])) for row in cells)
    return named * 2 > len(cells)


def id_column(header: tuple[str, ...]) -> int:
    """Return the index of the column with ids: by its title, else the first column."""
    found = column(header, "id")
    return found if found >= 0 else 0 if header and not header[0] else -1
