"""DAT014."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, Step, StepKind
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_DATABASE = re.compile(
    r"(?<![A-Za-z])(?:db|database|postgres\w*|mysql|mariadb|mongo\w*|sql ?server|oracle"
    r"|cockroach\w*|sqlite|dynamo\w*|cassandra|\w*repo(?:sitory)?)(?![A-Za-z])",
    re.IGNORECASE,
)
_BROKER = re.compile(
    r"(?<![A-Za-z])(?:kafka|rabbit\w*|mq|queue|broker|pub/?sub|event ?bus"
    r"|message ?bus|topic|sns|sqs|nats|kinesis|pulsar|event ?hub)(?![A-Za-z])",
    re.IGNORECASE,
)
_WRITES = re.compile(
    r"\b(?:insert|update|delete|upsert|commit|save|persist|store|create|write)", re.IGNORECASE
)
_PUBLISHES = re.compile(
    r"\b(?:publish|emit|send|enqueue|produce|push|post|notify|dispatch)", re.IGNORECASE
)
_ANSWERED = re.compile(
    r"outbox|change data capture|\bcdc\b|debezium|\bsaga\b|two[- ]phase|\b2pc\b|\bxa\b|best[- ]effort|fire[- ]and[- ]forget"
    r"|(?:may|can) be lost|loss (?:is )?accept|reconcil|transactional (?:messag|publish)|listen/notify|event sourc"
    r"|at[- ]most[- ]once",
    re.IGNORECASE,
)


class DualWrite(Rule):
    """A change and the event about it are stored together, or the loss of one is dealt with.

    ## What it checks
    Sequence diagrams in which one participant writes to a database and publishes to a broker.

    ## Why
    A crash between the two leaves a change that nobody hears of, or an event about nothing.

    ## Fires when
    A flow does both, and the document names no outbox, change data capture, saga, reconciliation,
    and does not say that the loss is acceptable.

    ## Incorrect
        Service ->> Database: COMMIT
        Service ->> Queue: publish LoanOpened

    ## Correct
        Service ->> Database: INSERT loan and outbox row, COMMIT
        Relay ->> Queue: publish from the outbox

    ## Known false positives
    Events that only wake somebody up who then reads the database.

    ## Sections read
    Sequence diagrams; all text for the answer.

    ## Source
    Richardson, Microservices Patterns: Transactional outbox.
    """

    id: ClassVar[str] = "DAT014"
    name: ClassVar[str] = "dual-write"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per flow."""
        flows = design.drawn(DiagramKind.SEQUENCE)
        if not flows:
            yield Skipped("the document has no sequence diagram")
            return
        found = [(flow, pair) for flow in flows if (pair := _pair(flow))]
        answered = _ANSWERED.search(design.source.text) is not None
        for flow, (write, publish) in found:
            if answered and not _goes_round(flow, write):
                continue
            labels = {p.id: p.label for p in flow.participants}
            who, where = (
                labels.get(write.source, write.source),
                labels.get(publish.target, publish.target),
            )
            yield Hit(
                message=f"{who} writes to {labels.get(write.target, write.target)} ({write.text}) and then to {where}"
                f" ({publish.text}); a crash between them loses one",
                places=(Place(publish.span), Place(write.span, "the write before it")),
                subject=flow.heading or who,
                object=f"{write.target}, {publish.target}",
                hint="use an outbox, or say that the event may be lost and what repairs it",
            )


def _goes_round(flow: Diagram, write: Step) -> bool:
    """Return whether a flow has an outbox that somebody reads and who wrote the data never fills."""
    told = [s for s in flow.steps if s.kind is StepKind.MESSAGE and "outbox" in s.text.casefold()]
    return bool(told) and all(step.source != write.source for step in told)


def _pair(flow: Diagram) -> tuple[Step, Step] | None:
    """Return a write to a database and the publication after it by the same participant."""
    labels = {p.id: p.label for p in flow.participants}
    writes: dict[str, Step] = {}
    for step in flow.steps:
        if step.kind is not StepKind.MESSAGE or step.reply:
            continue
        target = f"{labels.get(step.target, '')} {step.target}"
        if _BROKER.search(target):
            if step.source in writes and _PUBLISHES.search(step.text):
                return writes[step.source], step
        elif _DATABASE.search(target) and _WRITES.search(step.text):
            writes[step.source] = step
    return None
