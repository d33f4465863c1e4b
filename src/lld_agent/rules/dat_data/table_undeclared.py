"""DAT004."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.dat_data import keys

_SQL = re.compile(
    r"\b(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE(?=\s+[`\"]?\w+[`\"]?\s+SET\b)|SELECT\s+[\w*,\s().]{1,80}?\s+FROM|FROM|JOIN)\s+[`\"]?"
    r"(?P<name>[a-z]\w*_\w+|[A-Za-z]\w*(?=[`\"]?\s+(?:SET|VALUES|WHERE)\b))[`\"]?",
)
_OTHER_THINGS = (
    "column|field|index|enum|endpoint|header|topic|queue|function|method|parameter|flag|script|class|module|file|"
    "setting|variable|key|event|metric"
)
_PROSE = re.compile(
    r"(?:(?:from|into|in|to|on|query|read|update|reads?|writes?) (?:the )?`(?P<a>[a-z]\w*_\w+)`"
    rf"(?! (?:{_OTHER_THINGS}))|`(?P<b>[a-z]\w+)` (?:table|relation)(?!\w))"
)
_VERB = re.compile(
    r"(?:get|set|put|fetch|find|search|list|load|read|write|send|create|delete|update|release|claim|max|min|is|has)_"
)
_STEPS = re.compile(
    r"database|table|persist|store|billing|period|record|row|sql|query|insert|fetch|select|postgres|mysql",
    re.IGNORECASE,
)


class TableUndeclared(Rule):
    """Every table that is read or written is declared.

    ## What it checks
    Tables named by SQL in flows and steps, and by words such as "from `orders_archive`" or
    "the `orders` table", against the tables of the document.

    ## Why
    Whoever builds the flow has to invent the columns.

    ## Fires when
    Such a name resolves to no table, CREATE TABLE statement, class or ER entity. Prose is read
    only where the document follows a template, which asks for all tables: the design of a change
    speaks of tables that have long been there.

    ## Incorrect
        1. Fetch the current period from `user_billing`    and no such table

    ## Correct
        The table with its columns, or the name of the service that owns it.

    ## Known false positives
    Names of views and of tables in other services. Fences in programming languages are not read.

    ## Sections read
    Sequence diagrams, numbered steps and paragraphs, all tables.

    ## Source
    Own.
    """

    id: ClassVar[str] = "DAT004"
    name: ClassVar[str] = "table-undeclared"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per undeclared table."""
        declared = [e for e in design.entities if e.has_columns]
        if not declared:
            yield Skipped("no table is declared with its columns")
            return
        names = keys.table_names(design)
        columns = {column["column"].text for entity in declared for column in entity.columns}
        found: dict[str, list[Span]] = {}
        told = _in_text(design) if design.template else ()
        for name, span in (*_in_flows(design), *told):
            resolution = context.resolver.resolve(name, names)
            if resolution.match is None and resolution.score < 0.85 and name not in columns:
                found.setdefault(name, []).append(span)
        for name, spans in found.items():
            yield Hit(
                message=f"table {name} is used but not declared; declared are {_listed([e.name for e in declared])}",
                places=(
                    *(Place(span, "used here") for span in spans),
                    Place(declared[0].span, "the tables"),
                ),
                subject=name,
                hint=f"declare {name} with its columns, or say which service owns it",
            )


def _in_flows(design: Design) -> Iterator[tuple[str, Span]]:
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        for step in diagram.steps:
            for found in _SQL.finditer(step.text):
                yield found["name"], step.span


def _in_text(design: Design) -> Iterator[tuple[str, Span]]:
    for _, block in design.prose():
        yield from _in_block(block)


def _in_block(block: Block) -> Iterator[tuple[str, Span]]:
    if block.kind is BlockKind.PARAGRAPH:
        yield from _found(block.text, block.text_span)
    for item in block.items:
        yield from _found(item.text, item.span)


def _found(text: str, span: Span) -> Iterator[tuple[str, Span]]:
    for found in _PROSE.finditer(text):
        if (found["b"] or _STEPS.search(text)) and not _VERB.match(found["a"] or ""):
            start = span.start + found.start()
            yield found["a"] or found["b"], Span(start, start + len(found[0]))


def _listed(texts: list[str]) -> str:
    shown = list(dict.fromkeys(texts))
    return ", ".join(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")
