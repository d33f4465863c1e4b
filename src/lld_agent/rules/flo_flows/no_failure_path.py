"""FLO003."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.roles import role
from lld_agent.language.stems import stems
from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, StepKind
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import Dependency
from lld_agent.rules import flows
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_BRANCHES = {"alt", "opt", "break", "critical"}
_FAILS = re.compile(
    r"fail|error|invalid|timeout|time out|unavailable|reject|denied|refus|retry|fallback|exception|rollback|abort|cancel|"
    r"unhappy|partial|not found|fehler|erro\b|falha|失败|错误|(?<!\d)[45]\d\d(?!\d)",
    re.IGNORECASE,
)

_HAPPY = re.compile(r"\b(?:happy|success)[- ]?path", re.IGNORECASE)
_UNHAPPY = re.compile(r"\b(?:failure|error|unhappy)[- ]?path", re.IGNORECASE)
_COMMON = stems("flow path happy success sequence diagram request main overview 1 2 3 4 5 6 7 8 9")
_PAIRS = 2
"""So many other flows with a happy and a failure path: then each flow is drawn in both."""


class NoFailurePath(Rule):
    """A flow that leaves the service says what happens when that fails.

    ## What it checks
    Sequence diagrams with a call to a store, a queue, a third party or a listed dependency.

    ## Why
    The diagram of the good day is the part that everybody would have built the same way.

    ## Fires when
    The document follows a template or lists its dependencies; such a flow has no alternative, no
    failed arrow and no error in its texts; nothing near it speaks of failure, and no diagram or
    section beside it is about the failure of the same thing. Or it is called a happy path and has no
    failure path, where every other happy path (two or more) has one. One finding lists the flows.

    ## Incorrect
        S->>DB: INSERT INTO loan        DB-->>S: ok

    ## Correct
        alt database is down ... S-->>C: 503        or a diagram "Lend a book, failure path"

    ## Known false positives
    Flows whose failures are described in another chapter.

    ## Sections read
    Sequence diagrams and the sections around them, dependencies.

    ## Source
    The service template asks for a failure path per flow.
    """

    id: ClassVar[str] = "FLO003"
    name: ClassVar[str] = "no-failure-path"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        diagrams = design.drawn(DiagramKind.SEQUENCE)
        if not diagrams or not (design.template or design.of(Dependency)):
            yield Skipped("needs sequence diagrams, and a template or dependencies")
            return
        happy = [
            d
            for d in diagrams
            if _leaves(d, design, context)
            and (_has_lost_its_pair(d, design) or not _is_handled(d, design))
        ]
        if happy:
            names = ", ".join(d.heading or "a flow" for d in happy)
            yield Hit(
                message=f"no failure is shown in {names}, and nothing near it says what happens then",
                places=tuple(Place(d.span) for d in happy),
                subject="flows",
                object=names,
                hint="draw what each call does when it fails, or add a failure path beside it",
            )


def _leaves(diagram: Diagram, design: Design, context: Context) -> bool:
    names = flows.labels(diagram)
    foreign = [row["dependency"].text for row in design.of(Dependency)]
    people = {p.id for p in diagram.participants if flows.is_person(p)}
    return any(
        step.source != step.target
        and not step.reply
        and step.target not in people
        and (
            role(names.get(step.target, step.target))
            or context.resolver.resolve(names.get(step.target, step.target), foreign).match
        )
        for step in flows.messages(diagram)
    )


def _in_pairs(diagram: Diagram, design: Design) -> bool:
    """Return whether a flow is called the happy path, in a document that draws failure paths too."""
    return _HAPPY.search(diagram.heading) is not None and any(
        _UNHAPPY.search(other.heading) for other in design.diagrams
    )


def _flow(diagram: Diagram) -> frozenset[str]:
    """Return the words of a flow's name, the same for its happy and its failure path."""
    return stems(_UNHAPPY.sub(" ", diagram.heading)) - _COMMON


def _has_lost_its_pair(diagram: Diagram, design: Design) -> bool:
    """Return whether a happy path has no failure path, where each of several others has one.

    Words such as "refused" in it then tell what the flow is for, not what happens when it fails.
    """
    sequences = design.drawn(DiagramKind.SEQUENCE)
    others = [d for d in sequences if _HAPPY.search(d.heading) and d is not diagram]
    failing = {_flow(d) for d in sequences if _UNHAPPY.search(d.heading)}
    if (
        not _HAPPY.search(diagram.heading)
        or len(others) < _PAIRS
        or _flow(diagram) in failing
        or not all(_flow(other) in failing for other in others)
    ):
        return False
    home, text = design.section_at(diagram.span), design.source.text
    before = text[home.heading_span.end : diagram.span.start]
    around = f"{before} {text[diagram.span.end : home.span.end]}"
    return not any(step.failed for step in diagram.steps) and not _FAILS.search(around)


def _is_handled(diagram: Diagram, design: Design) -> bool:
    """Return whether the flow, its section, or a sibling shows or tells a failure (G7).

    A branch may be about a failure in other words. Not in a document that draws a happy and a
    failure path of its flows: there the happy path holds none by its name.
    """
    blocks = {s.block for s in diagram.steps if s.kind is StepKind.BLOCK_START}
    branches = any(s.kind is StepKind.BLOCK_BRANCH and s.block == "else" for s in diagram.steps)
    if any(s.failed for s in diagram.steps) or _FAILS.search(
        " ".join(step.text for step in diagram.steps)
    ):
        return True
    branches = branches or bool(blocks & (_BRANCHES - {"alt"}))
    if branches and not _in_pairs(diagram, design):
        return True
    home = design.section_at(diagram.span)
    siblings = [
        section.title
        for section in design.sections
        if section is not home and section.parent == home.parent and section.level == home.level
    ]
    headings = [*siblings, *(other.heading for other in design.diagrams if other is not diagram)]
    about = stems(diagram.heading) - _COMMON
    return _FAILS.search(design.source.slice(home.span)) is not None or any(
        _FAILS.search(title) and (not about or about & stems(title)) for title in headings
    )
