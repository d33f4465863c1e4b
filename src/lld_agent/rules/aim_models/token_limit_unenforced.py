"""AIM006."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none, is_open
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import TokenLimit
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.unfilled import is_unfilled
from lld_agent.rules.wording import listed


class TokenLimitUnenforced(Rule):
    """A token count says what happens at its limit.

    ## What it checks
    The table of token budgets.

    ## Why
    What is only counted is paid for.

    ## Fires when
    The enforcement of a row is blank. One finding lists the rows.

    ## Incorrect
        | Output tokens | Counted by the runtime | - |

    ## Correct
        | Output tokens | Counted by the runtime | Generation stops at 4096 |

    ## Known false positives
    Limits that another service holds: name it in the cell.

    ## Sections read
    Token budget.

    ## Source
    OWASP Top 10 for LLM Applications 2025, LLM10 Unbounded Consumption.
    """

    id: ClassVar[str] = "AIM006"
    name: ClassVar[str] = "token-limit-unenforced"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        rows = [
            row
            for row in design.of(TokenLimit)
            if row.confidence >= 0.5 and row["enforcement"].present and not is_unfilled(row)
        ]
        if not rows:
            yield Skipped("no table of token budgets")
            return
        blank = [
            row
            for row in rows
            if is_none(row["enforcement"].text) and not is_open(row["enforcement"].text)
        ]
        if blank:
            names = listed(row.key.text for row in blank)
            yield Hit(
                message=f"nothing happens at the limit of {names}",
                places=tuple(Place(row.span) for row in blank),
                subject="tokens",
                object=names,
                hint="reject with 413, cut, or stop the generation; or name the service that does",
            )
