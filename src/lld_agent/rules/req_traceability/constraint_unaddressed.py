"""REQ004."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.quantity import find_quantities
from lld_agent.language.stems import stems
from lld_agent.language.units import hint_of
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.quantity import Dimension, Quantity
from lld_agent.model.rows import ReadRow, Row
from lld_agent.model.vocabulary import (
    Benchmark,
    Bottleneck,
    CacheLayer,
    CachePolicy,
    Constraint,
    EncryptionRule,
    EnvVar,
    LifecycleStage,
    LoadMetric,
    PerformanceTarget,
    PerformanceTest,
    RetryPolicy,
    ScalingRule,
    Signal,
)
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.unfilled import any_unfilled

_ANSWERS: tuple[type[Row], ...] = (
    PerformanceTarget, PerformanceTest, LoadMetric, Benchmark, ScalingRule, LifecycleStage, EnvVar, CacheLayer, CachePolicy,
    RetryPolicy, Signal, Bottleneck,
)  # fmt: skip
_REGULATED = re.compile(
    r"gdpr|dsgvo|lgpd|hipaa|pci[- ]?dss|\bpci\b|soc ?2|ccpa|ferpa|data protection act|data residency",
    re.IGNORECASE,
)
_PROTECTION = re.compile(
    r"encrypt|data protection|retention|privacy|lifecycle|compliance", re.IGNORECASE
)
_MEASURED = {Dimension.TIME, Dimension.RATE, Dimension.RATIO, Dimension.SIZE}


class ConstraintUnaddressed(Rule):
    """Every constraint with a number comes back where the design answers it.

    ## What it checks
    Constraints with a time, rate, share or size, against the rest of the document; regulations,
    against the encryption table and the data lifecycle.

    ## Why
    A limit that nobody designs for, measures or tests is met by accident.

    ## Fires when
    A design with performance, load or test tables has none with a quantity of the same dimension, and no
    other line gives one of the same kind beside a word of the constraint; or a regulation is
    named and there is neither an encryption nor a lifecycle table.

    ## Incorrect
        | Latency | Scans answered in < 200 ms | ... |    and no other time anywhere near a scan

    ## Correct
        | Scan | p95 response time | < 200 ms | Weekly |    among the performance tests

    ## Known false positives
    Constraints on what others do, such as the speed of a line.

    ## Sections read
    Constraints, performance, load, cache, retry, lifecycle and test tables, variables, text.

    ## Source
    Kubernetes production readiness review; ISO/IEC 25010, performance efficiency.
    """

    id: ClassVar[str] = "REQ004"
    name: ClassVar[str] = "constraint-unaddressed"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per constraint."""
        rows = [row for row in design.of(Constraint) if row.confidence >= 0.5]
        answers = [row for kind in _ANSWERS for row in design.of(kind)]
        if not rows or not answers or any_unfilled(answers):
            yield Skipped("needs constraints, and tables that could answer them")
            return
        given = {q.dimension for row in answers for q in _quantities(row)}
        for row in rows:
            wanted = _unanswered(row, given, design)
            if wanted is not None:
                yield Hit(
                    message=f"constraint {row.key.text} ({wanted.raw}) comes back nowhere: no target, test or setting"
                    f" gives a {wanted.dimension.value} for it",
                    places=(Place(row.span),),
                    subject=row.key.text,
                    object=wanted.raw,
                    hint="add a target and a test with the same unit",
                )
            elif _is_regulated(row) and not _is_protected(design):
                yield Hit(
                    message=f"constraint {row.key.text} ({row['description'].text}) has neither an encryption nor a"
                    " lifecycle table",
                    places=(Place(row.span),),
                    subject=row.key.text,
                    object="regulation",
                    hint="say how the data is encrypted, and when it is deleted",
                )


def _unanswered(row: ReadRow, given: set[Dimension], design: Design) -> Quantity | None:
    """Return the quantity of a constraint that nothing answers, None if there is none."""
    found = [q for q in find_quantities(row["description"].text) if q.dimension in _MEASURED]
    if not found or any(q.dimension in given for q in found):
        return None
    words = stems(f"{row.key.text} {row['description'].text}")
    for line in design.source.lines:
        if any(character.isdigit() for character in line) and row["description"].raw not in line:
            dimensions = {q.dimension for q in find_quantities(line[:400])}
            if dimensions & {q.dimension for q in found} and words & stems(line):
                return None
    return found[0]


def _quantities(row: ReadRow) -> Iterator[Quantity]:
    for cell in row.cells.values():
        yield from find_quantities(cell.text)
    if row.kind is EnvVar and (found := hint_of(row["variable"].text, row["description"].text)):
        yield from find_quantities(row["default"].text, found)


def _is_regulated(row: ReadRow) -> bool:
    return bool(_REGULATED.search(f"{row.key.text} {row['description'].text}"))


def _is_protected(design: Design) -> bool:
    """Return whether a table or a section says how data is protected or when it is deleted."""
    if design.of(EncryptionRule) or design.of(LifecycleStage):
        return True
    return any(section.level and _PROTECTION.search(section.title) for section in design.sections)
