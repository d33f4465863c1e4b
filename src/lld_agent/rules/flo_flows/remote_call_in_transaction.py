"""FLO006."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.roles import role
from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, Step
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import Dependency
from lld_agent.rules import flows
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_BEGIN = re.compile(
    r"\W*(?:BEGIN\b|START TRANSACTION|(?:begin|start|open)s? (?:a |the |db |database )?(?:tx|transaction))",
    re.IGNORECASE,
)
_END = re.compile(
    r"\W*(?:COMMIT|ROLLBACK|(?:commit|roll ?back|end)s?(?: the)?(?: tx| transaction)?\b)",
    re.IGNORECASE,
)


class RemoteCallInTransaction(Rule):
    """A transaction waits for nobody outside the database.

    ## What it checks
    What happens between BEGIN and COMMIT in sequence diagrams.

    ## Why
    Locks are held as long as the other side takes, and what it did is not undone by a rollback.

    ## Fires when
    Between the two, who opened the transaction calls a queue, a mail, payment, identity or model
    service, or a listed dependency that is no store.

    ## Incorrect
        S->>DB: BEGIN      S->>P: charge the card      S->>DB: COMMIT

    ## Correct
        Charge first, or write an outbox row and charge after COMMIT.

    ## Known false positives
    Calls that are known to be local; stores and caches are exempt.

    ## Sections read
    Sequence diagrams, dependencies.

    ## Source
    Own; AWS Prescriptive Guidance, transactional outbox pattern.
    """

    id: ClassVar[str] = "FLO006"
    name: ClassVar[str] = "remote-call-in-tx"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per transaction."""
        diagrams = [d for d in design.drawn(DiagramKind.SEQUENCE) if _has_transaction(d)]
        if not diagrams:
            yield Skipped("no flow shows a transaction")
            return
        foreign = [row["dependency"].text for row in design.of(Dependency)]
        for diagram in diagrams:
            names = flows.labels(diagram)
            for begin, inside in _transactions(diagram):
                remote = [
                    s
                    for s in inside
                    if s.target not in {begin.target, s.source}
                    and _is_remote(names.get(s.target, s.target), foreign, context)
                ]
                if remote:
                    yield _hit(diagram, begin, remote, names)


def _has_transaction(diagram: Diagram) -> bool:
    return any(not s.reply and _BEGIN.match(s.text) for s in flows.messages(diagram))


def _transactions(diagram: Diagram) -> Iterator[tuple[Step, list[Step]]]:
    """Yield the message that opens a transaction and the calls its sender makes before the end."""
    begin: Step | None = None
    inside: list[Step] = []
    for step in flows.messages(diagram):
        if step.reply:
            continue
        if begin is not None and step.target == begin.target and _END.match(step.text):
            yield begin, inside
            begin, inside = None, []
        elif begin is None and _BEGIN.match(step.text):
            begin = step
        elif begin is not None and step.source == begin.source:
            inside.append(step)


def _is_remote(name: str, foreign: list[str], context: Context) -> bool:
    kind = role(name)
    if kind in flows.STORES:
        return False
    return kind in flows.REMOTE or context.resolver.resolve(name, foreign).match is not None


def _hit(diagram: Diagram, begin: Step, remote: list[Step], names: dict[str, str]) -> Hit:
    texts = ", ".join(f"{names.get(s.target, s.target)} ({s.text.strip()})" for s in remote)
    return Hit(
        message=f"inside the transaction the flow calls {texts}",
        places=(
            *(Place(s.span, "the call") for s in remote),
            Place(begin.span, "the transaction begins"),
        ),
        subject=diagram.heading or "diagram",
        object=texts,
        hint="call before BEGIN or after COMMIT; what must not be lost goes through an outbox",
    )
