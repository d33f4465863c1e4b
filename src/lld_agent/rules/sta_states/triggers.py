"""What an edge or a row of a transition table says: its event and its guard."""

import re

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, Edge
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import StateTransition

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_GUARD = re.compile(r"\[([^\[\]]*)\]|(?:\bif|\bwhen|\bunless|:)\s+(.*)", re.IGNORECASE | re.DOTALL)
_ARGUMENTS = re.compile(r"\([^()]*\)")
_NOTE = re.compile(r"\s\(([^()]+)\)\s*\Z")
_CALL = re.compile(r"([A-Za-z_]\w*)\s*\(")


def event(label: str) -> str:
    """Return the event of an edge, without guard, effect and arguments, in lower case."""
    plain = _BREAK.sub(" ", label)
    plain = _GUARD.sub("", plain).partition("/")[0]
    # what stands behind the arguments belongs to the event: "start() fails"
    return " ".join(_ARGUMENTS.sub(" ", plain).partition("(")[0].casefold().split())


def guard(label: str) -> str:
    """Return the guard of an edge in lower case, "" if it has none."""
    return guard_as_written(label).casefold()


def guard_as_written(label: str) -> str:
    """Return the guard of an edge, "" if it has none; "answers (refused)" says it in parentheses.

    As written, because capitals may tell a role.
    """
    plain = _BREAK.sub(" ", label)
    found = _GUARD.search(plain) or _NOTE.search(plain)
    said = next(filter(None, found.groups()), "") if found else ""
    return " ".join(said.split())


def call(label: str) -> str:
    """Return the name of the method that a trigger is, "" when it is prose: `recall()` is one."""
    found = _CALL.match(label.strip())
    return found[1] if found else ""


def drawn(design: Design) -> tuple[tuple[Diagram, Edge], ...]:
    """Return all edges of all state diagrams, with their diagram."""
    return tuple((d, edge) for d in design.drawn(DiagramKind.STATE) for edge in d.edges)


def listed(design: Design) -> tuple[ReadRow, ...]:
    """Return the rows of transition tables that were read well enough to judge."""
    return tuple(row for row in design.of(StateTransition) if row.confidence >= 0.5)
