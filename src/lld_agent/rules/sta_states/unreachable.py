"""STA002."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.sta_states.graph import crossing, scopes


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
                        )
                    continue
                reached = scope.reachable()
                lost = [s for s in inner if s.id not in reached and s.id not in outside]
                if lost:
                    names = ", ".join(state.id for state in lost)
                    yield Hit(
                        message=f"{names} cannot be reached from {', '.join(scope.initial)} in {where}",
                        places=tuple(Place(state.span) for state in lost),
                        subject=where,
                        object=names,
                        hint="draw the transition that leads there, or remove the state",
                    )
