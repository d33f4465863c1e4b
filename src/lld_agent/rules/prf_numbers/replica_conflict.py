"""PRF004."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.quantity import Dimension, Quantity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.measures import Measured, autoscaling, production_replicas

_TOPOLOGY = re.compile(r"topolog|deployment (?:architecture|diagram|view)", re.IGNORECASE)
_DRAWN = re.compile(
    r"(?P<n>\d{1,4})\s*(?:x\s*)?(?:replicas|instances|pods)\b|\breplicas?\s*[:=]\s*(?P<m>\d{1,4})",
    re.IGNORECASE,
)


class ReplicaConflict(Rule):
    """How many replicas run in production is said with one number.

    ## What it checks
    The range of horizontal scaling, production in the table of environments, and the number in the topology.

    ## Why
    A minimum of two where three are promised takes the third away at night.

    ## Fires when
    Scaling may go below what production has at least or above what it has at most, or the number of the
    table or the drawing is outside the range.

    ## Incorrect
        Horizontal: 2-10 replicas; production: 3+

    ## Correct
        Horizontal: 3-10 replicas; production: 3+

    ## Known false positives
    Replicas of something else: databases, caches and workers are exempt.

    ## Sections read
    Scaling strategy, environment differences, deployment topology.

    ## Source
    Own.
    """

    id: ClassVar[str] = "PRF004"
    name: ClassVar[str] = "replica-conflict"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit per other place."""
        scaled = autoscaling(design)
        others = [("production", production_replicas(design)), ("the topology", _drawn(design))]
        known = [(where, found) for where, found in others if found is not None]
        if scaled is None or not known:
            yield Skipped("needs a range of replicas, and production or the topology beside it")
            return
        for where, found in known:
            if _conflicts(scaled.quantity, found.quantity):
                yield Hit(
                    message=f"{scaled.name} scales {scaled.quantity.raw}, while {where} has {found.quantity.raw}",
                    places=(Place(scaled.span), Place(found.span, where)),
                    subject="replicas",
                    object=where,
                    hint="give the range that holds in production",
                )


def _conflicts(scaled: Quantity, other: Quantity) -> bool:
    if other.low == other.high:
        return not scaled.low <= other.low <= scaled.high
    more = other.high < float("inf") and other.high < scaled.high
    return scaled.low < other.low or more or other.low > scaled.high


def _drawn(design: Design) -> Measured | None:
    """Return the number of replicas that a drawing of the topology gives; None unless it is one number."""
    found: dict[int, Span] = {}
    for section in design.sections:
        if section.slot == "deployment.topology" or _TOPOLOGY.search(section.title):
            text = design.source.slice(section.span)
            for match in _DRAWN.finditer(text):
                start = section.span.start + match.start()
                found.setdefault(int(match["n"] or match["m"]), Span(start, start + len(match[0])))
    if len(found) != 1:
        return None
    count, span = next(iter(found.items()))
    whole = Quantity(count, count, Dimension.COUNT, unit="replicas", raw=f"{count} replicas")
    return Measured("topology", whole, "", span)
