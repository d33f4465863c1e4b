"""TXT004."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Cell, ReadRow, Row
from lld_agent.model.vocabulary import (
    AuthorizationRule,
    ComponentInput,
    GuardrailCheck,
    InputRule,
    OutputFilter,
    StateTransition,
)
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.unfilled import is_unfilled

_CELLS: Mapping[type[Row], tuple[str, ...]] = {
    ComponentInput: ("validation",),
    StateTransition: ("trigger", "guard"),
    AuthorizationRule: tuple(AuthorizationRule.model_fields),
    InputRule: tuple(InputRule.model_fields),
    GuardrailCheck: ("check",),
    OutputFilter: ("filter", "trigger"),
}
_OPEN = re.compile(
    r"\betc\b\.?|\band so (?:on|forth)\b|\band (?:more|others|similar)\b\s*\.?\Z|,\s*(?:\.\.\.|…)|\.\.\.\s*\Z|…\s*\Z"
    r"|\busw\.|等等",
    re.IGNORECASE,
)


class OpenList(Rule):
    """A list that something is checked against is complete.

    ## What it checks
    Validation, permissions, guards and guardrail cells.

    ## Why
    Nobody can implement or test "etc.".

    ## Fires when
    Such a cell ends its list with etc., and so on, or dots. One finding per table.

    ## Incorrect
        | File type | PDF, PNG, etc. |

    ## Correct
        | File type | PDF, PNG, JPEG |

    ## Known false positives
    Lists that stand in full elsewhere: refer to them. Value lists of columns belong to DAT009.

    ## Sections read
    Component inputs, transitions, authorization, input validation, guardrails.

    ## Source
    INCOSE Guide to Writing Requirements, R9 Open-ended clauses.
    """

    id: ClassVar[str] = "TXT004"
    name: ClassVar[str] = "open-list"
    severity: ClassVar[Severity] = Severity.INFO

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table."""
        rows = [row for kind in _CELLS for row in design.of(kind) if _is_real(row)]
        if not rows:
            yield Skipped("no table of validations, permissions or guards")
            return
        tables: dict[tuple[int, str], list[tuple[ReadRow, Cell]]] = {}
        for row in rows:
            for name in _CELLS[row.kind]:
                if _OPEN.search(row[name].text):
                    tables.setdefault((row.table, row.heading), []).append((row, row[name]))
        for (_, heading), found in sorted(tables.items(), key=lambda pair: pair[1][0][0].span):
            said = "; ".join(cell.text for _, cell in found)
            yield Hit(
                message=f"{heading} has lists without an end: {said}",
                places=tuple(Place(cell.span) for _, cell in found),
                subject=heading,
                object=said,
                hint="list all of it, or say where the list stands",
            )


def _is_real(row: ReadRow) -> bool:
    return row.confidence >= 0.5 and not is_unfilled(row)
