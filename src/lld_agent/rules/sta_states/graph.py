"""State diagrams as graphs, one for each scope."""

from collections.abc import Iterator
from dataclasses import dataclass

from lld_agent.model.diagrams import Diagram, Edge, State

EDGE_OF_SCOPE = "[*]"


@dataclass(frozen=True, slots=True)
class Scope:
    """The states of the whole diagram or of one composite state, and the edges between them."""

    name: str
    states: tuple[State, ...]
    edges: tuple[Edge, ...]

    @property
    def initial(self) -> tuple[str, ...]:
        """States that an edge from `[*]` leads to."""
        return tuple(edge.target for edge in self.edges if edge.source == EDGE_OF_SCOPE)

    def reachable(self) -> set[str]:
        """Return the states that can be reached from the initial ones."""
        seen, waiting = set(self.initial), list(self.initial)
        while waiting:
            name = waiting.pop()
            for edge in self.edges:
                if edge.source == name and edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append(edge.target)
        return seen


def scopes(diagram: Diagram) -> Iterator[Scope]:
    """Yield the scopes of a state diagram, the outermost first.

    Edges from and to `[*]` belong to the scope of the state at their other end.
    """
    parent = {state.id: state.parent for state in diagram.states}
    for name in dict.fromkeys(["", *(s.id for s in diagram.states if s.composite)]):
        states = tuple(state for state in diagram.states if state.parent == name)
        if states:
            edges = tuple(edge for edge in diagram.edges if _scope(edge, parent) == name)
            yield Scope(name, states, edges)


def _scope(edge: Edge, parent: dict[str, str]) -> str:
    ends = [end for end in (edge.source, edge.target) if end != EDGE_OF_SCOPE]
    return parent.get(ends[0], "") if ends else ""


def crossing(diagram: Diagram) -> set[str]:
    """Return the states that an edge from another scope leads into or out of, and what is around them."""
    parent = {state.id: state.parent for state in diagram.states}
    found: set[str] = set()
    for edge in diagram.edges:
        if EDGE_OF_SCOPE in {edge.source, edge.target}:
            continue
        if parent.get(edge.source, "") != parent.get(edge.target, ""):
            for end in (edge.source, edge.target):
                found |= {end, *around(end, parent)}
    return found


def around(state: str, parent: dict[str, str]) -> list[str]:
    """Return the composite states that a state is inside of."""
    around: list[str] = []
    while (state := parent.get(state, "")) and state not in around:
        around.append(state)
    return around
