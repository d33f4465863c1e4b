"""PRF002."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.quantity import find_quantities
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.quantity import Comparator, Dimension, Quantity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import Constraint
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.containers import Amount, amounts

_MEMORY = re.compile(r"memory|\bram\b|\bheap\b", re.IGNORECASE)
_WHOLE = re.compile(
    r"pod|container|service|instance|process|replica|runs? (?:in|with|within)", re.IGNORECASE
)
_PART = re.compile(
    r"\bper (?:request|query|connection|user|file|job|call|message|session|tenant)|baseline|footprint|idle|cache|buffer|gpu|vram|"
    r"upload|payload|node|cluster|typical|average|database|redis",
    re.IGNORECASE,
)
_TOLERANCE = 1.05
"""Authors mix MB and MiB: 2^20 is 4.9 % above 10^6."""


class MemoryConflict(Rule):
    """The memory that a service may use is the memory that its container gets.

    ## What it checks
    The memory constraint against the requests and limits of the container.

    ## Why
    A process that may grow to 1 GB in a container of 512 MiB is killed.

    ## Fires when
    The constraint allows more than the limit, the limit more than the constraint, or less is requested than the
    constraint needs at least. MB and MiB count as the same.

    ## Incorrect
        Runs in 256 MB to 1 GB; Resource Limits Memory: 512Mi

    ## Correct
        Runs in 256 MB to 512 MB; Resource Limits Memory: 512Mi

    ## Known false positives
    Constraints on a part of the memory: per request, caches, footprints when idle are exempt.

    ## Sections read
    Constraints, container specifications.

    ## Source
    Kubernetes documentation, Resource Management for Pods and Containers.
    """

    id: ClassVar[str] = "PRF002"
    name: ClassVar[str] = "memory-conflict"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit per constraint."""
        given = [amount for amount in amounts(design) if amount.resource == "memory"]
        rows = [(row, q) for row in design.of(Constraint) if (q := _memory(row)) is not None]
        limits = [amount for amount in given if amount.limit]
        if not rows or len({amount.owner for amount in given}) != 1 or len(limits) != 1:
            yield Skipped("needs a constraint on memory, and the limits of one container")
            return
        requested = [amount for amount in given if not amount.limit]
        for row, quantity in rows:
            found = _conflict(quantity, limits[0], requested)
            if found is not None:
                amount, what = found
                yield Hit(
                    message=f"constraint {row.key.text} says {quantity.raw}, while the container {what} {amount.raw}",
                    places=(
                        Place(row["description"].span),
                        Place(amount.cell.span, "the container"),
                    ),
                    subject=row.key.text,
                    object="limit" if amount.limit else "request",
                    hint="give both the same amount",
                )


def _memory(row: ReadRow) -> Quantity | None:
    words = f"{row.key.text} {row['description'].text}"
    if (
        row.confidence < 0.5
        or not _MEMORY.search(words)
        or _PART.search(words)
        or not _WHOLE.search(words)
    ):
        return None
    found = [q for q in find_quantities(row["description"].text) if q.dimension is Dimension.SIZE]
    return found[0] if len(found) == 1 and found[0].high < float("inf") else None


def _conflict(
    quantity: Quantity, limit: Amount, requested: list[Amount]
) -> tuple[Amount, str] | None:
    at_least = quantity.comparator in {Comparator.GE, Comparator.GT}
    if quantity.high > limit.value * _TOLERANCE:
        return limit, "is killed above"
    if not at_least and limit.value > quantity.high * _TOLERANCE:
        return limit, "may use"
    least = quantity.low if quantity.low < quantity.high or at_least else 0.0
    short = [amount for amount in requested if amount.value * _TOLERANCE < least]
    return (short[0], "requests only") if short else None
