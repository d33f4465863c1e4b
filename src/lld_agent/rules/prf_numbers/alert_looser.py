"""PRF009."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.quantity import find_quantities
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.quantity import Dimension
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import Signal
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.measures import Measured, latency_targets, percentile, topic

_LATENCY = re.compile(r"latenc|response|duration|\bp9\d|p50|slow", re.IGNORECASE)
_LOOSER = 2.0


class AlertLooser(Rule):
    """An alert comes before users have been let down for long.

    ## What it checks
    Latencies in alert thresholds against latency targets and constraints.

    ## Why
    Between target and alert, everybody is too slow and nobody is called.

    ## Fires when
    The threshold is more than twice the loosest target of the same or no percentile.

    ## Incorrect
        Answers < 500 ms; alert at p99 > 2 s

    ## Correct
        Answers < 500 ms; alert at p99 > 750 ms

    ## Known false positives
    Alerts on another operation: then both name it, and they are not compared.

    ## Sections read
    Observability, performance targets, constraints.

    ## Source
    Google SRE workbook, chapter 5, Alerting on SLOs.
    """

    id: ClassVar[str] = "PRF009"
    name: ClassVar[str] = "alert-looser"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per signal."""
        alerts = [alert for row in design.of(Signal) for alert in _alerts(row)]
        targets = latency_targets(design)
        if not alerts or not targets:
            yield Skipped("needs an alert on latency, and a latency target")
            return
        for alert in alerts:
            near = [target for target in targets if _comparable(alert, target)]
            loosest = max(near, key=lambda target: target.quantity.high, default=None)
            if loosest is not None and alert.quantity.low > _LOOSER * loosest.quantity.high:
                yield Hit(
                    message=f"the alert comes at {alert.name}, while the target is {loosest.quantity.raw} ({loosest.name})",
                    places=(Place(alert.span), Place(loosest.span, "the target")),
                    subject="alert",
                    object=loosest.name,
                    hint="alert near the target",
                )


def _alerts(row: ReadRow) -> Iterator[Measured]:
    cell = row["alert_threshold"]
    if row.confidence >= 0.5 and _LATENCY.search(f"{row.key.text} {cell.text}"):
        for part in re.split(r"[;,]", cell.text):
            times = [q for q in find_quantities(part) if q.dimension is Dimension.TIME]
            if times and _LATENCY.search(part):
                # The first time is the threshold; what follows is for how long.
                yield Measured(" ".join(part.split()), times[0], percentile(part), cell.span)


def _comparable(alert: Measured, target: Measured) -> bool:
    about, other = topic(re.sub(r"[<>\d]", " ", alert.name)), topic(target.name)
    return (
        not alert.percentile or not target.percentile or alert.percentile == target.percentile
    ) and (not about or bool(about & other))
