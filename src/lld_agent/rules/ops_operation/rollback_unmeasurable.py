"""OPS002."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none, is_open
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import RollbackScenario
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.unfilled import answered, is_unfilled

_UNSAID = re.compile(
    r"[<>≤≥]=?\s*(?:the )?(?:threshold|limit|target|baseline|normal|slo)\b", re.IGNORECASE
)
_VAGUE = re.compile(
    r"(?:(?:manual|general|our|the|via|from|by|through|in)\s+)*(?:monitoring|alerts?|alerting|observability|dashboards?|metrics|"
    r"logs?|observation|manual(?:ly)?|anomal(?:y|ies)|degradation)(?:\s+(?:alerts?|system|tools?|dashboards?|detection))?"
    r"(?:\s*(?:,|/|and|or|&)\s*(?:monitoring|alerts?|alerting|observability|dashboards?|metrics|logs?|manual(?:ly)?))*\.?",
    re.IGNORECASE,
)


class RollbackUnmeasurable(Rule):
    """What starts a rollback can be measured.

    ## What it checks
    How rollback scenarios are detected.

    ## Why
    Who is on call at night must see when to go back, not decide it.

    ## Fires when
    The detection is blank, compares with a threshold that it does not give, or names only monitoring,
    alerts or logs in general. One finding lists the scenarios.

    ## Incorrect
        | Slow answers | P99 > threshold | ... |

    ## Correct
        | Slow answers | P99 > 800 ms for 5 minutes | ... |

    ## Known false positives
    Thresholds that the alert table gives under the same name.

    ## Sections read
    Rollback scenarios.

    ## Source
    Kubernetes production readiness review: what metrics should inform a rollback.
    """

    id: ClassVar[str] = "OPS002"
    name: ClassVar[str] = "rollback-unmeasurable"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        rows = [
            row
            for row in answered(design.of(RollbackScenario))
            if row.confidence >= 0.5 and row["detection"].present and not is_unfilled(row)
        ]
        if not rows:
            yield Skipped("no table says how a need to roll back is detected")
            return
        vague = [row for row in rows if not is_open(row["detection"].text) and _is_vague(row)]
        if vague:
            said = "; ".join(
                f"{row.key.text}: {row['detection'].text or 'nothing'}" for row in vague
            )
            yield Hit(
                message=f"nobody can measure when to roll back: {said}",
                places=tuple(Place(row["detection"].span) for row in vague),
                subject="rollback",
                object="detection",
                hint="name a metric with its threshold, a probe or an alert",
            )


def _is_vague(row: ReadRow) -> bool:
    text = row["detection"].text.strip()
    if is_none(text) or _UNSAID.search(text):
        return True
    return _VAGUE.fullmatch(text) is not None
