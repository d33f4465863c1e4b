"""PRF007."""

import re
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from lld_agent.language.quantity import find_quantities
from lld_agent.model.design import Design, TableReading
from lld_agent.model.diagrams import Diagram, DiagramKind, StepKind
from lld_agent.model.finding import Severity
from lld_agent.model.quantity import Dimension, Quantity
from lld_agent.model.source import Span
from lld_agent.rules import flows
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.flow_targets import timed_flows

_STEP = re.compile(r"step|stage|phase|hop|component|segment|part\b", re.IGNORECASE)
_TIME = re.compile(r"latenc|budget|time|duration|\bms\b", re.IGNORECASE)
_TOTAL = re.compile(
    r"(?:total|sum|overall|end[- ]to[- ]end|target|budget)\b(?! (?:of|for|per) )", re.IGNORECASE
)
_NO_STEP = re.compile(
    r"time-?out|\bttl\b|expir|every|interval|retry|back-?off|within|after|poll|wait up to|lease|schedul",
    re.IGNORECASE,
)
_TOLERANCE = 1.001


class _Part(NamedTuple):
    name: str
    quantity: Quantity
    span: Span


class LatencyBudget(Rule):
    """The steps of an operation take no longer than the operation may.

    ## What it checks
    Tables of steps with a total, and the times that a sequence diagram gives for its calls, against the total, the
    target or the timeout.

    ## Why
    The budget is spent before the work is done.

    ## Fires when
    The sum is above the total. Of parallel calls the longest counts. When only the upper ends of ranges are above
    it, it is an information.

    ## Incorrect
        Read 30 ms, match 90 ms, write 120 ms; total 200 ms

    ## Correct
        Read 30 ms, match 60 ms, write 90 ms; total 200 ms

    ## Known false positives
    Steps of a table that run at the same time and do not say so.

    ## Sections read
    Tables of steps, sequence diagrams, performance targets, timeouts of endpoints.

    ## Source
    Google SRE book, chapter 22, on deadlines.
    """

    id: ClassVar[str] = "PRF007"
    name: ClassVar[str] = "latency-budget"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table and flow."""
        budgets = [found for table in design.tables if (found := _budget(table)) is not None]
        for diagram, target in timed_flows(design, design.drawn(DiagramKind.SEQUENCE)):
            parts = _drawn(diagram)
            if len(parts) > 1:
                budgets.append((parts, _Part(target.name, target.quantity, target.span)))
        if not budgets:
            yield Skipped("needs the times of at least two steps, and a total or a target")
            return
        for parts, total in budgets:
            low, high = (
                sum(side)
                for side in zip(*((p.quantity.low, p.quantity.high) for p in parts), strict=True)
            )
            if high > total.quantity.high * _TOLERANCE:
                texts = " + ".join(part.quantity.raw for part in parts)
                yield Hit(
                    message=f"{texts} is {_shown(low, high)}, above {total.quantity.raw} ({total.name})",
                    places=(Place(total.span), *(Place(part.span, "a step") for part in parts)),
                    subject=total.name,
                    object=texts,
                    hint="make the steps shorter, or the total longer",
                    severity=None if low > total.quantity.high * _TOLERANCE else Severity.INFO,
                )


def _shown(low: float, high: float) -> str:
    unit, factor = ("s", 1.0) if high >= 1 else ("ms", 1000.0)
    return (
        f"{low * factor:g} {unit}"
        if low == high
        else f"{low * factor:g} to {high * factor:g} {unit}"
    )


def _budget(table: TableReading) -> tuple[list[_Part], _Part] | None:
    """Return the steps and the total of a table that has both; the total is its last row."""
    titles = [cell.text for cell in table.header]
    columns = [n for n, text in enumerate(titles) if n and _TIME.search(text)]
    if len(table.rows) < 3 or len(columns) != 1 or not _STEP.search(titles[0]):
        return None
    parts: list[_Part] = []
    for row in table.rows:
        cell = row[columns[0]] if len(row) > columns[0] else None
        times = (
            [q for q in find_quantities(cell.text) if q.dimension is Dimension.TIME] if cell else []
        )
        if (
            cell is None
            or len(times) != 1
            or times[0].high == float("inf")
            or "parallel" in row[0].text.lower()
        ):
            return None
        parts.append(_Part(row[0].text, times[0], cell.span))
    return (parts[:-1], parts[-1]) if _TOTAL.match(parts[-1].name.strip("* ")) else None


def _drawn(diagram: Diagram) -> list[_Part]:
    """Return the times that calls before the answer give; of each parallel block the longest."""
    first = flows.first_call(diagram)
    found: list[_Part] = []
    parallel: list[_Part] | None = None
    for step in flows.before_answer(diagram):
        if step.kind is StepKind.BLOCK_START and step.block == "par" and parallel is None:
            parallel = []
        elif (
            step.kind is StepKind.BLOCK_END
            and parallel is not None
            and first
            and step.depth == first.depth
        ):
            found += sorted(parallel, key=lambda part: part.quantity.high)[-1:]
            parallel = None
        elif step.kind is StepKind.MESSAGE and first is not None and not _NO_STEP.search(step.text):
            times = [q for q in find_quantities(step.text) if q.dimension is Dimension.TIME]
            on_path = step.depth == first.depth or parallel is not None
            if len(times) == 1 and on_path and times[0].high < float("inf"):
                (found if parallel is None else parallel).append(
                    _Part(step.text, times[0], step.span)
                )
    return found
