"""OPS006."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none, is_open
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import Improvement, Signal, TechnicalDebt
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.unfilled import is_unfilled

_ADD = re.compile(
    r"\b(?:add|introduce|implement|set up|enable|adopt|build|roll out|integrate)\b|\bmissing\b|\bno\b|\black of\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:more|better|custom|additional|advanced|improve\w*|extend\w*|further|richer|finer|business|per-\w+|dashboards?|alerts?|"
    r"alerting|sampling|retention|correlation|exemplars?|structured|anomaly|profiling)\b",
    re.IGNORECASE,
)
_SIGNALS = {
    "traces": re.compile(r"\btrac(?:es?|ing)\b", re.IGNORECASE),
    "metrics": re.compile(r"\bmetrics\b", re.IGNORECASE),
    "logs": re.compile(r"\blogs?\b|\blogging\b", re.IGNORECASE),
}
_LATER = re.compile(r"planned|future|later|not yet|todo|roadmap|phase 2|v2", re.IGNORECASE)


class SignalDebtConflict(Rule):
    """A signal is either there or still to come.

    ## What it checks
    Signals of the observability table against technical debt and planned improvements.

    ## Why
    Who is on call looks for traces that nobody sends.

    ## Fires when
    A signal has a tool, and a debt or improvement says that the same signal is to be added.

    ## Incorrect
        | Traces | Tempo | 7 days | ... |    and the debt "Add tracing"

    ## Correct
        | Traces | planned, see debt 2 | - | - |

    ## Known false positives
    Work on a signal that is there: more, better and custom ones are exempt.

    ## Sections read
    Observability signals, technical debt, planned improvements.

    ## Source
    Own.
    """

    id: ClassVar[str] = "OPS006"
    name: ClassVar[str] = "signal-debt-conflict"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per signal."""
        signals = [row for row in design.of(Signal) if _is_live(row)]
        later = [
            r for r in (*design.of(TechnicalDebt), *design.of(Improvement)) if r.confidence >= 0.5
        ]
        if not signals or not later:
            yield Skipped("needs signals, and technical debt or improvements")
            return
        for row in signals:
            kind = next((k for k, p in _SIGNALS.items() if p.search(row.key.text)), "")
            for debt in later if kind else ():
                text = debt.key.text
                if _SIGNALS[kind].search(text) and _ADD.search(text) and not _MORE.search(text):
                    yield _hit(row, debt)
                    break


def _is_live(row: ReadRow) -> bool:
    tool = row["tool"].text
    words = " ".join(cell.text for cell in row.cells.values())
    idle = is_none(tool) or is_open(tool) or is_unfilled(row) or _LATER.search(words)
    return row.confidence >= 0.5 and not idle


def _hit(row: ReadRow, debt: ReadRow) -> Hit:
    return Hit(
        message=f"{row.key.text} go to {row['tool'].text} in one section, and are still to be added in another: {debt.key.text}",
        places=(Place(row.span), Place(debt.span, "still to come")),
        subject=row.key.text,
        object=debt.key.text,
        hint="say which of them holds today",
    )
