"""ERR012."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.quantity import find_quantities
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.quantity import Dimension
from lld_agent.model.rows import Cell, ReadRow
from lld_agent.model.vocabulary import Constraint, Dependency, PerformanceTarget
from lld_agent.rules import flows
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_AVAILABLE = re.compile(r"availab|uptime|\bslo\b|\bsla\b|verfügbar|disponib|可用性", re.IGNORECASE)
_OPTIONAL = re.compile(r"optional|library|async|consumer|producer", re.IGNORECASE)
_NO_FALLBACK = re.compile(
    r"\W*(?:(?:return|answer)\W*)?(?:5\d\d|error|none|no\b|fail|unavailable|n/?a|-|—)",
    re.IGNORECASE,
)
_LEAST = 0.9


class SlaBelowTarget(Rule):
    """A service promises no more than what it stands on.

    ## What it checks
    The product of the availabilities of required dependencies without a fallback against the
    document's own availability target.

    ## Why
    99.9 % times 99.5 % is 99.4 %: the target is missed before the first bug.

    ## Fires when
    The product is below the target. Dependencies without a number count as always there.

    ## Incorrect
        Availability 99.95 %; Keycloak, required, SLA 99.9 %

    ## Correct
        A fallback that bridges outages of Keycloak, or a target of 99.9 %.

    ## Known false positives
    Dependencies that are needed for a part of the requests only.

    ## Sections read
    Constraints, performance targets, dependencies, external integrations.

    ## Source
    Google SRE workbook, on dependencies and service levels.
    """

    id: ClassVar[str] = "ERR012"
    name: ClassVar[str] = "sla-below-target"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        target = next(_targets(design), None)
        promised = list(_promised(design))
        if target is None or not promised:
            yield Skipped("needs an availability target and the availability of a dependency")
            return
        share, cell = target
        product = 1.0
        for _, value, _ in promised:
            product *= value
        if product < share - 1e-9:
            texts = " x ".join(f"{name} {value:.4%}" for name, value, _ in promised)
            yield Hit(
                message=f"the target is {share:.4%}, while what it stands on gives {product:.4%}: {texts}",
                places=(
                    Place(cell.span, "the target"),
                    *(Place(found.span, "promised") for _, _, found in promised),
                ),
                subject="availability",
                object=",".join(name for name, _, _ in promised),
                hint="lower the target, or give the weakest dependency a fallback",
            )


def _ratio(text: str) -> float | None:
    found = [q for q in find_quantities(text) if q.dimension is Dimension.RATIO]
    return found[0].low if len(found) == 1 and _LEAST <= found[0].low <= 1.0 else None


def _targets(design: Design) -> Iterator[tuple[float, Cell]]:
    for row in (*design.of(Constraint), *design.of(PerformanceTarget)):
        words = " ".join(cell.text for cell in row.cells.values())
        if _AVAILABLE.search(words) and row.confidence >= 0.5:
            for cell in row.cells.values():
                share = _ratio(cell.text)
                if share is not None:
                    yield share, cell
                    break


def _promised(design: Design) -> Iterator[tuple[str, float, Cell]]:
    """Yield name, availability and cell of the required dependencies without a fallback."""
    by_heading = dict(_integrations(design))
    for row in design.of(Dependency):
        name = row["dependency"].text
        if _OPTIONAL.search(row["type"].text) or not _is_bare(row):
            continue
        cells = [cell for title, cell in row.extra.items() if _AVAILABLE.search(title)]
        cells += [c for heading, c in by_heading.items() if flows.shares_name(heading, name)]
        for cell in cells[:1]:
            share = _ratio(cell.text)
            if share is not None:
                yield name, share, cell


def _integrations(design: Design) -> Iterator[tuple[str, Cell]]:
    for table in design.tables:
        if table.property_table and table.slot.startswith("api.external"):
            for cells in table.rows:
                if len(cells) > 1 and cells[0].text.strip().lower() in {"sla", "availability"}:
                    yield table.heading, cells[1]


def _is_bare(row: ReadRow) -> bool:
    fallback = row["fallback"].text.strip()
    return not fallback or _NO_FALLBACK.match(fallback) is not None
