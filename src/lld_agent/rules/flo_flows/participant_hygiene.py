"""FLO001."""

import re
from collections.abc import Iterator
from typing import ClassVar

from rapidfuzz.distance import Levenshtein

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, Participant, StepKind
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules import flows
from lld_agent.rules.base import Context, Hit, Place, Repair, Rule, Skipped

_DECLARED = re.compile(r"(?:create\s+)?(?:participant|actor)\s+(?P<name>\S.*)")
_ALIAS = re.compile(r"\sas\s")
_NOTE = re.compile(
    r"^[ \t]*note[ \t]+(?:over|left of|right of)[ \t]+([^:\n]+)", re.MULTILINE | re.IGNORECASE
)
_MOVING = re.compile(r"^[ \t]*(?:create|destroy|box)\b", re.MULTILINE | re.IGNORECASE)
_PLAIN = re.compile(r"[^\W\d][\w-]*")
_NEAR = 2
_SHORTEST = 3


class ParticipantHygiene(Rule):
    """Every participant of a flow is declared, and takes part.

    ## What it checks
    The participants that a sequence diagram declares against those that its messages name.

    ## Why
    A name that is spelled differently once becomes a second box in the picture.

    ## Fires when
    A diagram declares participants and a message names another (info; a warning when it is at most
    two letters away from a declared one), or a declared one sends and gets nothing (info).

    ## Incorrect
        participant SVC as Loans        C->>SVCC: lend

    ## Correct
        participant SVC as Loans        C->>SVC: lend

    ## Known false positives
    Undeclared participants are legal in Mermaid. Ids that differ in a number only are two.

    ## Sections read
    Sequence diagrams.

    ## Source
    Mermaid documentation, sequence diagrams: participants.
    """

    id: ClassVar[str] = "FLO001"
    name: ClassVar[str] = "participant-hygiene"
    severity: ClassVar[Severity] = Severity.INFO

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most two hits per diagram."""
        diagrams = design.drawn(DiagramKind.SEQUENCE)
        if not diagrams:
            yield Skipped("no sequence diagram")
            return
        for diagram in diagrams:
            declared = _declared(diagram.raw)
            if declared:
                yield from _undeclared(diagram, declared, design)
                yield from _unused(diagram)


def _declared(raw: str) -> set[str]:
    """Return the ids of the participants that a diagram declares."""
    lines = (_DECLARED.match(line.strip()) for line in raw.split("\n"))
    return {_ALIAS.split(line["name"], maxsplit=1)[0].strip() for line in lines if line}


def _undeclared(diagram: Diagram, declared: set[str], design: Design) -> Iterator[Hit]:
    implicit = [p for p in diagram.participants if p.id not in declared]
    slips = {p.id: near for p in implicit if (near := _near(p.id, declared))}
    for people, severity in (
        ([p for p in implicit if p.id in slips], Severity.WARNING),
        ([p for p in implicit if p.id not in slips], Severity.INFO),
    ):
        if people:
            names = ", ".join(
                f"{p.id} (declared is {slips[p.id]})" if p.id in slips else p.id for p in people
            )
            yield Hit(
                message=f"participants that are not declared: {names}",
                places=tuple(Place(p.span) for p in people),
                subject=diagram.heading or "diagram",
                object=",".join(p.id for p in people),
                severity=severity,
                repair=None
                if severity is Severity.WARNING
                else _declaration(diagram, people, design),
            )


def _declaration(diagram: Diagram, people: list[Participant], design: Design) -> Repair | None:
    """Return the lines that declare participants after the last declaration.

    Mermaid draws implicit participants after those that are declared before the first message, in
    the order in which they appear: the picture stays the same. None where declarations and
    messages mix, or where a participant comes and goes.
    """
    if diagram.origin or _MOVING.search(diagram.raw):
        return None
    source = design.source
    first, last = (source.line_of(at) for at in diagram.span)
    declared = [n for n in range(first, last + 1) if _DECLARED.match(source.lines[n - 1].strip())]
    message = min(source.line_of(step.span.start) for step in diagram.steps)
    if not declared or declared[-1] > message or not all(_PLAIN.fullmatch(p.id) for p in people):
        return None
    line = source.lines[declared[-1] - 1]
    indent = line[: len(line) - len(line.lstrip())]
    start, end = source.line_span(declared[-1] - 1, declared[-1])
    ending = source.text[start + len(line) : end]
    added = "".join(f"{indent}participant {p.id}{ending}" for p in people)
    names = ", ".join(p.id for p in people)
    return Repair(f"declare {names}", ((Span(end, end), added),))


def _near(name: str, declared: set[str]) -> str:
    """Return the declared id that a name is a slip of, "" if none."""
    if len(name) < _SHORTEST:
        return ""
    for other in declared:
        same_words = re.sub(r"\d+", "", name) == re.sub(r"\d+", "", other)
        limit = _NEAR if min(len(name), len(other)) > 5 else 1
        distance = Levenshtein.distance(name.casefold(), other.casefold(), score_cutoff=limit)
        if len(other) >= _SHORTEST and not same_words and distance <= limit:
            return other
    return ""


def _unused(diagram: Diagram) -> Iterator[Hit]:
    used = {end for step in flows.messages(diagram) for end in (step.source, step.target)}
    for names in _NOTE.findall(diagram.raw):
        used |= {name.strip() for name in names.split(",")}
    created = any(step.kind is StepKind.MESSAGE for step in diagram.steps)
    idle: list[Participant] = [p for p in diagram.participants if p.id not in used]
    if idle and created:
        names = ", ".join(p.label for p in idle)
        yield Hit(
            message=f"{names} is declared, but sends and gets nothing",
            places=tuple(Place(p.span) for p in idle),
            subject=diagram.heading or "diagram",
            object=names,
            hint="draw what it does, or take it out",
        )
