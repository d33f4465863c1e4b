"""PRF010."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import PerformanceTest
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.measures import Measured, bounds, latency_targets, latency_tests, topic
from lld_agent.rules.tests_of import test_text
from lld_agent.rules.unfilled import any_unfilled
from lld_agent.rules.wording import listed

_MEASURES = re.compile(
    r"latenc|load|perform|throughput|benchmark|stress|\bp9\d|response|\d ?m?s\b", re.IGNORECASE
)


class TargetUntested(Rule):
    """Every latency target has a test that is as strict.

    ## What it checks
    Performance targets and latency constraints against performance tests.

    ## Why
    A target that no test holds is lost with the third release.

    ## Fires when
    There are performance tests and none shares a word with a target (one finding lists them), or every test of it
    lets pass what the target forbids.

    ## Incorrect
        Search p99 < 50 ms; test: Search, p95 < 100 ms

    ## Correct
        Search p99 < 50 ms; test: Search, p99 < 50 ms

    ## Known false positives
    Tests that name the operation in other words.

    ## Sections read
    Performance targets, constraints, performance tests, sections about testing.

    ## Source
    Kubernetes production readiness review, service level objectives.
    """

    id: ClassVar[str] = "PRF010"
    name: ClassVar[str] = "target-untested"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield a hit per looser test, and one for all targets without a test."""
        rows = [row for row in design.of(PerformanceTest) if row.confidence >= 0.5]
        targets = latency_targets(design)
        if not rows or not targets or any_unfilled(rows):
            yield Skipped("needs latency targets and performance tests")
            return
        tests = list(latency_tests(design))
        lines = [topic(line) for line in test_text(design).split("\n") if _MEASURES.search(line)]
        untested: list[Measured] = []
        for target in targets:
            words = topic(target.name)
            near = [test for test in tests if not words or words & topic(test.name)]
            if not near and words and not any(words & line for line in lines):
                untested.append(target)
            elif near:
                yield from _looser(target, near)
        if untested:
            names = listed(f"{target.name} ({target.quantity.raw})" for target in untested)
            yield Hit(
                message=f"no performance test is about {names}",
                places=(
                    *(Place(target.span) for target in untested),
                    Place(rows[0].span, "the tests"),
                ),
                subject="targets",
                object=names,
                hint="add a test with the same number and percentile for each",
            )


def _looser(target: Measured, tests: list[Measured]) -> Iterator[Hit]:
    """Yield a hit when each comparable test of a target lets pass more than the target allows."""
    same = [test for test in tests if bounds(test, target)]
    if not same or len(same) != len(tests):
        return
    strictest = min(same, key=lambda test: test.quantity.high)
    if strictest.quantity.high > target.quantity.high * 1.001:
        yield Hit(
            message=f"target {target.name} is {target.percentile} {target.quantity.raw}, while its test passes at"
            f" {strictest.percentile} {strictest.quantity.raw}".replace("  ", " "),
            places=(Place(target.span), Place(strictest.span, "the test")),
            subject=target.name,
            object="test",
            hint="test with the number of the target",
        )
