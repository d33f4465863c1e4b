"""STA008."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.stems import stems
from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules import routes
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.sta_states import triggers

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_ITSELF = re.compile(r"auto|timer|timeout|expire|schedul|cron|tick|elapse|system", re.IGNORECASE)
_BY_METHOD = {
    "create": "POST", "add": "POST", "delete": "DELETE", "remove": "DELETE", "update": "PUT", "edit": "PUT",
}  # fmt: skip


class TriggerWithoutEntry(Rule):
    """What triggers a change of state can be called.

    ## What it checks
    Triggers in the form `recall()` of transition tables and state diagrams against the rest of the
    document: endpoints, classes, flows, jobs, text.

    ## Why
    A transition that nothing fires is a promise without an implementation.

    ## Fires when
    The document has endpoints or classes, and the verb of the trigger stands nowhere outside the
    state diagrams and transition tables. One finding lists the triggers.

    ## Incorrect
        REVIEW --> DRAFT : recall()     and no route, method, flow or text that recalls

    ## Correct
        ### POST /loans/{id}/recall

    ## Known false positives
    Another word for the same thing. Timers and automatic triggers do not count; create, update and
    delete are answered by POST, PUT, PATCH and DELETE.

    ## Sections read
    State diagrams, transition tables, all text.

    ## Source
    Own.
    """

    id: ClassVar[str] = "STA008"
    name: ClassVar[str] = "trigger-no-entry"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        called: dict[str, list[Span]] = {}
        for row in triggers.listed(design):
            called.setdefault(triggers.call(row["trigger"].text), []).append(row["trigger"].span)
        for _, edge in triggers.drawn(design):
            called.setdefault(triggers.call(edge.label), []).append(edge.span)
        called.pop("", None)
        known = routes.declared(design)
        if not called or not (known or design.drawn(DiagramKind.CLASS)):
            yield Skipped("needs triggers in the form name(), and endpoints or classes")
            return
        said = stems(_elsewhere(design))
        methods = {endpoint.method for endpoint in known}
        lost = {name: spans for name, spans in called.items() if not _has(name, said, methods)}
        if lost:
            names = ", ".join(f"{name}()" for name in lost)
            yield Hit(
                message=f"nothing in the document calls {names}: no route, method, flow or text",
                places=tuple(Place(span) for spans in lost.values() for span in spans),
                subject="triggers",
                object=names,
                hint="add the route or job that fires it, or take the transition out",
            )


def _has(name: str, said: frozenset[str], methods: set[str]) -> bool:
    words = _WORD.findall(name)
    if _ITSELF.search(name) or not words:
        return True
    verb = words[0].lower()
    method = _BY_METHOD.get(verb)
    by_method = method in methods or (method == "PUT" and "PATCH" in methods)
    return by_method or bool(stems(verb) & said) or not stems(verb)


def _elsewhere(design: Design) -> str:
    """Return the document without its state diagrams and transition tables."""
    cut = [diagram.span for diagram in design.drawn(DiagramKind.STATE)]
    cut += [row.span for row in triggers.listed(design)]
    kept, at = [], 0
    for span in sorted(cut):
        kept.append(design.source.text[at : span.start])
        at = max(at, span.end)
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", " ".join((*kept, design.source.text[at:])))
