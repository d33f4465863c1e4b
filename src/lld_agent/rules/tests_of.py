"""What a design says about its tests: rows of every kind, and the text of sections about testing."""

import re

from lld_agent.model.design import Design
from lld_agent.model.rows import ReadRow, Row
from lld_agent.model.vocabulary import (
    EdgeCaseTest,
    IntegrationTest,
    PerformanceTest,
    TestScenario,
    TestSuite,
    UnitTest,
)

KINDS: tuple[type[Row], ...] = (
    UnitTest,
    IntegrationTest,
    EdgeCaseTest,
    PerformanceTest,
    TestSuite,
    TestScenario,
)
_TESTING = re.compile(
    r"\btest|testing|quality assurance|\bqa\b|prüfung|pruebas|testes|测试", re.IGNORECASE
)


def test_rows(design: Design) -> list[ReadRow]:
    """Return the rows of all test tables and lists, kind by kind."""
    return [row for kind in KINDS for row in design.of(kind)]


def row_text(row: ReadRow) -> str:
    """Return all cells of a row as one text; names of functions as words."""
    cells = (*row.cells.values(), *row.extra.values())
    return " ".join(cell.text for cell in cells).replace("_", " ")


def test_text(design: Design) -> str:
    """Return everything that is said about tests: all rows, and all sections about testing."""
    about: set[int] = set()
    parts = [row_text(row) for row in test_rows(design)]
    for number, section in enumerate(design.sections):
        if section.level and (_TESTING.search(section.title) or section.parent in about):
            about.add(number)
            parts.append(design.source.slice(section.span).replace("_", " "))
    return "\n".join(parts)
