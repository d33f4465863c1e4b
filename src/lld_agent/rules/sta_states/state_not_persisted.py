"""STA010."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import canonical_name, tokens
from lld_agent.model.design import Design, Entity
from lld_agent.model.diagrams import Diagram, DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_FIELD = {
    "status",
    "state",
    "phase",
    "stage",
    "lifecycle",
    "step",
    "mode",
    "condition",
    "situation",
}
_NOISE = re.compile(
    r"\b(?:states?|status|diagrams?|machines?|lifecycles?|life cycle|transitions?|flow|model|of|the|chart|statechart)\b|[\d.]+"
    r"|\(if applicable\)",
    re.IGNORECASE,
)
_DERIVED = re.compile(
    r"event[- ]sourc|derived from|computed from|in[- ]memory|not persisted|not stored|conditions?\b.{0,20}\barray",
    re.IGNORECASE,
)
_FEWEST = 3


class StateNotPersisted(Rule):
    """A thing that has states has a column that holds them.

    ## What it checks
    State diagrams against the columns of the table that their heading names.

    ## Why
    A state that is drawn and not stored is lost at the first restart.

    ## Fires when
    A diagram with three states or more is about a table of the document (by its heading, or because
    it is the only one), and the table has no column for a status, state, phase or stage and no enum
    with these values.

    ## Incorrect
        ### Loan states: OPEN, LATE, RETURNED      and a table loan with id, card, due

    ## Correct
        | `state` | loan_state | NOT NULL | |

    ## Known false positives
    States that are derived from other columns or events: say so beside the diagram.

    ## Sections read
    State diagrams, column tables, enums.

    ## Source
    Own.
    """

    id: ClassVar[str] = "STA010"
    name: ClassVar[str] = "state-not-persisted"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per diagram."""
        stored = [
            e
            for e in design.entities
            if e.has_columns and e.confidence >= 0.5 and "{" not in e.name
        ]
        diagrams = [d for d in design.drawn(DiagramKind.STATE) if len(_names(d)) >= _FEWEST]
        if not stored or not diagrams:
            yield Skipped("needs a state diagram and a table with columns")
            return
        for diagram in diagrams:
            owners = _owners(diagram, stored, context, alone=len(diagrams) == 1)
            near = design.source.slice(design.section_at(diagram.span).span)
            if owners and not _DERIVED.search(near) and not _is_stored(diagram, owners, design):
                yield _hit(diagram, owners)


def _names(diagram: Diagram) -> set[str]:
    return {canonical_name(s.id) for s in diagram.states if not s.pseudo and not s.composite}


def _owners(
    diagram: Diagram, stored: list[Entity], context: Context, *, alone: bool
) -> list[Entity]:
    """Return the tables that a diagram may be about; none when it says it is about another thing."""
    about = " ".join(_NOISE.sub(" ", diagram.heading).split())
    if about:
        match = context.resolver.resolve(about, [n for e in stored for n in e.names]).match
        return [entity for entity in stored if match in entity.names][:1]
    return stored if alone else []


def _is_stored(diagram: Diagram, owners: list[Entity], design: Design) -> bool:
    names = _names(diagram)
    columns = [tokens(column["column"].text) for entity in owners for column in entity.columns]
    return any(_FIELD & set(words) for words in columns) or any(
        len(names & {canonical_name(value.text) for value in enum.values}) >= 2
        for enum in design.enums
        if enum.field
    )


def _hit(diagram: Diagram, owners: list[Entity]) -> Hit:
    tables = ", ".join(entity.name for entity in owners)
    names = ", ".join(state.id for state in diagram.states if not state.pseudo)
    return Hit(
        message=f"the states {names} are drawn, but {tables} has no column that holds them",
        places=(
            Place(diagram.span, "the states"),
            *(Place(entity.span, "the columns") for entity in owners[:3]),
        ),
        subject=owners[0].name if len(owners) == 1 else diagram.heading or "states",
        object="state",
        hint="add a status column with these values, or say what the state is derived from",
    )
