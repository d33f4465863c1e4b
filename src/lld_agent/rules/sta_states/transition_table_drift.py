"""STA004."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import canonical_name
from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, Edge
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import StateTransition
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_SEVERAL = re.compile(r"\s*(?:,|/|\||\bor\b)\s*")
_ANY = {"*", "any", "all", "any state", "[*]", "-", "—", "–", "", "start", "initial", "none", "new"}


class TransitionTableDrift(Rule):
    """The table of transitions and the state diagram show the same transitions.

    ## What it checks
    Rows of transition tables against the edges of the state diagram with the same states.

    ## Why
    The guard and the side effect stand in the table only; an edge without a row has neither.

    ## Fires when
    A row has no edge (error), or edges have no row (warning, all in one finding).

    ## Incorrect
        A row DRAFT to ACTIVE, and an edge DRAFT --> PENDING only

    ## Correct
        One row for each edge.

    ## Known false positives
    Tables that list only guarded transitions on purpose: suppress the warning there.

    ## Sections read
    State diagrams, transition tables.

    ## Source
    Own.
    """

    id: ClassVar[str] = "STA004"
    name: ClassVar[str] = "transition-table-drift"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per row that is not drawn, and one for all edges without a row."""
        rows = [row for row in design.of(StateTransition) if row.confidence >= 0.5]
        diagrams = design.drawn(DiagramKind.STATE)
        if not rows or not diagrams:
            yield Skipped("needs a transition table and a state diagram")
            return
        named = {_key(end) for row in rows for end in (row["source"].text, row["target"].text)}
        diagram = max(diagrams, key=lambda d: len(named & {_key(s.id) for s in d.states}))
        states = {_key(state.id) for state in diagram.states}
        if len(named & states) < 2:
            yield Skipped("no state diagram has the states of the table")
            return
        edges = {(_key(edge.source), _key(edge.target)) for edge in diagram.edges}
        for row in rows:
            pairs = _pairs(row)
            if pairs and not any(pair in edges for pair in pairs):
                yield _not_drawn(row, diagram)
        listed = {pair for row in rows for pair in _pairs(row)}
        everywhere = {
            _key(row["target"].text) for row in rows if row["source"].text.lower() in _ANY
        }
        missing = [
            edge
            for edge in diagram.edges
            if "[*]" not in {edge.source, edge.target}
            and (_key(edge.source), _key(edge.target)) not in listed
            and _key(edge.target) not in everywhere
        ]
        if missing:
            yield _not_listed(missing, rows)


def _key(name: str) -> str:
    return "[*]" if name == "[*]" else canonical_name(name)


def _pairs(row: ReadRow) -> list[tuple[str, str]]:
    """Return the edges that a row stands for; none when a side says "any"."""
    sources, targets = _SEVERAL.split(row["source"].text), _SEVERAL.split(row["target"].text)
    if any(name.strip().lower() in _ANY for name in (*sources, *targets)):
        return []
    return [(_key(source), _key(target)) for source in sources for target in targets]


def _not_drawn(row: ReadRow, diagram: Diagram) -> Hit:
    source, target = row["source"].text, row["target"].text
    return Hit(
        message=f"transition {source} to {target} is in the table but not drawn in {diagram.heading or 'the diagram'}",
        places=(Place(row.span, "the row"), Place(diagram.span, "the diagram")),
        subject=f"{_key(source)}>{_key(target)}",
        object="diagram",
        hint="draw it, or take the row out",
        severity=Severity.ERROR,
    )


def _not_listed(missing: list[Edge], rows: list[ReadRow]) -> Hit:
    names = ", ".join(f"{edge.source} to {edge.target}" for edge in missing)
    return Hit(
        message=f"drawn but not in the table of transitions: {names}",
        places=(
            *(Place(edge.span, "drawn here") for edge in missing),
            Place(rows[0].span, "the table"),
        ),
        subject="transitions",
        object=names,
        hint="add a row with guard and side effect for each",
    )
