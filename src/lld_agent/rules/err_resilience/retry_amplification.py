"""ERR011."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.rules import flows, resilience
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_TOO_MANY = 9
_DEEPEST = 12


class RetryAmplification(Rule):
    """Retries of retries stay few.

    ## What it checks
    Chains of calls in sequence diagrams whose hops each have a retry policy.

    ## Why
    Three tries at each of three layers send twenty-seven requests to a database that is down.

    ## Fires when
    At least two hops of one chain are retried and the product of their tries is nine or more.

    ## Incorrect
        Gateway to Loans: 2 retries; Loans to PostgreSQL: 2 retries; 3 x 3 = 9

    ## Correct
        Retry at one layer only, or give the whole chain a budget.

    ## Known false positives
    Layers that do not retry what the layer below has retried.

    ## Sections read
    Sequence diagrams, retry strategy.

    ## Source
    Google SRE book, chapter 22, retry amplification.
    """

    id: ClassVar[str] = "ERR011"
    name: ClassVar[str] = "retry-amplification"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per diagram."""
        policies = [p for p in resilience.stated(design) if p.retries and p.subject]
        diagrams = design.drawn(DiagramKind.SEQUENCE)
        if len(policies) < 2 or not diagrams:
            yield Skipped("needs two policies with retries, and sequence diagrams")
            return
        for diagram in diagrams:
            chain = max(_chains(diagram, policies), key=_tries, default=())
            if len(chain) >= 2 and _tries(chain) >= _TOO_MANY:
                texts = " x ".join(f"{p.name} {_try(p)}" for p in chain)
                yield Hit(
                    message=f"one request becomes {_tries(chain)} tries in {diagram.heading or 'a flow'}: {texts}",
                    places=(
                        *(Place(p.span, "the policy") for p in chain),
                        Place(diagram.span, "the flow"),
                    ),
                    subject=diagram.heading or "flow",
                    object=",".join(p.name for p in chain),
                    hint="retry at one layer, or give the chain a budget of retries",
                )


def _try(policy: resilience.Policy) -> int:
    return (policy.retries or 0) + (not policy.loose)


def _tries(chain: tuple[resilience.Policy, ...]) -> int:
    product = 1
    for policy in chain:
        product *= _try(policy)
    return product


def _chains(
    diagram: Diagram, policies: list[resilience.Policy]
) -> Iterator[tuple[resilience.Policy, ...]]:
    """Yield, for each call of a flow, the policies of it and of the calls that it is part of."""
    names = flows.labels(diagram)
    of: dict[str, resilience.Policy | None] = {}
    within: dict[str, tuple[str, ...]] = {}
    for step in flows.messages(diagram):
        if step.reply or step.source == step.target or step.failed:
            continue
        above = within.get(step.source, (step.source,))
        if step.target in above or len(above) > _DEEPEST:
            continue
        within[step.target] = (*above, step.target)
        for name in within[step.target]:
            if name not in of:
                label = names.get(name, name)
                found = [p for p in policies if resilience.covers(p, label)]
                of[name] = found[0] if len(found) == 1 else None
        chain = (of[name] for name in within[step.target][1:])
        yield tuple(dict.fromkeys(policy for policy in chain if policy is not None))
