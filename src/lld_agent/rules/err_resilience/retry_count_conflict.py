"""ERR006."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.rules import resilience
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped


class RetryCountConflict(Rule):
    """How often something is retried is said once, or the same each time.

    ## What it checks
    The number of retries in the retry strategy against the error classes, the recovery of
    components, the variables that set it, and the list of pauses.

    ## Why
    The code has one number. Whoever wrote the other one planned the timeouts with it.

    ## Fires when
    Two parts give different numbers for the same failure, or a policy lists another number of
    pauses than it has retries. Attempts and retries may differ by one.

    ## Incorrect
        Max retries: 3, pauses [1s, 2s, 4s, 8s, 16s]

    ## Correct
        Max retries: 3, pauses [1s, 2s, 4s]

    ## Known false positives
    Two calls to the same dependency with policies of their own.

    ## Sections read
    Retry strategy, error classes, errors of components, configuration variables.

    ## Source
    Own.
    """

    id: ClassVar[str] = "ERR006"
    name: ClassVar[str] = "retry-count-conflict"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per conflict."""
        policies = [p for p in resilience.stated(design) if p.retries is not None]
        others = resilience.mentioned(design)
        if not policies:
            yield Skipped("no policy gives a number of retries")
            return
        for policy in policies:
            if policy.waits and not _fits(policy, len(policy.waits)):
                yield Hit(
                    message=f"{policy.name}: {policy.retries} retries, but {len(policy.waits)} pauses are listed",
                    places=(Place(policy.span),),
                    subject=policy.name,
                    object="pauses",
                    hint="list one pause for each retry",
                )
        for other in others:
            same = [p for p in policies if resilience.same_call(p, other)]
            if len(same) == 1 and _differ(same[0], other):
                yield _hit(same[0], other)


def _fits(policy: resilience.Policy, count: int) -> bool:
    return policy.retries is None or count in {policy.retries, policy.retries - policy.loose}


def _differ(one: resilience.Policy, other: resilience.Policy) -> bool:
    """Return whether two counts cannot be the same: attempts are one more than retries."""
    if one.retries is None or other.retries is None:
        return False
    gap = abs(one.retries - other.retries)
    return gap > (1 if one.loose != other.loose else 0)


def _hit(policy: resilience.Policy, other: resilience.Policy) -> Hit:
    return Hit(
        message=(
            f"{policy.name}: {policy.retries} retries in {policy.where}, {other.retries} in {other.where} ({other.name})"
        ),
        places=(Place(policy.span, policy.where), Place(other.span, other.where)),
        subject=policy.name,
        object=other.where,
        hint="give both the same number",
    )
