"""FLO004."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, Step, StepKind
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_TERMINAL = re.compile(
    r"(?<!\d)(?P<status>[45]\d\d)(?!\d)|(?:^|\b)(?:error|reject|denied|forbidden|unauthorized|not found|invalid)",
    re.IGNORECASE,
)


class AltFallthrough(Rule):
    """A branch that ends in an error does not fall through to what follows.

    ## What it checks
    `alt` and `opt` blocks of sequence diagrams without `else` whose last message answers the caller
    with an error.

    ## Why
    As drawn, the order is written to the database after the caller was told that it is invalid.

    ## Fires when
    Such a block ends in a 4xx or 5xx answer and further calls follow in the same scope.

    ## Incorrect
        alt invalid
            S-->>C: 400
        end
        S->>D: BEGIN

    ## Correct
        break invalid
            S-->>C: 400
        end
        S->>D: BEGIN

    ## Known false positives
    Diagrams whose readers agree that an error answer ends the flow.

    ## Sections read
    Sequence diagrams.

    ## Source
    Mermaid documentation, sequence diagrams: alt, break.
    """

    id: ClassVar[str] = "FLO004"
    name: ClassVar[str] = "alt-fallthrough"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per block."""
        diagrams = design.drawn(DiagramKind.SEQUENCE)
        if not diagrams:
            yield Skipped("no sequence diagram")
            return
        for diagram in diagrams:
            for start, end in _single_branches(diagram.steps):
                yield from _judge(diagram, start, end)


def _single_branches(steps: tuple[Step, ...]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each alt or opt block that has one branch only."""
    for number, step in enumerate(steps):
        if step.kind is not StepKind.BLOCK_START or step.block not in {"alt", "opt"}:
            continue
        for other in range(number + 1, len(steps)):
            same = steps[other].depth == step.depth
            if same and steps[other].kind is StepKind.BLOCK_BRANCH:
                break
            if same and steps[other].kind is StepKind.BLOCK_END:
                yield number, other
                break


def _judge(diagram: Diagram, start: int, end: int) -> Iterator[Hit]:
    steps = diagram.steps
    inside = [s for s in steps[start + 1 : end] if s.kind is StepKind.MESSAGE]
    if not inside:
        return
    last = inside[-1]
    found = _TERMINAL.search(last.text) if last.reply or last.failed else None
    caller = next((s.source for s in steps if s.kind is StepKind.MESSAGE), "")
    if found is None or (last.target != caller and not found["status"]):
        return
    following = _next_call(steps, end, steps[start].depth)
    if following is None:
        return
    yield Hit(
        message=(
            f"{steps[start].block} {steps[start].text} ends in {_short(last.text)}, yet the flow goes on with "
            f"{following.source} to {following.target}: {_short(following.text)}"
        ),
        places=(
            Place(steps[start].span, "the branch"),
            Place(last.span, "the error answer"),
            Place(following.span, "what follows"),
        ),
        subject=f"{diagram.heading}:{steps[start].text}",
        object=last.text,
        hint="use break, or put what follows into an else branch",
    )


def _next_call(steps: tuple[Step, ...], end: int, depth: int) -> Step | None:
    """Return the next call in the scope of a block, None when the scope ends or only answers follow."""
    for step in steps[end + 1 :]:
        if step.depth < depth or (step.depth == depth and step.kind is StepKind.BLOCK_BRANCH):
            return None
        if step.kind is StepKind.BLOCK_END and step.depth < depth:
            return None
        if (
            step.kind is StepKind.MESSAGE
            and step.depth == depth
            and not step.reply
            and not step.failed
        ):
            return step
    return None


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else words[:57] + "..."
