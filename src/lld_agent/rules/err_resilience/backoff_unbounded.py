"""ERR007."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.rules import resilience
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_LONG = 300.0
_MANY = 10


class BackoffUnbounded(Rule):
    """Waiting that doubles has an end.

    ## What it checks
    Retry policies with exponential backoff.

    ## Why
    The tenth wait of a doubling second is eight minutes; nobody is there any more to get the
    answer.

    ## Fires when
    The pauses grow, no longest one is given, and the retries have no number, no end, are more than
    ten, or lead to a pause of more than five minutes.

    ## Incorrect
        | Mail | until sent | Exponential from 1 s | - |

    ## Correct
        | Mail | until sent | Exponential from 1 s, at most 30 s | - |

    ## Known false positives
    Limits of a client library: name them in the cell.

    ## Sections read
    Retry strategy.

    ## Source
    AWS Well-Architected REL05-BP03.
    """

    id: ClassVar[str] = "ERR007"
    name: ClassVar[str] = "backoff-unbounded"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        policies = [p for p in resilience.stated(design) if p.exponential]
        if not policies:
            yield Skipped("no policy with exponential backoff")
            return
        found = [(p, why) for p in policies if (why := _why(p))]
        if found:
            texts = "; ".join(f"{p.name} ({why})" for p, why in found)
            yield Hit(
                message=f"exponential backoff without a longest pause: {texts}",
                places=tuple(Place(p.span) for p, _ in found),
                subject="backoff",
                object=", ".join(p.name for p, _ in found),
                hint="say the longest pause, for example at most 30 s",
            )


def _why(policy: resilience.Policy) -> str:
    """Return why a policy has no end that one can wait for, "" if it has."""
    if policy.cap is not None or policy.waits:
        return ""
    if policy.endless:
        return "retried without end"
    if policy.retries is None:
        return "no number of retries"
    if policy.retries > _MANY:
        return f"{policy.retries} retries"
    last = (policy.base or 0.0) * 2.0 ** max(0, policy.retries - 1)
    return f"last pause {last:g} s" if last > _LONG else ""
