"""CFG007."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import EnvVar
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.wording import listed

_DURATION = re.compile(
    r"timeout|ttl|interval|duration|delay|lifetime|expir\w*|backoff|cooldown|max_age|period",
    re.IGNORECASE,
)
_UNIT_IN_NAME = re.compile(
    r"(?:_|^)(?:ms|millis\w*|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|days?|weeks?|ns|us|in_\w+)(?:_|$)",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?<![A-Za-z])(?:ms|milli\w*|micro\w*|s|secs?|seconds?|mins?|minutes?|hours?|hrs?|days?|weeks?|sekunden?|minuten?|stunden?"
    r"|tagen?|segundos?|minutos?|horas?|d[ií]as?|cron)(?![A-Za-z])|[秒分时天毫]",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class DurationWithoutUnit(Rule):
    """A duration has a unit.

    ## What it checks
    Variables that are named like a duration and have a bare number as default.

    ## Why
    300 is five minutes to one reader and a third of a second to the next.

    ## Fires when
    No unit stands in the name, the type or the description: one finding for all of them.

    ## Incorrect
        | `SCAN_TIMEOUT` | No | `300` | Timeout of a scan |

    ## Correct
        | `SCAN_TIMEOUT_SECONDS` | No | `300` | Timeout of a scan |

    ## Known false positives
    A unit that is said once for the whole table.

    ## Sections read
    Variables.

    ## Source
    INCOSE Guide to Writing Requirements, R6 common units of measure.
    """

    id: ClassVar[str] = "CFG007"
    name: ClassVar[str] = "duration-no-unit"
    severity: ClassVar[Severity] = Severity.INFO

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        rows = [row for row in design.of(EnvVar) if row["default"].present]
        if not rows:
            yield Skipped("no table of variables has defaults")
            return
        bare = [row for row in rows if _has_no_unit(row)]
        if bare:
            names = listed(f"{r['variable'].text} ({r['default'].text})" for r in bare)
            yield Hit(
                message=f"{names} ha{'ve' if len(bare) > 1 else 's'} no unit",
                places=tuple(Place(row.span) for row in bare),
                subject="variables",
                object=listed(row["variable"].text for row in bare),
                hint="put the unit into the name or the description",
            )


def _has_no_unit(row: ReadRow) -> bool:
    name, default = row["variable"].text, row["default"].text.strip("\"'` ")
    if not _DURATION.search(name) or not _NUMBER.fullmatch(default) or float(default) == 0:
        return False
    rest = " ".join(
        cell.text for field, cell in row.cells.items() if field not in {"variable", "default"}
    )
    extra = " ".join(f"{title} {cell.text}" for title, cell in row.extra.items())
    return not (_UNIT_IN_NAME.search(name) or _UNIT.search(f"{rest} {extra}"))
