"""What a column table says about keys and indexes."""

import re
from collections.abc import Iterator

from lld_agent.language.names import tokens
from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design, Entity
from lld_agent.model.rows import ReadRow

_FOREIGN = re.compile(r"(?<![A-Za-z])(?:FK|FOREIGN[ _]KEY|REFERENCES)(?![A-Za-z])", re.IGNORECASE)
_PRIMARY = re.compile(r"(?<![A-Za-z])(?:PK|PRIMARY(?:[ _]KEY)?)(?![A-Za-z])", re.IGNORECASE)
_UNIQUE = re.compile(r"(?<![A-Za-z])(?:UNIQUE|UK|UQ)(?![A-Za-z])", re.IGNORECASE)
_INDEXED = re.compile(r"(?<![A-Za-z])(?:INDEX(?:ED)?|IDX|IX|KEY)(?![A-Za-z])", re.IGNORECASE)
_EXAMPLE = re.compile(
    r"\w{1,2}|(?:t|tb|tbl|tab|table|test|foo|bar|example|my_?table|sample|demo|parent|child)_?\d*",
    re.IGNORECASE,
)
_FEWEST = 2
_TOLD = re.compile(r"(?:PK|FK|UNIQUE|(?:primary|foreign) key)(?![A-Za-z])", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_]\w*")
_ABOUT_INDEXES = re.compile(r"index|\bidx_|\bix_|unique|primary key", re.IGNORECASE)

Name = tuple[str, ...]
"""A column name as the words of the resolver."""


def tables(design: Design) -> tuple[Entity, ...]:
    """Return the tables that are declared with columns, in column tables or SQL.

    Tables called `t1` or `test` are examples: designs of databases are full of them.
    """
    return tuple(
        entity
        for entity in design.entities
        if entity.has_columns
        and entity.confidence >= 0.5
        and (entity.origin == "table" or (entity.origin == "ddl" and not _is_example(entity)))
    )


def table_names(design: Design) -> list[str]:
    """Return the names that stand for a table.

    A class is one, unless two other classes stand beside tables of their own name: then the
    document draws the one and declares the other, and a class without a table has none.
    """
    own = {tokens(name) for entity in tables(design) for name in entity.names}
    drawn = [entity for entity in design.entities if entity.origin == "class"]
    twins = [e for e in drawn if any(tokens(name) in own for name in e.names)]
    counted = [e for e in design.entities if e.origin != "class" or len(twins) < _FEWEST]
    return [name for entity in counted for name in entity.names]


def _is_example(entity: Entity) -> bool:
    return _EXAMPLE.fullmatch(entity.name) is not None or len(entity.columns) < _FEWEST


def marks(column: ReadRow) -> str:
    """Return what a row says about keys: constraints, type, other columns, `id (PK)`.

    A description counts where it begins with the key: "FK to members", "Primary key".
    """
    extra = " ".join(f"{title} {cell.text}" for title, cell in column.extra.items() if cell.text)
    bracket = column["column"].raw.partition("(")[2]
    told = _TOLD.match(column["description"].text)
    return f"{column['constraints'].text} {column['type'].text} {extra} {bracket} {told[0] if told else ''}"


def is_foreign(column: ReadRow) -> bool:
    """Return whether a column is marked as a foreign key."""
    return bool(_FOREIGN.search(marks(column)))


def is_primary(column: ReadRow) -> bool:
    """Return whether a column is marked as (part of) the primary key."""
    return bool(_PRIMARY.search(marks(column)))


def is_unique(column: ReadRow) -> bool:
    """Return whether a column is marked as unique."""
    return bool(_UNIQUE.search(marks(column)))


def leading(entity: Entity) -> dict[Name, str]:
    """Return the columns that an index, a key or a UNIQUE constraint begins with, as written."""
    found = {
        tokens(column["column"].text): column["column"].text
        for column in entity.columns
        if is_primary(column) or is_unique(column) or _INDEXED.search(_without_foreign(column))
    }
    for index in entity.indexes:
        names = index_columns(index)
        if names:
            found.setdefault(names[0], index["columns"].text.split(",")[0].strip())
    return found


def unique_columns(entity: Entity) -> set[Name]:
    """Return the columns that stand in any UNIQUE constraint or index, alone or with others."""
    found = {tokens(c["column"].text) for c in entity.columns if is_unique(c)}
    for index in entity.indexes:
        words = " ".join(cell.text for cell in index.cells.values())
        if _UNIQUE.search(words) or re.search(r"(?:^|_)u[qk](?:_|$)", index["name"].text):
            found.update(index_columns(index))
    return found


def index_columns(index: ReadRow) -> list[Name]:
    """Return the columns of an index in order."""
    text = re.split(r"\bwhere\b|\binclude\b", index["columns"].text, flags=re.IGNORECASE)[0]
    names = [found[0] for found in _NAME.finditer(text)]
    called = {found[1] for found in re.finditer(r"([A-Za-z_]\w*)\(", text)}
    skipped = {"asc", "desc", "nulls", "first", "last"}
    return [tokens(name) for name in names if name not in called and name.lower() not in skipped]


def gives_indexes(design: Design) -> bool:
    """Return whether a document says anything about indexes of its tables (G1)."""
    return any(
        entity.indexes or any(_INDEXED.search(_without_foreign(c)) for c in entity.columns)
        for entity in tables(design)
    )


class IndexLines:
    """The lines outside tables that speak of indexes or uniqueness.

    A line in the section of one table is about that table; elsewhere it may be about any.
    """

    def __init__(self, design: Design) -> None:
        self._owned = {entity.heading for entity in tables(design) if entity.heading}
        self._lines = [
            (title, line)
            for title, text in _texts(design)
            if _ABOUT_INDEXES.search(text)
            for line in text.split("\n")
            if _ABOUT_INDEXES.search(line)
        ]

    def name(self, column: str, entity: Entity) -> bool:
        """Return whether a line that may be about a table names one of its columns."""
        return any(
            stands_in(column, line)
            for title, line in self._lines
            if title == entity.heading or title not in self._owned
        )


def stands_in(name: str, text: str) -> bool:
    """Return whether a column name stands in a text as a word."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _texts(design: Design) -> Iterator[tuple[str, str]]:
    for section in design.sections:
        for block in design.blocks[section.first : section.last]:
            if block.kind is BlockKind.PARAGRAPH:
                yield section.title, block.text
            elif block.kind is BlockKind.FENCE and "CREATE " not in block.text:
                yield section.title, block.text  # code of an ORM; SQL is read as such
            elif block.kind in {BlockKind.LIST, BlockKind.QUOTE}:
                yield section.title, design.source.slice(block.span)


def _without_foreign(column: ReadRow) -> str:
    return re.sub(r"(?:foreign|primary)[ _]key", "", marks(column), flags=re.IGNORECASE)
