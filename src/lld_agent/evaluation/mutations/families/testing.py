"""Defects of the plan of tests: MU49, MU118 to MU122."""

import re
from collections.abc import Iterator

from lld_agent.evaluation.mutations.base import Edit, Operator, Patch
from lld_agent.evaluation.mutations.nodes import (
    contract,
    own,
    removable,
    removal,
    rows,
    whole_lines,
)
from lld_agent.language.names import singular
from lld_agent.language.stems import stems
from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import (
    Dependency,
    EdgeCase,
    EdgeCaseTest,
    IntegrationTest,
    PerformanceTest,
    PipelineStage,
    RetryPolicy,
    RollbackScenario,
    TestScenario,
    TestSuite,
    UnitTest,
)


def _text(row: ReadRow) -> str:
    return " ".join(cell.text for cell in row.cells.values()).replace("_", " ")


def _tests(design: Design) -> list[ReadRow]:
    return list(
        rows(
            design,
            EdgeCaseTest,
            TestScenario,
            UnitTest,
            IntegrationTest,
            PerformanceTest,
            TestSuite,
        )
    )


def _edge_case(design: Design) -> Iterator[Edit]:
    """Remove the only test that shares two words with an edge case."""
    tests = _tests(design)
    words = [stems(_text(test)) for test in tests]
    for case in rows(design, EdgeCase):
        about = stems(case.key.text)
        near = [t for t, w in zip(tests, words, strict=True) if len(about & w) > 1]
        if len(about) > 1 and len(near) == 1 and removable(design, near[0]):
            lost = tuple(
                other.span
                for other in rows(design, EdgeCase)
                if len(stems(other.key.text) & stems(_text(near[0]))) > 1
            )
            yield _both(design, near[0], case.span, *lost)


def _both(design: Design, test: ReadRow, *others: Span) -> Edit:
    edit = removal(design, test)
    return Edit(edit.patches, (*edit.near, *others), edit.about)


def _component(design: Design) -> Iterator[Edit]:
    """Remove the only test that has a word of a required dependency's name."""
    tests = _tests(design)
    for row in rows(design, Dependency):
        words = stems(row.key.text)
        near = [t for t in tests if words & stems(_text(t))]
        needed = re.match(r"(?i)required|erforderlich|必", row["type"].text)
        if needed and len(near) == 1 and removable(design, near[0]):
            yield _both(design, near[0], row.span)


def _error(design: Design) -> Iterator[Edit]:
    """Remove the only test that names an error code."""
    told: dict[str, ReadRow] = {}
    for endpoint in contract(design):
        for error in endpoint.errors:
            told.setdefault(error["code"].text, error)
    for code, error in told.items():
        near = [
            t for t in _tests(design) if code and code in " ".join(c.text for c in t.cells.values())
        ]
        if (
            len(near) == 1
            and re.match(r"4(?!00)", error["status"].text)
            and removable(design, near[0])
        ):
            named = " ".join(c.text for c in near[0].cells.values())
            lost = (
                row.span for e in contract(design) for row in e.errors if row["code"].text in named
            )
            yield _both(design, near[0], error.span, *lost)


def _transition(design: Design) -> Iterator[Edit]:
    """Remove the only test that names both states of an edge."""
    for diagram in design.drawn(DiagramKind.STATE):
        for edge in diagram.edges if own(diagram) else ():
            words = stems(edge.label)
            near = [
                t
                for t in _tests(design)
                if (edge.source in _text(t) and edge.target in _text(t)) or words & stems(_text(t))
            ]
            if len(near) == 1 and removable(design, near[0]):
                yield _both(design, near[0], diagram.span)


def _orphan(design: Design) -> Iterator[Edit]:
    """Put a scenario that deletes something that cannot be deleted."""
    kept = list(rows(design, TestScenario))
    for endpoint in contract(design):
        noun = endpoint.path.rstrip("/").split("/")[-1]
        paths = [e for e in contract(design) if noun in e.path.split("/")]
        if (
            kept
            and noun.isalpha()
            and noun.endswith("s")
            and not any(e.method == "DELETE" for e in paths)
        ):
            end = whole_lines(design, kept[-1].span).end
            name = singular(noun)
            line = f"- Delete a {name}: 204, the {name} is gone.\n"
            yield Edit((Patch(Span(end, end), line),), (), (endpoint.path,))


def _policy(design: Design) -> Iterator[Edit]:
    """Remove the only test about what is planned for failures."""
    pattern = re.compile(r"breaker|rollback|failover", re.IGNORECASE)
    injected = re.compile(r"toxiproxy|chaos|fault|every policy", re.IGNORECASE)
    if any(injected.search(_text(test)) for test in [*_tests(design), *rows(design, TestSuite)]):
        return
    for words in ("breaker", "rollback", "failover"):
        if words in design.source.text.casefold():
            near = [t for t in _tests(design) if words in _text(t).casefold()]
            if len(near) == 1 and removable(design, near[0]) and pattern.search(_text(near[0])):
                places = tuple(
                    r.span for r in rows(design, RetryPolicy, RollbackScenario, PipelineStage)
                )
                edit = removal(design, near[0], (words,))
                yield Edit(edit.patches, (*edit.near, *places), edit.about)


OPERATORS = (
    Operator(
        "MU49",
        "delete the only test of an edge case",
        "tests",
        ("TST001",),
        _edge_case,
        also=("TST002", "TST003", "TST004", "TST006", "SEC003"),
    ),
    Operator(
        "MU118",
        "delete the only test of a dependency",
        "tests",
        ("TST002",),
        _component,
        also=("TST001", "TST003", "TST006", "SEC003"),
    ),
    Operator(
        "MU119",
        "delete the only test of an error",
        "tests",
        ("TST003",),
        _error,
        also=("TST001", "TST002", "TST006", "SEC003", "TST004"),
    ),
    Operator(
        "MU120",
        "delete the only test of a change of state",
        "tests",
        ("TST004",),
        _transition,
        also=("TST001", "TST002", "TST003", "TST006", "SEC003"),
    ),
    Operator("MU121", "test something that is not there", "tests", ("TST005",), _orphan),
    Operator(
        "MU122",
        "delete the only test of a breaker or rollback",
        "tests",
        ("TST006",),
        _policy,
        also=("TST001", "TST002", "TST003", "SEC003"),
    ),
)
