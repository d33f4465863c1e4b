"""TST001."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.stems import stems
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import EdgeCase, EdgeCaseTest, TestScenario
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped


class EdgeCaseUntested(Rule):
    """Every edge case of an algorithm has a test.

    ## What it checks
    Edge cases of algorithms against edge-case tests and test scenarios.

    ## Why
    An edge case that somebody thought of and nobody tests comes back as a bug.

    ## Fires when
    No test shares two word stems with the case (one, when the case has only one): one finding per
    algorithm, listing its cases.

    ## Incorrect
        | Unicode in names | Encoded as UTF-8 | ... |    and no test about Unicode

    ## Correct
        | Unicode in names | Hash of a name with umlauts | Same on both sides |

    ## Known false positives
    Tests that name the case in other words.

    ## Sections read
    Edge cases (tables and lists), edge-case tests, test scenarios.

    ## Source
    Kubernetes production readiness review: are there tests for the failure mode.
    """

    id: ClassVar[str] = "TST001"
    name: ClassVar[str] = "edge-case-untested"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per algorithm with untested cases."""
        tests = [*design.of(EdgeCaseTest), *design.of(TestScenario)]
        cases = [
            row
            for row in design.of(EdgeCase)
            # A row of the template that nobody filled says nothing that could be tested.
            if row.confidence >= 0.5
            and row["edge_case"].text
            and (row["behavior"].text or not row["behavior"].present)
        ]
        if not tests or not cases:
            yield Skipped("needs edge cases and tests of edge cases")
            return
        known = [stems(" ".join(cell.text for cell in row.cells.values())) for row in tests]
        untested: dict[str, list[ReadRow]] = {}
        for row in cases:
            words = stems(row["edge_case"].text)
            more = words | stems(row["behavior"].text)
            if words and not any(_shares(words, more, other) for other in known):
                untested.setdefault(row.heading, []).append(row)
        for heading, rows in untested.items():
            names = "; ".join(row["edge_case"].text for row in rows)
            yield Hit(
                message=f"no test covers {len(rows)} of the edge cases of {heading}: {names}",
                places=(
                    *(Place(row.span, "the case") for row in rows),
                    Place(tests[0].span, "the tests"),
                ),
                subject=heading,
                object=names,
                hint="add a test for each, or a word that both sides share",
            )


def _shares(words: frozenset[str], more: frozenset[str], other: frozenset[str]) -> bool:
    return len(words & other) >= min(2, len(words)) or len(more & other) >= 3
