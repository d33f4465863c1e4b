"""Defects of numbers: MU45 to MU48, MU65, MU110 to MU116."""

import re
from collections.abc import Iterator

from lld_agent.evaluation.mutations.base import Edit, Operator, Patch
from lld_agent.evaluation.mutations.builders import (
    both,
    matching,
    scale,
    set_property,
    substitute,
    write,
)
from lld_agent.evaluation.mutations.nodes import properties, replaced, rows
from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import (
    Constraint,
    Dependency,
    EnvVar,
    LoadMetric,
    PerformanceTarget,
    PerformanceTest,
    ScalingRule,
    Signal,
)

_NUMBER = re.compile(r"\d[\d,.]*")
_MILLISECONDS = re.compile(r"(?<![\w.])(\d+) ms(?!\w)")


def _below_normal(design: Design) -> Iterator[Edit]:
    """Put normal and peak load the wrong way round in the cell of the peak."""
    for row in rows(design, LoadMetric):
        normal, peak = row["normal"], row["peak"]
        if _NUMBER.search(normal.text) and _NUMBER.search(peak.text) and normal.text != peak.text:
            found = _NUMBER.search(design.source.slice(peak.span))
            if found:
                span = Span(peak.span.start + found.start(), peak.span.start + found.end())
                yield Edit((Patch(span, "1"),), (row.span,))


def _memory_limits(design: Design) -> tuple[Span, ...]:
    return tuple(row.span for row in rows(design, Constraint) if "emory" in row.key.text)


def _other_unit(design: Design) -> Iterator[Edit]:
    """Say seconds in place of milliseconds where the same value stands twice."""
    tested = list(rows(design, PerformanceTest))
    targets = (PerformanceTarget, Constraint) if tested else ()
    for kind in (PerformanceTest, EnvVar, Signal, *targets):
        for row in rows(design, kind):
            for cell in row.cells.values():
                found = _MILLISECONDS.search(design.source.slice(cell.span))
                if (
                    found
                    and len(re.findall(rf"(?<![\w.]){found[1]} ms(?!\w)", design.source.text)) > 1
                ):
                    start = cell.span.start + found.start()
                    span = Span(start, start + len(found[0]))
                    yield Edit((Patch(span, f"{found[1]} s"),), (), (f"{found[1]} ms",))


def _slow_dependency(design: Design) -> Iterator[Edit]:
    """Promise an operation faster than a dependency that it names or calls."""
    told = any(properties(design, "Latency")) or any(
        "atency" in title for row in rows(design, Dependency) for title in row.extra
    )
    for row in rows(design, PerformanceTarget) if told else ():
        found = _MILLISECONDS.search(design.source.slice(row["target"].span))
        if found:
            start = row["target"].span.start + found.start()
            near = tuple(r.span for r in rows(design, Dependency))
            flows = tuple(d.span for d in design.drawn(DiagramKind.SEQUENCE))
            yield Edit(
                (Patch(Span(start, start + len(found[0])), "1 ms"),), (*near, *flows), (" ms",)
            )


def _replicas(design: Design) -> Iterator[Edit]:
    """Let horizontal scaling begin above what the topology or the table of environments has."""
    for row in rows(design, ScalingRule):
        if re.search(r"horizontal|pods|replica", row.key.text, re.IGNORECASE):
            found = re.search(
                r"\d+\s?(?:-|–|to|bis)\s?\d+", design.source.slice(row["target"].span)
            )
            if found:
                start = row["target"].span.start + found.start()
                yield Edit(
                    (Patch(Span(start, start + len(found[0])), "29 to 36"),),
                    (row.span,),
                    ("pods", "replica", "instances"),
                )


def _pool(design: Design) -> Iterator[Edit]:
    for row in rows(design, EnvVar):
        if re.search(r"POOL|MAX_CONNECTIONS", row["variable"].text):
            patch = replaced(design, row["default"].span, row["default"].text, "900")
            if patch and re.fullmatch(r"\d+", row["default"].text):
                yield Edit((patch,), (), ("onnections", row["variable"].text))


def _step_slow(design: Design) -> Iterator[Edit]:
    """Let one call of a flow that gives its times take longer than the whole may."""
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        for step in diagram.steps:
            found = _MILLISECONDS.search(step.text)
            patch = (
                found and not diagram.origin and replaced(design, step.span, found[0], "60000 ms")
            )
            if patch:
                yield Edit((patch,), (diagram.span,))


def _step_row(design: Design) -> Iterator[Edit]:
    """Make one step of a budget longer than the total."""
    for table in design.tables:
        titles = " ".join(cell.text.casefold() for cell in table.header)
        totals = [r for r in table.rows if r and re.match(r"(?i)total|sum|summe|合计", r[0].text)]
        if totals and re.search(r"budget|duration|latency|time|dauer|耗时", titles):
            for cells in table.rows:
                found = next((c for c in cells if _MILLISECONDS.search(c.raw)), None)
                if found and cells not in totals:
                    match = _MILLISECONDS.search(found.raw)
                    assert match
                    start = found.span.start + match.start()
                    yield Edit(
                        (Patch(Span(start, start + len(match[0])), "60000 ms"),), (table.span,)
                    )


def _constraint_without_answer(design: Design) -> Iterator[Edit]:
    """Demand something with a number that no other part speaks of."""
    kept: dict[int, Span] = {}
    for row in rows(design, Constraint):
        if row.table >= 0:
            kept[row.table] = row.span
    for number, span in kept.items():
        if not re.search(r"[$€]|cost|EUR", design.source.text, re.IGNORECASE):
            end = design.source.line_span(0, design.source.line_of(span.end - 1)).end
            line = "| Cost | At most $900 a month | Budget of the team |\n"
            yield Edit((Patch(Span(end, end), line),), (design.tables[number].span,))


OPERATORS = (
    Operator(
        "MU45",
        "let the peak be lower than a normal day",
        "performance",
        ("PRF001",),
        _below_normal,
        also=("PRF008",),
    ),
    Operator(
        "MU46",
        "let the pools ask for more connections than there are",
        "performance",
        ("PRF005", "CFG008"),
        _pool,
        also=("TXT003",),
    ),
    Operator(
        "MU47",
        "promise an operation faster than what it calls",
        "performance",
        ("PRF006", "PRF007", "TXT003", "PRF010"),
        _slow_dependency,
        also=("PRF009",),
    ),
    Operator(
        "MU48",
        "limit the memory below what the constraint allows",
        "performance",
        ("PRF002", "PRF003"),
        set_property("Resource Limits", r"(Memory: )\S+", r"\g<1>64Mi", _memory_limits),
        also=("AIM003",),
    ),
    Operator(
        "MU65",
        "say seconds for milliseconds in one of two places",
        "performance",
        ("CFG008", "PRF009", "TXT003", "PRF010", "PRF007", "ERR005"),
        _other_unit,
        also=("PRF006",),
    ),
    Operator(
        "MU110",
        "request more than the limit",
        "performance",
        ("PRF003", "PRF002"),
        set_property("Resource Requests", r"(CPU: )[^,\s]+", r"\g<1>64", _memory_limits),
    ),
    Operator(
        "MU111",
        "scale from more replicas than there are",
        "performance",
        ("PRF004", "PRF005"),
        _replicas,
    ),
    Operator(
        "MU112",
        "let one call take longer than the flow may",
        "performance",
        ("PRF007", "PRF006"),
        _step_slow,
    ),
    Operator(
        "MU112b", "let one step take longer than its total", "performance", ("PRF007",), _step_row
    ),
    Operator(
        "MU113",
        "expect more than can be served",
        "performance",
        ("PRF008", "PRF001"),
        scale(LoadMetric, "peak", 1000, matching("metric", r"req|anfragen|请求")),
        also=("PRF011",),
    ),
    Operator(
        "MU114",
        "alert only when users have waited long",
        "performance",
        ("PRF009",),
        substitute(Signal, "alert_threshold", r"\d+(?:\.\d+)? ?m?s\b", "90 s"),
        also=("PRF010",),
    ),
    Operator(
        "MU115",
        "let a test pass what its target forbids",
        "performance",
        ("PRF010", "TXT003"),
        substitute(PerformanceTest, "threshold", r"\d+(?:\.\d+)? ?m?s\b", "90 s"),
    ),
    Operator(
        "MU116",
        "set a limit that nothing answers",
        "performance",
        ("REQ004",),
        _constraint_without_answer,
    ),
    Operator(
        "MU117",
        "say in words how fast it is to be",
        "performance",
        ("TXT002",),
        write(PerformanceTarget, "target", "As fast as possible", matching("target", r"\d")),
        also=("PRF010",),
    ),
    Operator(
        "MU117b",
        "say in words when somebody is called",
        "operations",
        ("TXT002",),
        write(
            Signal,
            "alert_threshold",
            "When latency is too high",
            both(matching("alert_threshold", r"\d")),
        ),
    ),
    Operator(
        "MU117c",
        "say in words what a test has to reach",
        "tests",
        ("TXT002", "PRF010"),
        write(PerformanceTest, "threshold", "Acceptable latency", matching("threshold", r"\d")),
    ),
)
