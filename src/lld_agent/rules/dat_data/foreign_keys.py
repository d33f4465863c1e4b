"""DAT001."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Entity
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.dat_data import keys

_TARGET = re.compile(
    r"(?:FK|FOREIGN KEY|REFERENCES)\s*(?:→|->|=>|to|:|\(|REFERENCES)?\s*[`\"]?(?P<table>[A-Za-z_][\w.]*)[`\"]?\s*[.(]",
    re.IGNORECASE,
)
_ARROW = re.compile(
    r"(?:FK|REFERENCES)\s*(?:→|->|=>|:)\s*[`\"]?(?P<table>[A-Za-z_]\w*)", re.IGNORECASE
)
_IS_KEY = re.compile(r"(?<![A-Za-z])(?:FK|FOREIGN KEY|REFERENCES)(?![A-Za-z])", re.IGNORECASE)
_STEM = re.compile(r"(?P<stem>[A-Za-z_]\w*?)(?:_id|Id|_uuid|_fk)\Z")
_LOGICAL = re.compile(
    r"logical|external|owned by|other service|soft reference|no fk|not enforced|reference to \w+ service|"
    r"in (?:the )?\w+ service|cross-service|keycloak|auth0|stripe",
    re.IGNORECASE,
)
_SELF = {
    "parent",
    "root",
    "previous",
    "prev",
    "next",
    "original",
    "source",
    "target",
    "owner",
    "creator",
    "ref",
}


class ForeignKeyUndeclared(Rule):
    """Every foreign key names a table that the document declares.

    ## What it checks
    Columns marked as foreign keys, against the tables of the document.

    ## Why
    A reader cannot build the join, or what happens on delete.

    ## Fires when
    The table that a key names outright (error), or the stem of its `x_id` column (warning), is
    none that the document declares: one finding per table.

    ## Incorrect
        | `client_id` | UUID | FK, NOT NULL | OAuth client |   and no client table

    ## Correct
        | `client_id` | UUID | FK → `oauth_client(id)` |, with that table; or "logical reference to
        the client of the identity service, no FK"

    ## Known false positives
    A table under a heading that shares no word with its name. Keys that are said to be logical,
    external or owned by another service are exempt, as are self-references such as `parent_id`.

    ## Sections read
    All column tables, CREATE TABLE statements, ER and class diagrams.

    ## Source
    Own; measured in the design notes on thirteen real designs.
    """

    id: ClassVar[str] = "DAT001"
    name: ClassVar[str] = "fk-undeclared"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table and severity, listing its columns."""
        with_columns = [e for e in design.entities if e.has_columns and e.confidence >= 0.5]
        if len(with_columns) < 2:
            yield Skipped("needs at least two tables with columns")
            return
        names = keys.table_names(design)
        for entity in with_columns:
            explicit: list[tuple[ReadRow, str]] = []
            guessed: list[tuple[ReadRow, str]] = []
            for column in entity.columns:
                target = _target(column)
                if target is None:
                    continue
                table, outright = target
                resolution = context.resolver.resolve(table, names)
                if resolution.match is None and resolution.score < 0.85:
                    (explicit if outright else guessed).append((column, table))
            if not design.template:
                # A change of an older system refers to tables that have long been there.
                guessed = []
                spoken = entity.origin != "ddl"
                explicit = [p for p in explicit if not (spoken or _is_spoken_of(p[1], design))]
            for found, severity in ((explicit, Severity.ERROR), (guessed, Severity.WARNING)):
                if found:
                    yield _hit(entity, found, severity)


def _target(column: ReadRow) -> tuple[str, bool] | None:
    """Return the table a foreign key refers to, and whether it names it outright."""
    text = " ".join(column[name].text for name in ("constraints", "type", "description"))
    marks = " ".join(column[name].text for name in ("constraints", "type"))
    if not _IS_KEY.search(marks) or _LOGICAL.search(text) or column.confidence < 0.5:
        return None
    named = _TARGET.search(marks) or _ARROW.search(marks)
    if named and named["table"].upper() not in {"NOT", "NULL", "KEY", "ON"}:
        return named["table"].rpartition(".")[2], True
    stem = _STEM.fullmatch(column["column"].text)
    if stem is None or stem["stem"].lower().rpartition("_")[2] in _SELF:
        return None
    return stem["stem"], False


def _hit(entity: Entity, found: list[tuple[ReadRow, str]], severity: Severity) -> Hit:
    columns = ", ".join(column["column"].text for column, _ in found)
    tables = ", ".join(dict.fromkeys(table for _, table in found))
    verb = "refer" if len(found) > 1 else "refers"
    return Hit(
        message=f"{columns} of {entity.name} {verb} to {tables}, which the document does not declare",
        places=tuple(Place(column.span) for column, _ in found),
        subject=entity.name,
        object=tables,
        hint="declare the table, or say which service owns it and that the key is logical",
        severity=severity,
    )


def _is_spoken_of(table: str, design: Design) -> bool:
    """Return whether the prose of a document knows a table that it does not declare."""
    name = re.compile(rf"(?<![\w/]){re.escape(table)}(?![\w/])", re.IGNORECASE)
    texts = (
        text for _, block in design.prose() for text in (block.text, *(i.text for i in block.items))
    )
    return any(name.search(text) for text in texts)
