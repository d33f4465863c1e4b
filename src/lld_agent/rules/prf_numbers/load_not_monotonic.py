"""PRF001."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from lld_agent.language.quantity import find_quantities
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.quantity import Dimension, Quantity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import LoadMetric
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_LEVELS = ("normal", "peak", "burst")
_FALLS = re.compile(
    r"hit|available|free|idle|headroom|remaining|success|uptime|per (?:pod|replica|user|request|node|connection)|interval|"
    r"latenc|response|time|battery",
    re.IGNORECASE,
)


class LoadNotMonotonic(Rule):
    """Load grows from normal to peak to burst.

    ## What it checks
    The table of expected load, row by row.

    ## Why
    One of the numbers is wrong, and capacity is planned with it.

    ## Fires when
    Peak is below normal, or burst below peak, in the same unit.

    ## Incorrect
        | Requests/sec | 50 | 20 | 500 |

    ## Correct
        | Requests/sec | 20 | 50 | 500 |

    ## Known false positives
    Metrics that fall under load: hit rates, free memory, values per pod and latencies are exempt.

    ## Sections read
    Expected load.

    ## Source
    Own.
    """

    id: ClassVar[str] = "PRF001"
    name: ClassVar[str] = "load-not-monotonic"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per row."""
        rows = [
            r
            for r in design.of(LoadMetric)
            if r.confidence >= 0.5 and not _FALLS.search(r.key.text)
        ]
        if not rows:
            yield Skipped("no table of expected load")
            return
        for row in rows:
            levels = [(name, value) for name in _LEVELS if (value := _value(row, name)) is not None]
            for (one, low), (other, high) in pairwise(levels):
                if low.dimension is high.dimension and low.low > high.high:
                    yield Hit(
                        message=f"{row.key.text}: {one} {row[one].text} is above {other} {row[other].text}",
                        places=(Place(row[one].span), Place(row[other].span, other)),
                        subject=row.key.text,
                        object=f"{one} {other}",
                        hint="check both numbers",
                    )
                    break


def _value(row: ReadRow, name: str) -> Quantity | None:
    found = find_quantities(row[name].text, "count")
    usable = len(found) == 1 and found[0].dimension is not Dimension.RATIO
    return found[0] if usable else None
