"""TXT001."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Cell, ReadRow, Row
from lld_agent.model.vocabulary import (
    Bottleneck,
    ComponentError,
    ConcurrencyConcern,
    Dependency,
    EdgeCase,
    PerformanceTarget,
    RollbackScenario,
    Threat,
)
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_CELLS: Mapping[type[Row], tuple[str, ...]] = {
    Dependency: ("fallback",),
    ComponentError: ("response", "recovery"),
    EdgeCase: ("behavior",),
    Bottleneck: ("mitigation",),
    ConcurrencyConcern: ("mitigation",),
    PerformanceTarget: ("target",),
    RollbackScenario: ("method",),
    Threat: ("mitigation",),
}
_CLAUSE = re.compile(
    r"\b(?:(?:where|if|when|wherever|whenever|as far as|to the extent|insofar as) (?:possible|practical|practicable|feasible|"
    r"needed|necessary|required|appropriate|applicable|reasonable)|as (?:needed|appropriate|necessary|required|applicable)|"
    r"(?:handle[ds]?|treat(?:ed|s)?|respond(?:s|ed)?|process(?:ed|es)?|handling) (?:it |this |them )?"
    r"(?:properly|appropriately|gracefully|correctly|suitably|accordingly)|"
    r"(?:properly|appropriately|suitably) (?:handled|treated|processed|validated|secured)|(?:some|appropriate|suitable|adequate) "
    r"(?:action|handling|measures?|response|error|message)s?|best[- ]effort basis|and/or similar)\b|"
    r"\b(?:wenn|falls|soweit|wo) (?:möglich|nötig|erforderlich)\b|\b(?:si|cuando) (?:es |sea )?(?:posible|necesario)\b|"
    r"\bse (?:possível|necessário)\b|如有必要|尽可能",
    re.IGNORECASE,
)


class EscapeClause(Rule):
    """A cell that says what is done says it without a way out.

    ## What it checks
    Fallbacks, answers to errors and edge cases, recoveries, mitigations, targets and rollback methods.

    ## Why
    "Handled gracefully, where possible" is built as nothing, and no test can fail.

    ## Fires when
    Such a cell has an escape clause: where possible, as needed, if necessary, handled properly, appropriate
    action, ... One finding per table.

    ## Incorrect
        | Feed is late | Retry as needed |

    ## Correct
        | Feed is late | Retry 3 times in 10 minutes, then show the last feed |

    ## Known false positives
    Clauses whose condition stands next to them. Prose is not read.

    ## Sections read
    Dependencies, errors of components, edge cases, bottlenecks, concurrency, performance targets,
    rollback, threats.

    ## Source
    INCOSE Guide to Writing Requirements, R8 Escape clauses.
    """

    id: ClassVar[str] = "TXT001"
    name: ClassVar[str] = "escape-clause"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table."""
        rows = [row for kind in _CELLS for row in design.of(kind) if row.confidence >= 0.5]
        if not rows:
            yield Skipped("no table says what is done about failures")
            return
        tables: dict[tuple[int, str], list[tuple[ReadRow, Cell, str]]] = {}
        for row in rows:
            for name in _CELLS[row.kind]:
                found = _CLAUSE.search(row[name].text)
                if found:
                    tables.setdefault((row.table, row.heading), []).append(
                        (row, row[name], found[0])
                    )
        for (_, heading), found_here in sorted(tables.items(), key=lambda pair: pair[1][0][0].span):
            said = "; ".join(f"{row.key.text}: {clause}" for row, _, clause in found_here)
            yield Hit(
                message=f"{heading} leaves open what is done: {said}",
                places=tuple(Place(cell.span) for _, cell, _ in found_here),
                subject=heading,
                object=said,
                hint="say when, how often and what",
            )
