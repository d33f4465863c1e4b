"""SQL in fences: tables, columns, keys, indexes and enums."""

import re
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

from lld_agent.model.blocks import Block
from lld_agent.model.design import Entity, EnumType
from lld_agent.model.rows import Cell, ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import Column, Index

_TABLE = re.compile(
    r"\bCREATE\s+(?:TEMP(?:ORARY)?\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[\w.\"`\[\]]+\s*\(",
    re.IGNORECASE,
)
_TYPE = re.compile(
    r"\bCREATE\s+TYPE\s+(?P<name>[\w.\"]+)\s+AS\s+ENUM\s*\((?P<values>[^()]*)\)", re.IGNORECASE
)
_REST = re.compile(r"(?<![\w.])(?:etc\b\.?|\.\.\.|…)")
_INDEX = re.compile(
    r"\bCREATE\s+(?P<unique>UNIQUE\s+)?INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?"
    r"(?P<name>(?!ON\s)[\w.\"`]+)?\s*\bON\s+(?:ONLY\s+)?(?P<table>[\w.\"`]+)\s*(?:USING\s+\w+\s*)?"
    r"\((?P<columns>[^;()]*(?:\([^;()]*\)[^;()]*)*)\)",
    re.IGNORECASE,
)
_ALTERED = re.compile(
    r"\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?([\w.\"`]{1,100})", re.IGNORECASE
)
_INLINE_INDEX = re.compile(r"[,(]\s*(?:INDEX|KEY)\s+[\w`\"]+\s*\(", re.IGNORECASE)
_QUOTED = re.compile(r"'([^'\n]*)'")
_PARENTHESIS = re.compile(r"[()]")
_LARGEST = 50_000


@cache
def _sqlglot() -> ModuleType:
    import sqlglot  # noqa: PLC0415 - only documents with SQL pay for it

    return sqlglot


def entities(block: Block, heading: str) -> Iterator[Entity]:
    """Yield the tables that the SQL of a fence creates."""
    closings: dict[int, int] | None = None
    end = 0
    for found in _TABLE.finditer(block.text):
        if found.start() < end:
            continue  # inside the statement before
        if closings is None:
            closings = _closings(block.text)
        end = closings.get(found.end() - 1, -1) + 1
        statement = block.text[found.start() : end] if end - found.start() <= _LARGEST else ""
        parsed = _parsed(statement)
        if parsed is not None:
            entity = _entity(parsed, statement, block, found.start(), heading)
            if entity is not None:
                yield entity


def _closings(text: str) -> dict[int, int]:
    """Return position of each parenthesis that opens → of the one that closes it."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in _PARENTHESIS.finditer(text):
        if match[0] == "(":
            opened.append(match.start())
        elif opened:
            found[opened.pop()] = match.start()
    return found


def _parsed(statement: str) -> Any | None:
    if not statement:
        return None
    sqlglot = _sqlglot()
    usual = ("postgres", "mysql", "clickhouse")
    # to PostgreSQL a line `INDEX name (columns)` is a column called INDEX
    for dialect in ("mysql", *usual) if _INLINE_INDEX.search(statement) else usual:
        try:
            return sqlglot.parse_one(statement, read=dialect)
        except Exception:  # noqa: BLE001, S112 - hostile text; the next dialect, or nothing
            continue
    return None


def _entity(parsed: Any, statement: str, block: Block, start: int, heading: str) -> Entity | None:
    exp = _sqlglot().exp
    schema = parsed.this
    if not isinstance(schema, exp.Schema):
        return None
    name = schema.this.name
    place = _span(block, start, statement)
    columns: list[ReadRow] = []
    keys: list[ReadRow] = []
    position = 0
    for definition in schema.expressions:
        if not isinstance(definition, exp.ColumnDef):
            keys += _keys(definition, place, heading)
        else:
            found = re.compile(rf"\b{re.escape(definition.name)}\b").search(statement, position)
            position = found.end() if found else position
            span = _span(block, start + (found.start() if found else 0), definition.name)
            columns.append(_column(definition, span, heading))
    return Entity(name, (name,), place, tuple(columns), tuple(keys), "ddl", heading)


def _keys(definition: Any, place: Span, heading: str) -> Iterator[ReadRow]:
    """Yield what a table constraint makes an index of: PRIMARY KEY, UNIQUE, KEY, INDEX."""
    exp = _sqlglot().exp
    kinds = {
        exp.PrimaryKey: "PRIMARY KEY",
        exp.UniqueColumnConstraint: "UNIQUE",
        exp.IndexColumnConstraint: "INDEX",
    }
    for kind, words in kinds.items():
        for found in definition.find_all(kind):
            inner = found.this if isinstance(found.this, exp.Schema) else found
            names = [
                part.name
                for listed in inner.expressions
                for part in ([listed] if isinstance(listed, exp.Identifier) else [listed.this])
                if part is not None
            ]
            if any(names):
                yield _index("", ", ".join(filter(None, names)), words, place, heading)


def indexes(block: Block, heading: str) -> Iterator[tuple[str, ReadRow]]:
    """Yield (table, index) for each CREATE INDEX of a fence."""
    for found in _INDEX.finditer(block.text):
        table = found["table"].rpartition(".")[2].strip('"`')
        kind = "UNIQUE" if found["unique"] else "INDEX"
        name = (found["name"] or "").strip('"`')
        place = _span(block, found.start(), found[0])
        yield table, _index(name, " ".join(found["columns"].split()), kind, place, heading)


def _index(name: str, columns: str, kind: str, place: Span, heading: str) -> ReadRow:
    texts = {"name": name, "columns": columns, "type": kind}
    cells = {field: Cell(text, text, place, 0.9) for field, text in texts.items()}
    return ReadRow(Index, cells, place, heading=heading, confidence=0.9)


def _column(definition: Any, span: Span, heading: str) -> ReadRow:
    constraints = " ".join(constraint.sql() for constraint in definition.constraints)
    kind = definition.args.get("kind")
    texts = {
        "column": definition.name,
        "type": kind.sql() if kind else "",
        "constraints": constraints,
    }
    cells = {name: Cell(text, text, span, 0.9) for name, text in texts.items()}
    return ReadRow(Column, cells, span, heading=heading, confidence=0.9)


def _span(block: Block, start: int, text: str) -> Span:
    begin = block.text_span.start + start
    return Span(begin, begin + len(text))


def altered(block: Block) -> Iterator[str]:
    """Yield the tables that the SQL of a fence changes: they may get columns later."""
    for found in _ALTERED.finditer(block.text):
        yield table_name(found[1])


def table_name(text: str) -> str:
    """Return a table's name without schema, quotes and case."""
    return text.rpartition(".")[2].strip('"`').casefold()


def enums(block: Block, heading: str) -> Iterator[EnumType]:
    """Yield the enum types that the SQL of a fence creates."""
    for found in _TYPE.finditer(block.text):
        values = []
        for quoted in _QUOTED.finditer(found["values"]):
            start = found.start("values") + quoted.start(1)
            values.append(Cell(quoted[1], quoted[1], _span(block, start, quoted[1])))
        closed = [value for value in values if not _REST.fullmatch(value.text)]
        yield EnumType(
            found["name"].strip('"'),
            "",
            tuple(closed),
            _span(block, found.start(), found[0]),
            open=len(closed) < len(values) or _REST.search(found["values"]) is not None,
            heading=heading,
            origin="type",
        )
