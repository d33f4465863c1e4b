"""TXT002."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from lld_agent.language.lexicon import is_open
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Cell, Row
from lld_agent.model.vocabulary import (
    Benchmark,
    LoadMetric,
    PerformanceTarget,
    PerformanceTest,
    ScalingRule,
    Signal,
    UnitTest,
)
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.integrations import integrations

_CELLS: Mapping[type[Row], tuple[str, ...]] = {
    LoadMetric: ("normal", "peak", "burst"),
    ScalingRule: ("trigger", "target"),
    PerformanceTarget: ("target",),
    Benchmark: ("target",),
    Signal: ("alert_threshold",),
    UnitTest: ("coverage",),
    PerformanceTest: ("threshold",),
}
_PROMISE = re.compile(r"sla|slo|availability|response time|latency", re.IGNORECASE)
_VAGUE = re.compile(
    r"best[- ]effort|(?:model|workload|load|provider|hardware|environment|use[- ]case|traffic|size|network|data)[- ]dependent|"
    r"\bdepend(?:s|ing|ent)?\b|\bvar(?:ies|y|iable)\b|as (?:fast|low|high|quick(?:ly)?|soon) as possible|"
    r"\b(?:acceptable|reasonable|adequate|sufficient|appropriate|optimal|minimal|satisfactory|fast|quick|good|low|high|moderate|"
    r"maximi[sz]e[ds]?|minimi[sz]e[ds]?|improved?|near[- ]real[- ]?time|real[- ]?time|excessive|too (?:many|slow|high|long)|"
    r"significant(?:ly)?|abnormal|unusual)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d|\b(?:zero|no|one|two|any|every|all|each)\b", re.IGNORECASE)


class UnmeasurableTarget(Rule):
    """A target, a threshold or a promised level is a number.

    ## What it checks
    Targets, thresholds, triggers, expected load, and the SLA of integrations.

    ## Why
    Nobody can miss "best effort", so nobody can build for it or alert on it.

    ## Fires when
    Such a cell has no number and says something vague: best effort, model-dependent, acceptable, high, ...
    One finding lists them.

    ## Incorrect
        | Search | Fast |

    ## Correct
        | Search | p95 < 300 ms |

    ## Known false positives
    Promises of others that really give no number.

    ## Sections read
    Load, scaling, performance targets and tests, benchmarks, observability, coverage, integrations.

    ## Source
    INCOSE Guide to Writing Requirements, R7 Vague terms.
    """

    id: ClassVar[str] = "TXT002"
    name: ClassVar[str] = "unmeasurable-target"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        cells = sorted(_targets(design), key=lambda pair: pair[1].span)
        if not cells:
            yield Skipped("no table gives targets or thresholds")
            return
        vague = [(name, cell) for name, cell in cells if _is_vague(cell.text)]
        if vague:
            said = "; ".join(f"{name}: {cell.text}" for name, cell in vague)
            yield Hit(
                message=f"{len(vague)} of {len(cells)} targets cannot be measured: {said}",
                places=tuple(Place(cell.span) for _, cell in vague),
                subject="targets",
                object=said,
                hint="give a number with its unit, or say that none is promised and what the design assumes instead",
            )


def _targets(design: Design) -> Iterator[tuple[str, Cell]]:
    for kind, names in _CELLS.items():
        for row in design.of(kind):
            if row.confidence >= 0.5:
                yield from ((row.key.text, row[name]) for name in names if row[name].text)
    for table, cells in integrations(design):
        for title, cell in cells.items():
            if _PROMISE.fullmatch(title):
                yield f"{table.heading} {title}", cell


def _is_vague(text: str) -> bool:
    return bool(_VAGUE.search(text)) and not _NUMBER.search(text) and not is_open(text)
