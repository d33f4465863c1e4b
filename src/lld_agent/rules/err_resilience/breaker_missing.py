"""ERR004."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.roles import role
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import Dependency
from lld_agent.rules import flows, resilience
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_OPTIONAL = re.compile(r"optional|library|async", re.IGNORECASE)
_REMOTE = re.compile(r"third[- ]party|external|saas|provider|vendor|public api", re.IGNORECASE)
_LOCAL = re.compile(
    r"\bcli\b|pool|command|terraform|ansible|helm|kubectl|script|file", re.IGNORECASE
)


class BreakerMissing(Rule):
    """A third party that stops answering is left alone for a while.

    ## What it checks
    The circuit breaker in the retry strategy of required third parties.

    ## Why
    Without one every request waits for all retries, and the other side never recovers.

    ## Fires when
    The strategy has a column of breakers, some row has one, and the cell of a required payment,
    identity, model or mail service, or of what is called a third party, is blank or None.

    ## Incorrect
        | Stripe timeout | 3 | Exponential | None |

    ## Correct
        | Stripe timeout | 3 | Exponential | 5 failures in 60 s |

    ## Known false positives
    Clients with a breaker of their own. Command lines and pools are info.

    ## Sections read
    Dependencies, retry strategy.

    ## Source
    Google SRE book, chapter 22.
    """

    id: ClassVar[str] = "ERR004"
    name: ClassVar[str] = "breaker-missing"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per policy."""
        policies = [p for p in resilience.stated(design) if p.breaker.present]
        with_breaker = [p for p in policies if not context.lexicons.is_none(p.breaker.text)]
        if not with_breaker:
            yield Skipped("no retry strategy has a circuit breaker")
            return
        remote = [row for row in design.of(Dependency) if _is_remote(row)]
        for policy in policies:
            row = next((r for r in remote if resilience.covers(policy, r["dependency"].text)), None)
            if row is None or policy in with_breaker or not policy.subject:
                continue
            name = row["dependency"].text
            yield Hit(
                message=f"{policy.name} has no circuit breaker, while {name} is a required third party",
                places=(Place(policy.span, "the policy"), Place(row.span, "the dependency")),
                subject=name,
                object="breaker",
                hint="say after how many failures the calls stop, and for how long",
                severity=Severity.INFO if _LOCAL.search(policy.name) else None,
            )


def _is_remote(row: ReadRow) -> bool:
    kind = role(row["dependency"].text)
    words = f"{row['type'].text} {row['purpose'].text}"
    third = kind in flows.REMOTE - {"queue"} or _REMOTE.search(words) is not None
    return third and kind not in flows.STORES and not _OPTIONAL.search(row["type"].text)
