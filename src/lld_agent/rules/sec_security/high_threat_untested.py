"""SEC003."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.stems import stems
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import (
    EdgeCaseTest,
    IntegrationTest,
    PerformanceTest,
    TestScenario,
    TestSuite,
    Threat,
    UnitTest,
)
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.sec_security.concepts import concepts_of

_HIGH = re.compile(r"high|critical|severe|hoch|kritisch|alt[ao]|crític[ao]|高|严重", re.IGNORECASE)
_TESTS = (UnitTest, IntegrationTest, EdgeCaseTest, PerformanceTest, TestSuite, TestScenario)
_MOST = 7


class HighThreatUntested(Rule):
    """A threat that is likely or grave has a test.

    ## What it checks
    Threats with a likelihood or impact of High or Critical against all rows about tests.

    ## Why
    A mitigation that is never tested holds until somebody refactors it away.

    ## Fires when
    No test is about the threat: neither the same concept (brute force and credential stuffing are
    one) nor two words in common.

    ## Incorrect
        | SQL injection | Low | Critical | Bound parameters |    and no test with injection in it

    ## Correct
        | Hostile search text | Injection strings in every filter | Rejected or escaped |

    ## Known false positives
    Security tests that live in another document.

    ## Sections read
    Threat tables, all test tables and lists.

    ## Source
    Kubernetes production readiness review; own concept list.
    """

    id: ClassVar[str] = "SEC003"
    name: ClassVar[str] = "high-threat-untested"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per untested threat, seven at most."""
        grave = [row for row in design.of(Threat) if _is_grave(row)]
        tests = [row for kind in _TESTS for row in design.of(kind)]
        if not grave or not tests:
            yield Skipped("needs threats with a high likelihood or impact, and tests")
            return
        texts = [" ".join(cell.text for cell in row.cells.values()) for row in tests]
        tested = {concept for text in texts for concept in concepts_of(text, context.lexicons)}
        test_stems = [stems(text) for text in texts]
        yielded = 0
        for row in grave:
            name = row["threat"].text
            concepts = concepts_of(name, context.lexicons)
            words = stems(name)
            shared = any(len(words & other) >= min(2, len(words)) for other in test_stems)
            if (concepts & tested) or shared or yielded >= _MOST:
                continue
            yielded += 1
            yield Hit(
                message=(
                    f"threat {name} ({_levels(row)}) has no test among the {len(tests)} tests of the design"
                ),
                places=(Place(row.span, "the threat"), Place(tests[0].span, "the tests")),
                subject=name,
                object="tests",
                hint=f"add a test that tries it: {row['mitigation'].text or name}",
            )


def _is_grave(row: ReadRow) -> bool:
    return row.confidence >= 0.5 and any(
        _HIGH.match(row[name].text) for name in ("likelihood", "impact")
    )


def _levels(row: ReadRow) -> str:
    return ", ".join(
        f"{name} {row[name].text}" for name in ("likelihood", "impact") if row[name].text
    )
