"""Defects of the data design: MU12 to MU20, MU73 to MU76."""

import re
from collections.abc import Iterator

from lld_agent.evaluation.mutations.base import Edit, Operator, Patch
from lld_agent.evaluation.mutations.builders import blank, both, delete, matching, substitute, write
from lld_agent.evaluation.mutations.nodes import (
    contract,
    names_elsewhere,
    own,
    removable,
    removal,
    replaced,
    rows,
    section_heading,
    steps,
    substituted,
    subtree,
    without,
    written,
)
from lld_agent.language.names import tokens
from lld_agent.model.design import Design, Entity
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import CacheLayer, Column, EncryptionRule, EnvVar, LifecycleStage

_FOREIGN = re.compile(r"(?:FK\b|REFERENCES|→|->)[^`\w]{0,6}`?(?P<table>[A-Za-z_]\w*)(?=\s*\()")
_UNIQUE = re.compile(r"(?:,\s*)?\bUNIQUE\b(?:\s*\([^()]*\))?", re.IGNORECASE)
_LOCK = re.compile(r"optimisti|乐观", re.IGNORECASE)
_VERSION = re.compile(r"(?:row_|lock_|record_)?version|revision|etag|lock_no", re.IGNORECASE)
_DROP = re.compile(r"\bDEL\b|\bUNLINK\b|invalidat|evict|drop.{0,20}cache", re.IGNORECASE)
_PERSONAL = r"person|pii|e-?mail|customer|payee|holder|iban|name|address|phone|asker|个人|personen"
_ZONE = re.compile(
    r"timestamptz|timestamp with time zone|timestamp\(\d\) with time zone", re.IGNORECASE
)


def _tables(design: Design) -> list[Entity]:
    return [e for e in design.entities if e.origin == "table" and e.has_columns]


def _leading(row: ReadRow) -> str:
    return row["columns"].text.partition(",")[0].strip().casefold().split(" ")[0]


def _covered(entity: Entity, column: str, but: ReadRow | None = None) -> bool:
    """Return whether an index, a key or a UNIQUE begins with a column."""
    if any(_leading(index) == column for index in entity.indexes if index is not but):
        return True
    own_row = next((c for c in entity.columns if c["column"].text.casefold() == column), None)
    said = own_row["constraints"].text if own_row else ""
    return bool(
        re.search(rf"\bPK\b(?! ?\((?!{column}))|UNIQUE(?! ?\((?!{column}))", said, re.IGNORECASE)
    )


def _foreign_gone(design: Design) -> Iterator[Edit]:
    for row in rows(design, Column):
        cell = row["constraints"]
        found = _FOREIGN.search(design.source.slice(cell.span))
        if found:
            start = cell.span.start + found.start("table")
            name = f"{found['table']}_archive"
            if not names_elsewhere(design, name, Span(start, start)):
                span = Span(start, start + len(found["table"]))
                yield Edit((Patch(span, name),), (section_heading(design, row.span),))


def _index_gone(design: Design) -> Iterator[Edit]:
    for entity in _tables(design):
        foreign = {
            c["column"].text.casefold()
            for c in entity.columns
            if _FOREIGN.search(c["constraints"].raw)
        }
        for index in entity.indexes:
            column = _leading(index)
            if (
                column in foreign
                and removable(design, index)
                and not _covered(entity, column, index)
            ):
                edit = removal(design, index)
                yield Edit(edit.patches, (*edit.near, entity.span, *_column(entity, column)))


def _sorted_index_gone(design: Design) -> Iterator[Edit]:
    """Remove the index by which a list is sorted or filtered."""
    asked = " ".join(
        f"{row['name'].text} {row['default'].text}".casefold().replace("_", "")
        for endpoint in contract(design)
        for row in endpoint.parameters
    )
    for entity in _tables(design):
        for index in entity.indexes:
            column = _leading(index)
            named = (
                column.replace("_", "") in asked.split() or f"{column.replace('_', '')}:" in asked
            )
            if named and removable(design, index) and not _covered(entity, column, index):
                edit = removal(design, index)
                yield Edit(
                    edit.patches, (*edit.near, entity.span, *_column(entity, column)), (column,)
                )


def _column(entity: Entity, name: str) -> tuple[Span, ...]:
    return tuple(c.span for c in entity.columns if c["column"].text.casefold() == name)


def _ghost(design: Design) -> Iterator[Edit]:
    for entity in _tables(design):
        names = {c["column"].text for c in entity.columns}
        for index in entity.indexes:
            found = re.search(r"[A-Za-z_]\w*", index["columns"].raw)
            if found and found[0] in names and f"{found[0]}_key" not in names:
                patch = replaced(design, index["columns"].span, found[0], f"{found[0]}_key")
                if patch:
                    yield Edit((patch,), (entity.span,))


def _table_gone(design: Design) -> Iterator[Edit]:
    """Remove the section of a table that other parts of the design name."""
    for entity in _tables(design):
        section = design.section_at(entity.span)
        owned = [e for e in _tables(design) if design.section_at(e.span) is section]
        span = subtree(design, section)
        used = [name for name in entity.names if names_elsewhere(design, name, span)]
        if len(owned) == 1 and len(_tables(design)) > 1 and section.level > 3 and used:
            above = design.sections[section.parent].heading_span
            yield Edit((without(design, span),), (above,), tuple(used))


def _unique_gone(design: Design) -> Iterator[Edit]:
    """Drop the UNIQUE of a column that a 409 speaks of, where it is said once."""
    promised = " ".join(
        f"{row['code'].text} {row['description'].text}".casefold().replace("_", " ")
        for endpoint in contract(design)
        for row in endpoint.errors
        if "409" in row["status"].text
    )
    for entity in _tables(design):
        indexed = " ".join(
            row["columns"].text.casefold() for row in entity.indexes if "uniq" in _words(row)
        )
        for column in entity.columns:
            name = column["column"].text.casefold()
            said = name.replace("_", " ") in promised
            alone = name not in indexed
            patch = substituted(design, column["constraints"].span, _UNIQUE, "")
            if said and alone and patch:
                yield Edit((patch,), (entity.span,), (entity.name, name))
        for index in entity.indexes:
            names = [n.strip().casefold() for n in index["columns"].text.split(",")]
            told = any(n.replace("_", " ") in promised for n in names)
            alone = not any(
                "UNIQUE" in c["constraints"].text.upper()
                for c in entity.columns
                if c["column"].text.casefold() in names
            )
            if told and alone and "uniq" in _words(index) and removable(design, index):
                edit = removal(design, index)
                near = tuple(s for n in names for s in _column(entity, n))
                yield Edit(edit.patches, (*edit.near, entity.span, *near))


def _unique_gone_everywhere(design: Design) -> Iterator[Edit]:
    """Drop every UNIQUE of a column that a 409 says is taken."""
    promised = " ".join(
        row["description"].text.casefold()
        for endpoint in contract(design)
        for row in endpoint.errors
        if "409" in row["status"].text and re.search(r"(?i)taken|already", row["description"].text)
    )
    for entity in _tables(design):
        for column in entity.columns:
            name = column["column"].text.casefold()
            if not re.search(rf"\b{re.escape(name.replace('_', ' '))}\b", promised):
                continue
            naming = (substituted(design, c["constraints"].span, _UNIQUE, "") for c in entity.columns
                      if name in c["constraints"].text.casefold() or c is column)  # fmt: skip
            patches = [patch for patch in naming if patch]
            patches += [
                without(design, index.span)
                for index in entity.indexes
                if name in index["columns"].text.casefold() and "uniq" in _words(index)
            ]
            if patches:
                yield Edit(tuple(patches), (column.span,), (name.replace("_", " "),))


def _words(row: ReadRow) -> str:
    return f"{row['name'].text} {row['type'].text}".casefold()


def _lock_gone(design: Design) -> Iterator[Edit]:
    claims = [Span(found.start(), found.end()) for found in _LOCK.finditer(design.source.text)]
    for entity in _tables(design) if claims else ():
        for column in entity.columns:
            if _VERSION.fullmatch(column["column"].text) and removable(design, column):
                edit = removal(design, column)
                yield Edit(edit.patches, (*edit.near, *claims))


def _open_list(design: Design) -> Iterator[Edit]:
    """Leave the end of the list of a named type open."""
    for block in design.blocks:
        for found in re.finditer(r"AS ENUM \([^()]*'(?=\s*\))", block.text):
            at = block.text_span.start + found.end()
            near = tuple(r.span for r in rows(design, Column) if "_" in r["type"].text)
            yield Edit((Patch(Span(at, at), ", ..."),), near)


def _drop_gone(design: Design) -> Iterator[Edit]:
    """Remove the line of a flow that drops an entry of the cache."""
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        if own(diagram):
            for step in steps(diagram):
                if _DROP.search(step.text) and not step.reply:
                    layers = tuple(row.span for row in rows(design, CacheLayer))
                    yield Edit((without(design, step.span),), (diagram.span, *layers))


def _zone_gone(design: Design) -> Iterator[Edit]:
    for entity in _tables(design):
        zoned = [c for c in entity.columns if _ZONE.search(c["type"].text)]
        for column in zoned if len(zoned) > 1 else ():
            yield Edit((written(column["type"], "TIMESTAMP"),), (entity.span,))


def _locking_migration(design: Design) -> Iterator[Edit]:
    """Make a migration of an existing table lock it."""
    for section in design.sections:
        if section.slot == "schema.migration" or re.search(r"(?i)migration", section.title):
            zero = re.search(r"(?im)^- zero-downtime:\s*\S.*$", design.source.slice(section.span))
            if zero:
                table = _tables(design)[0].name if _tables(design) else "accounts"
                start = section.span.start + zero.start()
                text = f"- Zero-downtime: YES — ALTER TABLE {table} ADD COLUMN region TEXT NOT NULL"
                yield Edit(
                    (Patch(Span(start, start + len(zero[0])), text),), (section.heading_span,)
                )


def _said_twice(design: Design, row: ReadRow) -> bool:
    """Return whether a variable gives the lifetime too."""
    words = set(tokens(row["layer"].text))
    return any(
        "TTL" in variable["variable"].text and words & set(tokens(variable["variable"].text))
        for variable in rows(design, EnvVar)
    )


def _is_changed(design: Design, row: ReadRow) -> bool:
    """Return whether an endpoint changes what a cache is named after."""
    words = set(tokens(row["layer"].text))
    return any(
        endpoint.method in {"PUT", "PATCH", "DELETE"} and set(tokens(part)) <= words
        for endpoint in contract(design)
        for part in endpoint.path.split("/")
        if part.isalpha()
    )


def _drawn_attribute(design: Design) -> Iterator[Edit]:
    """Rename an attribute in the ER diagram only."""
    for diagram in design.drawn(DiagramKind.ER):
        for entity in diagram.entities if own(diagram) else ():
            for attribute in entity.attributes:
                patch = replaced(design, attribute.span, attribute.name, f"{attribute.name}_code")
                if patch and attribute.span != diagram.span:
                    near = tuple(e.span for e in _tables(design) if entity.name in e.names)
                    yield Edit((patch,), (diagram.span, *near))


OPERATORS = (
    Operator(
        "MU12",
        "let a foreign key name a table that is not there",
        "data",
        ("DAT001",),
        _foreign_gone,
        also=("DAT005",),
    ),
    Operator("MU13", "drop the index of a foreign key", "data", ("DAT002", "DAT006"), _index_gone),
    Operator(
        "MU13b",
        "drop the index by which a list is sorted",
        "data",
        ("DAT006", "DAT002"),
        _sorted_index_gone,
        also=("DAT007",),
    ),
    Operator(
        "MU14",
        "index a column that is not there",
        "data",
        ("DAT003",),
        _ghost,
        also=("DAT002", "DAT006", "DAT007"),
    ),
    Operator(
        "MU15",
        "delete a table that is read and written",
        "data",
        ("DAT004", "DAT005", "DAT001"),
        _table_gone,
        also=(
            "API015",
            "STA001",
            "STA010",
            "SEC009",
            "DAT008",
            "DAT015",
            "STR010",
            "DAT007",
            "DAT013",
        ),
    ),
    Operator(
        "MU16",
        "drop what makes a promised field unique",
        "data",
        ("DAT007",),
        _unique_gone,
        also=("DAT006", "DAT002"),
    ),
    Operator(
        "MU16b",
        "drop all that makes a promised field unique",
        "data",
        ("DAT007",),
        _unique_gone_everywhere,
        everywhere=True,
        also=("DAT006", "DAT002", "STR004"),
    ),
    Operator(
        "MU17",
        "drop the version column of an optimistic lock",
        "concurrency",
        ("DAT008",),
        _lock_gone,
        also=("DAT005",),
    ),
    Operator(
        "MU18",
        "let the values of an enumeration end in etc.",
        "data",
        ("DAT009", "TXT004"),
        _open_list,
    ),
    Operator(
        "MU19",
        "leave the drop of the cache out of a flow",
        "data",
        ("DAT012",),
        _drop_gone,
        also=("FLO001",),
    ),
    Operator(
        "MU20",
        "give a cache another lifetime in one place",
        "data",
        ("DAT013", "CFG008", "TXT003"),
        substitute(CacheLayer, "ttl", r"\d+", "977", _said_twice),
    ),
    Operator("MU73", "give one point in time no zone", "data", ("DAT010",), _zone_gone),
    Operator(
        "MU74",
        "let a migration lock a table that is in use",
        "operations",
        ("DAT011",),
        _locking_migration,
    ),
    Operator(
        "MU75",
        "keep a stage of the data forever",
        "data",
        ("DAT015",),
        write(
            LifecycleStage,
            "retention",
            "Forever",
            both(matching("retention", r"\d"), matching("transition", r"^\D*$")),
        ),
    ),
    Operator(
        "MU76", "rename an attribute in the ER diagram only", "data", ("DAT005",), _drawn_attribute
    ),
    Operator(
        "MU77",
        "let a cached thing expire with nothing else",
        "data",
        ("DAT012",),
        blank(CacheLayer, "invalidation", _is_changed),
    ),
    Operator(
        "MU41",
        "drop the encryption of personal data",
        "security",
        ("SEC009",),
        delete(
            EncryptionRule,
            matching("data_type", _PERSONAL),
        ),
    ),
)
