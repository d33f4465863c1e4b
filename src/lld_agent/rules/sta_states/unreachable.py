"""STA002."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, Edge, State
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Repair, Rule, Skipped
from lld_agent.rules.sta_states.graph import EDGE_OF_SCOPE, Scope, crossing, scopes

_NAME = re.compile(r"\w{1,100}")


class UnreachableState(Rule):
    """Every state can be reached from the start.

    ## What it checks
    The outermost scope of state diagrams and the inside of composite states.

    ## Why
    A state that nothing leads to is dead code or, more often, a transition that somebody forgot.

    ## Fires when
    A scope has no edge from `[*]`, or states that no path from there reaches: one finding per scope.

    ## Incorrect
        [*] --> DRAFT --> ACTIVE      and SUSPENDED --> ACTIVE with nothing into SUSPENDED

    ## Correct
        ACTIVE --> SUSPENDED : suspend

    ## Known false positives
    A diagram that shows a part of a larger machine. Inside a composite state the start may be left
    out when edges lead straight to its parts.

    ## Sections read
    State diagrams.

    ## Source
    Mermaid documentation, state diagrams; UML state machines.
    """

    id: ClassVar[str] = "STA002"
    name: ClassVar[str] = "unreachable-state"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per scope."""
        diagrams = design.drawn(DiagramKind.STATE)
        if not diagrams:
            yield Skipped("no state diagram")
            return
        for diagram in diagrams:
            outside = crossing(diagram)
            for scope in scopes(diagram):
                inner = [state for state in scope.states if not state.pseudo]
                entered = any(state.id in outside for state in inner)
                where = scope.name or diagram.heading or "the diagram"
                if not scope.initial:
                    if not entered and scope.edges and not scope.name:
                        yield Hit(
                            message=f"{where} has no initial state: no edge leads from [*] to {inner[0].id}",
                            places=(Place(diagram.span),),
                            subject=where,
                            object="initial",
                            hint="add [*] --> with the first state",
                            repair=_start(diagram, scope, design),
                        )
                    continue
                reached = scope.reachable()
                lost = [
                    s
                    for s in inner
                    if s.id not in reached and s.id not in outside and not _is_beside(s, diagram)
                ]
                if lost:
                    names = ", ".join(state.id for state in lost)
                    yield Hit(
                        message=f"{names} cannot be reached from {', '.join(scope.initial)} in {where}",
                        places=tuple(Place(state.span) for state in lost),
                        subject=where,
                        object=names,
                        hint="draw the transition that leads there, or remove the state",
                    )


def _start(diagram: Diagram, scope: Scope, design: Design) -> Repair | None:
    """Return the line that makes the only state without a way in the first one.

    None unless exactly one state has no way in and all others can be reached from it.
    """
    inner = {state.id for state in scope.states if not state.pseudo}
    targets = {edge.target for edge in scope.edges if edge.source != edge.target}
    sources = sorted(inner - targets)
    if len(sources) != 1 or diagram.origin or not _NAME.fullmatch(sources[0]):
        return None
    first = Edge(EDGE_OF_SCOPE, sources[0], "", scope.edges[0].span)
    started = replace(scope, edges=(first, *scope.edges))
    if not inner <= started.reachable():
        return None
    source = design.source
    number = min(source.line_of(edge.span.start) for edge in scope.edges)
    line = source.lines[number - 1]
    start, end = source.line_span(number - 1, number)
    indent, ending = line[: len(line) - len(line.lstrip())], source.text[start + len(line) : end]
    edit = (Span(start, start), f"{indent}{EDGE_OF_SCOPE} --> {sources[0]}{ending}")
    return Repair(f"start in {sources[0]}", (edit,))


def _is_beside(state: State, diagram: Diagram) -> bool:
    """Return whether a composite state is a machine of its own: a start inside, no edge at it."""
    inside = {other.id for other in diagram.states if other.parent == state.id}
    starts = any(edge.source == "[*]" and edge.target in inside for edge in diagram.edges)
    return starts and all(state.id not in {edge.source, edge.target} for edge in diagram.edges)
