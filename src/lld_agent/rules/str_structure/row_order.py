"""STR014."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import ClassVar

from lld_agent.model.design import Design, TableReading
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Repair, Rule, Skipped
from lld_agent.rules.str_structure.prose import name, path
from lld_agent.template.reader.sections import normal
from lld_agent.template.registry import TEMPLATES


class RowOrder(Rule):
    """Rows that the template fixes stand in its order, before all others.

    ## What it checks
    Tables whose first rows the template names (log levels, stages, kinds of tests).

    ## Why
    Readers compare designs row by row; a table that follows its own order hides what is missing.

    ## Fires when
    Two rows that the template fixes stand the other way round.

    ## Incorrect
        | Traces | Tempo | 7 d | - |
        | Metrics | Prometheus | 30 d | p99 > 1 s |

    ## Correct
        | Metrics | Prometheus | 30 d | p99 > 1 s |
        | Traces | Tempo | 7 d | - |

    ## Known false positives
    None known.

    ## Sections read
    Tables with fixed rows, in documents that follow a template.

    ## Source
    The templates: `lld-agent template show`.
    """

    id: ClassVar[str] = "STR014"
    name: ClassVar[str] = "row-order"
    severity: ClassVar[Severity] = Severity.INFO
    templates: ClassVar[frozenset[str]] = frozenset({"service", "module"})

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table."""
        fixed = {
            slot.address: tuple(map(normal, slot.fixed_keys))
            for slot in TEMPLATES[design.template].manifest
            if slot.fixed_keys
        }
        for table in design.tables:
            order = fixed.get(table.slot, ())
            keys = [normal(row[0].text) if row else "" for row in table.rows]
            ranks = [order.index(key) for key in keys if key in order]
            if len(set(ranks)) == len(ranks) and any(one > other for one, other in pairwise(ranks)):
                yield _hit(table, order, keys, design)


def _hit(table: TableReading, order: Sequence[str], keys: list[str], design: Design) -> Hit:
    known = [row[0] for row, key in zip(table.rows, keys, strict=True) if key in order]
    now = ", ".join(cell.text for cell in known)
    wanted = ", ".join(c.text for c in sorted(known, key=lambda c: order.index(normal(c.text))))
    section = design.section_at(table.span)
    return Hit(
        message=f"rows under {name(section)} stand as {now}; the template has {wanted}",
        places=tuple(Place(cell.span) for cell in known),
        subject=path(design, section),
        object="order of rows",
        hint="sort them",
        repair=_sorted(table, order, keys, design),
    )


def _sorted(
    table: TableReading, order: Sequence[str], keys: list[str], design: Design
) -> Repair | None:
    """Return the edit that sorts the fixed rows among their own places; other rows stay."""
    source = design.source
    places: list[tuple[Span, int]] = []
    for row, key in zip(table.rows, keys, strict=True):
        if key in order:
            line = source.line_of(row[0].span.start)
            start = source.line_starts[line - 1]
            places.append((Span(start, start + len(source.lines[line - 1])), order.index(key)))
    sorted_lines = [source.slice(span) for span, _ in sorted(places, key=lambda place: place[1])]
    edits = tuple(
        (span, text)
        for (span, _), text in zip(places, sorted_lines, strict=True)
        if source.slice(span) != text
    )
    return Repair("sort the rows as the template has them", edits)
