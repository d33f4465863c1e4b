"""STA003."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.sta_states.graph import around, crossing, scopes

_RESTING = re.compile(
    r"(?:.*_)?(?:active|succeeded|success|successful|failed|failure|complete|completed|cancell?ed|deleted|done|closed|"
    r"finished|terminated|rejected|expired|archived|resolved|removed|revoked|stopped|error|end|final|released|delivered|"
    r"refunded|paid|approved|published|disabled|exited|aborted|destroyed|retired)",
    re.IGNORECASE,
)


class DeadEnd(Rule):
    """A state that nothing leaves is an end, and is drawn as one.

    ## What it checks
    States without an outgoing edge and without an edge to `[*]`.

    ## Why
    It is either the end, which the diagram should say, or something gets stuck there.

    ## Fires when
    Such a state exists; info for names that say they are final (COMPLETED, DELETED, ...).

    ## Incorrect
        PENDING --> REVIEW      and nothing out of REVIEW

    ## Correct
        REVIEW --> PENDING : revise, or REVIEW --> [*]

    ## Known false positives
    Diagrams that leave the arrow to `[*]` out everywhere: the finding names all their ends at once.

    ## Sections read
    State diagrams.

    ## Source
    Google AIP-216 for names of resting states.
    """

    id: ClassVar[str] = "STA003"
    name: ClassVar[str] = "dead-end"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit per scope and severity."""
        diagrams = design.drawn(DiagramKind.STATE)
        if not diagrams:
            yield Skipped("no state diagram")
            return
        for diagram in diagrams:
            outside = crossing(diagram) | _with_end_inside(diagram) | _left_as_a_whole(diagram)
            for scope in scopes(diagram):
                left = {edge.source for edge in scope.edges}
                ends = [
                    s
                    for s in scope.states
                    if s.id not in left and not s.pseudo and s.id not in outside
                ]
                where = scope.name or diagram.heading or "the diagram"
                resting = [s for s in ends if _RESTING.fullmatch(s.id)]
                stuck = [s for s in ends if s not in resting]
                # A composite state ends where its parent is left; inside it, ends are normal.
                for found, severity in ((stuck, Severity.WARNING), (resting, Severity.INFO)):
                    if found and not (scope.name and severity is Severity.INFO):
                        names = ", ".join(state.id for state in found)
                        yield Hit(
                            message=f"nothing leads out of {names} in {where}, not even to [*]",
                            places=tuple(Place(state.span) for state in found),
                            subject=where,
                            object=names,
                            hint="draw what happens next, or --> [*] if this is the end",
                            severity=severity,
                        )


def _left_as_a_whole(diagram: Diagram) -> set[str]:
    """Return the states inside of composite ones that an edge leads out of: it leads out of them."""
    parent = {state.id: state.parent for state in diagram.states}
    left = {edge.source for edge in diagram.edges} - {"[*]"}
    return {state.id for state in diagram.states if left.intersection(around(state.id, parent))}


def _with_end_inside(diagram: Diagram) -> set[str]:
    """Return the composite states that hold an end of their own: they are drawn to an end."""
    parent = {state.id: state.parent for state in diagram.states}
    return {parent.get(edge.source, "") for edge in diagram.edges if edge.target == "[*]"} - {""}
