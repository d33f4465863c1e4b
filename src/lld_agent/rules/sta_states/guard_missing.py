"""STA006."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.sta_states import triggers

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


class GuardMissing(Rule):
    """A change of state that not everybody may make says who may.

    ## What it checks
    Rows of transition tables whose trigger is a privileged verb (approve, suspend, cancel, delete,
    refund, ...).

    ## Why
    Without a guard whoever can call the method can approve their own request.

    ## Fires when
    The table has a column of guards and the cell of such a row is blank. One finding per document.

    ## Incorrect
        | PENDING | ACTIVE | `approve()` | | Send mail |

    ## Correct
        | PENDING | ACTIVE | `approve()` | role reviewer, not the author | Send mail |

    ## Known false positives
    Triggers that only the system fires. The verbs are `privileged` in `lexicons/verbs.toml`.

    ## Sections read
    Transition tables.

    ## Source
    OWASP API5:2023, broken function level authorization.
    """

    id: ClassVar[str] = "STA006"
    name: ClassVar[str] = "guard-missing"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        rows = [row for row in triggers.listed(design) if row["guard"].present]
        if not rows:
            yield Skipped("no transition table with guards")
            return
        verbs = set(context.lexicons.words("verbs", "privileged"))
        bare = [
            row
            for row in rows
            if row["guard"].text.strip(" -–—") == ""
            and verbs & {word.lower() for word in _WORD.findall(row["trigger"].text)}
        ]
        if bare:
            names = ", ".join(row["trigger"].text for row in bare)
            yield Hit(
                message=f"no guard says who may {names}",
                places=tuple(Place(row.span) for row in bare),
                subject="guards",
                object=names,
                hint="say the role or relation that may do it",
            )
