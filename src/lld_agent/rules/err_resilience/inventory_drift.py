"""ERR010."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.roles import role
from lld_agent.model.design import Design, Section
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import Dependency, IntegrationTest
from lld_agent.rules import flows
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_OWN = re.compile(
    r"end[- ]to[- ]end|e2e|workflow|pipeline|internal|overview|general|common|summary|flow|unit|contract|authentication|"
    r"events?\b|webhooks?|callbacks?|protocol|interface|api\b",
    re.IGNORECASE,
)


class InventoryDrift(Rule):
    """An external system is in every list of external systems.

    ## What it checks
    External integrations, and systems that integration tests name, against the dependencies.

    ## Why
    The dependencies decide about failure, fallback and order of start; a system that is missing
    there has none of them.

    ## Fires when
    An integration of its own heading, or a database, queue or third party of an integration test,
    is no dependency, by name or by kind. One finding lists them.

    ## Incorrect
        5.2.1 Stripe        and dependencies PostgreSQL, Redis

    ## Correct
        | Stripe | Required | No payments | Orders wait |

    ## Known false positives
    Integrations that are described under another name; one word in common is enough. Headings about flows, events and protocols
    do not count.

    ## Sections read
    Dependencies, external integrations, integration tests.

    ## Source
    Own.
    """

    id: ClassVar[str] = "ERR010"
    name: ClassVar[str] = "inventory-drift"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        rows = design.of(Dependency)
        systems = list(_systems(design))
        if len(rows) < 2 or not systems:
            yield Skipped("needs dependencies, and integrations or integration tests")
            return
        listed = tuple(row["dependency"].text for row in rows)
        told = " ".join(cell.text for row in rows for cell in row.cells.values()).casefold()
        missing = {
            name: (span, where)
            for name, span, where in systems
            if name.casefold() not in told
            and not flows.is_listed(name, listed, context.resolver)
            and not any(flows.shares_word(name, other) for other in listed)
        }
        if missing:
            names = ", ".join(missing)
            yield Hit(
                message=f"{names}: in {next(iter(missing.values()))[1]}, but among no dependencies",
                places=(
                    *(Place(span, where) for span, where in missing.values()),
                    Place(rows[0].span, "the dependencies"),
                ),
                subject="dependencies",
                object=names,
                hint="add it to the dependencies with impact and fallback",
            )


def _systems(design: Design) -> Iterator[tuple[str, Span, str]]:
    for number, section in enumerate(design.sections):
        leaf = all(other.parent != number for other in design.sections[number + 1 :][:1])
        if _is_integration(design, section) and leaf and not _OWN.search(section.title):
            yield section.title, section.heading_span, "the external integrations"
    for row in design.of(IntegrationTest):
        name = row["integration"].text
        if row.confidence >= 0.5 and role(name) and not _OWN.search(name):
            yield name, row.span, "the integration tests"


def _is_integration(design: Design, section: Section) -> bool:
    """Return whether a section is about one external system: one level under the integrations."""
    above = design.sections[section.parent] if section.parent >= 0 else None
    return (
        above is not None and above.slot.startswith("api.external") and section.level > above.level
    )
