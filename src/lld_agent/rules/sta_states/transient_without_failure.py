"""STA009."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, State
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_ING = re.compile(r"(?:.*[_\s-])?[A-Za-z]{2,}ing(?:[_\s-].*)?", re.IGNORECASE)
_RESTING = re.compile(
    r"(?:.*[_\s-])?(?:running|pending|waiting|listening|speaking|thinking|typing|standing|outstanding|billing|meeting|existing|missing|incoming|"
    r"upcoming|ongoing|warning|sleeping|remaining|awaiting|testing|working|serving|playing|idling|polling|monitoring|"
    r"following|nothing|string|thing|ping|king|ring|living|active.*)(?:[_\s-].*)?",
    re.IGNORECASE,
)
_FAILS = re.compile(
    r"fail|error|timeout|time out|timed|cancel|abort|reject|invalid|retry|expire|crash|lost|dead|except|interrupt|"
    r"unhealthy|degraded|rollback|refus|denied|stuck|fehler|erro\b|falha|失败",
    re.IGNORECASE,
)


class TransientWithoutFailure(Rule):
    """What takes a while can fail.

    ## What it checks
    States of state diagrams with a name in -ing: DEPLOYING, STOPPING, DELETING.

    ## Why
    A thing whose deletion fails stays in DELETING for ever, and nothing looks for it there.

    ## Fires when
    All edges out of such a state lead to one good end: none is about failing, a timeout or
    cancelling. One finding per diagram.

    ## Incorrect
        STOPPING --> STOPPED : stopped

    ## Correct
        STOPPING --> ERROR : timeout after 5 min

    ## Known false positives
    States that are left at once. RUNNING, PENDING, WAITING and other resting states are exempt.

    ## Sections read
    State diagrams.

    ## Source
    Google AIP-216, names of states.
    """

    id: ClassVar[str] = "STA009"
    name: ClassVar[str] = "transient-no-failure"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit per diagram."""
        diagrams = design.drawn(DiagramKind.STATE)
        if not diagrams:
            yield Skipped("no state diagram")
            return
        for diagram in diagrams:
            found = [state for state in diagram.states if _is_hopeful(state, diagram)]
            if found and _draws_failing(diagram):
                names = ", ".join(state.id for state in found)
                yield Hit(
                    message=f"{names} in {diagram.heading or 'the diagram'} can only succeed: no edge for failing",
                    places=tuple(Place(state.span) for state in found),
                    subject=diagram.heading or "diagram",
                    object=names,
                    hint="draw where a failure or a timeout leads",
                )


def _draws_failing(diagram: Diagram) -> bool:
    """Return whether failing is part of what a diagram shows (G2): else it may be elsewhere."""
    words = [edge.label for edge in diagram.edges] + [state.id for state in diagram.states]
    return any(_FAILS.search(word) for word in words)


def _is_hopeful(state: State, diagram: Diagram) -> bool:
    name = state.id if _ING.fullmatch(state.id) else state.label
    if (
        _FAILS.search(name)
        or state.pseudo
        or state.composite
        or not _ING.fullmatch(name)
        or _RESTING.fullmatch(name)
    ):
        return False
    edges = [e for e in diagram.edges if e.source == state.id]
    around = {state.parent} - {""}
    left = [e for e in diagram.edges if e.source in around]
    targets = {edge.target for edge in edges} - {state.id}
    told = any(_FAILS.search(f"{edge.label} {edge.target}") for edge in (*edges, *left))
    return len(targets) == 1 and not told
