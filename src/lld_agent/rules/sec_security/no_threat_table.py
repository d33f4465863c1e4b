"""SEC001."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Section
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import Threat
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_SECURITY = re.compile(r"security|sicherheit|seguridad|segurança|安全", re.IGNORECASE)
_THREATS = re.compile(
    r"threat|attack|abuse|stride|risk|bedrohung|amenaza|ameaça|威胁", re.IGNORECASE
)


class NoThreatTable(Rule):
    """The design says what could go wrong on purpose.

    ## What it checks
    Whether there is a table of threats with at least one row, or a section about threats.

    ## Why
    Mitigations that are not tied to a threat are neither complete nor testable.

    ## Fires when
    A design of the service template has no such table (warning), or one of the module template,
    which has none by design (info).

    ## Incorrect
        A section "9. Security Design" with authentication and encryption only

    ## Correct
        | Threat | Likelihood | Impact | Mitigation |

    ## Known false positives
    A threat model that is kept in another document: name it in a section about threats.

    ## Sections read
    Threat tables, headings.

    ## Source
    OWASP Threat Modeling; Threagile's incomplete-model.
    """

    id: ClassVar[str] = "SEC001"
    name: ClassVar[str] = "no-threat-table"
    severity: ClassVar[Severity] = Severity.WARNING
    templates: ClassVar[frozenset[str]] = frozenset({"service", "module"})

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        if design.of(Threat):
            return
        if any(
            _says_something(design, section)
            for section in design.sections
            if _THREATS.search(section.title)
        ):
            return
        security = next((s for s in design.sections if s.level and _SECURITY.search(s.title)), None)
        service = design.template == "service"
        place = security or design.sections[0]
        yield Hit(
            message=f"no threat is named: {_where(security)} has no table of threats with likelihood, impact and mitigation",
            places=(Place(place.heading_span if place.level else place.span),),
            subject="threats",
            hint="add a table with Threat, Likelihood, Impact and Mitigation",
            severity=Severity.WARNING if service else Severity.INFO,
        )


def _says_something(design: Design, section: Section) -> bool:
    body = design.source.text[section.heading_span.end : section.span.end]
    return (
        bool(section.open_question)
        or len(body.split()) > 12
        or any(
            other.parent >= 0 and design.sections[other.parent] is section
            for other in design.sections
        )
    )


def _where(security: Section | None) -> str:
    if security is None:
        return "the document"
    return f"section {security.number} {security.title}".replace("  ", " ")
