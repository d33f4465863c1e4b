"""REQ001."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import ReferenceDoc
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_NAMED = re.compile(
    r"\b(?:PRDs?|BRDs?|FRDs?|SRS|MRD|URS|PRFAQ|KEP|MSC|epics?|user[ -]stor(?:y|ies)|use[ -]cases?"
    r"|product[ -]brief|lastenheft|pflichtenheft|feature[ -]request|tickets?)\b"
    r"|\b(?:requirements?|business|product|functional)[ -](?:documents?|docs?|spec\w*|definition"
    r"|sources?|requirements?|analysis)\b"
    r"|anforderung|requisitos|requerimientos|需求",
    re.IGNORECASE,
)
_REQUIREMENTS = re.compile(r"\brequirements?\b|\bproposal\b|\bspec(?:ification)?\b", re.IGNORECASE)
# an RFC of their own, not one of the IETF
_RFC = re.compile(r"\bRFCs?\b(?![ -]?\d{3,5}\b)")
_TICKET_URL = re.compile(
    r"/(?:issues?|browse|pulls?|merge_requests|work_items|_workitems|tickets?|stories|epics)/"
    r"|linear\.app|app\.asana\.com|trello\.com/c|shortcut\.com|youtrack|/rfcs?/|/prds?/",
    re.IGNORECASE,
)
_TICKET = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{1,9}-\d{1,6}(?![\w-])")
_NO_TICKET = re.compile(
    r"(?:UTF|SHA\d?|ISO|AES|RSA|IEC|RFC|HTTP|TLS|CVE|CWE|MD|EN|IEEE|NIST|PCI|SOC|ES|HS|RS|P|UUID"
    r"|BASE|CRC|SP|COVID|GPT|PEP|ADR|RS|PS|OAUTH|LLM|GCM|CBC|BCP|STD|ASVS|STR|IPV|US|EU|AP)-",
)


class NoRequirementsSource(Rule):
    """The design says which requirements it answers.

    ## What it checks
    Whether the document names or links a PRD, an RFC of its own, a KEP, an epic, a ticket, a
    user story, a use case or a document of requirements.

    ## Why
    Without the demand nobody can tell a decision from an accident, or a gap from a choice.

    ## Fires when
    No row of references, no field of the header, no link and no sentence names one. Nothing is
    said of a document that follows no template: it may be a part of another one.

    ## Incorrect
        | Document | Description |
        |---|---|
        | [Platform architecture](../platform.md) | Overview |

    ## Correct
        | [PRD: returns by locker](../prd/returns.md) | Requirements source |

    ## Known false positives
    A source under a name that none of the words above fits, in a document that does not link it.

    ## Sections read
    All.

    ## Source
    KEP template: every proposal links its tracking issue.
    """

    id: ClassVar[str] = "REQ001"
    name: ClassVar[str] = "no-requirements-source"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit when the document names no source of its requirements."""
        if not design.template or _is_named(design):
            return
        section = design.slot("overview.references") or design.slot("overview")
        place = section.heading_span if section else _first_line(design)
        yield Hit(
            message="no PRD, RFC, epic or ticket is named that this design answers",
            places=(Place(place),),
            subject="requirements source",
            hint="add a row or a link to the references",
        )


def _is_named(design: Design) -> bool:
    text = design.source.text
    if _NAMED.search(text) or _RFC.search(text):
        return True
    rows = [f"{row['document'].raw} {row['description'].raw}" for row in design.of(ReferenceDoc)]
    fields = [f"{name} {cell.raw}" for name, cell in design.header.items()]
    links = [f"{link.text} {link.target}" for link in design.links]
    if any(_REQUIREMENTS.search(part) for part in (*rows, *fields, *links)):
        return True
    if any(_TICKET_URL.search(link.target) for link in design.links) or _TICKET_URL.search(text):
        return True
    return any(not _NO_TICKET.match(found[0]) for found in _TICKET.finditer(text))


def _first_line(design: Design) -> Span:
    """Return the first heading, or the first line that is not blank."""
    for section in design.sections:
        if section.level:
            return section.heading_span
    text = design.source.text
    start = len(text) - len(text.lstrip())
    return design.source.line_span(design.source.line_of(start) - 1, design.source.line_of(start))
