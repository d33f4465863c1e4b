"""PRF011."""

import math
import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.quantity import find_quantities
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity, Tier
from lld_agent.model.quantity import Dimension
from lld_agent.model.vocabulary import LoadMetric
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.measures import Measured, latency_targets, request_rate

_USERS = re.compile(
    r"(?:concurrent|active|simultaneous|parallel) (?:users|sessions|clients)", re.IGNORECASE
)
_THINK = re.compile(
    r"think[- ]time\W{0,4}(?:of |is |between )?(?P<time>\d[\d.]{0,6}\s?(?:ms|s|sec|seconds|min|minutes))",
    re.IGNORECASE,
)


class LittlesLaw(Rule):
    """Users, request rate and latency fit each other.

    ## What it checks
    Concurrent users against requests per second times latency, with the think time where it is given.

    ## Why
    By Little's law the third number follows from two: one of them was guessed.

    ## Fires when
    There are more than ten times as many requests in flight as users; with a stated think time, also when there
    are ten times fewer. A preview rule: no design that we read gives all numbers.

    ## Incorrect
        10 concurrent users, 5000 requests/s, 1 s per answer

    ## Correct
        5000 concurrent users, 5000 requests/s, 1 s per answer

    ## Known false positives
    Requests that do not come from users.

    ## Sections read
    Expected load, performance targets, constraints.

    ## Source
    J. D. C. Little, A Proof for the Queuing Formula L = lambda W, Operations Research 9 (3), 1961.
    """

    id: ClassVar[str] = "PRF011"
    name: ClassVar[str] = "littles-law"
    severity: ClassVar[Severity] = Severity.INFO
    tier: ClassVar[Tier] = Tier.PREVIEW

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        users, rate, targets = (
            _users(design),
            request_rate(design, "normal"),
            latency_targets(design),
        )
        if users is None or rate is None or not targets:
            yield Skipped("needs concurrent users, requests per second and a latency")
            return
        slowest = max(targets, key=lambda target: target.quantity.high)
        found = _THINK.search(design.source.text)
        think = find_quantities(found["time"])[0].high if found else 0.0
        flying = rate.quantity.high * (slowest.quantity.high + think)
        if not 0 < flying < math.inf or not 0 < users.quantity.high < math.inf:
            return
        factor = flying / users.quantity.high
        if factor > 10 or (found and factor < 0.1):
            yield Hit(
                message=f"{rate.quantity.raw} requests/s at {slowest.quantity.raw} are {flying:g} in flight,"
                f" while there are {users.quantity.raw} users",
                places=(
                    Place(users.span),
                    Place(rate.span, "the rate"),
                    Place(slowest.span, "the latency"),
                ),
                subject="load",
                object="users",
                hint="check which of the three was guessed",
            )


def _users(design: Design) -> Measured | None:
    for row in design.of(LoadMetric):
        values = find_quantities(row["normal"].text, "count")
        if (
            _USERS.search(row.key.text)
            and len(values) == 1
            and values[0].dimension is Dimension.COUNT
        ):
            return Measured(row.key.text, values[0], "", row["normal"].span)
    return None
