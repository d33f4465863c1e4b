"""TST006."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none, is_open
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import Dependency, FeatureFlag, RetryPolicy, RollbackScenario
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.tests_of import test_rows, test_text
from lld_agent.rules.unfilled import any_unfilled
from lld_agent.rules.wording import listed

_ALL = re.compile(
    r"chaos|fault[- ]injection|failure[- ]injection|resilience|game ?day|failover test|litmus|toxiproxy",
    re.IGNORECASE,
)
_WORDS = {
    "retries": r"retr(?:y|ies|ied)|back-?off",
    "circuit breakers": r"circuit|breaker",
    "fallbacks": r"fallback|fall back|degrad|unavailab|outage|is down|goes down|offline|unreachable|failure of"
    r"|timeout|timed out|fails",
    "rollbacks": r"roll-?back|restore|revert",
    "feature flags": r"\bflags?\b|toggle|feature off|disabled"
    r"|\bswitch(?:e[ds])?\b[^.;|]{0,30}\bo(?:ff|n)\b|\b(?:aus|ein|ab)(?:ge)?schalte[nt]",
}
_A_LIST = 3
_TESTED = {name: re.compile(words, re.IGNORECASE) for name, words in _WORDS.items()}


class PolicyUntested(Rule):
    """What is planned for failures is tried before they come.

    ## What it checks
    Retry policies, circuit breakers, fallbacks, rollback scenarios and feature flags against all
    tests.

    ## Why
    A fallback that never ran is a second outage.

    ## Fires when
    The design has such a policy and no test speaks of it, nor of fault injection in general: one
    finding for all of them.

    ## Incorrect
        | Catalogue timeout | 3 | Exponential | 5 failures in 30 s |    and no test with a breaker

    ## Correct
        | Catalogue down | Stub answers 503 | Breaker opens, cached copy is shown |

    ## Known false positives
    Tests of the platform that stand elsewhere.

    ## Sections read
    Retry policies, dependencies, rollback scenarios, flags, all tests and sections about testing.

    ## Source
    Kubernetes production readiness review; AWS Well-Architected, REL12-BP05.
    """

    id: ClassVar[str] = "TST006"
    name: ClassVar[str] = "policy-untested"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        tests = test_rows(design)
        policies = _policies(design)
        if len(tests) < _A_LIST or not policies or any_unfilled(tests):
            yield Skipped("needs policies for failures, and tests")
            return
        text = test_text(design)
        if _ALL.search(text):
            return
        untested = {name: row for name, row in policies.items() if not _TESTED[name].search(text)}
        if untested:
            yield Hit(
                message=f"none of the {len(tests)} tests is about {listed(untested)}, which the design plans for",
                places=(
                    *(Place(row.span, name) for name, row in untested.items()),
                    Place(tests[0].span, "the tests"),
                ),
                subject="failure tests",
                object=listed(untested),
                hint="add a test that makes the failure happen",
            )


def _policies(design: Design) -> dict[str, ReadRow]:
    """Return the kinds of policy that a design has, each with its first row."""
    found: dict[str, ReadRow] = {}
    for row in design.of(RetryPolicy):
        if re.search(r"[1-9]", row["max_retries"].text):
            found.setdefault("retries", row)
        breaker = row["circuit_breaker"].text
        if not is_open(breaker) and re.search(r"\d|yes|open", breaker, re.IGNORECASE):
            found.setdefault("circuit breakers", row)
    for row in design.of(Dependency):
        text = row["fallback"].text
        if (
            text
            and not is_none(text)
            and not is_open(text)
            and not re.match(r"no\b|return (?:an )?error|fail", text, re.IGNORECASE)
        ):
            found.setdefault("fallbacks", row)
    for kind, name in ((RollbackScenario, "rollbacks"), (FeatureFlag, "feature flags")):
        rows = [row for row in design.of(kind) if row.key.text and not is_open(row.key.text)]
        if rows:
            found[name] = rows[0]
    return found
