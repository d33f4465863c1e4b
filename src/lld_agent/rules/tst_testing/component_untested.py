"""TST002."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import Lexicons
from lld_agent.language.names import tokens
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import Dependency, IntegrationTest, UnitTest
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.technology import also_called
from lld_agent.rules.tests_of import test_text
from lld_agent.rules.unfilled import any_unfilled
from lld_agent.rules.wording import listed

_REQUIRED = re.compile(
    r"required|critical|mandatory|hard|yes|erforderlich|obrigat|obligat|必需|必须", re.IGNORECASE
)
_LIBRARY = re.compile(
    r"library|framework|sdk|package|runtime|language|tool|docs?\b|documentation", re.IGNORECASE
)


class ComponentUntested(Rule):
    """Every component and every dependency that is required is tested.

    ## What it checks
    Components with an owner module against the unit tests, and required dependencies against the
    integration tests.

    ## Why
    What no test row names is what the build breaks on in production.

    ## Fires when
    No test, and no sentence in a section about testing, shares a word with it: one finding.

    ## Incorrect
        | Search index | Required | ... |    and integration tests for the database only

    ## Correct
        | Search index | Container in CI | Docker Compose |

    ## Known false positives
    Dependencies that are tested by whoever owns them. Libraries are exempt.

    ## Sections read
    Component properties, dependencies, unit and integration tests, sections about testing.

    ## Source
    Kubernetes production readiness review, dependencies.
    """

    id: ClassVar[str] = "TST002"
    name: ClassVar[str] = "component-untested"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        units = [row for row in design.of(UnitTest) if row.confidence >= 0.5]
        integrations = [row for row in design.of(IntegrationTest) if row.confidence >= 0.5]
        due = [
            *(_components(design) if units else ()),
            *(_dependencies(design) if integrations else ()),
        ]
        if not due or any_unfilled((*units, *integrations)):
            yield Skipped(
                "needs components and unit tests, or required dependencies and integration tests"
            )
            return
        parts = re.findall(r"[\w-]+", test_text(design))
        words = frozenset(word for part in parts for word in tokens(part))
        missing = {
            name: span for name, names, span in due if not _is_named(names, words, context.lexicons)
        }
        if missing:
            yield Hit(
                message=f"no test names {listed(missing)}; there are tests of"
                f" {listed(row.key.text for row in (*units, *integrations))}",
                places=(
                    *(Place(span) for span in missing.values()),
                    Place((units or integrations)[0].span, "the tests"),
                ),
                subject="tests",
                object=listed(missing),
                hint="add a row for each",
            )


def _components(design: Design) -> Iterator[tuple[str, list[str], Span]]:
    """Yield (name, all names, place) of components that say which module owns them."""
    for table in design.tables:
        if not table.property_table:
            continue
        owner = next(
            (c[1] for c in table.rows if len(c) > 1 and "module" in c[0].text.lower()), None
        )
        if owner is not None and owner.text:
            last = owner.text.strip("/").rpartition("/")[2]
            yield table.heading, [table.heading, last], table.span


def _dependencies(design: Design) -> Iterator[tuple[str, list[str], Span]]:
    for row in design.of(Dependency):
        kind = row["type"].text
        if (
            row.confidence >= 0.5
            and _REQUIRED.match(kind)
            and not _LIBRARY.search(f"{kind} {row.key.text}")
        ):
            yield row.key.text, re.split(r"\s*[/(,]\s*", row.key.text), row.span


def _is_named(names: list[str], words: frozenset[str], lexicons: Lexicons) -> bool:
    own = {word for name in names for word in tokens(re.sub(r"\(.*", "", name))}
    if also_called(own, lexicons) & words:
        return True
    return any(len(word) >= 4 and any(_same_stem(word, other) for other in words) for word in own)


def _same_stem(left: str, right: str) -> bool:
    """Return whether one word begins with the other: auth and authentication."""
    return len(right) >= 4 and (left.startswith(right) or right.startswith(left))
