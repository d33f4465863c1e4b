"""Entities and enums: column tables, SQL, class and ER diagrams."""

import re
from collections.abc import Iterator
from dataclasses import replace

from lld_agent.language.names import tokens
from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Entity, EnumType, TableReading
from lld_agent.model.diagrams import Diagram
from lld_agent.model.rows import Cell, ReadRow
from lld_agent.model.source import SourceText, Span
from lld_agent.model.vocabulary import Column, Index
from lld_agent.template.reader import ddl, value_lists
from lld_agent.template.reader.sections import Sectioning
from lld_agent.template.reader.walk import Placed, label_of
from lld_agent.text.inline import plain

_TABLE_LABEL = re.compile(
    r"(?:database |db )?(?:table|tabelle|tabla|tabela|collection|表名?)(?: name)?", re.IGNORECASE
)
_HEAD_NAME = re.compile(r"`([^`]+)`")
_GENERIC_HEADING = re.compile(
    r"(?:database |db |data )?(?:schema|tables?|columns?|fields?|data models?|models?|entities|structure|storage|attributes)",
    re.IGNORECASE,
)
_ENUM_WORD = re.compile(r"enum", re.IGNORECASE)
_VALUE = r"(?!etc\b)[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*"
_LIST = re.compile(
    rf"['\"`]?(?:{_VALUE})['\"`]?(?:\s*(?:,|/|\||、| or )\s*['\"`]?(?:{_VALUE})['\"`]?)+(?P<open>,?\s*(?:etc\.?|\.\.\.|…))?"
)
_ONE_VALUE = re.compile(_VALUE)
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]+")
_CHECKED = re.compile(
    r"['\"`]?(?P<column>\w{1,80})['\"`]?\s{1,4}IN\s{0,4}\((?P<values>\s{0,4}'[\w-]{1,80}'(?:\s{0,4},\s{0,4}'[\w-]{1,80}'){1,60}\s{0,4})\)",
    re.IGNORECASE,
)
"""`CHECK (status IN ('OPEN', 'LATE'))`"""
_ONE_OF = re.compile(
    r"(?:one of|any of|either|eine[rs]? (?:von|aus|der)|uno de|um de|values?|states?|status(?:es)?|types?|enum|werte"
    r"|entweder|valores|valor|取值)\W*\Z",
    re.IGNORECASE,
)
# `string | null` is a choice of types, not of values.
_TYPE = re.compile(
    r"(?<!\w)(?:string|str|text|(?:var)?char|(?:big|small)?int(?:eger)?|float|double|decimal|numeric|number|bool(?:ean)?|"
    r"uuid|date|datetime|timestamp(?:tz)?|time|jsonb?|object|array|list|map|dict|bytes|bytea|blob|null|none|undefined|any|"
    r"pk|fk|unique|not|default|index|true|false|check|yes|no|required|optional)(?!\w)",
    re.IGNORECASE,
)


def read_entities(
    source: SourceText,
    sectioning: Sectioning,
    placed: tuple[Placed, ...],
    tables: tuple[TableReading, ...],
    rows: tuple[ReadRow, ...],
    diagrams: tuple[Diagram, ...],
) -> tuple[Entity, ...]:
    """Return the entities that a document declares, with columns and indexes where it gives them."""
    labels = _labels(placed)
    by_table: dict[int, list[ReadRow]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row)
    found: list[Entity] = []
    for number, table in enumerate(tables):
        if table.kind is Column:
            found.append(
                _from_table(source, table, tuple(by_table.get(number, ())), labels, sectioning)
            )
        elif table.kind is Index and found:
            found[-1] = replace(found[-1], indexes=(*found[-1].indexes, *by_table.get(number, ())))
    fences = [
        (place.block, sectioning.sections[place.section].title)
        for place in placed
        if place.block.kind is BlockKind.FENCE
    ]
    found += [entity for block, heading in fences for entity in ddl.entities(block, heading)]
    # a table that SQL changes may have got the columns later
    changed = {name for block, _ in fences for name in ddl.altered(block)}
    for block, heading in fences:
        for owner, index in ddl.indexes(block, heading):
            if ddl.table_name(owner) not in changed:
                _attach(found, owner, index)
    found += _from_diagrams(diagrams)
    return tuple(sorted(found, key=lambda entity: entity.span))


def _attach(found: list[Entity], owner: str, index: ReadRow) -> None:
    """Give an index to the table that its statement names."""
    for number, entity in enumerate(found):
        if any(tokens(name) == tokens(owner) for name in entity.names):
            found[number] = replace(entity, indexes=(*entity.indexes, index))
            return


def _labels(placed: tuple[Placed, ...]) -> dict[int, str]:
    """Return start of a block → the table named by the `**Table:** `x`` line before it."""
    named: dict[int, str] = {}
    current, section = "", -1
    for place in placed:
        if place.section != section:
            current, section = "", place.section
        if place.block.kind is BlockKind.PARAGRAPH:
            for line in place.block.text.split("\n"):
                label = label_of(line.strip())
                if label is not None and label.value and _TABLE_LABEL.fullmatch(label.name):
                    current = plain(label.value)
        named[place.block.span.start] = current
    return named


def _from_table(
    source: SourceText,
    table: TableReading,
    columns: tuple[ReadRow, ...],
    labels: dict[int, str],
    sectioning: Sectioning,
) -> Entity:
    given = labels.get(table.span.start, "")
    code = _HEAD_NAME.search(given) or _HEAD_NAME.search(table.heading)
    heading = "" if _GENERIC_HEADING.fullmatch(table.heading) else table.heading
    label = "" if _GENERIC_HEADING.fullmatch(table.label) else table.label
    names = tuple(dict.fromkeys(filter(None, (code[1] if code else given, label, heading))))
    del source, sectioning
    return Entity(
        name=names[0] if names else table.heading,
        names=names or (table.heading,),
        span=table.span,
        columns=columns,
        origin="table",
        heading=table.heading,
        confidence=table.confidence if names else 0.4,
    )


def _from_diagrams(diagrams: tuple[Diagram, ...]) -> Iterator[Entity]:
    for diagram in diagrams:
        for box in diagram.entities:
            yield Entity(box.name, (box.name,), box.span, origin="er", heading=diagram.heading)
        for drawn in diagram.classes:
            yield Entity(
                drawn.id,
                (drawn.id, drawn.label),
                drawn.span,
                origin="class",
                heading=diagram.heading,
            )


def read_enums(
    entities: tuple[Entity, ...],
    placed: tuple[Placed, ...],
    sectioning: Sectioning,
    tables: tuple[TableReading, ...],
    diagrams: tuple[Diagram, ...],
) -> tuple[EnumType, ...]:
    """Return the closed lists of values that a document declares."""
    found: list[EnumType] = []
    for entity in entities:
        for column in entity.columns:
            enum = _of_column(entity, column)
            if enum is not None:
                found.append(enum)
    for place in placed:
        if place.block.kind is BlockKind.FENCE:
            heading = sectioning.sections[place.section].title
            found += ddl.enums(place.block, heading)
            found += value_lists.in_code(place.block, heading)
    found += value_lists.in_tables(tables, placed)
    for diagram in diagrams:
        for box in diagram.classes:
            if any(_ENUM_WORD.search(note) for note in box.annotations):
                values = tuple(Cell(m.name, m.name, m.span) for m in box.members if not m.method)
                found.append(
                    EnumType(box.id, "", values, box.span, heading=diagram.heading, origin="class")
                )
    return tuple(found)


def _of_column(entity: Entity, column: ReadRow) -> EnumType | None:
    checked = _checked(column)
    if checked:
        return EnumType(
            entity.name,
            column["column"].text,
            checked,
            column.span,
            open=any(_ends_open(column[name]) for name in ("type", "description")),
            heading=entity.heading,
        )
    declared = any(_ENUM_WORD.search(column[name].text) for name in ("type", "constraints"))
    for name in ("type", "constraints", "description"):
        cell = column[name]
        values = _values(cell, declared=declared or _is_whole(cell))
        if values and name == "description" and not _introduced(cell.text):
            continue
        if values:
            return EnumType(
                entity.name,
                column["column"].text,
                values,
                column.span,
                open=_ends_open(cell),
                heading=entity.heading,
            )
    return None


def _checked(column: ReadRow) -> tuple[Cell, ...]:
    """Return the values that a CHECK of the column allows."""
    cell = column["constraints"]
    for found in _CHECKED.finditer(cell.text) if cell.present else ():
        if found["column"].lower() == column["column"].text.lower():
            values = re.findall(r"[\w-]+", found["values"])
            return tuple(Cell(v, v, cell.span, cell.confidence) for v in dict.fromkeys(values))
    return ()


def _ends_open(cell: Cell) -> bool:
    """Return whether a cell has a list of values that ends in etc."""
    found = _LIST.search(cell.text) if cell.present else None
    return found is not None and bool(found["open"])


def _is_whole(cell: Cell) -> bool:
    """Return whether a cell is a list of values and nothing else: `up / down / pending`."""
    found = _LIST.fullmatch(cell.text.strip()) if cell.present else None
    return found is not None and not _TYPE.search(cell.text)


def _introduced(text: str) -> bool:
    """Return whether a list in a description is what it is about, not part of what it tells.

    "force_down when any group is DOWN/PENDING" speaks of values that belong to something else.
    """
    found = _LIST.search(text)
    before = text[: found.start()].rstrip() if found else ""
    return (
        not before
        or before.endswith((":", "(", "[", "=", "：", "（"))
        or bool(_ONE_OF.search(before))
    )


def _values(cell: Cell, *, declared: bool) -> tuple[Cell, ...]:
    """Return the values that a cell lists; without an ENUM type only a list all in capitals counts."""
    found = _LIST.search(cell.text) if cell.present else None
    if found is None:
        return ()
    words = found[0][: found.start("open") - found.start()] if found["open"] else found[0]
    if "," not in words and "/" not in words and "|" not in words and "、" not in words:
        return ()
    values = [
        word
        for word in _ONE_VALUE.findall(words)
        if word not in {"or", "ENUM", "Enum", "enum", "etc"}
    ]
    capitals = all(_CAPITALS.fullmatch(word) for word in values)
    known_constraints = {
        "PK",
        "FK",
        "NOT",
        "NULL",
        "UNIQUE",
        "DEFAULT",
        "INDEX",
        "TRUE",
        "FALSE",
        "CHECK",
    }
    if len(values) < 2 or not (capitals or declared) or known_constraints.intersection(values):
        return ()
    return tuple(Cell(word, word, cell.span, cell.confidence) for word in dict.fromkeys(values))


def first_line(span: Span) -> Span:
    """Return the empty span at the start of a span: where something without a place is reported."""
    return Span(span.start, span.start)
