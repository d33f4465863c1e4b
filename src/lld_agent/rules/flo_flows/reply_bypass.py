"""FLO005."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, Step
from lld_agent.model.finding import Severity
from lld_agent.rules import flows
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_PUSHED = re.compile(
    r"stream|\bsse\b|chunk|async|notif|push|e-?mail|sms|event|webhook|callback|redirect|deliver|publish",
    re.IGNORECASE,
)


class ReplyBypass(Rule):
    """An answer goes back the way that the call came.

    ## What it checks
    Dotted arrows of sequence diagrams.

    ## Why
    As drawn, the service would need a connection to a client that it has never heard of.

    ## Fires when
    A participant answers one that has not called it, while it was called by another.

    ## Incorrect
        C->>GW: POST /loans     GW->>S: lend        S-->>C: 201

    ## Correct
        S-->>GW: loan           GW-->>C: 201

    ## Known false positives
    Streams, events, mails and other pushes; they are exempt when the arrow says so.

    ## Sections read
    Sequence diagrams.

    ## Source
    UML, sequence diagrams: reply messages.
    """

    id: ClassVar[str] = "FLO005"
    name: ClassVar[str] = "reply-bypass"
    severity: ClassVar[Severity] = Severity.INFO

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit per diagram."""
        diagrams = design.drawn(DiagramKind.SEQUENCE)
        if not diagrams:
            yield Skipped("no sequence diagram")
            return
        for diagram in diagrams:
            found = list(_bypasses(diagram))
            if found:
                names = flows.labels(diagram)
                texts = ", ".join(
                    f"{names.get(s.source, s.source)} to {names.get(s.target, s.target)}"
                    for s, _ in found
                )
                yield Hit(
                    message=f"answers past the caller: {texts}",
                    places=tuple(
                        place
                        for answer, call in found
                        for place in (
                            Place(answer.span, "the answer"),
                            Place(call.span, "the call"),
                        )
                    ),
                    subject=diagram.heading or "diagram",
                    object=texts,
                    hint="answer who called",
                )


def _bypasses(diagram: Diagram) -> Iterator[tuple[Step, Step]]:
    """Yield answers to somebody who did not call, with the call that they answer."""
    called_by: dict[str, dict[str, Step]] = {}
    told: set[tuple[str, str]] = set()
    for step in flows.messages(diagram):
        if not step.reply:
            called_by.setdefault(step.target, {}).setdefault(step.source, step)
            continue
        callers = called_by.get(step.source, {})
        pair = (step.source, step.target)
        direct = step.target in callers or step.target == step.source
        if callers and not direct and pair not in told and not _PUSHED.search(step.text):
            told.add(pair)
            yield step, next(iter(callers.values()))
