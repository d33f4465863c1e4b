"""PRF006."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.quantity import find_quantities
from lld_agent.language.roles import role
from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.model.quantity import Dimension
from lld_agent.model.rows import Cell
from lld_agent.model.vocabulary import Dependency
from lld_agent.rules import flows
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.flow_targets import timed_flows, waited_for
from lld_agent.rules.integrations import integrations
from lld_agent.rules.measures import Measured, bounds, operation_targets, percentile

_LATENCY = re.compile(r"latenc|response time|\bp9\d|\bp50", re.IGNORECASE)
_CACHED = re.compile(r"cach|memo|hit\b|pre-?fetch|async|stale", re.IGNORECASE)


class TargetUnderDependency(Rule):
    """An operation is not promised faster than what it waits for.

    ## What it checks
    Latency targets of flows, and of operations that name a dependency, against the latencies of dependencies.

    ## Why
    No code of one's own makes the call behind it faster.

    ## Fires when
    A target is below the latency of a dependency that is called before the answer, in the same percentile or a
    lower one of the dependency.

    ## Incorrect
        Scan p99 < 50 ms; the scan asks a catalogue whose p99 is 80 ms

    ## Correct
        Scan p99 < 150 ms, or the catalogue is cached

    ## Known false positives
    Caches that the flow does not show.

    ## Sections read
    Performance targets, dependencies, integrations, sequence diagrams.

    ## Source
    Google SRE book, chapter 4, Service Level Objectives.
    """

    id: ClassVar[str] = "PRF006"
    name: ClassVar[str] = "target-under-dependency"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per target and dependency."""
        slow = list(_latencies(design))
        targets = list(operation_targets(design, Dimension.TIME))
        if not slow or not targets:
            yield Skipped("needs latency targets, and the latency of a dependency")
            return
        seen: set[tuple[str, str]] = set()
        pairs = [
            (target, found)
            for target in targets
            for found in slow
            if flows.shares_name(found.name, target.name)
        ]
        pairs += list(_on_flows(design, slow))
        for target, found in pairs:
            key = (target.name, found.name)
            if key not in seen and _is_below(target, found):
                seen.add(key)
                yield Hit(
                    message=f"{target.name} is to take {target.percentile} {target.quantity.raw}, while {found.name} alone takes"
                    f" {found.percentile} {found.quantity.raw}".replace("  ", " "),
                    places=(Place(target.span), Place(found.span, "the dependency")),
                    subject=target.name,
                    object=found.name,
                    hint="raise the target, or say what keeps the call off the path",
                )


def _is_below(target: Measured, found: Measured) -> bool:
    return (
        bounds(found, target)
        and found.quantity.low > target.quantity.high
        and not _CACHED.search(target.name)
    )


def _on_flows(design: Design, slow: list[Measured]) -> Iterator[tuple[Measured, Measured]]:
    for diagram, target in timed_flows(design, design.drawn(DiagramKind.SEQUENCE)):
        if not _is_cached(diagram):
            names = flows.labels(diagram)
            called = [names.get(step.target, step.target) for step in waited_for(diagram)]
            yield from (
                (target, found)
                for found in slow
                if any(flows.shares_name(found.name, name) for name in called)
            )


def _is_cached(diagram: Diagram) -> bool:
    return any(role(p.label) == "cache" or _CACHED.search(p.label) for p in diagram.participants)


def _latencies(design: Design) -> Iterator[Measured]:
    """Yield the latencies of dependencies, from their table and from tables of integrations."""
    for row in design.of(Dependency):
        for title, cell in row.extra.items():
            if _LATENCY.search(title) and row.confidence >= 0.5:
                yield from _measured(row.key.text, title, cell)
    for table, cells in integrations(design):
        for title, cell in cells.items():
            if _LATENCY.search(title):
                yield from _measured(table.heading, title, cell)


def _measured(name: str, title: str, cell: Cell) -> Iterator[Measured]:
    times = [q for q in find_quantities(cell.text) if q.dimension is Dimension.TIME]
    if len(times) == 1:
        yield Measured(name, times[0], percentile(cell.text, title), cell.span)
