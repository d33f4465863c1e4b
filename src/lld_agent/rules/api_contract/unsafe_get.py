"""API011."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Endpoint
from lld_agent.model.diagrams import Diagram, DiagramKind, Step, StepKind
from lld_agent.model.finding import Severity
from lld_agent.rules import routes
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_FIRST = re.compile(r"\s*GET\s+(/\S*)")
_WRITES = re.compile(
    r"\A\W*(?:INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|publish\b|enqueue\b|"
    r"(?:create|insert|delete|update)\s+\w+ (?:record|row)s?\b)",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"(?:\A|\band |\bthen )(?:creates?|updates?|deletes?|removes?|inserts?|publishes)\s+(?!date)(?P<what>.*)",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"cache|redis|valkey|memcache|audit|\blog|metric|trace|histor|usage|analytic|statistic|last[_ ](?:seen|used|access|login)|"
    r"view|counter|session|visit|\bindex\b",
    re.IGNORECASE,
)


class UnsafeGet(Rule):
    """A GET changes nothing that lasts.

    ## What it checks
    Flows that begin with a GET, and the descriptions of GET routes.

    ## Why
    Crawlers, prefetchers and retries repeat a GET at will, and caches swallow it.

    ## Fires when
    The flow of a GET inserts, updates, deletes or publishes, or its description says that it
    creates, updates, deletes or removes something.

    ## Incorrect
        C->>S: GET /loans/{id}/refresh      S->>DB: UPDATE loan SET ...

    ## Correct
        C->>S: POST /loans/{id}/refresh

    ## Known false positives
    Filling a cache, audit, logs, counters and last-seen marks are exempt by their names.

    ## Sections read
    Sequence diagrams, descriptions of endpoints.

    ## Source
    RFC 9110 section 9.2.1.
    """

    id: ClassVar[str] = "API011"
    name: ClassVar[str] = "unsafe-get"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per flow and per description."""
        reads = [e for e in routes.declared(design) if e.method == "GET"]
        flows = [
            (diagram, first)
            for diagram in design.drawn(DiagramKind.SEQUENCE)
            if (first := _first(diagram)) is not None
        ]
        if not reads and not flows:
            yield Skipped("no GET route and no flow that begins with one")
            return
        for endpoint in reads:
            yield from _described(endpoint)
        for diagram, first in flows:
            writes = [s for s in diagram.steps if _changes(s, diagram)]
            if writes:
                yield Hit(
                    message=f"the flow of {first.text.strip()} writes: {writes[0].text.strip()}",
                    places=(
                        *(Place(s.span, "writes") for s in writes),
                        Place(first.span, "the GET"),
                    ),
                    subject=first.text.strip(),
                    object="flow",
                    hint="use POST for what changes something",
                )


def _first(diagram: Diagram) -> Step | None:
    """Return the GET that a flow begins with; None when it goes on to other routes."""
    calls = [s for s in diagram.steps if s.kind is StepKind.MESSAGE and not s.reply]
    if not calls or not _FIRST.match(calls[0].text):
        return None
    more = any(s.source == calls[0].source and s.target == calls[0].target for s in calls[1:])
    return None if more else calls[0]


def _changes(step: Step, diagram: Diagram) -> bool:
    if step.kind is not StepKind.MESSAGE or step.reply or not _WRITES.match(step.text):
        return False
    labels = [p.label for p in diagram.participants if p.id == step.target]
    return not _HARMLESS.search(" ".join((step.text, step.target, *labels)))


def _described(endpoint: Endpoint) -> Iterator[Hit]:
    cell = endpoint.properties.get("description")
    found = _DOES.search(cell.text) if cell is not None else None
    if cell is not None and found and not _HARMLESS.search(cell.text):
        yield Hit(
            message=f"{routes.text_of(endpoint)} is a GET, yet it says: {cell.text}",
            places=(Place(cell.span), Place(endpoint.span, "the route")),
            subject=f"GET {routes.normal_path(endpoint.path)}",
            object="description",
            hint="use POST, PUT or DELETE for what changes something",
        )
