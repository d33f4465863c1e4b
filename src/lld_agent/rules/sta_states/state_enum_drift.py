"""STA001."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import canonical_name, tokens
from lld_agent.model.design import Design, EnumType
from lld_agent.model.diagrams import Diagram, DiagramKind, State
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_NEAR = 0.5
_GENERIC = {"status", "state", "phase", "enum", "value", "lifecycle"}


class StateEnumDrift(Rule):
    """The states that are drawn are the values that are stored.

    ## What it checks
    The states of each state diagram against the enum that has most of them.

    ## Why
    A state that is drawn but cannot be stored is lost at the first restart; one that is stored but
    not drawn is never left.

    ## Fires when
    Diagram and enum share at least half of their values, and either has one that the other lacks.

    ## Incorrect
        RUNNING --> STOPPING --> STOPPED    and an enum RUNNING, STOPPED

    ## Correct
        The same values in both.

    ## Known false positives
    Passing states that are kept in memory on purpose. Start, end, choices and composite states do
    not count; nor do enums that end in "etc.".

    ## Sections read
    State diagrams (fences and `.mmd` files of images), ENUM columns, CREATE TYPE, enumerations in
    class diagrams and code, tables that list states with their meaning.

    ## Source
    Own; measured in the design notes on thirteen real designs.
    """

    id: ClassVar[str] = "STA001"
    name: ClassVar[str] = "state-enum-drift"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per diagram that differs from its enum."""
        diagrams = [d for d in design.drawn(DiagramKind.STATE) if len(_states(d)) > 1]
        enums = [enum for enum in design.enums if not enum.open]
        if not diagrams or not enums:
            yield Skipped("needs a state diagram and an enum of states")
            return
        for diagram in diagrams:
            states = _states(diagram)
            ranked = sorted(enums, key=lambda e: _jaccard(states, e), reverse=True)
            stored = [e for e in ranked if e.origin != "table"][:1]
            listed = [e for e in ranked if e.origin == "table"][:1]
            exact = [e for e in (*stored, *listed) if _jaccard(states, e) == 1.0]
            for enum in (*stored, *listed):
                # what has the drawn values word for word is meant, unless both are called alike
                meant = not exact or any(_alike(enum, other) for other in exact)
                if meant and _NEAR <= _jaccard(states, enum) < 1.0:
                    yield _hit(diagram, states, enum)
                    break


def _states(diagram: Diagram) -> dict[str, State]:
    """Return canonical name → state, without pseudo and composite ones."""
    return {
        canonical_name(
            state.label if state.label != state.id and " " not in state.label else state.id
        ): state
        for state in diagram.states
        if not state.pseudo and not state.composite
    }


def _alike(one: EnumType, other: EnumType) -> bool:
    """Return whether two lists of values are named after the same thing."""
    first, second = (
        {word for name in (e.owner, e.field) for word in tokens(name)} - _GENERIC
        for e in (one, other)
    )
    return bool(first & second)


def _values(enum: EnumType) -> dict[str, str]:
    return {canonical_name(value.text): value.text for value in enum.values}


def _jaccard(states: dict[str, State], enum: EnumType) -> float:
    values = _values(enum)
    union = states.keys() | values.keys()
    return len(states.keys() & values.keys()) / len(union) if union else 0.0


def _hit(diagram: Diagram, states: dict[str, State], enum: EnumType) -> Hit:
    values = _values(enum)
    drawn_only = [state for name, state in states.items() if name not in values]
    stored_only = [text for name, text in values.items() if name not in states]
    where = f"{enum.owner}.{enum.field}" if enum.field else enum.owner
    parts = []
    if drawn_only:
        parts.append(f"{', '.join(state.id for state in drawn_only)} drawn but not in {where}")
    if stored_only:
        parts.append(f"{', '.join(stored_only)} in {where} but not drawn")
    origin = f" of {diagram.origin}" if diagram.origin else ""
    return Hit(
        message=f"state diagram{origin} and enum {where} differ: {'; '.join(parts)}",
        places=(
            Place(drawn_only[0].span if drawn_only else diagram.span, "the diagram"),
            Place(enum.span, f"the values of {where}"),
        ),
        subject=where,
        object=",".join([*(state.id for state in drawn_only), *stored_only]),
        hint="give both the same values",
    )
