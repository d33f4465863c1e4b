"""DAT006."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design, Endpoint, Entity
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.dat_data import keys
from lld_agent.rules.resources import entity_of
from lld_agent.rules.routes import declared
from lld_agent.rules.wording import listed

_QUERY = re.compile(
    r"\bSELECT\s[^;]{1,300}?\sFROM\s+(?P<table>[\w.\"`]+)(?:\s+(?:AS\s+)?(?!WHERE\b)\w+)?\s+WHERE\s+(?P<where>[^;\n)]{1,200})",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?:\w+\.)?(?P<name>[A-Za-z_]\w*)\s*(?:=|<|>|\bIN\b|\bLIKE\b|\bBETWEEN\b)", re.IGNORECASE
)
_SORT = re.compile(r"sort|order", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_]\w*")
_PAGE = re.compile(
    r"page|limit|offset|cursor|size|sort|order|include|fields|format|granularity", re.IGNORECASE
)
_FEW = re.compile(r"bool|enum|flag", re.IGNORECASE)
_JOIN = re.compile(r"\sor\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Use:
    """A use of a column: by what, where, and how much it matters."""

    entity: Entity
    column: str
    what: str
    span: Span
    severity: Severity


class QueryUnindexed(Rule):
    """What a query filters or sorts by leads an index.

    ## What it checks
    Query parameters and default sort orders of list endpoints, and WHERE clauses in flows and SQL,
    against the indexes of the table.

    ## Why
    The list that is fast in a demo reads the whole table in production.

    ## Fires when
    A table with indexes is filtered or sorted by a column that none of them begins with: a warning
    for SQL and default sort orders, info for parameters. One finding per table.

    ## Incorrect
        | `sort` | string | No | `created_at` |    and only an index on `status`

    ## Correct
        | `ix_loan_created_at` | `created_at` | B-tree | Newest first |

    ## Known false positives
    Tables that stay small; searches that another store answers.

    ## Sections read
    Parameters of GET endpoints, sequence diagrams, SQL fences, column and index tables.

    ## Source
    PostgreSQL documentation, 11.4 Indexes and ORDER BY.
    """

    id: ClassVar[str] = "DAT006"
    name: ClassVar[str] = "query-no-index"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table and severity, listing the columns."""
        indexed = [entity for entity in keys.tables(design) if entity.indexes]
        if not indexed:
            yield Skipped("no table is given with its indexes")
            return
        lines = keys.IndexLines(design)
        found: dict[tuple[str, Severity], list[_Use]] = {}
        for use in (*_of_endpoints(design, indexed), *_of_queries(design, indexed)):
            if not lines.name(use.column, use.entity):
                found.setdefault((use.entity.name, use.severity), []).append(use)
        for (name, severity), uses in found.items():
            entity = uses[0].entity
            columns = listed(use.column for use in uses)
            yield Hit(
                message=f"{uses[0].what} {columns}, and no index of {name} begins with it",
                places=(
                    *(Place(use.span, "used here") for use in uses),
                    Place(entity.indexes[0].span, "the indexes"),
                ),
                subject=name,
                object=columns,
                hint=f"add an index that begins with {uses[0].column}",
                severity=severity,
            )


def _column(name: str, entity: Entity) -> ReadRow | None:
    """Return the column of a name that no index begins with; foreign keys are DAT002's."""
    words = tokens(name)
    column = next((c for c in entity.columns if tokens(c["column"].text) == words), None)
    if column is None or words in keys.leading(entity) or keys.is_foreign(column):
        return None
    return column


def _of_endpoints(design: Design, entities: list[Entity]) -> Iterator[_Use]:
    for endpoint in declared(design):
        entity = entity_of(endpoint.path, entities) if endpoint.method == "GET" else None
        if entity is not None:
            yield from _of_parameters(endpoint, entity)


def _of_parameters(endpoint: Endpoint, entity: Entity) -> Iterator[_Use]:
    for row in endpoint.parameters:
        name = row["name"].text
        if _SORT.search(name):
            for word in _WORD.findall(row["default"].text):
                column = _column(word, entity)
                if column:
                    yield _Use(entity, column["column"].text, f"{endpoint.method} {endpoint.path} sorts by",
                               row.span, Severity.WARNING)  # fmt: skip
        elif not _PAGE.search(name) and "{" + name + "}" not in endpoint.path:
            column = _column(name, entity)
            if column and not _FEW.search(column["type"].text):
                yield _Use(entity, column["column"].text, f"{endpoint.method} {endpoint.path} filters by",
                           row.span, Severity.INFO)  # fmt: skip


def _of_queries(design: Design, entities: list[Entity]) -> Iterator[_Use]:
    for text, start, span in _sql(design):
        for query in _QUERY.finditer(text):
            name = query["table"].rpartition(".")[2].strip('"`')
            entity = next((e for e in entities if tokens(name) in map(tokens, e.names)), None)
            if entity is None or _JOIN.search(query["where"]):
                continue
            compared = [found["name"] for found in _COMPARED.finditer(query["where"])]
            bare = [column for word in compared if (column := _column(word, entity))]
            if compared and len(bare) == len(compared):
                place = span or Span(start + query.start(), start + query.end())
                yield _Use(
                    entity, bare[0]["column"].text, "a query filters by", place, Severity.WARNING
                )


def _sql(design: Design) -> Iterator[tuple[str, int, Span | None]]:
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        for step in diagram.steps:
            if "SELECT" in step.text:
                yield step.text, 0, step.span
    # SQL in a document without endpoints is about SQL, not about what a service asks
    for block in design.blocks if declared(design) else ():
        if block.kind is BlockKind.FENCE and block.info.lower().startswith("sql"):
            yield block.text, block.text_span.start, None
