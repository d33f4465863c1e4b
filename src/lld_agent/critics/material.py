"""What critics are shown: the document between marks, what it names, what it handles, what is known.

The bytes depend on content only. Everything that comes from the document, or from a model that read
it, stands between marks that hold a hash of it (`text.fence`).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from textwrap import shorten

from lld_agent.critics.candidates import Document
from lld_agent.critics.reading import Part, numbered
from lld_agent.llm.request import Message
from lld_agent.model.brief import Brief
from lld_agent.model.source import Span
from lld_agent.text.fence import fenced
from lld_agent.text.prompts import prompt

HANDLED = frozenset(
    {
        "EdgeCase", "EdgeCaseTest", "ErrorClass", "ErrorResponse", "ComponentError", "RetryPolicy",
        "ConcurrencyConcern", "ConcurrencyRule", "Threat", "InputRule", "RollbackScenario",
        "Limitation", "Signal", "GuardrailCheck", "UnitTest", "IntegrationTest", "PerformanceTest",
        "TestScenario", "OutputFilter",
    }
)  # fmt: skip
"""Row types that say that something is dealt with."""

_KNOWN = 160
"""Characters of what a rule said: enough to know what it is, not to know it all."""

_LONGEST = 60


def system() -> Message:
    """Return the system message, the same for all critics."""
    return Message("system", prompt("critics/frame").text)


def prefix(document: Document, part: Part) -> tuple[Message, ...]:
    """Return the messages that all critics share that are shown this part."""
    shown = [
        fenced("document", numbered(document.lines, part)),
        fenced("names", "\n".join(_named(document, part))),
        fenced("handled", "\n".join(_handled(document, part))),
        fenced("known", "\n".join(_known(document, part))),
    ]
    if part.of > 1:
        shown.append(_others(document, part))
    return (system(), Message("user", "\n\n".join(shown)))


def requirements(brief: Brief) -> str:
    """Return the register of requirements that a design was made from, as data for a prompt."""
    lines = (
        " | ".join(filter(None, (r.id, r.kind.value, " ".join(r.text.split()))))
        for r in brief.requirements
    )
    return fenced("requirements", "\n".join(lines))


def _named(document: Document, part: Part) -> Iterator[str]:
    """Yield what the part declares, one kind a line: names with the lines where they stand."""
    design, label = document.design, _labeller(document, part)
    kinds: dict[str, list[str]] = {}

    def add(kind: str, name: str, span: Span) -> None:
        at = label(span)
        if at and name.strip():
            kinds.setdefault(kind, []).append(f"{' '.join(name.split())[:_LONGEST]} ({at})")

    for endpoint in design.endpoints:
        add("Endpoint", f"{endpoint.method} {endpoint.path}", endpoint.span)
    for entity in design.entities:
        columns = ", ".join(row.key.text for row in entity.columns[:40])
        add("Entity", f"{entity.name}: {columns}" if columns else entity.name, entity.span)
    for enum in design.enums:
        values = ", ".join(value.text for value in enum.values[:20])
        add("Enumeration", f"{enum.owner} {enum.field}: {values}", enum.span)
    for row in design.rows:
        if row.kind.__name__ not in {"Column", *HANDLED}:
            add(row.kind.__name__, row.key.text, row.span)
    for kind, names in kinds.items():
        yield _line({"kind": kind, "names": list(dict.fromkeys(names))})


def _handled(document: Document, part: Part) -> Iterator[str]:
    """Yield what the part deals with, one kind a line: lines with the names of their rows."""
    label = _labeller(document, part)
    kinds: dict[str, list[str]] = {}
    for row in document.design.rows:
        at = label(row.span)
        if at and row.kind.__name__ in HANDLED:
            name = " ".join(row.key.text.split())[:_LONGEST]
            kinds.setdefault(row.kind.__name__, []).append(f"{at} {name}".strip())
    for kind, rows in kinds.items():
        yield _line({"kind": kind, "rows": rows})


def _known(document: Document, part: Part) -> Iterator[str]:
    for finding in document.known:
        at = part.label(finding.location.line)
        if at:
            yield _line([at, finding.rule, shorten(finding.message, _KNOWN, placeholder=" ...")])


def _others(document: Document, part: Part) -> str:
    shown = set(part.lines)
    titles = [
        section.title
        for section in document.design.sections
        if section.title and document.design.source.line_of(section.span.start) not in shown
    ]
    listed = fenced("elsewhere", "\n".join(titles))
    return (
        f"This is part {part.number} of {part.of} of the document. The other parts have sections with"
        f" these titles; what may stand there is not missing:\n{listed}"
    )


def _labeller(document: Document, part: Part) -> Callable[[Span], int]:
    source = document.design.source
    return lambda span: part.label(source.line_of(span.start))


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def listed(values: Iterable[object]) -> str:
    """Return values as JSON, one a line."""
    return "\n".join(map(_line, values))
