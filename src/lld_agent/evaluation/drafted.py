"""What a drafter hands to the metrics."""

from collections.abc import Sequence
from dataclasses import dataclass

from lld_agent.draft.sidecar import Sidecar
from lld_agent.model.brief import Brief
from lld_agent.model.run import RunEvent
from lld_agent.template.kit import Document


@dataclass(frozen=True, slots=True)
class Drafted:
    """One draft and how it came about.

    Attributes:
        brief: what it was made from.
        document, markdown: the design. sidecar: its record, None where there is none.
        events: of the run; none where no model was asked.
        seconds: of wall clock.
        failed: parts that have no answer, and why.
    """

    brief: Brief
    document: Document
    markdown: str
    sidecar: Sidecar | None = None
    events: Sequence[RunEvent] = ()
    seconds: float = 0.0
    failed: Sequence[str] = ()
