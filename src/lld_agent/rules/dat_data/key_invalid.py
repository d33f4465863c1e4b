"""DAT003."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.design import Design, Entity
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_NAME = re.compile(r"[A-Za-z_]\w*")
_WORDS = {
    "asc", "desc", "nulls", "first", "last", "lower", "upper", "coalesce", "date", "trunc", "where", "is", "null", "not",
    "and", "or", "in", "partial", "unique", "include", "using", "gin", "btree", "gist", "hash", "jsonb_path_ops", "ops",
    "cast", "text", "int", "true", "false", "md5", "to_tsvector", "english", "extract", "epoch", "from", "as", "on",
}  # fmt: skip
_KEY = re.compile(
    r"(?<![A-Za-z])(?:PK|PRIMARY(?: KEY)?|primary identifier)(?![A-Za-z])", re.IGNORECASE
)


class KeyInvalid(Rule):
    """Indexes use columns that exist, and every table has a primary key.

    ## What it checks
    Columns named by indexes, and primary keys, against the columns of their table.

    ## Why
    The migration fails, or the index that a query rests on is never made.

    ## Fires when
    An index names a column that its table does not have; or a table has no primary key although
    at least half of the tables of the document mark theirs, and its section speaks of none.

    ## Incorrect
        | `ix_user_mail` | `mail` | B-tree |   on a table with a column `email`

    ## Correct
        | `ix_user_mail` | `email` | B-tree |

    ## Known false positives
    Column tables that list only some columns and say so in prose; join tables whose key is the pair
    of their foreign keys are exempt.

    ## Sections read
    Column tables and the index tables behind them; CREATE TABLE with CREATE INDEX, where no ALTER
    TABLE may have added columns.

    ## Source
    PostgreSQL documentation, CREATE INDEX.
    """

    id: ClassVar[str] = "DAT003"
    name: ClassVar[str] = "key-invalid"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield a hit per index with unknown columns, and per table without a primary key."""
        tables = [
            e
            for e in design.entities
            if e.has_columns and e.confidence >= 0.5 and e.origin == "table"
        ]
        if not tables and not any(entity.indexes for entity in design.entities):
            yield Skipped("no table has columns")
            return
        for entity in design.entities:
            if entity.origin == "ddl" and entity.has_columns:
                yield from _indexes(entity, _columns_of(entity.name, design))
        keyed = [entity for entity in tables if any(map(_is_primary, entity.columns))]
        usual = 2 * len(keyed) >= len(tables) and keyed
        for entity in tables:
            yield from _indexes(entity, _columns_of(entity.name, design))
            if usual and entity not in keyed and _lacks_key(entity, design):
                yield Hit(
                    message=f"table {entity.name} has no primary key, {keyed[0].name} marks its own",
                    places=(
                        Place(entity.columns[0].span),
                        Place(keyed[0].columns[0].span, "marked here"),
                    ),
                    subject=entity.name,
                    object="primary key",
                    hint="mark the column that identifies a row",
                    severity=Severity.WARNING,
                )


def _columns_of(name: str, design: Design) -> set[tuple[str, ...]]:
    """Return the columns of all tables of a name: a document may give one per database."""
    return {
        tokens(column["column"].text)
        for entity in design.entities
        if name in entity.names
        for column in entity.columns
    }


def _indexes(entity: Entity, known: set[tuple[str, ...]]) -> Iterator[Hit]:
    for index in entity.indexes:
        cell = index["columns"]
        if not cell.present or index.confidence < 0.5 or "{" in cell.raw:
            continue
        unknown = [name for name in _columns(cell.text) if tokens(name) not in known]
        if unknown:
            names = ", ".join(unknown)
            yield Hit(
                message=f"index {index['name'].text} of {entity.name} uses {names}, but {entity.name} has no such column",
                places=(Place(cell.span), Place(entity.columns[0].span, "the columns")),
                subject=entity.name,
                object=f"{index['name'].text}:{names}",
                hint="columns are "
                + ", ".join(column["column"].text for column in entity.columns[:12]),
            )


def _columns(text: str) -> list[str]:
    """Return the column names of an index, functions, sort orders and predicates left out."""
    names = []
    for found in _NAME.finditer(text.partition(" WHERE ")[0].partition(" where ")[0]):
        called = text[found.end() :].lstrip()[:1] == "("
        word = found[0].lower()
        if word not in _WORDS and not word.endswith("_ops") and not called:
            names.append(found[0])
    return names


def _is_primary(column: ReadRow) -> bool:
    return any(
        _KEY.search(column[name].text) for name in ("constraints", "type", "description", "column")
    ) or bool(_KEY.search(" ".join(cell.text for cell in column.extra.values())))


def _lacks_key(entity: Entity, design: Design) -> bool:
    """Return whether a table of several columns has no key, by its rows or by words beside it."""
    if len(entity.columns) < 2 or _is_join(entity):
        return False
    around = design.source.slice(design.section_at(entity.span).span)
    return not _KEY.search(around)


def _is_join(entity: Entity) -> bool:
    return sum("FK" in column["constraints"].text.upper() for column in entity.columns) >= 2
