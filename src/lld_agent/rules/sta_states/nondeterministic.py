"""STA005."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, Edge
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.sta_states import triggers


class Nondeterministic(Rule):
    """The same event in the same state leads to one state.

    ## What it checks
    Edges of state diagrams that leave one state with the same event.

    ## Why
    Two implementations of this machine go to two states, and both follow the drawing.

    ## Fires when
    Two edges of a state have the same event and different targets, and no guards that differ.

    ## Incorrect
        REVIEW --> ACTIVE : decide()        REVIEW --> REJECTED : decide()

    ## Correct
        REVIEW --> ACTIVE : decide() [accepted]     REVIEW --> REJECTED : decide() [refused]

    ## Known false positives
    Choices, forks and edges without a label do not count. Parallel regions that are drawn as one.

    ## Sections read
    State diagrams.

    ## Source
    UML state machines: transitions, guards.
    """

    id: ClassVar[str] = "STA005"
    name: ClassVar[str] = "nondeterministic"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per state and event."""
        diagrams = design.drawn(DiagramKind.STATE)
        if not diagrams:
            yield Skipped("no state diagram")
            return
        for diagram in diagrams:
            for edges in _same_event(diagram).values():
                targets = {edge.target for edge in edges}
                guards = [triggers.guard(edge.label) for edge in edges]
                if len(targets) > 1 and len(set(guards)) < len(targets):
                    yield _hit(diagram, edges)


def _same_event(diagram: Diagram) -> dict[tuple[str, str], list[Edge]]:
    pseudo = {state.id for state in diagram.states if state.pseudo} | {"[*]"}
    found: dict[tuple[str, str], list[Edge]] = {}
    for edge in diagram.edges:
        event = triggers.event(edge.label)
        if event and edge.source not in pseudo:
            found.setdefault((edge.source, event), []).append(edge)
    return found


def _hit(diagram: Diagram, edges: list[Edge]) -> Hit:
    first = edges[0]
    targets = ", ".join(dict.fromkeys(edge.target for edge in edges))
    event = triggers.event(first.label)
    return Hit(
        message=f"{event} in state {first.source} leads to {targets}, and no guard says which",
        places=tuple(Place(edge.span) for edge in edges),
        subject=f"{diagram.heading}:{first.source}",
        object=event,
        hint="add a guard in [ ] to each, or give the events two names",
    )
