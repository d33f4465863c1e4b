"""What a report shows."""

from dataclasses import dataclass

from lld_agent.evaluation.results import Results
from lld_agent.evaluation.reviews import Reviews


@dataclass(frozen=True, slots=True)
class Shown:
    """Drafts, what they are compared with, reviews; each may be missing.

    `margin` is that of the gate, in place of each metric's own.
    """

    drafts: Results | None = None
    base: Results | None = None
    reviews: Reviews | None = None
    margin: float | None = None
