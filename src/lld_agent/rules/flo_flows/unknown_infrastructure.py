"""FLO002."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.roles import role
from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, Participant
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import Dependency
from lld_agent.rules import flows
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped


class UnknownInfrastructure(Rule):
    """A store, queue or third party that a flow uses is listed as a dependency.

    ## What it checks
    Participants of sequence diagrams that are databases, caches, queues, mail, payment, identity
    or model services, against the dependencies and external integrations.

    ## Why
    What is not listed has no owner, no fallback, no timeout and no place in the capacity plan.

    ## Fires when
    Such a participant takes part in a flow and no dependency, integration or cache has its name or
    is of its kind (`Database` is answered by PostgreSQL). One finding per document.

    ## Incorrect
        participant MQ as Message Queue     and dependencies PostgreSQL, Redis

    ## Correct
        | RabbitMQ | Required | Loan events | Outbox keeps them |

    ## Known false positives
    Internal components whose name is that of a technology. People and own code do not count.

    ## Sections read
    Sequence diagrams, dependencies, external integrations, caches.

    ## Source
    Threagile, its model of technical assets; own matching.
    """

    id: ClassVar[str] = "FLO002"
    name: ClassVar[str] = "unknown-infrastructure"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        diagrams = design.drawn(DiagramKind.SEQUENCE)
        rows = design.of(Dependency)
        if not rows or not diagrams:
            yield Skipped("needs dependencies and sequence diagrams")
            return
        listed = flows.inventory(design)
        told = " ".join(cell.text for row in rows for cell in row.cells.values()).casefold()
        unknown: dict[str, tuple[Participant, Diagram]] = {}
        for diagram in diagrams:
            for participant in _outside(diagram):
                name = participant.label
                known = name.casefold() in told or flows.is_listed(name, listed, context.resolver)
                if not known:
                    unknown.setdefault(name.casefold(), (participant, diagram))
        if unknown:
            names = ", ".join(p.label for p, _ in unknown.values())
            yield Hit(
                message=f"{names}: drawn in a flow, but among no dependencies or integrations",
                places=(
                    *(Place(p.span, f"in {d.heading or 'a flow'}") for p, d in unknown.values()),
                    Place(rows[0].span, "the dependencies"),
                ),
                subject="dependencies",
                object=names,
                hint="list it with what happens when it fails",
            )


def _outside(diagram: Diagram) -> Iterator[Participant]:
    """Yield the participants that are called and are infrastructure."""
    called = {step.target for step in flows.messages(diagram) if not step.reply}
    for participant in diagram.participants:
        outside = role(participant.label) and not flows.is_person(participant)
        if participant.id in called and outside:
            yield participant
